#pragma once
// One HTTP request being answered: what every handler gets.

#include <string>

#include <httplib.h>

#include "libs/telemetry/trace.hpp"
#include "services/auth_gateway/http/problem.hpp"

namespace fairline::auth_gateway {

struct Exchange {
  const httplib::Request& request;
  httplib::Response& response;
  std::string method;  // HEAD is treated as GET; the server leaves the body out
  std::string path;    // percent-encoded, without the query
  std::string query;   // never logged: the old API has passwords there
  telemetry::TraceContext trace;
  // For metrics and logs: the route, never the path itself.
  std::string route = "none";
  std::string user = "";  // who it turned out to be, for the log

  void Json(int status, const std::string& body) const {
    response.status = status;
    response.set_content(body, "application/json");
  }
  void Fail(const Problem& problem) const { WriteProblem(response, problem, trace.trace_id); }
  void Fail(const absl::Status& status) const { Fail(ProblemOf(status)); }

  [[nodiscard]] std::string Header(const char* name) const {
    return request.get_header_value(name);
  }
};

}  // namespace fairline::auth_gateway
