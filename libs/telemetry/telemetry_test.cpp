#include <catch2/catch.hpp>
#include <httplib.h>

#include "libs/telemetry/metrics.hpp"
#include "libs/telemetry/trace.hpp"

namespace fairline::telemetry {
namespace {

TEST_CASE("a traceparent is read back and a child keeps the trace", "[telemetry]") {
  const TraceContext trace = TraceContext::Start();
  const auto parsed = TraceContext::Parse(trace.Traceparent());
  REQUIRE(parsed);
  CHECK(parsed->trace_id == trace.trace_id);
  CHECK(parsed->Child().trace_id == trace.trace_id);
  CHECK(parsed->Child().span_id != trace.span_id);
}

TEST_CASE("malformed traceparents are ignored", "[telemetry]") {
  CHECK_FALSE(TraceContext::Parse(""));
  CHECK_FALSE(TraceContext::Parse("00-00000000000000000000000000000000-0000000000000001-01"));
  CHECK_FALSE(TraceContext::Parse("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"));
  CHECK(TraceContext::Parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
}

TEST_CASE("scopes nest", "[telemetry]") {
  CHECK(TraceScope::Current() == nullptr);
  const TraceScope outer(TraceContext::Start());
  const std::string id = TraceScope::Current()->trace_id;
  {
    const TraceScope inner(TraceContext::Start());
    CHECK(TraceScope::Current()->trace_id != id);
  }
  CHECK(TraceScope::Current()->trace_id == id);
}

TEST_CASE("requests are counted by method and code", "[telemetry]") {
  Metrics metrics("test");
  metrics.CountRequest("List", "OK", 0.002);
  metrics.CountRequest("List", "OK", 0.2);
  CHECK_THAT(
      metrics.Text(),
      Catch::Contains(R"(fairline_requests_total{code="OK",method="List",service="test"} 2)") ||
          Catch::Contains(R"(fairline_requests_total{service="test",code="OK",method="List"} 2)"));
}

TEST_CASE("the metrics port answers a plain GET and ends the connection", "[telemetry]") {
  Metrics metrics("test");
  metrics.CountRequest("List", "OK", 0.002);
  const auto server = MetricsServer::Start("127.0.0.1:0", metrics).value();
  httplib::Client client("127.0.0.1", server->port());
  const auto plain = client.Get("/metrics");
  REQUIRE(plain);
  CHECK(plain->status == 200);
  CHECK(plain->body == metrics.Text());
  CHECK(plain->get_header_value("Connection") == "close");
  CHECK(client.Get("/")->status == 404);

  // A heading of these made the library's own reader run out of stack.
  const httplib::MultipartFormDataItems form = {{"a", "1", std::string(16'000, 'a'), ""}};
  CHECK(client.Post("/metrics", form)->status == 405);
  CHECK(client.Put("/metrics", "x", "text/plain")->status == 405);
  std::string many = "bytes=0-";
  while (many.size() < 8'000) many += ",0-";
  const auto ranges = client.Get("/metrics", {{"Range", many}});
  CHECK((!ranges || ranges->status == 416 || ranges->status == 400));
  CHECK(client.Get("/metrics")->status == 200);
}

}  // namespace
}  // namespace fairline::telemetry
