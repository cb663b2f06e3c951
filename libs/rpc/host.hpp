#pragma once
// The frame of every service process: gRPC server, standard health service (honest), reflection,
// metrics, and a graceful stop on SIGTERM or SIGINT.

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "libs/config/environment.hpp"
#include "libs/core/clock.hpp"
#include "libs/rpc/call.hpp"
#include "libs/rpc/client.hpp"
#include "libs/rpc/identity.hpp"
#include "libs/rpc/readiness.hpp"
#include "libs/telemetry/metrics.hpp"

namespace fairline::rpc {

struct HostConfig {
  std::string listen;          // gRPC, "127.0.0.1:50051"; port 0 picks one
  std::string metrics_listen;  // HTTP /metrics; empty for none
  std::string identity_key;    // at least 32 bytes, the same in all services
  std::string log_level;       // debug, info, warning, error
  int max_threads;             // handlers at once; more calls are refused (ResourceExhausted)
  int drain_seconds;           // running calls get this long after SIGTERM
  std::optional<Instant> now;  // FAIRLINE_NOW: where the as-of clock stands

  [[nodiscard]] static HostConfig Read(config::Environment& env);
};

class Host {
 public:
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Host>> Make(std::string name,
                                                                  HostConfig config);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // Before Start. The service must outlive the Host's Serve.
  void Register(grpc::Service& service);

  // Before Start. All are asked each second, on a thread of their own: the health service says
  // SERVING only while the last answers are OK and not older than three seconds, so a check that
  // hangs is a no. It has to come back in the end: the process cannot stop before.
  void AddReadiness(std::function<absl::Status()> check);

  // Called in reverse order when draining begins, before running calls are waited for.
  void OnDrain(std::function<void()> action);

  // Listens. Unavailable when the port is taken.
  [[nodiscard]] absl::Status Start();
  // Start (unless done), then until SIGTERM, SIGINT or Stop; then drains, whatever the readiness
  // check is doing. Blocks.
  [[nodiscard]] absl::Status Serve();
  // As SIGTERM does; for tests and for services that cannot go on.
  void Stop();
  // What the health service says now; starts as false.
  [[nodiscard]] bool Ready() const { return ready_; }
  [[nodiscard]] bool Draining() const { return draining_; }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const IdentityKey& key() const { return key_; }
  [[nodiscard]] telemetry::Metrics& metrics() { return metrics_; }
  [[nodiscard]] const Clock& as_of() const { return as_of_; }
  // How long running calls get when draining begins.
  [[nodiscard]] std::chrono::seconds drain_time() const {
    return std::chrono::seconds(config_.drain_seconds);
  }
  // After Start.
  [[nodiscard]] int port() const { return port_; }

  // For the handlers of the generated service: EndpointFor<v1::IngestService>().
  template <typename GeneratedService>
  [[nodiscard]] Endpoint EndpointFor() {
    return {GeneratedService::service_full_name(), key_, metrics_};
  }
  // A call of this service to a peer, in its own name.
  [[nodiscard]] Outgoing ServiceCall(std::chrono::milliseconds timeout) const {
    return AsService(name_, key_, std::chrono::system_clock::now() + timeout);
  }

 private:
  Host(std::string name, HostConfig config, IdentityKey key);
  void UpdateHealth();
  void Drain();

  std::string name_;
  HostConfig config_;
  IdentityKey key_;
  telemetry::Metrics metrics_;
  AsOfClock as_of_;
  std::vector<grpc::Service*> services_;
  std::vector<std::function<absl::Status()>> checks_;
  std::unique_ptr<Readiness> readiness_;  // while the server runs
  std::vector<std::function<void()>> on_drain_;
  std::unique_ptr<telemetry::MetricsServer> metrics_server_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  std::atomic<bool> ready_{false};
  std::atomic<bool> draining_{false};
  std::atomic<bool> stop_requested_{false};
};

}  // namespace fairline::rpc
