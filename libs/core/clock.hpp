#pragma once
// Two clocks (docs/adr/0004). RealClock drives leases, deadlines, tokens and audit. AsOf is the
// moment up to which things are known: it follows real time, or stands at FAIRLINE_NOW.

#include <optional>

#include "libs/core/date.hpp"

namespace fairline {

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant Now() const = 0;
};

class RealClock final : public Clock {
 public:
  [[nodiscard]] Instant Now() const override;
};

// What is known: a fixed moment when one is given, real time otherwise.
class AsOfClock final : public Clock {
 public:
  explicit AsOfClock(std::optional<Instant> stands_at) : stands_at_(stands_at) {}
  [[nodiscard]] Instant Now() const override;

 private:
  std::optional<Instant> stands_at_;
};

}  // namespace fairline
