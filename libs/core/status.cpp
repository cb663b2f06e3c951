#include "libs/core/status.hpp"

#include <charconv>

#include <absl/strings/cord.h>

namespace fairline {
namespace {

// Violations travel in a payload of the status as size:text pairs ("4:odds15:must be above 1"), so
// that any text can stand in them. libs/rpc turns them into a google.rpc.BadRequest.
constexpr char kFieldsPayload[] = "fairline/fields";

void Append(std::string_view text, std::string& out) {
  out.append(std::to_string(text.size())).append(":").append(text);
}

// The next text, taken off `rest`.
std::string Take(std::string_view& rest) {
  std::size_t size = 0;
  const char* end = std::from_chars(rest.data(), rest.data() + rest.size(), size).ptr;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
  std::string text(rest.substr(0, size));
  rest.remove_prefix(size);
  return text;
}

}  // namespace

std::string MessageOf(const absl::Status& status) {
  return {status.message().data(), status.message().size()};
}

absl::Status WithContext(const absl::Status& status, std::string_view context) {
  if (status.ok()) return status;
  return absl::Status(status.code(), std::string(context) + ": " + MessageOf(status));
}

absl::Status InvalidField(std::string_view field, std::string_view reason) {
  return FieldError(absl::StatusCode::kInvalidArgument, field, reason);
}

absl::Status FieldError(absl::StatusCode code, std::string_view field, std::string_view reason) {
  return FieldErrors(code, {{std::string(field), std::string(reason)}});
}

absl::Status FieldErrors(absl::StatusCode code, const std::vector<FieldViolation>& violations) {
  std::string message;
  std::string payload;
  for (const FieldViolation& violation : violations) {
    if (!message.empty()) message += "; ";
    message.append(violation.field).append(": ").append(violation.reason);
    Append(violation.field, payload);
    Append(violation.reason, payload);
  }
  absl::Status status(code, message);
  status.SetPayload(kFieldsPayload, absl::Cord(payload));
  return status;
}

std::vector<FieldViolation> ViolationsOf(const absl::Status& status) {
  std::vector<FieldViolation> violations;
  const auto payload = status.GetPayload(kFieldsPayload);
  if (!payload) return violations;
  const std::string text(*payload);
  for (std::string_view rest = text; !rest.empty();) {
    std::string field = Take(rest);
    violations.push_back({std::move(field), Take(rest)});
  }
  return violations;
}

absl::Status Within(std::string_view part, const absl::Status& status) {
  if (status.ok()) return status;
  std::vector<FieldViolation> violations = ViolationsOf(status);
  if (violations.empty()) return FieldError(status.code(), part, MessageOf(status));
  for (FieldViolation& violation : violations) {
    violation.field = std::string(part) + "." + violation.field;
  }
  return FieldErrors(status.code(), violations);
}

}  // namespace fairline
