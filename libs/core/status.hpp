#pragma once
// Errors are absl::Status / absl::StatusOr. Which code means what, everywhere in Fairline:
//   InvalidArgument     bad input; names the field and the reason (InvalidField)
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
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

namespace fairline {

// The message of a status as a std::string.
[[nodiscard]] std::string MessageOf(const absl::Status& status);

// `status` with "context: " put before its message; OK stays OK. The context is prose: what the
// status said of a field is of another input than the caller's, and is dropped.
[[nodiscard]] absl::Status WithContext(const absl::Status& status, std::string_view context);

// What is wrong with one field of the input, as data beside the message. `field` is its path in the
// request, "bets[3].odds"; `reason` a clause without the field's name, "must be above 1".
struct FieldViolation {
  std::string field;
  std::string reason;
  friend bool operator==(const FieldViolation&, const FieldViolation&) = default;
};

// InvalidArgument "field: reason" that carries the violation.
[[nodiscard]] absl::Status InvalidField(std::string_view field, std::string_view reason);
// The same with a code other than InvalidArgument: a name that is taken, a match that has begun.
[[nodiscard]] absl::Status FieldError(absl::StatusCode code, std::string_view field,
                                      std::string_view reason);
// As FieldError, of several fields; the message joins them by "; ". There must be one at least.
[[nodiscard]] absl::Status FieldErrors(absl::StatusCode code,
                                       const std::vector<FieldViolation>& violations);

// What `status` says of fields; empty when it is about none.
[[nodiscard]] std::vector<FieldViolation> ViolationsOf(const absl::Status& status);

// `status` as the error of a part of the input: "odds: ..." within "bets[3]" is "bets[3].odds:
// ...". A status without a field becomes the part's own: "bets[3]: ...". OK stays OK.
[[nodiscard]] absl::Status Within(std::string_view part, const absl::Status& status);

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
