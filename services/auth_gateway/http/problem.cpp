#include "services/auth_gateway/http/problem.hpp"

#include <nlohmann/json.hpp>

#include "libs/core/no_room.hpp"

namespace fairline::auth_gateway {
namespace {

int HttpStatusOf(absl::StatusCode code, bool names_field) {
  switch (code) {
    case absl::StatusCode::kOk:
      return 200;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return names_field ? 422 : 400;
    case absl::StatusCode::kUnauthenticated:
      return 401;
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kFailedPrecondition:
      return 409;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    case absl::StatusCode::kCancelled:
      return 499;
    case absl::StatusCode::kUnimplemented:
      return 501;
    case absl::StatusCode::kUnavailable:
      return 503;
    case absl::StatusCode::kDeadlineExceeded:
      return 504;
    default:
      return 500;
  }
}

}  // namespace

Problem ProblemOf(const absl::Status& status) {
  Problem problem{.status = 0, .detail = MessageOf(status), .errors = ViolationsOf(status)};
  problem.status = HttpStatusOf(status.code(), !problem.errors.empty());
  if (IsNoRoom(status)) problem.status = 503;  // not that anybody asked too much
  if (problem.status != 500) return problem;
  return {.status = 500,
          .detail = "something went wrong here; the trace id finds it in the logs",
          .errors = {}};
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 499:
      return "Client Closed Request";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Error";
  }
}

void WriteProblem(HttpResponse& response, const Problem& problem, std::string_view trace_id) {
  nlohmann::ordered_json body = {{"type", "about:blank"},
                                 {"title", ReasonPhrase(problem.status)},
                                 {"status", problem.status},
                                 {"detail", problem.detail},
                                 {"trace_id", trace_id}};
  if (!problem.errors.empty()) {
    auto& errors = body["errors"] = nlohmann::ordered_json::array();
    for (const FieldViolation& error : problem.errors) {
      errors.push_back({{"field", error.field}, {"reason", error.reason}});
    }
  }
  if (problem.status == 401) response.Set("WWW-Authenticate", "Bearer");
  if (problem.status == 429) response.Set("Retry-After", "60");
  if (problem.status == 503) response.Set("Retry-After", "2");
  response.status = problem.status;
  response.SetBody(body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace),
                   "application/problem+json");
}

}  // namespace fairline::auth_gateway
