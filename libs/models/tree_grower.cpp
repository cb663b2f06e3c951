#include "libs/models/tree_grower.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <utility>

#include <nlohmann/json.hpp>

namespace fairline::models {
namespace {

constexpr std::size_t kBins = 256;
constexpr std::uint8_t kMissingBin = 255;
constexpr std::size_t kQuantileRows = 65'536;  // thresholds are quantiles of so many rows
constexpr double kLeastGain = 1e-6;            // XGBoost's kRtEps
constexpr float kLeastHessian = 1e-16F;

// Thresholds between at most `bins` shares of the values, ascending and different. A value is in
// bin j when j thresholds are not above it.
std::vector<float> Quantiles(std::vector<float> values, std::size_t bins) {
  std::sort(values.begin(), values.end());
  std::vector<float> different = values;
  different.erase(std::unique(different.begin(), different.end()), different.end());
  std::vector<float> cuts;
  if (different.size() <= bins) {
    if (!different.empty()) cuts.assign(different.begin() + 1, different.end());
    return cuts;
  }
  for (std::size_t i = 1; i < bins; ++i) {
    const float cut = values[i * values.size() / bins];
    if (cut > values.front() && (cuts.empty() || cut > cuts.back())) cuts.push_back(cut);
  }
  return cuts;
}

// In [0, 1), the same on every machine.
double Uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

}  // namespace

float GrownTree::Value(std::span<const float> row) const {
  std::size_t at = 0;
  while (nodes[at].left >= 0) {
    const Node& node = nodes[at];
    const float value = row[node.feature];
    const bool left = std::isnan(value) ? node.default_left : value < node.threshold;
    at = static_cast<std::size_t>(left ? node.left : node.right);
  }
  return nodes[at].threshold;
}

TreeGrower::TreeGrower(FeatureMatrix features, std::span<const OutcomeIndex> labels,
                       std::span<const float> base_margins, const BoosterParameters& parameters)
    : parameters_(parameters),
      labels_(labels),
      rows_(features.rows()),
      columns_(features.columns),
      outcomes_(static_cast<std::size_t>(parameters.outcomes)),
      margins_(base_margins.begin(), base_margins.end()),
      probabilities_(rows_ * outcomes_) {
  margins_.resize(rows_ * outcomes_, 0.0F);
  Bin(features);
}

void TreeGrower::Bin(FeatureMatrix features) {
  const std::size_t most =
      std::min<std::size_t>(static_cast<std::size_t>(parameters_.max_bins), kMissingBin);
  const std::size_t stride = (rows_ + kQuantileRows - 1) / kQuantileRows;
  bins_.resize(columns_ * rows_);
  std::vector<float> values;
  for (std::size_t column = 0; column < columns_; ++column) {
    values.clear();
    for (std::size_t i = 0; i < rows_; i += stride) {
      const float value = features.values[i * columns_ + column];
      if (!std::isnan(value)) values.push_back(value);
    }
    const std::vector<float>& cuts = cuts_.emplace_back(Quantiles(values, most));
    std::uint8_t* const of_column = bins_.data() + column * rows_;
    for (std::size_t i = 0; i < rows_; ++i) {
      const float value = features.values[i * columns_ + column];
      of_column[i] = std::isnan(value)
                         ? kMissingBin
                         : static_cast<std::uint8_t>(
                               std::upper_bound(cuts.begin(), cuts.end(), value) - cuts.begin());
    }
  }
}

void TreeGrower::UpdateProbabilities() {
  for (std::size_t i = 0; i < rows_; ++i) {
    const float* const margin = margins_.data() + i * outcomes_;
    float* const probability = probabilities_.data() + i * outcomes_;
    const float highest = *std::max_element(margin, margin + outcomes_);
    float total = 0.0F;
    for (std::size_t k = 0; k < outcomes_; ++k) {
      total += probability[k] = std::exp(margin[k] - highest);
    }
    for (std::size_t k = 0; k < outcomes_; ++k) probability[k] /= total;
  }
}

void TreeGrower::GrowRound() {
  UpdateProbabilities();
  for (std::size_t outcome = 0; outcome < outcomes_; ++outcome) {
    std::seed_seq sequence{parameters_.seed, static_cast<std::uint32_t>(rounds_),
                           static_cast<std::uint32_t>(outcome)};
    std::uint32_t words[2];
    sequence.generate(words, words + 2);
    trees_.push_back(GrowTree(outcome, (std::uint64_t{words[0]} << 32) | words[1]));
  }
  for (std::size_t outcome = 0; outcome < outcomes_; ++outcome) {
    MoveMargins(trees_[trees_.size() - outcomes_ + outcome], outcome);
  }
  ++rounds_;
}

void TreeGrower::SampleColumns(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::size_t> all(columns_);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto wanted = std::max<std::size_t>(
      1, static_cast<std::size_t>(parameters_.column_sample * static_cast<double>(columns_)));
  for (std::size_t i = 0; i < wanted; ++i) {
    std::swap(all[i], all[i + random() % (columns_ - i)]);
  }
  sampled_.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(wanted));
  std::sort(sampled_.begin(), sampled_.end());
}

