#pragma once
// Stand-ins for the ports of the use cases, and a league whose law is known.

#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "services/training/app/fit/fitting.hpp"
#include "services/training/app/fit/ports.hpp"
#include "services/training/app/fit/recipe.hpp"

namespace fairline::training {

// A small recipe over the catalogue of MakeLeague: trees with and without the line, each of which a
// served model corrects by what it forecast out of sample in the season before.
inline Recipe SmallRecipe(const std::string& sport = "football") {
  const std::string parameters =
      R"("parameters": {"rounds": 15, "max_depth": 2, "learning_rate": 0.2, "min_child_weight": 20,
         "l2_regularisation": 10, "row_sample": 0.8, "column_sample": 1.0, "max_bins": 64})";
  auto recipe = ParseRecipe(R"({"format": 2, "name": "test", "sport": ")" + sport + R"(",
    "outcomes": ["home", "draw", "away"], "seed": 1, "seasons_ahead": 1,
    "least_training_matches": 300, "least_held_out_matches": 100, "models": [
    {"name": "plain", "kind": "trees", "blocks": ["rating", "form"], )" +
                            parameters + R"(},
    {"name": "residual", "kind": "trees", "blocks": ["rating", "form", "market"],
     "anchor": "market", )" +
                            parameters +
                            R"(},
    {"name": "no_odds", "kind": "pool", "members": ["plain"], "serve": "no_odds"},
    {"name": "with_odds", "kind": "calibrated", "members": ["residual"], "anchor": "market",
     "serve": "with_odds"}]})");
  return std::move(recipe).value();
}

struct LeagueOptions {
  int first_season = 2018;
  int seasons = 5;
  int matches_a_season = 400;
  bool leak = false;     // the feature "form" is the result itself
  int leak_until = 0;    // so it is in the seasons before this one
  bool shuffle = false;  // results have nothing to do with the features
  bool odds = true;
};

inline FeatureSet LeagueFeatures() {
  return {.feature_set_id = 1,
          .catalogue_hash = "cafe",
          .features = {{"rating", "rating"}, {"form", "form"}, {"line", "market"}}};
}

// Matches whose outcome follows softmax(strength, 0, -strength), with the strength known to the
// feature "rating" up to much noise, to the market with less and to the closing line exactly.
inline Dataset MakeLeague(const LeagueOptions& options) {
  using Weights = std::array<double, 3>;
  Dataset dataset(LeagueFeatures(), 3);
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  const auto weights_of = [](double strength) {
    return Weights{std::exp(strength), 1.0, std::exp(-strength)};
  };
  const auto prices = [&](double strength) {
    const Weights weights = weights_of(strength);
    PriceLine line{};
    if (!options.odds) return line;
    for (std::size_t k = 0; k < 3; ++k) {
      const double fair = (weights[0] + weights[1] + weights[2]) / weights[k];
      line[k] = static_cast<float>(1.0 + (fair - 1.0) * 0.95);
    }
    return line;
  };
  std::int64_t match_id = 0;
  for (int season = options.first_season; season < options.first_season + options.seasons;
       ++season) {
    const Day opening = std::chrono::year(season) / 8 / 10;
    for (int i = 0; i < options.matches_a_season; ++i) {
      const double strength = normal(random);
      const Weights weights = options.shuffle ? Weights{1.0, 1.0, 1.0} : weights_of(strength);
      const double u = uniform(random) * (weights[0] + weights[1] + weights[2]);
      const bool home = u < weights[0];
      const bool draw = !home && u < weights[0] + weights[1];
      const bool leaks = options.leak || season < options.leak_until;
      const double form = leaks ? (home ? 1.0 : draw ? 0.0 : -1.0) : normal(random);
      const std::array<float, 3> features = {static_cast<float>(strength + 0.7 * normal(random)),
                                             static_cast<float>(form),
                                             static_cast<float>(strength + 0.3 * normal(random))};
      const int day = i * 280 / options.matches_a_season;
      const TrainingMatch match{.match_id = ++match_id,
                                .date = opening + std::chrono::days(day),
                                .season_start = season,
                                .competition_id = day % 2,
                                .home_score = home ? 1 : 0,
                                .away_score = home || draw ? 0 : 1,
                                .features = features,
                                .average = prices(strength + 0.3 * normal(random)),
                                .pinnacle_closing = prices(strength),
                                .average_closing = {}};
      if (!dataset.Append(match).ok()) std::abort();
    }
  }
  return dataset;
}

