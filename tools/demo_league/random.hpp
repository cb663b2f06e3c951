#pragma once
// Random draws that are the same on every machine: the standard library fixes its engines but not
// its distributions.

#include <cmath>
#include <cstdint>
#include <random>

namespace fairline::demo {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // In [0, 1).
  double Uniform() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }

  // Below `bound`, which is positive.
  int Below(int bound) { return static_cast<int>(Uniform() * bound); }

  // Standard normal, by Box and Muller.
  double Normal() {
    constexpr double kTwoPi = 6.283185307179586;
    const double radius = std::sqrt(-2.0 * std::log(1.0 - Uniform()));
    return radius * std::cos(kTwoPi * Uniform());
  }

  // By multiplying uniforms (Knuth); meant for means below 50.
  int Poisson(double mean) {
    const double limit = std::exp(-mean);
    int count = 0;
    for (double product = Uniform(); product > limit; product *= Uniform()) ++count;
    return count;
  }

  int Binomial(int trials, double probability) {
    int successes = 0;
    for (int k = 0; k < trials; ++k) successes += Uniform() < probability ? 1 : 0;
    return successes;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace fairline::demo
