#pragma once
// Everything the gateway answers over HTTP: the declared routes, the old API, the web page, the
// documentation and the health checks. One call a request, from any thread.

#include <functional>
#include <memory>
#include <string>

#include "libs/telemetry/metrics.hpp"
#include "services/auth_gateway/http/static_files.hpp"
#include "services/auth_gateway/old_api/old_api.hpp"
#include "services/auth_gateway/rest/declared_routes.hpp"

namespace fairline::auth_gateway {

class Gateway {
 public:
  // `ready` answers /readyz. Everything given by reference outlives this.
  Gateway(const RouteTable& table, DeclaredRoutes& declared, OldApi& old_api, StaticFiles files,
          telemetry::Metrics& metrics, std::function<absl::Status()> ready);

  // Answers one request, with its trace, metrics, log line and security headers.
  void Handle(const HttpRequest& request, HttpResponse& response);

  // The body of an error that the HTTP server itself answers.
  static void HandleError(const HttpRequest& request, HttpResponse& response);

 private:
  void Dispatch(Exchange& exchange);
  // What is asked of the server as a whole.
  static void AnswerForAll(Exchange& exchange);
  [[nodiscard]] bool HandleOwn(Exchange& exchange);

  DeclaredRoutes& declared_;
  OldApi& old_api_;
  const StaticFiles files_;
  telemetry::Metrics& metrics_;
  const std::function<absl::Status()> ready_;
  const std::string openapi_;
  const std::string docs_;
};

}  // namespace fairline::auth_gateway
