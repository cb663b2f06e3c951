#include "libs/telemetry/metrics.hpp"

#include <charconv>
#include <thread>

#include <httplib.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>
#include <sys/socket.h>

namespace fairline::telemetry {

Metrics::Metrics(std::string_view service)
    : requests_(prometheus::BuildCounter()
                    .Name("fairline_requests_total")
                    .Help("Finished requests by method and status code")
                    .Labels({{"service", std::string(service)}})
                    .Register(registry_)),
      durations_(prometheus::BuildHistogram()
                     .Name("fairline_request_duration_seconds")
                     .Help("Duration of requests by method")
                     .Labels({{"service", std::string(service)}})
                     .Register(registry_)) {}

void Metrics::CountRequest(std::string_view method, std::string_view code, double seconds) {
  static const prometheus::Histogram::BucketBoundaries kBuckets{
      .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 60, 300};
  requests_.Add({{"method", std::string(method)}, {"code", std::string(code)}}).Increment();
  durations_.Add({{"method", std::string(method)}}, kBuckets).Observe(seconds);
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(registry_.Collect());
}

struct MetricsServer::Running {
  httplib::Server server;
  std::thread thread;
};

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(const std::string& listen,
                                                                    const Metrics& metrics) {
  const auto colon = listen.rfind(':');
  int port = -1;
  if (colon != std::string::npos) {
    std::from_chars(listen.data() + colon + 1, listen.data() + listen.size(), port);
  }
  if (port < 0 || port > 65535) {
    return absl::InvalidArgumentError("FAIRLINE_METRICS_LISTEN: not host:port: " + listen);
  }
  const std::string host = listen.substr(0, colon);
  std::unique_ptr<MetricsServer> self(new MetricsServer);
  self->running_ = std::make_unique<Running>();
  httplib::Server& server = self->running_->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(2); };
  server.set_tcp_nodelay(true);
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  // The library as it comes is not fit for strangers: it inflates and parses any body before it
  // routes, builds as many ranges as are asked for, and takes what it did not read for the next
  // request. So a connection is good for one plain GET.
  server.set_keep_alive_max_count(1);
  server.set_payload_max_length(0);
  server.set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    const bool plain = request.method == "GET" && request.ranges.empty();
    if (plain) return httplib::Server::HandlerResponse::Unhandled;
    response.status = request.method == "GET" ? 416 : 405;
    return httplib::Server::HandlerResponse::Handled;
  });
  server.Get("/metrics", [&metrics](const httplib::Request&, httplib::Response& response) {
    response.set_content(metrics.Text(), "text/plain; version=0.0.4");
  });
  if (port == 0) {
    self->port_ = server.bind_to_any_port(host.c_str());
  } else {
    self->port_ = server.bind_to_port(host.c_str(), port) ? port : -1;
  }
  if (self->port_ <= 0) {
    self->running_.reset();
    return absl::UnavailableError("cannot listen on " + listen + " for metrics: is it taken?");
  }
  self->running_->thread = std::thread([&server] { server.listen_after_bind(); });
  while (!server.is_running()) std::this_thread::yield();
  return self;
}

MetricsServer::~MetricsServer() {
  if (!running_) return;
  running_->server.stop();
  if (running_->thread.joinable()) running_->thread.join();
}

}  // namespace fairline::telemetry
