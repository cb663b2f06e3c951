#include "libs/core/turns.hpp"

namespace fairline {

bool Turns::MayGo(const std::string& asker) const {
  if (taken_ >= places_) return false;
  if (asker.empty()) return true;
  const auto own = taken_by_.find(asker);
  return own == taken_by_.end() || own->second < share_;
}

void Turns::Go(const std::string& asker) {
  ++taken_;
  ++taken_by_[asker];
}

void Turns::GiveBack(const std::string& asker) {
  const std::lock_guard lock(mutex_);
  --taken_;
  const auto own = taken_by_.find(asker);
  if (--own->second == 0) taken_by_.erase(own);
  for (auto each = waiting_.begin(); each != waiting_.end() && taken_ < places_;) {
    Waiter& waiter = **each;
    if (!MayGo(waiter.asker)) {
      ++each;
      continue;
    }
    Go(waiter.asker);
    waiter.may_go = true;
    each = waiting_.erase(each);
    waiter.served.notify_one();
  }
}

std::optional<Turns::Turn> Turns::Take(const std::string& asker,
                                       std::chrono::system_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  // Whoever waits while there are places is held by its own share: nobody is overtaken.
  if (MayGo(asker)) {
    Go(asker);
    return Turn(*this, asker);
  }
  Waiter waiter{asker, {}, false};
  const auto place = waiting_.insert(waiting_.end(), &waiter);
  if (!waiter.served.wait_until(lock, deadline, [&] { return waiter.may_go; })) {
    waiting_.erase(place);
    return std::nullopt;
  }
  return Turn(*this, asker);
}

}  // namespace fairline
