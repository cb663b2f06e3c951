#include "services/training/app/fit/dataset.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "libs/core/sha256.hpp"
#include "libs/domain/devig.hpp"

namespace fairline::training {
namespace {

constexpr std::chrono::days kSeasonIsOverAfter(60);

// Appends the fair probabilities of the first usable book, or a row of NaN.
void AppendLine(std::initializer_list<const PriceLine*> books, std::size_t outcomes,
                models::Forecasts& lines) {
  std::vector<double> row(outcomes, std::numeric_limits<double>::quiet_NaN());
  for (const PriceLine* book : books) {
    std::vector<domain::DecimalOdds> prices;
    for (std::size_t k = 0; k < outcomes; ++k) {
      const auto price = domain::PrintedOdds((*book)[k]);
      if (price.ok()) prices.push_back(*price);
    }
    if (prices.size() != outcomes) continue;
    const auto fair = domain::Devig(prices, domain::DevigMethod::kPower);
    if (!fair.ok()) continue;
    std::transform(fair->probabilities.begin(), fair->probabilities.end(), row.begin(),
                   [](domain::Probability p) { return p.value(); });
    break;
  }
  lines.Append(row);
}

std::optional<models::OutcomeIndex> OutcomeOf(const TrainingMatch& match, std::size_t outcomes) {
  if (match.home_score > match.away_score) return models::OutcomeIndex{0};
  if (match.home_score < match.away_score) return static_cast<models::OutcomeIndex>(outcomes - 1);
  if (outcomes == 2) return std::nullopt;
  return models::OutcomeIndex{1};
}

template <typename T>
void AppendBytes(std::string& bytes, const T* values, std::size_t count) {
  bytes.append(reinterpret_cast<const char*>(values), count * sizeof(T));
}

}  // namespace

absl::Status Dataset::Append(const TrainingMatch& match) {
  if (match.features.size() != feature_set_.features.size()) {
    return InvalidField("features",
                        fmt::format("match {} has {} of {}", match.match_id, match.features.size(),
                                    feature_set_.features.size()));
  }
  if (!match_ids_.empty() && table_.days.back() > match.date) {
    return InvalidField("matches", fmt::format("match {} is out of order", match.match_id));
  }
  const auto outcome = OutcomeOf(match, outcomes());
  if (!outcome) return absl::OkStatus();
  seasons_[match.season_start].push_back(static_cast<std::uint32_t>(match_ids_.size()));
  match_ids_.push_back(match.match_id);
  competition_codes_.emplace(match.competition_id, match.competition_code);
  table_.days.push_back(match.date);
  table_.seasons.push_back(match.season_start);
  table_.competitions.push_back(match.competition_id);
  table_.results.push_back(*outcome);
  table_.features.insert(table_.features.end(), match.features.begin(), match.features.end());
  AppendLine({&match.average}, outcomes(), market_);
  AppendLine({&match.pinnacle_closing, &match.average_closing}, outcomes(), closing_);
  return absl::OkStatus();
}

bool Dataset::has_market(std::size_t row) const { return !std::isnan(market_.row(row)[0]); }
bool Dataset::has_closing(std::size_t row) const { return !std::isnan(closing_.row(row)[0]); }

Rows Dataset::Before(int season) const {
  const auto first = seasons_.lower_bound(season);
  Rows rows;
  for (auto it = seasons_.begin(); it != first; ++it) {
    for (const std::uint32_t row : it->second) {
      if (first == seasons_.end() || date(row) < date(first->second.front())) {
        rows.push_back(row);
      }
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

Rows Dataset::All() const {
  Rows rows(size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint32_t>(i);
  return rows;
}

std::vector<models::CatalogueColumn> Dataset::catalogue() const {
  std::vector<models::CatalogueColumn> columns;
  for (const CatalogueFeature& feature : feature_set_.features) {
    columns.push_back({feature.name, feature.block});
  }
  return columns;
}

std::string Dataset::Hash(const Rows& rows) const {
  constexpr std::size_t kRowsAtATime = 4096;
  std::string digests = feature_set_.catalogue_hash;
  std::string bytes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint32_t row = rows[i];
    const std::int64_t day = date(row).time_since_epoch().count();
    AppendBytes(bytes, &day, 1);
    bytes += competition_codes_.at(table_.competitions[row]);
    bytes += '\n';
    AppendBytes(bytes, &table_.results[row], 1);
    AppendBytes(bytes, features().row(row).data(), features().columns);
    AppendBytes(bytes, market_.row(row).data(), outcomes());
    if ((i + 1) % kRowsAtATime == 0 || i + 1 == rows.size()) {
      digests += Sha256Hex(bytes);
      bytes.clear();
    }
  }
  return Sha256Hex(digests);
}

absl::StatusOr<int> LatestCompleteSeason(const Dataset& dataset, Instant as_of,
                                         std::int64_t least_matches) {
  const auto& seasons = dataset.seasons();
  for (auto season = seasons.rbegin(); season != seasons.rend(); ++season) {
    const bool later_began = season != seasons.rbegin();
    const bool long_over = as_of - dataset.date(season->second.back()) > kSeasonIsOverAfter;
    const bool enough = static_cast<std::int64_t>(season->second.size()) >= least_matches;
    const bool has_past = std::next(season) != seasons.rend();
    if ((later_began || long_over) && enough && has_past) return season->first;
  }
  return absl::FailedPreconditionError(fmt::format(
      "training needs a complete season of at least {} matches with results and features, and an "
      "earlier one; {} matches of {} seasons are known",
      least_matches, dataset.size(), seasons.size()));
}

}  // namespace fairline::training
