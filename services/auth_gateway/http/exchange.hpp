#pragma once
// One HTTP request being answered: what every handler gets.

#include <string>

#include "libs/telemetry/trace.hpp"
#include "services/auth_gateway/http/message.hpp"
#include "services/auth_gateway/http/problem.hpp"

namespace fairline::auth_gateway {

struct Exchange {
  const HttpRequest& request;
  HttpResponse& response;
  std::string method;  // HEAD is treated as GET; the server leaves the body out
  std::string path;    // percent-encoded, without the query
  std::string query;   // never logged: the old API has passwords there
  telemetry::TraceContext trace;
  // For metrics and logs: the route, never the path itself.
  std::string route = "none";
  std::string user = "";  // who it turned out to be, for the log

  void Json(int status, std::string body) const {
    response.status = status;
    response.SetBody(std::move(body), "application/json");
  }
  void Fail(const Problem& problem) const { WriteProblem(response, problem, trace.trace_id); }
  void Fail(const absl::Status& status) const { Fail(ProblemOf(status)); }

  [[nodiscard]] std::string Header(const char* name) const { return request.Field(name); }
};

}  // namespace fairline::auth_gateway
