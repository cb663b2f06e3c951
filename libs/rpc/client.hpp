#pragma once
// Outgoing calls: channels to peers and the metadata every call carries.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "libs/rpc/call.hpp"
#include "libs/rpc/status_code.hpp"

namespace fairline::rpc {

// A channel that balances over all addresses of the name and reconnects within seconds when the
// peer comes back. `address`: "host:port" or "dns:///name:port".
[[nodiscard]] std::shared_ptr<grpc::Channel> Connect(const std::string& address);

// What an outgoing call carries.
struct Outgoing {
  std::chrono::system_clock::time_point deadline;
  telemetry::TraceContext trace;
  std::string identity_token;
};

// As the service itself, in the current trace (a new one when there is none).
[[nodiscard]] Outgoing AsService(const std::string& service, const IdentityKey& key,
                                 std::chrono::system_clock::time_point deadline);

void PrepareContext(grpc::ClientContext& context, const Outgoing& outgoing);

// Asks the standard health service there within `timeout`; Unavailable with the message kNotServing
// when that is its answer.
inline constexpr char kNotServing[] = "not serving";
[[nodiscard]] absl::Status CheckHealth(const std::shared_ptr<grpc::Channel>& channel,
                                       std::chrono::milliseconds timeout);
[[nodiscard]] absl::Status CheckHealth(const std::string& address,
                                       std::chrono::milliseconds timeout);
// The same of several at once; the answers are in the order of the channels. Takes no longer than
// `timeout` however many do not answer.
[[nodiscard]] std::vector<absl::Status> CheckHealthOfAll(
    const std::vector<std::shared_ptr<grpc::Channel>>& channels, std::chrono::milliseconds timeout);

}  // namespace fairline::rpc
