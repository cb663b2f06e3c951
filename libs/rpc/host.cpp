#include "libs/rpc/host.hpp"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <signal.h>

#include "libs/telemetry/log.hpp"

namespace fairline::rpc {
namespace {

constexpr std::chrono::milliseconds kCheckInterval{1000};
constexpr std::chrono::milliseconds kAnswerHolds{3000};

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

HostConfig HostConfig::Read(config::Environment& env) {
  HostConfig config;
  config.listen = env.Text("FAIRLINE_LISTEN", "host:port of the gRPC server");
  config.metrics_listen =
      env.Text("FAIRLINE_METRICS_LISTEN", "host:port of GET /metrics; empty for none", "");
  config.identity_key = env.Secret("FAIRLINE_IDENTITY_KEY",
                                   "key that signs who is calling, the same in all services", 32);
  config.log_level = env.Text("FAIRLINE_LOG_LEVEL", "debug, info, warning or error", "info");
  config.max_threads =
      static_cast<int>(env.Integer("FAIRLINE_MAX_THREADS", "calls handled at once", 64, 4, 1024));
  config.drain_seconds = static_cast<int>(env.Integer(
      "FAIRLINE_DRAIN_SECONDS", "time that running calls get after SIGTERM", 10, 0, 600));
  config.now = env.OptionalInstant("FAIRLINE_NOW",
                                   "moment up to which things are known, RFC 3339; real time "
                                   "when absent");
  return config;
}

Host::Host(std::string name, HostConfig config, IdentityKey key)
    : name_(std::move(name)),
      config_(std::move(config)),
      key_(std::move(key)),
      metrics_(name_),
      as_of_(config_.now) {}

Host::~Host() {
  if (server_ && !draining_) Drain();
}

absl::StatusOr<std::unique_ptr<Host>> Host::Make(std::string name, HostConfig config) {
  // Blocked before any thread is started: one that does not block them would take a signal that
  // sigtimedwait is not waiting for at that moment, and end the process without draining.
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  ASSIGN_OR_RETURN(IdentityKey key, IdentityKey::Make(config.identity_key));
  std::unique_ptr<Host> host(new Host(std::move(name), std::move(config), std::move(key)));
  if (!host->config_.metrics_listen.empty()) {
    ASSIGN_OR_RETURN(host->metrics_server_,
                     telemetry::MetricsServer::Start(host->config_.metrics_listen, host->metrics_));
  }
  return host;
}

void Host::Register(grpc::Service& service) { services_.push_back(&service); }

void Host::AddReadiness(std::function<absl::Status()> check) {
  checks_.push_back(std::move(check));
}

void Host::OnDrain(std::function<void()> action) { on_drain_.push_back(std::move(action)); }

absl::Status Host::Start() {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  grpc::ResourceQuota quota;
  quota.SetMaxThreads(config_.max_threads);
  builder.SetResourceQuota(quota);
  // gRPC's own choice, two pollers for each of a queue per core, ends and makes a thread for every
  // third call under load.
  using Option = grpc::ServerBuilder::SyncServerOption;
  const int min_pollers = std::clamp(config_.max_threads / 4, 1, 4);
  builder.SetSyncServerOption(Option::NUM_CQS, 1);
  builder.SetSyncServerOption(Option::MIN_POLLERS, min_pollers);
  builder.SetSyncServerOption(Option::MAX_POLLERS, std::max(min_pollers, config_.max_threads / 2));
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(16 << 20);
  builder.AddListeningPort(config_.listen, grpc::InsecureServerCredentials(), &port_);
  for (grpc::Service* service : services_) builder.RegisterService(service);
  server_ = builder.BuildAndStart();
  if (!server_ || port_ == 0) {
    server_.reset();
    return absl::UnavailableError("cannot listen on " + config_.listen +
                                  " (FAIRLINE_LISTEN): is the port taken?");
  }
  server_->GetHealthCheckService()->SetServingStatus(false);
  readiness_ = std::make_unique<Readiness>(
      [this] {
        absl::Status status;
        for (const auto& check : checks_) status.Update(check());
        return status;
      },
      kCheckInterval, kAnswerHolds);
  telemetry::Info("listening", {{"port", std::to_string(port_)}});
  return absl::OkStatus();
}

void Host::UpdateHealth() {
  const absl::Status status = readiness_->Now();
  if (status.ok() == ready_) return;
  ready_ = status.ok();
  server_->GetHealthCheckService()->SetServingStatus(status.ok());
  telemetry::Info(status.ok() ? "ready" : "not ready", {{"reason", MessageOf(status)}});
}

absl::Status Host::Serve() {
  if (!server_) RETURN_IF_ERROR(Start());
  const sigset_t signals = StopSignals();
  while (!stop_requested_) {
    const timespec wait{0, 100'000'000};
    if (sigtimedwait(&signals, nullptr, &wait) > 0) break;
    UpdateHealth();
  }
  Drain();
  return absl::OkStatus();
}

void Host::Stop() { stop_requested_ = true; }

void Host::Drain() {
  draining_ = true;
  ready_ = false;
  telemetry::Info("draining");
  server_->GetHealthCheckService()->SetServingStatus(false);
  for (auto action = on_drain_.rbegin(); action != on_drain_.rend(); ++action) (*action)();
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(config_.drain_seconds));
  server_->Wait();
  readiness_.reset();  // asks what `run` of ServiceMain is about to take down
  telemetry::Info("stopped");
}

}  // namespace fairline::rpc
