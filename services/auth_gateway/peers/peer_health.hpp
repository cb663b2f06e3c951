#pragma once
// Whether the services behind the door can work, asked of their health services each half second
// beside all else. Thread-safe.

#include <map>
#include <memory>
#include <string>

#include <grpcpp/channel.h>

#include "libs/rpc/readiness.hpp"

namespace fairline::auth_gateway {

class PeerHealth {
 public:
  // `channels` by the full name of the gRPC service; those of one package are one peer.
  explicit PeerHealth(const std::map<std::string, std::shared_ptr<grpc::Channel>>& channels);

  // Never waits. Unavailable, naming each peer that is not able: "prediction does not serve,
  // training does not answer".
  [[nodiscard]] absl::Status Now() const { return readiness_.Now(); }

 private:
  using Peers = std::map<std::string, std::shared_ptr<grpc::Channel>>;
  [[nodiscard]] static Peers PeersOf(const Peers& services);
  [[nodiscard]] absl::Status Ask() const;

  const Peers peers_;         // by name
  rpc::Readiness readiness_;  // last: asks the others
};

}  // namespace fairline::auth_gateway
