#pragma once
// Shapes shared by the models: a table of features and a table of forecasts, both row-major.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fairline::models {

// A view of rows x columns features; NaN means missing. Never owns.
struct FeatureMatrix {
  std::span<const float> values;
  std::size_t columns = 0;

  [[nodiscard]] std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
  [[nodiscard]] std::span<const float> row(std::size_t index) const {
    return values.subspan(index * columns, columns);
  }
};

// Position of an outcome in the sport's order: home, draw, away or home, away.
using OutcomeIndex = std::uint8_t;

// One probability per match and outcome; each row sums to 1.
class Forecasts {
 public:
  explicit Forecasts(std::size_t outcomes) : outcomes_(outcomes) {}
  Forecasts(std::size_t rows, std::size_t outcomes)
      : outcomes_(outcomes), values_(rows * outcomes, 0.0) {}

  [[nodiscard]] std::size_t rows() const { return values_.size() / outcomes_; }
  [[nodiscard]] std::size_t outcomes() const { return outcomes_; }
  [[nodiscard]] std::span<const double> row(std::size_t index) const {
    return {values_.data() + index * outcomes_, outcomes_};
  }
  [[nodiscard]] std::span<double> row(std::size_t index) {
    return {values_.data() + index * outcomes_, outcomes_};
  }
  [[nodiscard]] std::span<const double> values() const { return values_; }
  [[nodiscard]] std::span<double> values() { return values_; }
  void Append(std::span<const double> probabilities) {
    values_.insert(values_.end(), probabilities.begin(), probabilities.end());
  }

 private:
  std::size_t outcomes_;
  std::vector<double> values_;
};

}  // namespace fairline::models