void TreeGrower::SampleRows(std::size_t outcome, std::uint64_t seed) {
  std::mt19937_64 random(~seed);
  order_.clear();
  gradients_.clear();
  for (std::size_t i = 0; i < rows_; ++i) {
    if (parameters_.row_sample < 1.0 && Uniform(random) >= parameters_.row_sample) continue;
    const float p = probabilities_[i * outcomes_ + outcome];
    order_.push_back(static_cast<std::uint32_t>(i));
    gradients_.push_back({p - (labels_[i] == outcome ? 1.0F : 0.0F),
                          std::max(2.0F * p * (1.0F - p), kLeastHessian)});
  }
  spare_order_.resize(order_.size());
  spare_gradients_.resize(order_.size());
}

void TreeGrower::FillHistograms(Growing& growing) const {
  growing.histograms.assign(sampled_.size() * kBins, {});
  for (std::size_t c = 0; c < sampled_.size(); ++c) {
    const std::uint8_t* const of_column = bins_.data() + sampled_[c] * rows_;
    Sums* const histogram = growing.histograms.data() + c * kBins;
    for (std::size_t i = growing.begin; i < growing.end; ++i) {
      Sums& sums = histogram[of_column[order_[i]]];
      sums.gradient += gradients_[i].gradient;
      sums.hessian += gradients_[i].hessian;
    }
  }
}

double TreeGrower::Gain(const Sums& sums) const {
  return sums.gradient * sums.gradient / (sums.hessian + parameters_.l2_regularisation);
}

float TreeGrower::LeafWeight(const Sums& sums) const {
  return static_cast<float>(-sums.gradient / (sums.hessian + parameters_.l2_regularisation));
}

TreeGrower::Split TreeGrower::BestSplit(const Growing& growing) const {
  Split best;
  best.gain = kLeastGain;
  const double whole = Gain(growing.total);
  for (std::size_t c = 0; c < sampled_.size(); ++c) {
    const Sums* const histogram = growing.histograms.data() + c * kBins;
    const Sums& missing = histogram[kMissingBin];
    Sums below;
    const std::size_t cuts = cuts_[sampled_[c]].size();
    for (std::size_t bin = 1; bin <= cuts; ++bin) {
      below.gradient += histogram[bin - 1].gradient;
      below.hessian += histogram[bin - 1].hessian;
      for (const bool missing_left : {false, true}) {
        if (missing_left && missing.hessian == 0.0) continue;
        Sums left = below;
        if (missing_left) {
          left.gradient += missing.gradient;
          left.hessian += missing.hessian;
        }
        const Sums right = {growing.total.gradient - left.gradient,
                            growing.total.hessian - left.hessian};
        if (left.hessian < parameters_.min_child_weight ||
            right.hessian < parameters_.min_child_weight) {
          continue;
        }
        const double gain = Gain(left) + Gain(right) - whole;
        if (gain <= best.gain) continue;
        const bool none_missing = missing.hessian == 0.0;
        best = {.gain = gain,
                .column = c,
                .bin = bin,
                .default_left = none_missing ? left.hessian > right.hessian : missing_left,
                .left = left};
      }
    }
  }
  return best;
}

