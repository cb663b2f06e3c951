#pragma once
// Who is calling. Services pass a short-lived signed token (JWT, HS256) in the gRPC metadata key
// "x-fairline-identity" and believe nothing else: no user id in a body is trusted.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"

namespace fairline::rpc {

inline constexpr char kIdentityMetadataKey[] = "x-fairline-identity";

enum class CallerKind { kAnonymous, kUser, kService };

// An account's role: 0 free, 1 premium, 9 admin.
inline constexpr int kRoleFree = 0;
inline constexpr int kRolePremium = 1;
inline constexpr int kRoleAdmin = 9;

struct Caller {
  CallerKind kind = CallerKind::kAnonymous;
  std::int64_t user_id = 0;  // users only
  std::string name;          // username, or the service's name
  int role = kRoleFree;      // users only
  std::string session;       // users only
};

// Signs and checks identity tokens with the key all services of one installation share. Immutable
// and thread-safe.
class IdentityKey {
 public:
  // InvalidArgument when shorter than 32 bytes.
  [[nodiscard]] static absl::StatusOr<IdentityKey> Make(std::string key);

  [[nodiscard]] std::string Sign(const Caller& caller, std::chrono::system_clock::time_point now,
                                 std::chrono::seconds lifetime = std::chrono::seconds(60)) const;

  // An empty token is the anonymous caller. Unauthenticated when forged, expired or malformed.
  [[nodiscard]] absl::StatusOr<Caller> Verify(std::string_view token,
                                              std::chrono::system_clock::time_point now) const;

 private:
  explicit IdentityKey(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

}  // namespace fairline::rpc
