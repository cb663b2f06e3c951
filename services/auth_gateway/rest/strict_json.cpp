#include "services/auth_gateway/rest/strict_json.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace fairline::auth_gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Messages that JSON writes as one string.
bool IsTextMessage(const Descriptor& message) {
  return message.full_name() == "google.protobuf.Timestamp" ||
         message.full_name() == "google.protobuf.Duration";
}

template <typename Integer>
bool IsInteger(const std::string& digits) {
  Integer value;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} && end == digits.data() + digits.size();
}

const char* Expected(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "must be true or false";
    case FieldDescriptor::CPPTYPE_STRING:
      return "must be a string";
    case FieldDescriptor::CPPTYPE_ENUM:
      return "must be the name of an enum value, as a string";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return IsTextMessage(*field.message_type()) ? "must be a string" : "must be an object";
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return "must be a number";
    default:
      return "must be an integer";
  }
}

// One open object or array.
struct Frame {
  const Descriptor* message;     // of an object
  const FieldDescriptor* field;  // the field whose value comes next, or the array's field
  bool array;
  std::set<int> seen;     // numbers of the object's fields
  std::size_t index = 0;  // in the array
};

class Walk final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Walk(const Descriptor& root, const std::map<int, std::string>& refused)
      : root_(root), refused_(refused) {}

  absl::Status status;

  bool null() override {
    if (frames_.empty()) return Refuse("must be an object");
    if (!frames_.back().array) return true;
    ++frames_.back().index;
    return Refuse("must not be null inside an array");
  }
  bool boolean(bool) override {
    return Scalar([](const FieldDescriptor& field) {
      return field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL;
    });
  }
  bool number_integer(number_integer_t value) override { return Integer(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Integer(std::to_string(value)); }
  bool number_float(number_float_t value, const string_t&) override {
    return Scalar([&](const FieldDescriptor& field) {
      if (!std::isfinite(value)) return false;
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
        return std::abs(value) <= std::numeric_limits<float>::max();
      }
      return field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE;
    });
  }
  bool string(string_t& value) override {
    if (value.find('\0') != std::string::npos) return Refuse("must not contain NUL");
    return Scalar([&](const FieldDescriptor& field) {
      switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_STRING:
          return true;
        case FieldDescriptor::CPPTYPE_ENUM:
          return field.enum_type()->FindValueByName(value) != nullptr;
        case FieldDescriptor::CPPTYPE_INT64:
          return IsInteger<std::int64_t>(value);
        case FieldDescriptor::CPPTYPE_UINT64:
          return IsInteger<std::uint64_t>(value);
        case FieldDescriptor::CPPTYPE_MESSAGE:
          return IsTextMessage(*field.message_type());
        default:
          return false;
      }
    });
  }
  bool binary(binary_t&) override { return Refuse("must not be binary"); }

  bool start_object(std::size_t) override {
    if (frames_.empty()) return Open(root_);
    if (!Enter()) return false;
    const FieldDescriptor& field = *frames_.back().field;
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE ||
        IsTextMessage(*field.message_type()) || field.is_map()) {
      return Refuse(Expected(field));
    }
    return Open(*field.message_type());
  }
  bool key(string_t& name) override {
    Frame& frame = frames_.back();
    frame.field = frame.message->FindFieldByName(name);
    if (frame.field == nullptr) {
      unknown_ = name.size() > 100 ? name.substr(0, 100) : name;
      return Refuse("is not a known field");
    }
    if (!frame.seen.insert(frame.field->number()).second) return Refuse("appears twice");
    if (frames_.size() == 1) {
      const auto refused = refused_.find(frame.field->number());
      if (refused != refused_.end()) return Refuse(refused->second);
    }
    return true;
  }
  bool end_object() override {
    frames_.pop_back();
    return true;
  }
  bool start_array(std::size_t) override {
    if (frames_.empty()) return Refuse("must be an object");
    Frame& frame = frames_.back();
    if (frame.array) ++frame.index;
    if (frame.array || !frame.field->is_repeated()) return Refuse(Expected(*frame.field));
    frames_.push_back({nullptr, frame.field, true, {}, 0});
    return true;
  }
  bool end_array() override {
    frames_.pop_back();
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    if (status.ok()) {
      status = absl::InvalidArgumentError("the body is not JSON: error at byte " +
                                          std::to_string(position));
    }
    return false;
  }

 private:
  bool Open(const Descriptor& message) {
    frames_.push_back({&message, nullptr, false, {}, 0});
    return true;
  }

  // A value begins here: counts it, and refuses a single value where an array is meant.
  bool Enter() {
    Frame& frame = frames_.back();
    if (frame.array) {
      ++frame.index;
      return true;
    }
    return !frame.field->is_repeated() || Refuse("must be an array");
  }

  template <typename Fits>
  bool Scalar(const Fits& fits) {
    if (frames_.empty()) return Refuse("must be an object");
    if (!Enter()) return false;
    const FieldDescriptor& field = *frames_.back().field;
    return fits(field) || Refuse(Expected(field));
  }

  bool Integer(const std::string& digits) {
    return Scalar([&](const FieldDescriptor& field) {
      switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
          return IsInteger<std::int32_t>(digits);
        case FieldDescriptor::CPPTYPE_INT64:
          return IsInteger<std::int64_t>(digits);
        case FieldDescriptor::CPPTYPE_UINT32:
          return IsInteger<std::uint32_t>(digits);
        case FieldDescriptor::CPPTYPE_UINT64:
          return IsInteger<std::uint64_t>(digits);
        case FieldDescriptor::CPPTYPE_FLOAT:
        case FieldDescriptor::CPPTYPE_DOUBLE:
          return true;
        default:
          return false;
      }
    });
  }

  // "outcomes[2].odds"
  [[nodiscard]] std::string Path() const {
    std::string path;
    for (const Frame& frame : frames_) {
      if (frame.array) {
        path += "[" + std::to_string(frame.index == 0 ? 0 : frame.index - 1) + "]";
        continue;
      }
      if (!path.empty()) path += '.';
      path += frame.field != nullptr ? frame.field->name() : unknown_;
    }
    return path;
  }

  bool Refuse(std::string_view reason) {
    status = frames_.empty() ? absl::InvalidArgumentError("the body " + std::string(reason))
                             : InvalidField(Path(), reason);
    return false;
  }

  const Descriptor& root_;
  const std::map<int, std::string>& refused_;
  std::vector<Frame> frames_;
  std::string unknown_;
};

}  // namespace

absl::Status CheckJson(std::string_view json, const Descriptor& message,
                       const std::map<int, std::string>& refused) {
  Walk walk(message, refused);
  nlohmann::json::sax_parse(json, &walk);
  return walk.status;
}

}  // namespace fairline::auth_gateway