// Returns where the right child begins; both children keep the order of their rows.
std::size_t TreeGrower::Partition(const Growing& growing, const Split& split) {
  const std::uint8_t* const of_column = bins_.data() + sampled_[split.column] * rows_;
  std::size_t left = growing.begin;
  std::size_t right = 0;
  for (std::size_t i = growing.begin; i < growing.end; ++i) {
    const std::uint8_t bin = of_column[order_[i]];
    const bool goes_left = bin == kMissingBin ? split.default_left : bin < split.bin;
    if (goes_left) {
      order_[left] = order_[i];
      gradients_[left++] = gradients_[i];
    } else {
      spare_order_[right] = order_[i];
      spare_gradients_[right++] = gradients_[i];
    }
  }
  std::copy_n(spare_order_.begin(), right, order_.begin() + static_cast<std::ptrdiff_t>(left));
  std::copy_n(spare_gradients_.begin(), right,
              gradients_.begin() + static_cast<std::ptrdiff_t>(left));
  return left;
}

GrownTree TreeGrower::GrowTree(std::size_t outcome, std::uint64_t seed) {
  SampleColumns(seed);
  SampleRows(outcome, seed);
  GrownTree tree;
  tree.nodes.emplace_back();
  std::vector<Growing> level(1);
  level[0].end = order_.size();
  for (const GradientPair& pair : gradients_) {
    level[0].total.gradient += pair.gradient;
    level[0].total.hessian += pair.hessian;
  }
  FillHistograms(level[0]);
  const auto make_leaf = [&](const Growing& growing) {
    GrownTree::Node& node = tree.nodes[static_cast<std::size_t>(growing.node)];
    node.hessian = static_cast<float>(growing.total.hessian);
    node.weight = static_cast<float>(parameters_.learning_rate) * LeafWeight(growing.total);
    node.threshold = node.weight;
  };
  make_leaf(level[0]);
  for (int depth = 0; depth < parameters_.max_depth && !level.empty(); ++depth) {
    const bool last = depth + 1 == parameters_.max_depth;
    std::vector<Growing> next;
    for (Growing& growing : level) {
      const Split split = BestSplit(growing);
      if (split.gain <= kLeastGain) continue;
      const auto at = static_cast<std::size_t>(growing.node);
      const auto first_child = static_cast<std::int32_t>(tree.nodes.size());
      tree.nodes.resize(tree.nodes.size() + 2);
      GrownTree::Node& node = tree.nodes[at];
      node.left = first_child;
      node.right = first_child + 1;
      node.feature = static_cast<std::uint32_t>(sampled_[split.column]);
      node.threshold = cuts_[sampled_[split.column]][split.bin - 1];
      node.default_left = split.default_left;
      node.gain = static_cast<float>(split.gain);
      const std::size_t middle = Partition(growing, split);
      Growing left{first_child, growing.begin, middle, split.left, {}};
      Growing right{first_child + 1,
                    middle,
                    growing.end,
                    {growing.total.gradient - split.left.gradient,
                     growing.total.hessian - split.left.hessian},
                    {}};
      for (Growing* const child : {&left, &right}) {
        tree.nodes[static_cast<std::size_t>(child->node)].parent = growing.node;
        make_leaf(*child);
      }
      if (last) continue;
      // The larger child's histograms are its parent's less the smaller one's.
      const bool left_is_smaller = middle - growing.begin <= growing.end - middle;
      Growing& smaller = left_is_smaller ? left : right;
      Growing& larger = left_is_smaller ? right : left;
      FillHistograms(smaller);
      larger.histograms = std::move(growing.histograms);
      for (std::size_t i = 0; i < larger.histograms.size(); ++i) {
        larger.histograms[i].gradient -= smaller.histograms[i].gradient;
        larger.histograms[i].hessian -= smaller.histograms[i].hessian;
      }
      next.push_back(std::move(left));
      next.push_back(std::move(right));
    }
    level = std::move(next);
  }
  return tree;
}

