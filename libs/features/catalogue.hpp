#pragma once
// The named list of a sport's features: what each column of a feature row means. Models store its
// hash and refuse rows made under another.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fairline::features {

// Which information a feature needs; a model chooses its columns by block.
enum class Block {
  kRating,    // ratings learned from past results and statistics
  kGoals,     // rates of fitted goals models, which make a grid of scores
  kForm,      // recent averages
  kTable,     // standing in the season
  kPastOdds,  // ratings learned from the odds of past matches
  kMarket,    // the odds of the match itself
};
[[nodiscard]] std::string_view BlockName(Block block);  // "rating", "past_odds", ...

struct Feature {
  std::string_view name;     // snake_case, unique
  std::string_view meaning;  // one sentence for a reader
  std::string_view unit;
  std::string_view source;  // which data it comes from, and the method
  Block block;
};

class FeatureCatalogue {
 public:
  // `revision` names the calculation: it must change whenever a constant or formula does.
  FeatureCatalogue(std::string sport, std::string revision, std::vector<Feature> features);

  [[nodiscard]] const std::string& sport() const { return sport_; }
  [[nodiscard]] const std::string& revision() const { return revision_; }
  [[nodiscard]] const std::vector<Feature>& features() const { return features_; }
  [[nodiscard]] std::size_t size() const { return features_.size(); }
  // FNV-1a 64 over sport, revision and every field of every feature in order; 16 hex digits.
  [[nodiscard]] const std::string& hash() const { return hash_; }
  // {"sport", "revision", "hash", "features": [{"name", "meaning", "unit", "source", "block"}]}
  [[nodiscard]] std::string ToJson() const;

 private:
  std::string sport_;
  std::string revision_;
  std::vector<Feature> features_;
  std::string hash_;
};

// Where a feature's description and its value are given in one call, so that they cannot drift
// apart: builds a catalogue, or fills a row, from the same code.
class FeatureSink {
 public:
  explicit FeatureSink(float* row) : next_(row) {}
  explicit FeatureSink(std::vector<Feature>* catalogue) : catalogue_(catalogue) {}

  void operator()(const Feature& feature, double value) {
    if (next_ != nullptr) {
      *next_++ = static_cast<float>(value);
    } else {
      catalogue_->push_back(feature);
    }
  }

 private:
  float* next_ = nullptr;
  std::vector<Feature>* catalogue_ = nullptr;
};

}  // namespace fairline::features
