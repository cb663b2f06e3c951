#include "services/auth_gateway/peers/bearer.hpp"

#include <strings.h>

namespace fairline::auth_gateway {

absl::StatusOr<std::optional<SignedIn>> Authenticate(AccountsClient& accounts, Exchange& exchange,
                                                     AccountsClient::Facts facts) {
  const std::string header = exchange.Header("Authorization");
  if (header.empty()) return std::optional<SignedIn>();
  constexpr std::string_view kScheme = "Bearer ";
  if (header.size() <= kScheme.size() ||
      strncasecmp(header.data(), kScheme.data(), kScheme.size()) != 0) {
    return absl::UnauthenticatedError("the Authorization header must be a bearer token");
  }
  ASSIGN_OR_RETURN(SignedIn signed_in, accounts.Authenticate(header.substr(kScheme.size()), facts));
  exchange.user = signed_in.member.username;
  return std::optional<SignedIn>(std::move(signed_in));
}

}  // namespace fairline::auth_gateway
