#include "libs/testing/rpc.hpp"

#include <stdexcept>

namespace fairline::testing {
namespace {

const std::string& Key() {
  static const std::string key(32, 't');
  return key;
}

}  // namespace

const rpc::IdentityKey& TestIdentityKey() {
  static const rpc::IdentityKey key = rpc::IdentityKey::Make(Key()).value();
  return key;
}

TestHost::TestHost(const std::string& name, std::optional<Instant> now) {
  rpc::HostConfig config;
  config.listen = "127.0.0.1:0";
  config.identity_key = Key();
  config.max_threads = 64;
  config.drain_seconds = 5;
  config.now = now;
  host_ = rpc::Host::Make(name, config).value();
}

TestHost::~TestHost() {
  host_->Stop();
  if (serving_.joinable()) serving_.join();
}

void TestHost::Start() {
  const absl::Status status = host_->Start();
  if (!status.ok()) throw std::runtime_error(status.ToString());
  serving_ = std::thread([this] { (void)host_->Serve(); });
}

std::string TestHost::address() const { return "127.0.0.1:" + std::to_string(host_->port()); }

std::shared_ptr<grpc::Channel> TestHost::channel() const { return rpc::Connect(address()); }

rpc::Caller UserCaller(std::int64_t user_id, int role) {
  return {rpc::CallerKind::kUser, user_id, "user" + std::to_string(user_id), role, "test"};
}

rpc::Caller ServiceCaller(const std::string& name) {
  return {rpc::CallerKind::kService, 0, name, 0, ""};
}

void CallAs(grpc::ClientContext& context, const rpc::Caller& caller) {
  const auto now = std::chrono::system_clock::now();
  rpc::PrepareContext(context, {now + std::chrono::seconds(30), telemetry::TraceContext::Start(),
                                TestIdentityKey().Sign(caller, now)});
}

}  // namespace fairline::testing
