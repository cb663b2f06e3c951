#include "services/auth_gateway/peers/peer_health.hpp"

#include <vector>

#include <fmt/format.h>

#include "libs/rpc/client.hpp"

namespace fairline::auth_gateway {
namespace {

constexpr std::chrono::milliseconds kTimeout{1500};
constexpr std::chrono::milliseconds kInterval{500};
constexpr std::chrono::milliseconds kHolds{3000};

// "fairline.prediction.v1.RecordService" is of the peer "prediction".
std::string NameOf(const std::string& service) {
  const std::size_t begin = service.find('.') + 1;
  const std::string package = service.substr(begin, service.find('.', begin) - begin);
  return package == "registry" ? "model_registry" : package;
}

}  // namespace

PeerHealth::PeerHealth(const std::map<std::string, std::shared_ptr<grpc::Channel>>& channels)
    : peers_(PeersOf(channels)), readiness_([this] { return Ask(); }, kInterval, kHolds) {}

PeerHealth::Peers PeerHealth::PeersOf(const Peers& services) {
  Peers peers;
  for (const auto& [service, channel] : services) peers.emplace(NameOf(service), channel);
  return peers;
}

absl::Status PeerHealth::Ask() const {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (const auto& [name, channel] : peers_) channels.push_back(channel);
  const std::vector<absl::Status> answers = rpc::CheckHealthOfAll(channels, kTimeout);
  std::string unable;
  auto answer = answers.begin();
  for (const auto& [name, channel] : peers_) {
    if (const absl::Status& status = *answer++; !status.ok()) {
      const bool answered = status.message() == rpc::kNotServing;
      unable += fmt::format("{}{} does not {}", unable.empty() ? "" : ", ", name,
                            answered ? "serve" : "answer");
    }
  }
  return unable.empty() ? absl::OkStatus() : absl::UnavailableError(unable);
}

}  // namespace fairline::auth_gateway
