#pragma once
// A real gRPC host on a free port for rpc tests, and calls to it as anybody.

#include <memory>
#include <string>
#include <thread>

#include "libs/rpc/host.hpp"

namespace fairline::testing {

// Host of a service under test. Register services on `host()`, then Start().
class TestHost {
 public:
  // `now` is where its as-of clock stands.
  explicit TestHost(const std::string& name, std::optional<Instant> now = std::nullopt);
  ~TestHost();

  [[nodiscard]] rpc::Host& host() { return *host_; }
  void Start();
  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::shared_ptr<grpc::Channel> channel() const;

 private:
  std::unique_ptr<rpc::Host> host_;
  std::thread serving_;
};

// The key that every TestHost shares.
[[nodiscard]] const rpc::IdentityKey& TestIdentityKey();

[[nodiscard]] rpc::Caller UserCaller(std::int64_t user_id, int role);
[[nodiscard]] rpc::Caller ServiceCaller(const std::string& name);

// Fills `context` as `caller` with a deadline 30 seconds away.
void CallAs(grpc::ClientContext& context, const rpc::Caller& caller);

}  // namespace fairline::testing
