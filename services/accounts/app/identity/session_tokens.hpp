#pragma once
// Bearer tokens: JWT (RFC 7519) signed by HS256, valid for 60 minutes of real time. The token
// carries the account's token version: raising it in the account revokes every older token.

#include <chrono>
#include <cstdint>
#include <string>

#include "libs/core/clock.hpp"
#include "libs/core/ids.hpp"
#include "libs/core/status.hpp"

namespace fairline::accounts {

inline constexpr std::chrono::minutes kSessionLifetime{60};

struct SessionClaims {
  UserId user_id;
  std::int32_t token_version = 0;
  std::string session;  // random; names the sign-in in logs and audit
};

class SessionTokens {
 public:
  // `key` has at least 32 bytes. `clock` is real time and outlives this.
  SessionTokens(std::string key, const Clock& clock) : key_(std::move(key)), clock_(clock) {}

  // A token of a new session.
  [[nodiscard]] absl::StatusOr<std::string> Issue(UserId user_id, std::int32_t token_version) const;

  // Unauthenticated when malformed, signed otherwise, or expired.
  [[nodiscard]] absl::StatusOr<SessionClaims> Verify(const std::string& token) const;

 private:
  std::string key_;
  const Clock& clock_;
};

}  // namespace fairline::accounts
