#include "services/auth_gateway/http/trusted_proxies.hpp"

#include <algorithm>
#include <optional>

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>

namespace fairline::auth_gateway {
namespace {

namespace ip = boost::asio::ip;
using boost::system::error_code;

std::string Text(absl::string_view view) { return {view.data(), view.size()}; }

absl::string_view View(const std::string& text) { return text; }

// Of "192.0.2.7", "192.0.2.7:80", "2001:db8::1", "[2001:db8::1]:80"; nothing of anything else.
std::optional<ip::address> AddressOf(absl::string_view node) {
  node = absl::StripAsciiWhitespace(node);
  if (absl::ConsumePrefix(&node, "[")) {
    node = node.substr(0, node.find(']'));
  } else if (std::count(node.begin(), node.end(), ':') == 1) {
    node = node.substr(0, node.find(':'));
  }
  error_code error;
  const ip::address address = ip::make_address(Text(node), error);
  if (error) return std::nullopt;
  return Plain(address);
}

// The nodes named by all fields of this name, in order; the value of each `for` of Forwarded.
std::vector<std::string> Nodes(const HttpRequest& request, absl::string_view name, bool forwarded) {
  std::vector<std::string> nodes;
  for (const HttpField& field : request.fields) {
    if (!absl::EqualsIgnoreCase(View(field.name), name)) continue;
    for (const absl::string_view element : absl::StrSplit(View(field.value), ',')) {
      if (!forwarded) {
        nodes.push_back(Text(element));
        continue;
      }
      std::string node;
      for (absl::string_view pair : absl::StrSplit(element, ';')) {
        pair = absl::StripAsciiWhitespace(pair);
        if (!absl::StartsWithIgnoreCase(pair, "for=")) continue;
        pair.remove_prefix(4);
        (void)absl::ConsumePrefix(&pair, "\"");
        (void)absl::ConsumeSuffix(&pair, "\"");
        node = Text(pair);
      }
      nodes.push_back(node);
    }
  }
  return nodes;
}

}  // namespace

ip::address Plain(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  }
  return address;
}

absl::StatusOr<TrustedProxies> TrustedProxies::Parse(std::string_view networks) {
  TrustedProxies parsed;
  const absl::string_view list(networks.data(), networks.size());
  for (const absl::string_view entry :
       absl::StrSplit(list, absl::ByAnyChar(", "), absl::SkipEmpty())) {
    const std::string text = Text(entry);
    error_code error;
    const ip::address alone = ip::make_address(text, error);
    if (!error) {
      if (alone.is_v4()) {
        parsed.v4_.emplace_back(alone.to_v4(), 32);
      } else {
        parsed.v6_.emplace_back(alone.to_v6(), 128);
      }
      continue;
    }
    const ip::network_v4 v4 = ip::make_network_v4(text, error);
    if (!error) {
      parsed.v4_.push_back(v4.canonical());
      continue;
    }
    const ip::network_v6 v6 = ip::make_network_v6(text, error);
    if (error)
      return absl::InvalidArgumentError("a trusted proxy is neither a network nor an address: " +
                                        text);
    parsed.v6_.push_back(v6.canonical());
  }
  return parsed;
}

bool TrustedProxies::Has(const ip::address& address) const {
  if (address.is_v4()) {
    return std::any_of(v4_.begin(), v4_.end(), [&](const ip::network_v4& network) {
      return ip::network_v4(address.to_v4(), network.prefix_length()).canonical() == network;
    });
  }
  return std::any_of(v6_.begin(), v6_.end(), [&](const ip::network_v6& network) {
    return ip::network_v6(address.to_v6(), network.prefix_length()).canonical() == network;
  });
}

std::string TrustedProxies::ClientAddress(const ip::address& sender,
                                          const HttpRequest& request) const {
  const ip::address peer = Plain(sender);
  if (!Has(peer)) return peer.to_string();
  const auto told_by = [&](absl::string_view name, bool forwarded) {
    std::optional<ip::address> told;
    const std::vector<std::string> nodes = Nodes(request, name, forwarded);
    for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
      told = AddressOf(View(*node));
      if (!told) return std::optional(peer);
      if (!Has(*told)) break;
    }
    return told;
  };
  const auto forwarded_for = told_by("X-Forwarded-For", false);
  const auto forwarded = told_by("Forwarded", true);
  if (forwarded_for && forwarded && *forwarded_for != *forwarded) return peer.to_string();
  return forwarded_for.value_or(forwarded.value_or(peer)).to_string();
}

}  // namespace fairline::auth_gateway
