#pragma once
// Whose word is taken for a client's address. Anybody can send X-Forwarded-For; it counts when the
// connection comes from a proxy that the configuration names.

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "libs/core/status.hpp"
#include "services/auth_gateway/http/message.hpp"

namespace fairline::auth_gateway {

class TrustedProxies {
 public:
  // Nobody.
  TrustedProxies() = default;

  // Networks or addresses with commas or blanks between them, "10.0.0.0/8, fd00::/8, 192.0.2.7";
  // empty for none. InvalidArgument names what is neither.
  [[nodiscard]] static absl::StatusOr<TrustedProxies> Parse(std::string_view networks);

  // The client's address, of a request that `peer` sent: the last in X-Forwarded-For or Forwarded
  // (RFC 7239) that is no trusted proxy. It is the peer's own when that is not trusted, when
  // neither field is there, when one cannot be read up to that place, and when both are there and
  // differ: one of them is then the client's word.
  [[nodiscard]] std::string ClientAddress(const boost::asio::ip::address& peer,
                                          const HttpRequest& request) const;

 private:
  [[nodiscard]] bool Has(const boost::asio::ip::address& address) const;

  std::vector<boost::asio::ip::network_v4> v4_;
  std::vector<boost::asio::ip::network_v6> v6_;
};

// An IPv4 address that came as ::ffff:a.b.c.d is that IPv4 address.
[[nodiscard]] boost::asio::ip::address Plain(const boost::asio::ip::address& address);

}  // namespace fairline::auth_gateway
