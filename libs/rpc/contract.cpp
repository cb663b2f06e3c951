#include "libs/rpc/contract.hpp"

#include <cmath>
#include <vector>

#include "google/api/field_behavior.pb.h"
#include <google/protobuf/descriptor.h>

#include "fairline/api/v1/options.pb.h"

namespace fairline::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::size_t kMaxViolations = 10;

const char* Missing(const FieldDescriptor& field) {
  if (field.is_repeated()) return "must not be empty";
  if (field.has_presence()) return "must be given";
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return "must not be empty";
    case FieldDescriptor::CPPTYPE_BOOL:
      return "must be true";
    case FieldDescriptor::CPPTYPE_ENUM:
      return "must be given";
    default:
      return "must be given, and not 0";
  }
}

class Walk {
 public:
  void Through(const Message& message, const std::string& path) {
    const google::protobuf::Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count() && violations_.size() < kMaxViolations; ++i) {
      const FieldDescriptor& field = *type.field(i);
      const std::string name = path.empty() ? field.name() : path + "." + field.name();
      field.is_repeated() ? Repeated(message, field, name) : Single(message, field, name);
    }
  }

  [[nodiscard]] absl::Status status() const {
    if (violations_.empty()) return absl::OkStatus();
    return FieldErrors(absl::StatusCode::kInvalidArgument, violations_);
  }

 private:
  void Single(const Message& message, const FieldDescriptor& field, const std::string& name) {
    const Reflection& reflection = *message.GetReflection();
    if (!reflection.HasField(message, &field)) {
      if (IsRequired(field)) violations_.push_back({name, Missing(field)});
      return;
    }
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Through(reflection.GetMessage(message, &field), name);
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return Number(field, reflection.GetDouble(message, &field), name);
      case FieldDescriptor::CPPTYPE_FLOAT:
        return Number(field, reflection.GetFloat(message, &field), name);
      case FieldDescriptor::CPPTYPE_ENUM:
        return Enum(field, reflection.GetEnumValue(message, &field), name);
      default:
        return;
    }
  }

  void Repeated(const Message& message, const FieldDescriptor& field, const std::string& name) {
    const Reflection& reflection = *message.GetReflection();
    const int size = reflection.FieldSize(message, &field);
    if (size == 0 && IsRequired(field)) violations_.push_back({name, Missing(field)});
    for (int i = 0; i < size && violations_.size() < kMaxViolations; ++i) {
      const auto at = [&] { return name + "[" + std::to_string(i) + "]"; };
      switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_MESSAGE:
          Through(reflection.GetRepeatedMessage(message, &field, i), at());
          break;
        case FieldDescriptor::CPPTYPE_DOUBLE:
          Number(field, reflection.GetRepeatedDouble(message, &field, i), at());
          break;
        case FieldDescriptor::CPPTYPE_FLOAT:
          Number(field, reflection.GetRepeatedFloat(message, &field, i), at());
          break;
        case FieldDescriptor::CPPTYPE_ENUM:
          Enum(field, reflection.GetRepeatedEnumValue(message, &field, i), at());
          break;
        default:
          return;
      }
    }
  }

  void Number(const FieldDescriptor& field, double value, const std::string& name) {
    if (std::isfinite(value)) return;
    if (std::isinf(value) && field.options().GetExtension(api::v1::may_be_infinite)) return;
    violations_.push_back({name, "must be a finite number"});
  }

  void Enum(const FieldDescriptor& field, int value, const std::string& name) {
    if (field.enum_type()->FindValueByNumber(value) != nullptr) return;
    violations_.push_back({name, std::to_string(value) + " is no value of it"});
  }

  std::vector<FieldViolation> violations_;
};

}  // namespace

bool IsRequired(const FieldDescriptor& field) {
  const google::protobuf::FieldOptions& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == google::api::REQUIRED) return true;
  }
  return false;
}

absl::Status CheckContract(const Message& request) {
  Walk walk;
  walk.Through(request, "");
  return walk.status();
}

absl::StatusOr<RenamedText> ReadRenamed(const Message& request, const std::string& name,
                                        const std::string& former_name) {
  const auto read = [&](const std::string& field) {
    return request.GetReflection()->GetString(request,
                                              request.GetDescriptor()->FindFieldByName(field));
  };
  RenamedText now{name, read(name)};
  RenamedText before{former_name, read(former_name)};
  if (before.text.empty()) return now;
  if (!now.text.empty() && now.text != before.text) {
    return InvalidField(former_name, "is the former name of " + name + ", and differs from it");
  }
  return before;
}

}  // namespace fairline::rpc
