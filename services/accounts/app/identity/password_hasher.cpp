#include "services/accounts/app/identity/password_hasher.hpp"

#include <array>

#include <argon2.h>
#include <malloc.h>
#include <openssl/rand.h>

#include "libs/text/unicode.hpp"

namespace fairline::accounts {
namespace {

constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kMemoryKiB = 19 * 1024;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

absl::StatusOr<std::string> Argon2id(std::string_view password) {
  std::array<unsigned char, kSaltBytes> salt;
  if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1) {
    return absl::InternalError("no random bytes for a salt");
  }
  std::string encoded(
      argon2_encodedlen(kPasses, kMemoryKiB, kLanes, kSaltBytes, kHashBytes, Argon2_id), '\0');
  const int code =
      argon2id_hash_encoded(kPasses, kMemoryKiB, kLanes, password.data(), password.size(),
                            salt.data(), salt.size(), kHashBytes, encoded.data(), encoded.size());
  if (code != ARGON2_OK) {
    return absl::InternalError(std::string("argon2: ") + argon2_error_message(code));
  }
  encoded.resize(encoded.find('\0'));
  return encoded;
}

absl::StatusOr<bool> MadeBy(std::string_view bytes, const std::string& encoded) {
  const int code = argon2id_verify(encoded.c_str(), bytes.data(), bytes.size());
  if (code == ARGON2_OK) return true;
  if (code == ARGON2_VERIFY_MISMATCH) return false;
  return absl::InternalError(std::string("argon2: ") + argon2_error_message(code));
}

}  // namespace

// Holds one of the places to hash in, for its lifetime.
class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : hasher_(hasher) {
    std::unique_lock lock(hasher_.mutex_);
    if (hasher_.running_ >= hasher_.concurrent_) {
      if (hasher_.waiting_ >= hasher_.waiting_limit_) return;
      ++hasher_.waiting_;
      hasher_.freed_.wait(lock, [this] { return hasher_.running_ < hasher_.concurrent_; });
      --hasher_.waiting_;
    }
    ++hasher_.running_;
    granted_ = true;
  }
  ~Turn() {
    if (!granted_) return;
    {
      const std::lock_guard lock(hasher_.mutex_);
      --hasher_.running_;
    }
    hasher_.freed_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  [[nodiscard]] absl::Status status() const {
    if (granted_) return absl::OkStatus();
    return absl::ResourceExhaustedError("too many sign-ins at once; try again shortly");
  }

 private:
  PasswordHasher& hasher_;
  bool granted_ = false;
};

PasswordHasher::PasswordHasher(int concurrent, int waiting)
    : concurrent_(concurrent),
      waiting_limit_(waiting),
      nobodys_hash_(Argon2id("the password of nobody").value_or("")) {
  // With a fixed threshold the 19 MiB of a hash go back to the system at once; glibc's own, which
  // grows, would keep them in the arena of every thread that ever hashed.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

absl::StatusOr<std::string> PasswordHasher::Hash(std::string_view password) {
  const Turn turn(*this);
  RETURN_IF_ERROR(turn.status());
  return Argon2id(text::OpaqueString(password));
}

absl::StatusOr<bool> PasswordHasher::Verify(std::string_view password, const std::string& encoded) {
  const Turn turn(*this);
  RETURN_IF_ERROR(turn.status());
  const std::string normal = text::OpaqueString(password);
  ASSIGN_OR_RETURN(const bool right, MadeBy(normal, encoded));
  if (right || normal == password) return right;
  return MadeBy(password, encoded);
}

absl::Status PasswordHasher::VerifyNothing(std::string_view password) {
  return Verify(password, nobodys_hash_).status();
}

}  // namespace fairline::accounts
