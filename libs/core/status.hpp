#pragma once
// Errors are absl::Status / absl::StatusOr. Which code means what, everywhere in Fairline:
//   InvalidArgument     bad input; the message names the field and the reason
//   NotFound            the named thing does not exist
//   AlreadyExists       a unique name is taken
//   FailedPrecondition  not now: no production model, stale odds, older schema
//   PermissionDenied / Unauthenticated   who may not / who are you
//   Aborted             a concurrent change won; the caller may retry
//   Unavailable         a peer or the database is down; idempotent calls may be retried
//   Internal            a bug: logged in full, bland to the caller

#include <string>
#include <string_view>
#include <utility>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

namespace fairline {

// `status` with "context: " put before its message; OK stays OK.
[[nodiscard]] inline absl::Status WithContext(absl::Status status, std::string_view context) {
  if (status.ok()) return status;
  std::string message(context);
  message += ": ";
  message.append(status.message().data(), status.message().size());
  return absl::Status(status.code(), message);
}

[[nodiscard]] inline absl::Status InvalidField(std::string_view field, std::string_view reason) {
  std::string message(field);
  message += ": ";
  message += reason;
  return absl::InvalidArgumentError(message);
}

}  // namespace fairline

#define FAIRLINE_CONCAT_INNER(a, b) a##b
#define FAIRLINE_CONCAT(a, b) FAIRLINE_CONCAT_INNER(a, b)

// Returns from the enclosing function when `expression` (a Status) is not OK.
#define RETURN_IF_ERROR(expression)                                         \
  do {                                                                      \
    if (absl::Status fairline_status = (expression); !fairline_status.ok()) \
      return fairline_status;                                               \
  } while (false)

// Evaluates a StatusOr; returns its error, or assigns its value to `target` (which may declare).
#define ASSIGN_OR_RETURN(target, expression) \
  ASSIGN_OR_RETURN_IMPL(FAIRLINE_CONCAT(fairline_status_or_, __LINE__), target, expression)
#define ASSIGN_OR_RETURN_IMPL(temporary, target, expression) \
  auto temporary = (expression);                             \
  if (!temporary.ok()) return std::move(temporary).status(); \
  target = std::move(temporary).value()
