#include "libs/core/clock.hpp"

namespace fairline {

Instant RealClock::Now() const {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

Instant AsOfClock::Now() const { return stands_at_ ? *stands_at_ : RealClock{}.Now(); }

}  // namespace fairline