class FakeMatchSource final : public MatchSource {
 public:
  explicit FakeMatchSource(LeagueOptions options) : options_(options) {}
  absl::StatusOr<Dataset> Read(std::string_view, std::size_t, Instant) override {
    return MakeLeague(options_);
  }
  absl::StatusOr<std::map<std::int32_t, std::string>> ReadCompetitionCodes(
      std::string_view) override {
    return std::map<std::int32_t, std::string>{{0, "L0"}, {1, "L1"}};
  }

 private:
  LeagueOptions options_;
};

class FakeCheckpoints final : public CheckpointStore {
 public:
  absl::StatusOr<std::optional<std::string>> Find(std::string_view key) override {
    const std::lock_guard lock(mutex_);
    const auto found = fits.find(key);
    if (found == fits.end()) return std::nullopt;
    return found->second;
  }
  absl::Status Save(std::string_view key, std::string_view bytes) override {
    const std::lock_guard lock(mutex_);
    if (saved == fail_after) return absl::UnavailableError("killed");
    ++saved;
    fits.emplace(key, bytes);
    return absl::OkStatus();
  }

  int saved = 0;
  int fail_after = -1;  // saving fails once this many are saved
  std::map<std::string, std::string, std::less<>> fits;

 private:
  std::mutex mutex_;
};

class FakeBundles final : public BundleStore {
 public:
  absl::Status Put(const models::BundleFiles& bundle) override {
    bundles.insert_or_assign(bundle.sha256, bundle);
    return absl::OkStatus();
  }
  absl::StatusOr<models::Manifest> ReadManifest(std::string_view sha256) override {
    const auto found = bundles.find(sha256);
    if (found == bundles.end()) return absl::NotFoundError("no bundle");
    return models::ManifestFromJson(found->second.files.find(models::kManifestFile)->second);
  }

  std::map<std::string, models::BundleFiles, std::less<>> bundles;
};

class FakeRegistry final : public Registry {
 public:
  absl::StatusOr<std::string> CreateRun(std::string_view request_id, std::string_view,
                                        std::string_view) override {
    return "run-" + std::string(request_id);
  }
  absl::Status LogToRun(std::string_view, const RegistryRun& logged) override {
    run = logged;
    return absl::OkStatus();
  }
  absl::Status FinishRun(std::string_view, bool succeeded) override {
    finished = succeeded;
    return absl::OkStatus();
  }
  absl::StatusOr<int> RegisterVersion(std::string_view, const CandidateVersion& version) override {
    versions.push_back(version);
    return static_cast<int>(versions.size());
  }
  absl::StatusOr<std::optional<ProductionVersion>> FindProduction(std::string_view) override {
    return production;
  }

  RegistryRun run;
  bool finished = false;
  std::vector<CandidateVersion> versions;
  std::optional<ProductionVersion> production;
};

class FakeTrainingStore final : public TrainingStore {
 public:
  absl::StatusOr<Claimed> ClaimTraining(std::string_view request_id, std::string_view) override {
    Claimed claimed{.claim = {.job_id = 1, .fencing_token = ++token}, .summary = std::nullopt};
    const auto found = summaries.find(request_id);
    if (found != summaries.end()) claimed.summary = found->second;
    request = request_id;
    return claimed;
  }
  absl::Status RenewLease(const JobClaim&) override { return absl::OkStatus(); }
  absl::Status FailJob(const JobClaim&, std::string_view error) override {
    failures.emplace_back(error);
    return absl::OkStatus();
  }
  absl::Status FinishTraining(const JobClaim&, const TrainSummary& summary, int season,
                              const std::vector<ForecastSet>& sets) override {
    summaries.insert_or_assign(request, summary);
    held_out.insert_or_assign(std::pair(summary.bundle_sha256, season), sets);
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<ForecastSet>> FindHeldOut(std::string_view sha256, int season,
                                                         std::string_view model) override {
    const auto found = held_out.find(std::pair(std::string(sha256), season));
    if (found == held_out.end()) return std::nullopt;
    for (const ForecastSet& set : found->second) {
      if (set.forecaster == model) return set;
    }
    return std::nullopt;
  }

  std::int64_t token = 0;
  std::string request;
  std::map<std::string, TrainSummary, std::less<>> summaries;
  std::map<std::pair<std::string, int>, std::vector<ForecastSet>> held_out;
  std::vector<std::string> failures;
};

}  // namespace fairline::training
