#include "libs/rpc/identity.hpp"

#include <cstdlib>
#include <memory>

#include <jwt.h>

namespace fairline::rpc {
namespace {

struct FreeJwt {
  void operator()(jwt_t* jwt) const { jwt_free(jwt); }
};
using Jwt = std::unique_ptr<jwt_t, FreeJwt>;

const char* KindName(CallerKind kind) {
  return kind == CallerKind::kService ? "service"
         : kind == CallerKind::kUser  ? "user"
                                      : "anonymous";
}

std::string TextGrant(jwt_t* jwt, const char* name) {
  const char* value = jwt_get_grant(jwt, name);
  return value == nullptr ? "" : value;
}

}  // namespace

absl::StatusOr<IdentityKey> IdentityKey::Make(std::string key) {
  if (key.size() < 32) {
    return absl::InvalidArgumentError("FAIRLINE_IDENTITY_KEY: shorter than 32 bytes");
  }
  return IdentityKey(std::move(key));
}

std::string IdentityKey::Sign(const Caller& caller, std::chrono::system_clock::time_point now,
                              std::chrono::seconds lifetime) const {
  jwt_t* raw = nullptr;
  jwt_new(&raw);
  const Jwt jwt(raw);
  const auto expiry =
      std::chrono::duration_cast<std::chrono::seconds>((now + lifetime).time_since_epoch());
  jwt_add_grant(raw, "kind", KindName(caller.kind));
  jwt_add_grant(raw, "name", caller.name.c_str());
  jwt_add_grant_int(raw, "uid", caller.user_id);
  jwt_add_grant_int(raw, "role", caller.role);
  jwt_add_grant(raw, "sid", caller.session.c_str());
  jwt_add_grant_int(raw, "exp", expiry.count());
  jwt_set_alg(raw, JWT_ALG_HS256, reinterpret_cast<const unsigned char*>(key_.data()),
              static_cast<int>(key_.size()));
  char* encoded = jwt_encode_str(raw);
  std::string token = encoded == nullptr ? "" : encoded;
  std::free(encoded);
  return token;
}

absl::StatusOr<Caller> IdentityKey::Verify(std::string_view token,
                                           std::chrono::system_clock::time_point now) const {
  if (token.empty()) return Caller{};
  jwt_t* raw = nullptr;
  const std::string text(token);
  const int failed =
      jwt_decode(&raw, text.c_str(), reinterpret_cast<const unsigned char*>(key_.data()),
                 static_cast<int>(key_.size()));
  const Jwt jwt(raw);
  // A token that names another algorithm, "none" among them, is not ours.
  if (failed != 0 || jwt_get_alg(raw) != JWT_ALG_HS256) {
    return absl::UnauthenticatedError("identity token: not valid");
  }
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (jwt_get_grant_int(raw, "exp") <= seconds) {
    return absl::UnauthenticatedError("identity token: expired");
  }
  Caller caller;
  const std::string kind = TextGrant(raw, "kind");
  if (kind == "service") {
    caller.kind = CallerKind::kService;
  } else if (kind == "user") {
    caller.kind = CallerKind::kUser;
  } else if (kind != "anonymous") {
    return absl::UnauthenticatedError("identity token: unknown kind of caller");
  }
  caller.name = TextGrant(raw, "name");
  caller.user_id = jwt_get_grant_int(raw, "uid");
  caller.role = static_cast<int>(jwt_get_grant_int(raw, "role"));
  caller.session = TextGrant(raw, "sid");
  return caller;
}

}  // namespace fairline::rpc
