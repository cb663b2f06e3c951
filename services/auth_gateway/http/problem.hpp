#pragma once
// Errors as RFC 9457 problem details (application/problem+json). `detail` is where FastAPI's
// clients look too. The one table from status codes to HTTP is here.

#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "services/auth_gateway/http/message.hpp"

namespace fairline::auth_gateway {

struct Problem {
  int status = 500;
  std::string detail;
  std::vector<FieldViolation> errors;  // which fields were wrong, when some were
};

//   InvalidArgument, OutOfRange  422 when the status carries a field (InvalidField),
//                                400 when the request as a whole is malformed
//   Unauthenticated 401   PermissionDenied 403   NotFound 404   AlreadyExists, Aborted,
//   FailedPrecondition 409   ResourceExhausted 429   Cancelled 499   Unimplemented 501
//   Unavailable, NoRoom 503   DeadlineExceeded 504   everything else 500, with a bland detail
[[nodiscard]] Problem ProblemOf(const absl::Status& status);

// "Not Found" for 404.
[[nodiscard]] std::string_view ReasonPhrase(int status);

// Status, body and the headers that belong to the status (WWW-Authenticate, Retry-After).
void WriteProblem(HttpResponse& response, const Problem& problem, std::string_view trace_id);

}  // namespace fairline::auth_gateway
