#pragma once
// All finished matches of a sport that are known as of one moment, with their features and lines:
// what every fit and every evaluation reads. Built once by appending in order, then immutable.

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "libs/models/match_table.hpp"
#include "libs/models/matrix.hpp"
#include "libs/models/recipe.hpp"

namespace fairline::training {

struct CatalogueFeature {
  std::string name;
  std::string block;
  std::string meaning = {};
  std::string unit = {};
  std::string source = {};
};

struct FeatureSet {
  std::int64_t feature_set_id = 0;
  std::string catalogue_hash;
  std::vector<CatalogueFeature> features;
  std::string sport = {};
  std::string revision = {};  // of the calculation
};

// Decimal prices of one book in the sport's order of outcomes; NaN or 0 where there is none.
using PriceLine = std::array<float, 3>;

struct TrainingMatch {
  std::int64_t match_id = 0;
  Day date;
  int season_start = 0;
  std::int32_t competition_id = 0;
  std::string competition_code = {};
  int home_score = 0;
  int away_score = 0;
  std::span<const float> features;
  PriceLine average{};           // pre-match
  PriceLine pinnacle_closing{};  // the closing benchmark where present,
  PriceLine average_closing{};   // else this
};

using models::Rows;  // positions in a dataset, ascending

class Dataset {
 public:
  Dataset(FeatureSet feature_set, std::size_t outcomes)
      : feature_set_(std::move(feature_set)), market_(outcomes), closing_(outcomes) {
    table_.outcomes = outcomes;
    table_.feature_count = feature_set_.features.size();
  }

  // Matches come by date and, within a day, by what is known of them (competition code, names of
  // the sides): ids depend on which file was loaded first, and every bit of a fit is to be the same
  // wherever the same matches are. A draw in a sport of two outcomes is passed over. Prices that
  // are no prices make no line. InvalidArgument when dates descend or the features' number is
  // wrong.
  [[nodiscard]] absl::Status Append(const TrainingMatch& match);

  [[nodiscard]] std::size_t size() const { return match_ids_.size(); }
  [[nodiscard]] std::size_t outcomes() const { return table_.outcomes; }
  [[nodiscard]] const FeatureSet& feature_set() const { return feature_set_; }
  // As models learn from it, and the catalogue as recipes choose from it.
  [[nodiscard]] const models::MatchTable& table() const { return table_; }
  [[nodiscard]] std::vector<models::CatalogueColumn> catalogue() const;
  [[nodiscard]] models::FeatureMatrix features() const { return table_.all_features(); }
  [[nodiscard]] std::int64_t match_id(std::size_t row) const { return match_ids_[row]; }
  [[nodiscard]] Day date(std::size_t row) const { return table_.days[row]; }
  [[nodiscard]] std::int32_t competition(std::size_t row) const { return table_.competitions[row]; }
  [[nodiscard]] models::OutcomeIndex result(std::size_t row) const { return table_.results[row]; }
  // Power-de-vigged lines; NaN in a row without one.
  [[nodiscard]] const models::Forecasts& market() const { return market_; }
  [[nodiscard]] const models::Forecasts& closing() const { return closing_; }
  [[nodiscard]] bool has_market(std::size_t row) const;
  [[nodiscard]] bool has_closing(std::size_t row) const;

  // Matches of each season, by start year.
  [[nodiscard]] const std::map<int, Rows>& seasons() const { return seasons_; }
  // Matches of the seasons before `season`, played before its first day: a delayed end of one
  // season never teaches about the start of the next.
  [[nodiscard]] Rows Before(int season) const;
  [[nodiscard]] Rows All() const;

  // SHA-256 over everything that a fit on `rows` can see; of competitions the code.
  [[nodiscard]] std::string Hash(const Rows& rows) const;

 private:
  FeatureSet feature_set_;
  models::MatchTable table_;
  std::vector<std::int64_t> match_ids_;
  std::map<std::int32_t, std::string> competition_codes_;
  models::Forecasts market_;
  models::Forecasts closing_;
  std::map<int, Rows> seasons_;
};

// The latest season that is over as of `as_of` and has at least `least_matches`: a later season has
// begun, or nothing was played for 60 days. FailedPrecondition when there is none, or no earlier
// season to learn from.
[[nodiscard]] absl::StatusOr<int> LatestCompleteSeason(const Dataset& dataset, Instant as_of,
                                                       std::int64_t least_matches);

}  // namespace fairline::training
