#pragma once
// A number of places that are given out in the order of asking, of which nobody takes more than a
// share: who waits long in one place leaves the others to others.

#include <chrono>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace fairline {

// Thread-safe.
class Turns {
 public:
  // `share` of the `places` for each asker; both are one at least. The asker "" may have all.
  Turns(int places, int share) : places_(places), share_(share) {}
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;

  // A place, until it is destroyed. Must not outlive the Turns.
  class Turn {
   public:
    Turn(Turn&& other) noexcept : of_(other.of_), asker_(std::move(other.asker_)) {
      other.of_ = nullptr;
    }
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (of_ != nullptr) of_->GiveBack(asker_);
    }

   private:
    friend class Turns;
    Turn(Turns& of, std::string asker) : of_(&of), asker_(std::move(asker)) {}
    Turns* of_;
    std::string asker_;
  };

  // Nothing when none came before `deadline`.
  [[nodiscard]] std::optional<Turn> Take(const std::string& asker,
                                         std::chrono::system_clock::time_point deadline);

 private:
  struct Waiter {
    const std::string& asker;
    std::condition_variable served;
    bool may_go = false;
  };
  // With mutex_ held.
  [[nodiscard]] bool MayGo(const std::string& asker) const;
  void Go(const std::string& asker);
  void GiveBack(const std::string& asker);

  const int places_;
  const int share_;
  std::mutex mutex_;
  int taken_ = 0;
  std::map<std::string, int> taken_by_;
  std::list<Waiter*> waiting_;
};

}  // namespace fairline
