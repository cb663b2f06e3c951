#pragma once

#include "libs/core/clock.hpp"

namespace fairline::testing {

// Stands where it is put.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Instant now) : now_(now) {}
  [[nodiscard]] Instant Now() const override { return now_; }
  void Set(Instant now) { now_ = now; }

 private:
  Instant now_;
};

}  // namespace fairline::testing