void TreeGrower::MoveMargins(const GrownTree& tree, std::size_t outcome) {
  struct Step {
    const std::uint8_t* bins = nullptr;
    std::size_t split = 0;
    const GrownTree::Node* node = nullptr;
  };
  std::vector<Step> steps;
  for (const GrownTree::Node& node : tree.nodes) {
    Step& step = steps.emplace_back();
    step.node = &node;
    if (node.left < 0) continue;
    const std::vector<float>& cuts = cuts_[node.feature];
    step.bins = bins_.data() + node.feature * rows_;
    step.split = static_cast<std::size_t>(
        std::lower_bound(cuts.begin(), cuts.end(), node.threshold) - cuts.begin() + 1);
  }
  for (std::size_t i = 0; i < rows_; ++i) {
    const Step* step = steps.data();
    while (step->bins != nullptr) {
      const std::uint8_t bin = step->bins[i];
      const bool left = bin == kMissingBin ? step->node->default_left : bin < step->split;
      step = &steps[static_cast<std::size_t>(left ? step->node->left : step->node->right)];
    }
    margins_[i * outcomes_ + outcome] += step->node->threshold;
  }
}

std::string TreeGrower::ToXgboostJson() const {
  using nlohmann::json;
  json trees = json::array();
  json tree_outcomes = json::array();
  const std::string columns = std::to_string(columns_);
  for (std::size_t t = 0; t < trees_.size(); ++t) {
    json tree = {{"id", t},
                 {"categories", json::array()},
                 {"categories_nodes", json::array()},
                 {"categories_segments", json::array()},
                 {"categories_sizes", json::array()},
                 {"tree_param",
                  {{"num_deleted", "0"},
                   {"num_feature", columns},
                   {"num_nodes", std::to_string(trees_[t].nodes.size())},
                   {"size_leaf_vector", "0"}}}};
    for (const GrownTree::Node& node : trees_[t].nodes) {
      tree["base_weights"].push_back(node.weight);
      tree["default_left"].push_back(node.default_left ? 1 : 0);
      tree["left_children"].push_back(node.left);
      tree["right_children"].push_back(node.right);
      tree["parents"].push_back(node.parent);
      tree["loss_changes"].push_back(node.gain);
      tree["split_conditions"].push_back(node.threshold);
      tree["split_indices"].push_back(node.feature);
      tree["split_type"].push_back(0);
      tree["sum_hessian"].push_back(node.hessian);
    }
    trees.push_back(std::move(tree));
    tree_outcomes.push_back(t % outcomes_);
  }
  const std::string classes = std::to_string(outcomes_);
  const json model = {
      {"learner",
       {{"attributes", json::object()},
        {"feature_names", json::array()},
        {"feature_types", json::array()},
        {"gradient_booster",
         {{"name", "gbtree"},
          {"model",
           {{"gbtree_model_param",
             {{"num_parallel_tree", "1"},
              {"num_trees", std::to_string(trees_.size())},
              {"size_leaf_vector", "0"}}},
            {"tree_info", std::move(tree_outcomes)},
            {"trees", std::move(trees)}}}}},
        {"learner_model_param",
         {{"base_score", "5E-1"},
          {"boost_from_average", "1"},
          {"num_class", classes},
          {"num_feature", columns},
          {"num_target", "1"}}},
        {"objective",
         {{"name", "multi:softprob"}, {"softmax_multiclass_param", {{"num_class", classes}}}}}}},
      {"version", {1, 7, 4}}};
  return model.dump();
}

}  // namespace fairline::models
