#pragma once
// Prometheus metrics of one process and the small HTTP server that shows them at /metrics.

#include <memory>
#include <string>
#include <string_view>

#include <prometheus/registry.h>

#include "libs/core/status.hpp"

namespace httplib {
class Server;
}

namespace fairline::telemetry {

class Metrics {
 public:
  explicit Metrics(std::string_view service);

  // Counts one finished request; `code` is a gRPC or HTTP status. Thread-safe.
  void CountRequest(std::string_view method, std::string_view code, double seconds);

  // For metrics of a service's own.
  [[nodiscard]] prometheus::Registry& registry() { return registry_; }

  // Prometheus text format.
  [[nodiscard]] std::string Text() const;

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& durations_;
};

// Serves GET /metrics on "host:port" from a thread of its own until destroyed. Port 0 picks one.
class MetricsServer {
 public:
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(
      const std::string& listen, const Metrics& metrics);
  ~MetricsServer();
  [[nodiscard]] int port() const { return port_; }

 private:
  MetricsServer() = default;
  struct Running;
  std::unique_ptr<Running> running_;
  int port_ = 0;
};

}  // namespace fairline::telemetry
