#pragma once
// Grows the trees of a softmax booster: XGBoost's model and objective (Chen and Guestrin 2016, eqs.
// 4 to 7, exact gains on histograms), its own growing replaced because that sums the histograms of
// all columns and rows, whether or not they are sampled. Here a tree costs what its sample does:
// with 0.7 of the rows and 0.3 of the columns a quarter. What is grown is written as an XGBoost
// model, and XGBoost forecasts and explains with it.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/matrix.hpp"
#include "libs/models/xgboost.hpp"

namespace fairline::models {

// A tree in XGBoost's arrays. A row goes left where its feature is below the threshold; a missing
// feature goes where default_left says. Leaves have no children and their value as threshold.
struct GrownTree {
  struct Node {
    std::int32_t left = -1;
    std::int32_t right = -1;
    std::int32_t parent = 2147483647;  // XGBoost's mark of the root
    std::uint32_t feature = 0;
    float threshold = 0.0F;  // of a leaf its value, learning rate included
    bool default_left = false;
    float gain = 0.0F;
    float hessian = 0.0F;
    float weight = 0.0F;  // the value that the node would have as a leaf
  };
  std::vector<Node> nodes;  // the root first

  // The value of the leaf that a row ends in.
  [[nodiscard]] float Value(std::span<const float> row) const;
};

// One fit in the making. Single-threaded; the same arguments give the same trees to the bit.
class TreeGrower {
 public:
  // All arguments are valid (Booster::Train has checked them); `labels` must outlive the grower.
  TreeGrower(FeatureMatrix features, std::span<const OutcomeIndex> labels,
             std::span<const float> base_margins, const BoosterParameters& parameters);

  // Grows one tree for each outcome and moves the margins of all rows. The new trees are the last
  // of trees(), in the outcomes' order.
  void GrowRound();

  [[nodiscard]] const std::vector<GrownTree>& trees() const { return trees_; }
  // The model so far, as JSON that XGBoost loads.
  [[nodiscard]] std::string ToXgboostJson() const;

 private:
  struct GradientPair {
    float gradient = 0.0F;
    float hessian = 0.0F;
  };
  struct Sums {
    double gradient = 0.0;
    double hessian = 0.0;
  };
  struct Split {
    double gain = 0.0;
    std::size_t column = 0;  // of the sampled ones
    std::size_t bin = 0;     // rows in lower bins go left
    bool default_left = false;
    Sums left;
  };
  // Rows of a node being grown: a range of order_, and the histogram of each sampled column.
  struct Growing {
    std::int32_t node = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
    Sums total;
    std::vector<Sums> histograms;  // sampled columns x kBins
  };

  void Bin(FeatureMatrix features);
  void UpdateProbabilities();
  GrownTree GrowTree(std::size_t outcome, std::uint64_t seed);
  void SampleColumns(std::uint64_t seed);
  void SampleRows(std::size_t outcome, std::uint64_t seed);
  void FillHistograms(Growing& growing) const;
  [[nodiscard]] Split BestSplit(const Growing& growing) const;
  [[nodiscard]] std::size_t Partition(const Growing& growing, const Split& split);
  void MoveMargins(const GrownTree& tree, std::size_t outcome);
  [[nodiscard]] double Gain(const Sums& sums) const;
  [[nodiscard]] float LeafWeight(const Sums& sums) const;

  BoosterParameters parameters_;
  std::span<const OutcomeIndex> labels_;
  std::size_t rows_;
  std::size_t columns_;
  std::size_t outcomes_;
  std::vector<std::vector<float>> cuts_;  // thresholds of each column, ascending
  std::vector<std::uint8_t> bins_;        // columns x rows
  std::vector<float> margins_;            // rows x outcomes
  std::vector<float> probabilities_;
  std::vector<GrownTree> trees_;
  int rounds_ = 0;
  // Of the tree being grown.
  std::vector<std::size_t> sampled_;     // columns, ascending
  std::vector<std::uint32_t> order_;     // sampled rows, node by node
  std::vector<GradientPair> gradients_;  // of order_
  std::vector<std::uint32_t> spare_order_;
  std::vector<GradientPair> spare_gradients_;
};

}  // namespace fairline::models
