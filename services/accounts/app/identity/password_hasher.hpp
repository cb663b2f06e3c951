#pragma once
// Argon2id (RFC 9106) with 19 MiB of memory and 2 passes, OWASP's minimum. One hash costs tens of
// milliseconds of a core, so only a few run at once: more wait, and beyond a bound are refused.

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"

namespace fairline::accounts {

class PasswordHasher {
 public:
  // `concurrent` hashes at once, at most `waiting` more in line.
  explicit PasswordHasher(int concurrent = 2, int waiting = 32);

  // The encoded hash of text::OpaqueString(password), with a random salt. ResourceExhausted when
  // too many wait.
  [[nodiscard]] absl::StatusOr<std::string> Hash(std::string_view password);

  // Whether `password` made `encoded`, however its accents were sent. Hashes from before passwords
  // were normalised hold bytes as they came: where the two differ, those are tried too.
  // ResourceExhausted when too many wait.
  [[nodiscard]] absl::StatusOr<bool> Verify(std::string_view password, const std::string& encoded);

  // Takes as long as Verify: for names that have no account.
  [[nodiscard]] absl::Status VerifyNothing(std::string_view password);

 private:
  class Turn;

  const int concurrent_;
  const int waiting_limit_;
  std::mutex mutex_;
  std::condition_variable freed_;
  int running_ = 0;
  int waiting_ = 0;
  std::string nobodys_hash_;
};

}  // namespace fairline::accounts
