#include "services/accounts/app/identity/sign_in_limiter.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace fairline::accounts {
namespace {

std::string Key(const std::string& username, const std::string& address) {
  std::string key = username;
  std::transform(key.begin(), key.end(), key.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return key + '\n' + address;
}

}  // namespace

void SignInLimiter::DropOld(std::deque<Instant>& failures, Instant now) const {
  while (!failures.empty() && failures.front() + kWindow <= now) failures.pop_front();
}

absl::Status SignInLimiter::Check(const std::string& username, const std::string& address) {
  const std::lock_guard lock(mutex_);
  const auto found = failures_.find(Key(username, address));
  if (found == failures_.end()) return absl::OkStatus();
  DropOld(found->second, clock_.Now());
  if (found->second.size() >= kFailures) {
    return absl::ResourceExhaustedError("too many failed sign-ins; wait a few minutes");
  }
  return absl::OkStatus();
}

void SignInLimiter::Failed(const std::string& username, const std::string& address) {
  const std::lock_guard lock(mutex_);
  const Instant now = clock_.Now();
  if (failures_.size() >= max_keys_) {
    for (auto entry = failures_.begin(); entry != failures_.end();) {
      DropOld(entry->second, now);
      entry = entry->second.empty() ? failures_.erase(entry) : std::next(entry);
    }
    // Flooded with made-up names: forgetting all is better than growing without bound.
    if (failures_.size() >= max_keys_) failures_.clear();
  }
  failures_[Key(username, address)].push_back(now);
}

void SignInLimiter::Succeeded(const std::string& username, const std::string& address) {
  const std::lock_guard lock(mutex_);
  failures_.erase(Key(username, address));
}

}  // namespace fairline::accounts
