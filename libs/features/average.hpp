#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace fairline::features {

// An exponentially weighted mean that begins as the plain mean of what it has seen, so that the
// first value does not linger. NaN until there is one; a NaN is not a value.
struct Average {
  double value = std::numeric_limits<double>::quiet_NaN();
  std::int32_t count = 0;

  // `alpha` in (0, 1]: the weight of the newest value once 1 / alpha have been seen.
  void Add(double next, double alpha) {
    if (std::isnan(next)) return;
    if (count == 0) value = 0.0;
    ++count;
    value += std::max(alpha, 1.0 / count) * (next - value);
  }

  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(value);
    archive(count);
  }
};

}  // namespace fairline::features
