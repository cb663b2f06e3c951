#include "services/accounts/app/identity/session_tokens.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <memory>

#include <fmt/format.h>
#include <jwt.h>
#include <openssl/rand.h>

namespace fairline::accounts {
namespace {

using Jwt = std::unique_ptr<jwt_t, decltype([](jwt_t* jwt) { jwt_free(jwt); })>;
using EncodedToken = std::unique_ptr<char, decltype([](char* text) { std::free(text); })>;

constexpr std::string_view kBadToken = "the token is not valid or has expired; sign in again";

absl::Status BadToken() { return absl::UnauthenticatedError(std::string(kBadToken)); }

const unsigned char* Bytes(const std::string& key) {
  return reinterpret_cast<const unsigned char*>(key.data());
}

std::int64_t Seconds(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

}  // namespace

absl::StatusOr<std::string> SessionTokens::Issue(UserId user_id, std::int32_t token_version) const {
  std::array<unsigned char, 12> random;
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    return absl::InternalError("no random bytes for a session");
  }
  std::string session;
  for (const unsigned char byte : random) session += fmt::format("{:02x}", byte);

  jwt_t* raw = nullptr;
  if (jwt_new(&raw) != 0) return absl::InternalError("cannot make a token");
  const Jwt jwt(raw);
  const Instant now = clock_.Now();
  const bool filled =
      jwt_set_alg(jwt.get(), JWT_ALG_HS256, Bytes(key_), static_cast<int>(key_.size())) == 0 &&
      jwt_add_grant(jwt.get(), "sub", std::to_string(user_id.value).c_str()) == 0 &&
      jwt_add_grant_int(jwt.get(), "ver", token_version) == 0 &&
      jwt_add_grant(jwt.get(), "sid", session.c_str()) == 0 &&
      jwt_add_grant_int(jwt.get(), "iat", Seconds(now)) == 0 &&
      jwt_add_grant_int(jwt.get(), "exp", Seconds(now + kSessionLifetime)) == 0;
  if (!filled) return absl::InternalError("cannot fill a token");
  const EncodedToken encoded(jwt_encode_str(jwt.get()));
  if (encoded == nullptr) return absl::InternalError("cannot sign a token");
  return std::string(encoded.get());
}

absl::StatusOr<SessionClaims> SessionTokens::Verify(const std::string& token) const {
  jwt_t* raw = nullptr;
  if (jwt_decode(&raw, token.c_str(), Bytes(key_), static_cast<int>(key_.size())) != 0) {
    return BadToken();
  }
  const Jwt jwt(raw);
  // libjwt takes the algorithm from the token's own header.
  if (jwt_get_alg(jwt.get()) != JWT_ALG_HS256) return BadToken();
  const std::int64_t expires = jwt_get_grant_int(jwt.get(), "exp");
  if (expires <= Seconds(clock_.Now())) return BadToken();

  const char* subject = jwt_get_grant(jwt.get(), "sub");
  const char* session = jwt_get_grant(jwt.get(), "sid");
  if (subject == nullptr || session == nullptr) return BadToken();
  errno = 0;
  const std::int64_t version = jwt_get_grant_int(jwt.get(), "ver");
  if (errno != 0 || version < 0 || version > std::numeric_limits<std::int32_t>::max()) {
    return BadToken();
  }
  SessionClaims claims;
  claims.token_version = static_cast<std::int32_t>(version);
  claims.session = session;
  const std::string_view id = subject;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), claims.user_id.value);
  if (error != std::errc{} || end != id.data() + id.size()) return BadToken();
  return claims;
}

}  // namespace fairline::accounts
