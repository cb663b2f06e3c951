#include "services/auth_gateway/rest/json_reader.hpp"

#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "fairline/api/v1/options.pb.h"

#include "services/auth_gateway/rest/fields.hpp"

namespace fairline::auth_gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const char* Expected(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "must be true or false";
    case FieldDescriptor::CPPTYPE_STRING:
      return "must be a string";
    case FieldDescriptor::CPPTYPE_ENUM:
      return "must be an enum value's name, as a string, or its number";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return IsTimestamp(field) ? "must be a time by RFC 3339, as a string" : "must be an object";
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return field.options().GetExtension(api::v1::may_be_infinite) ? "must be a number or Infinity"
                                                                    : "must be a number";
    default:
      return "must be an integer";
  }
}

// One open object or array.
struct Frame {
  Message* message;              // the object's, or the one that holds the array
  const FieldDescriptor* field;  // the field whose value comes next, or the array's field
  bool array;
  std::set<int> seen = {};  // numbers of the object's fields
  std::size_t index = 0;    // of the next element of the array
};

class Walk final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Walk(Message& root, const std::map<int, std::string>& refused) : root_(root), refused_(refused) {}

  absl::Status status;

  bool null() override {
    if (frames_.empty()) return Refuse("must be an object");
    return !frames_.back().array || Refuse("must not be null inside an array");
  }
  bool boolean(bool value) override {
    return Scalar([&](Message& message, const FieldDescriptor& field) {
      if (field.cpp_type() != FieldDescriptor::CPPTYPE_BOOL) return false;
      PutBool(message, field, value);
      return true;
    });
  }
  bool number_integer(number_integer_t value) override { return Number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Number(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return Number(text); }
  bool string(string_t& value) override {
    if (value.find('\0') != std::string::npos) return Refuse("must not contain NUL");
    return Scalar([&](Message& message, const FieldDescriptor& field) {
      return field.cpp_type() != FieldDescriptor::CPPTYPE_BOOL && PutText(message, field, value);
    });
  }
  bool binary(binary_t&) override { return Refuse("must not be binary"); }

  bool start_object(std::size_t) override {
    if (frames_.empty()) {
      frames_.push_back({&root_, nullptr, false});
      return true;
    }
    if (!MayTakeValue()) return false;
    Frame& frame = frames_.back();
    const FieldDescriptor& field = *frame.field;
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || IsTimestamp(field) ||
        field.is_map()) {
      return Refuse(Expected(field));
    }
    const auto& reflection = *frame.message->GetReflection();
    Message* inner = field.is_repeated() ? reflection.AddMessage(frame.message, &field)
                                         : reflection.MutableMessage(frame.message, &field);
    frames_.push_back({inner, nullptr, false});
    return true;
  }
  bool key(string_t& name) override {
    Frame& frame = frames_.back();
    frame.field = FindField(*frame.message->GetDescriptor(), name);
    if (frame.field == nullptr) {
      unknown_ = name.substr(0, 100);
      return Refuse("is not a known field");
    }
    if (!frame.seen.insert(frame.field->number()).second) return Refuse("appears twice");
    if (frames_.size() == 1) {
      const auto refused = refused_.find(frame.field->number());
      if (refused != refused_.end()) return Refuse(refused->second);
    }
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override {
    if (frames_.empty()) return Refuse("must be an object");
    const Frame& frame = frames_.back();
    if (frame.array || !frame.field->is_repeated()) return Refuse(Expected(*frame.field));
    frames_.push_back({frame.message, frame.field, true});
    return true;
  }
  bool end_array() override { return Close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    if (status.ok()) {
      status = absl::InvalidArgumentError("the body is not JSON: error at byte " +
                                          std::to_string(position));
    }
    return false;
  }

 private:
  // The object or array ends; it may have been an element of an array.
  bool Close() {
    frames_.pop_back();
    if (!frames_.empty() && frames_.back().array) ++frames_.back().index;
    return true;
  }

  bool MayTakeValue() {
    const Frame& frame = frames_.back();
    return frame.array || !frame.field->is_repeated() || Refuse("must be an array");
  }

  // `put` stores the value and says whether it fits.
  template <typename Put>
  bool Scalar(const Put& put) {
    if (frames_.empty()) return Refuse("must be an object");
    if (!MayTakeValue()) return false;
    Frame& frame = frames_.back();
    if (!put(*frame.message, *frame.field)) return Refuse(Expected(*frame.field));
    ++frame.index;
    return true;
  }

  bool Number(const std::string& text) {
    return Scalar([&](Message& message, const FieldDescriptor& field) {
      return PutNumber(message, field, text);
    });
  }

  // "outcomes[2].odds"
  [[nodiscard]] std::string Path() const {
    std::string path;
    for (const Frame& frame : frames_) {
      if (frame.array) {
        path += '[';
        path += std::to_string(frame.index);
        path += ']';
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

  Message& root_;
  const std::map<int, std::string>& refused_;
  std::vector<Frame> frames_;
  std::string unknown_;
};

}  // namespace

absl::Status ReadJson(std::string_view json, const std::map<int, std::string>& refused,
                      Message& message) {
  Walk walk(message, refused);
  nlohmann::json::sax_parse(json, &walk);
  return walk.status;
}

}  // namespace fairline::auth_gateway
