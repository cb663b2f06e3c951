#include "services/auth_gateway/routing/gateway.hpp"

#include <fmt/format.h>

#include "libs/telemetry/log.hpp"
#include "services/auth_gateway/docs/docs_page.hpp"
#include "services/auth_gateway/docs/openapi_document.hpp"
#include "services/auth_gateway/rest/path_template.hpp"

namespace fairline::auth_gateway {
namespace {

void AddSecurityHeaders(HttpResponse& response) {
  response.Set("Content-Security-Policy",
               "default-src 'self'; base-uri 'none'; form-action 'self'; "
               "frame-ancestors 'none'; object-src 'none'");
  response.Set("X-Content-Type-Options", "nosniff");
  response.Set("X-Frame-Options", "DENY");
  response.Set("Referrer-Policy", "no-referrer");
  response.Set("Cross-Origin-Opener-Policy", "same-origin");
  if (!response.Has("Cache-Control")) response.Set("Cache-Control", "no-store");
}

}  // namespace

Gateway::Gateway(const RouteTable& table, DeclaredRoutes& declared, OldApi& old_api,
                 StaticFiles files, telemetry::Metrics& metrics,
                 std::function<absl::Status()> ready)
    : declared_(declared),
      old_api_(old_api),
      files_(std::move(files)),
      metrics_(metrics),
      ready_(std::move(ready)),
      openapi_(OpenApiJson(table, old_api.Describe())),
      docs_(DocsPage(table, old_api.Describe())) {}

void Gateway::Handle(const HttpRequest& request, HttpResponse& response) {
  const auto begun = std::chrono::steady_clock::now();
  const auto incoming = telemetry::TraceContext::Parse(request.Field("traceparent"));
  const std::size_t question = request.target.find('?');
  Exchange exchange{
      .request = request,
      .response = response,
      .method = request.method == "HEAD" ? "GET" : request.method,
      .path = request.target.substr(0, question),
      .query = question == std::string::npos ? "" : request.target.substr(question + 1),
      .trace = incoming ? incoming->Child() : telemetry::TraceContext::Start()};
  const telemetry::TraceScope scope(exchange.trace);
  Dispatch(exchange);
  AddSecurityHeaders(response);
  response.Set("X-Request-Id", exchange.trace.trace_id);

  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const std::string status = std::to_string(response.status);
  metrics_.CountRequest(request.method + " " + exchange.route, status, seconds);
  // The path only, and only as far as it is routed: names and secrets can be anywhere else.
  (response.status < 400 ? telemetry::Debug : telemetry::Info)(
      "http", {{"method", request.method},
               {"route", exchange.route},
               {"status", status},
               {"ms", fmt::format("{:.3f}", seconds * 1000)},
               {"user", exchange.user}});
}

void Gateway::HandleError(const HttpRequest& request, HttpResponse& response) {
  const auto incoming = telemetry::TraceContext::Parse(request.Field("traceparent"));
  const telemetry::TraceContext trace =
      incoming ? incoming->Child() : telemetry::TraceContext::Start();
  std::string detail = "the request is malformed";
  if (response.status == 405) detail = "this server is no proxy";
  if (response.status == 408) detail = "the request did not come in time";
  if (response.status == 413) detail = "the body is too large";
  if (response.status == 414) detail = "the URI is too long";
  if (response.status == 415) detail = "send the body as it is, without a Content-Encoding";
  if (response.status == 417) detail = "no expectation but 100-continue can be met";
  if (response.status == 431) detail = "the header fields are too many or too large";
  if (response.status >= 500) detail = "something went wrong here";
  if (response.status == 501) detail = "no transfer coding but chunked is understood";
  if (response.status == 503) detail = "too many requests at once; try again shortly";
  if (response.status == 505) detail = "speak HTTP/1.1";
  WriteProblem(response, Problem{response.status, detail, {}}, trace.trace_id);
  AddSecurityHeaders(response);
}

void Gateway::Dispatch(Exchange& exchange) {
  try {
    for (const char* read : {"Authorization", "Idempotency-Key", "Last-Event-ID"}) {
      if (IsUtf8(exchange.Header(read))) continue;
      return exchange.Fail(Problem{400, std::string("the header ") + read + " is not UTF-8", {}});
    }
    if (exchange.method == "TRACE" || exchange.request.target == "*") return AnswerForAll(exchange);
    if (HandleOwn(exchange) || declared_.Handle(exchange) || old_api_.Handle(exchange) ||
        files_.Handle(exchange)) {
      return;
    }
    exchange.Fail(Problem{404, "there is nothing at this path", {}});
  } catch (const std::exception& error) {
    telemetry::Error("request failed", {{"route", exchange.route}, {"error", error.what()}});
    exchange.Fail(absl::InternalError("exception"));
  }
}

void Gateway::AnswerForAll(Exchange& exchange) {
  exchange.response.Set("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  if (exchange.method == "OPTIONS") {
    exchange.response.status = 204;
  } else {
    exchange.Fail(Problem{405, "no path takes TRACE", {}});
  }
}

bool Gateway::HandleOwn(Exchange& exchange) {
  const std::string& path = exchange.path;
  const bool own = path == "/healthz" || path == "/readyz" || path == "/openapi.json" ||
                   path == "/docs" || path == "/docs/style.css";
  if (!own) return false;
  exchange.route = path;
  if (exchange.method != "GET") {
    exchange.response.Set("Allow", "GET, HEAD");
    exchange.Fail(Problem{405, "this path takes GET", {}});
  } else if (path == "/healthz") {
    exchange.Json(200, R"({"status":"ok"})");
  } else if (path == "/readyz") {
    const absl::Status ready = ready_();
    if (ready.ok()) {
      exchange.Json(200, R"({"status":"ready"})");
    } else {
      exchange.Fail(Problem{503, "not ready: " + MessageOf(ready), {}});
    }
  } else if (path == "/openapi.json") {
    exchange.Json(200, openapi_);
  } else {
    exchange.response.status = 200;
    if (path == "/docs") {
      exchange.response.SetBody(docs_, "text/html; charset=utf-8");
    } else {
      exchange.response.SetBody(DocsStyle(), "text/css; charset=utf-8");
    }
  }
  return true;
}

}  // namespace fairline::auth_gateway
