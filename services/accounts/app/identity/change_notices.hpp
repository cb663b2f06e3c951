#pragma once
// How the replicas of accounts hear of each other's changes.

#include "libs/core/ids.hpp"

namespace fairline::accounts {

// Tells the other replicas that what they remember of an account is old. It returns at once and
// promises nothing: a notice may be lost, and what is remembered is too old after a second anyway.
// Thread-safe.
class ChangeNotices {
 public:
  virtual ~ChangeNotices() = default;
  virtual void Publish(UserId user_id) = 0;
  virtual void PublishAll() = 0;
};

}  // namespace fairline::accounts
