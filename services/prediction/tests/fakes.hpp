#pragma once
// The world outside, in memory.

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "libs/features/replay.hpp"
#include "libs/testing/fake_clock.hpp"
#include "services/prediction/app/record/record.hpp"
#include "services/prediction/app/serving/ports.hpp"
#include "services/prediction/app/serving/snapshot_keeper.hpp"

namespace fairline::prediction {

// What a keeper under test serves.
inline constexpr std::array<std::string_view, 1> kSports = {"football"};

inline Instant At(std::string_view text) { return ParseInstant(text).value(); }
inline Day On(std::string_view text) { return ParseDay(text).value(); }

inline const Instant kNow = At("2026-01-30T09:00:00Z");

// The same forecast for every match. Without odds, home is version / 100, so that an answer tells
// which version made it; with past odds, a half of that; with odds, a hundredth is moved from the
// market's draw to home. Pooled from two members, `bold` of weight .75 and `shy`.
class ConstantModel final : public ForecastModel {
 public:
  ConstantModel(std::int32_t version, std::set<Information> served)
      : home_(version / 100.0), served_(std::move(served)) {}

  std::size_t outcomes() const override { return 3; }
  bool serves(Information information) const override { return served_.contains(information); }
  bool anchored(Information information) const override {
    return information == Information::kWithOdds;
  }
  absl::StatusOr<Answer> Forecast(Information information, models::FeatureMatrix rows,
                                  const models::Forecasts* market) const override {
    Answer answer{models::Forecasts(rows.rows(), 3), models::Forecasts(rows.rows(), 3), {}};
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      const std::span<double> row = answer.forecasts.row(i);
      if (information == Information::kWithOdds) {
        row[0] = market->row(i)[0] + 0.01;
        row[1] = market->row(i)[1] - 0.01;
        row[2] = market->row(i)[2];
      } else {
        row[0] = information == Information::kNoOdds ? home_ : home_ / 2;
        row[1] = 0.8 - row[0];
        row[2] = 0.2;
      }
      for (double& deviation : answer.deviations.row(i)) deviation = 0.02;
    }
    answer.members = {{"bold", 0.75, answer.forecasts}, {"shy", 0.25, answer.forecasts}};
    return answer;
  }
  // From level chances Elo moves home up by .1 and season's stage away by .3 with the draw; the
  // market's line, where it is known, moves home by .2.
  absl::StatusOr<Attribution> Explain(Information, models::FeatureMatrix,
                                      const models::Forecasts* market) const override {
    Attribution attribution{{1.0 / 3, 1.0 / 3, 1.0 / 3}, {}};
    attribution.contributions.push_back({"elo_difference", {0.1, 0.0, 0.0}});
    attribution.contributions.push_back({"season_stage", {0.0, 0.3, 0.3}});
    if (market != nullptr) attribution.contributions.push_back({"market", {0.2, 0.0, 0.0}});
    return attribution;
  }

 private:
  double home_;
  std::set<Information> served_;
};

inline std::string FootballCatalogue() {
  return features::MakeReplay("football").value()->catalogue().hash();
}

class FakeRegistry final : public ModelRegistry {
 public:
  absl::StatusOr<std::optional<ProductionVersion>> Production(std::string_view sport) override {
    if (unreachable) return absl::UnavailableError("registry is away");
    const std::int32_t version = production;
    if (version == 0 || sport != "football") return std::optional<ProductionVersion>();
    return ProductionVersion{.model = "football",
                             .version = version,
                             .bundle_sha256 = std::string(64, 'a'),
                             .bundle_path = "models/a/manifest.json",
                             .catalogue_hash = catalogue_hash};
  }

  std::atomic<std::int32_t> production{1};  // 0: none
  std::atomic<bool> unreachable{false};
  std::string catalogue_hash = FootballCatalogue();
};

class FakeLoader final : public ModelLoader {
 public:
  absl::StatusOr<std::shared_ptr<const ForecastModel>> Load(
      const ProductionVersion& version) override {
    ++loads;
    if (broken.contains(version.version)) {
      return absl::InvalidArgumentError("the bundle's hash is wrong");
    }
    return std::make_shared<ConstantModel>(version.version, served);
  }

  std::atomic<int> loads{0};
  std::set<std::int32_t> broken;
  std::set<Information> served = {Information::kNoOdds, Information::kWithOdds};
};

class FakeSportsData final : public SportsData {
 public:
  explicit FakeSportsData(SeasonDataRows rows) : rows_(std::move(rows)) {
    state_.stamp = {kNow, rows_.version.data};
    state_.bytes = features::MakeReplay("football").value()->Save();
  }

  absl::StatusOr<DataVersion> ReadDataVersion() override {
    const std::lock_guard lock(mutex_);
    if (unreachable) return absl::UnavailableError("the database is away");
    return rows_.version;
  }
  absl::StatusOr<SeasonDataRows> Read(Instant as_of) override {
    const std::lock_guard lock(mutex_);
    ++reads;
    SeasonDataRows rows = rows_;
    rows.as_of = as_of;
    std::erase_if(rows.coming, [&](const ComingMatch& match) { return !match.ComingAt(as_of); });
    return rows;
  }
  absl::StatusOr<std::optional<StateStamp>> LatestState(const std::string&, Instant) override {
    const std::lock_guard lock(mutex_);
    return has_state ? std::optional(state_.stamp) : std::nullopt;
  }
  absl::StatusOr<SavedState> ReadState(const std::string&, Instant) override {
    const std::lock_guard lock(mutex_);
    ++state_reads;
    return state_;
  }

  template <typename Change>
  void Ingest(Change change) {
    const std::lock_guard lock(mutex_);
    change(rows_);
    ++rows_.version.data;
  }
  // A new state an hour later.
  void Preprocess(std::string bytes) {
    const std::lock_guard lock(mutex_);
    state_.stamp = {state_.stamp.as_of + std::chrono::hours(1), rows_.version.data};
    state_.bytes = std::move(bytes);
  }
  [[nodiscard]] std::string state_bytes() const { return state_.bytes; }

  std::atomic<int> reads{0};
  std::atomic<int> state_reads{0};
  std::atomic<bool> has_state{true};
  std::atomic<bool> unreachable{false};

 private:
  std::mutex mutex_;
  SeasonDataRows rows_;
  SavedState state_;
};

inline std::chrono::system_clock::time_point Soon() {
  return std::chrono::system_clock::now() + std::chrono::minutes(5);
}

class FakeForecastLog final : public ForecastLog {
 public:
  absl::StatusOr<SealCount> Seal(const std::vector<SealedForecast>& sealed,
                                 std::chrono::system_clock::time_point) override {
    SealCount count;
    for (const SealedForecast& record : sealed) {
      const auto key = std::make_tuple(record.match, record.odds_hash, record.model_version);
      if (!records.emplace(key, record).second) continue;
      ++count.forecasts;
      if (!record.advice.empty()) ++count.advice;
    }
    return count;
  }

  std::map<std::tuple<MatchId, std::string, std::int32_t>, SealedForecast> records;
};

// Keeps what stands and what was withdrawn.
class FakeRecordStore final : public RecordStore {
 public:
  absl::StatusOr<std::vector<StandingLine>> Standing(Instant, Deadline) override {
    return standing;
  }
  absl::StatusOr<std::int64_t> Withdraw(const std::vector<Withdrawal>& withdrawals,
                                        Deadline) override {
    withdrawn.insert(withdrawn.end(), withdrawals.begin(), withdrawals.end());
    return static_cast<std::int64_t>(withdrawals.size());
  }
  absl::StatusOr<std::vector<Unscored>> FindUnscored(Instant, Deadline) override {
    return unscored;
  }
  absl::StatusOr<std::vector<ResultCounts>> CountResults(std::span<const Unscored>, Instant,
                                                         Deadline) override {
    return counts;
  }
  absl::StatusOr<std::int64_t> AddScores(const std::vector<RecordScore>& added, Deadline) override {
    scores.insert(scores.end(), added.begin(), added.end());
    return static_cast<std::int64_t>(added.size());
  }
  absl::StatusOr<std::int64_t> AnnulScores(Instant, Deadline) override { return 0; }
  absl::StatusOr<std::int64_t> CloseDays(Deadline) override { return 0; }

  std::vector<StandingLine> standing;
  std::vector<Withdrawal> withdrawn;
  std::vector<Unscored> unscored;
  std::vector<ResultCounts> counts;
  std::vector<RecordScore> scores;
};

class FakePolicyStore final : public PolicyStore {
 public:
  absl::StatusOr<std::optional<PolicyVersion>> Latest() override {
    const std::lock_guard lock(mutex_);
    return versions_.empty() ? std::nullopt : std::optional(versions_.back());
  }
  absl::StatusOr<PolicyVersion> Add(const PolicyChange& change,
                                    std::chrono::system_clock::time_point) override {
    const std::lock_guard lock(mutex_);
    const auto latest = static_cast<std::int64_t>(versions_.size());
    if (change.base_version && *change.base_version != latest) {
      return FieldError(absl::StatusCode::kFailedPrecondition, "base_version",
                        "another version is in force");
    }
    versions_.push_back({.version = latest + 1,
                         .policy = change.policy,
                         .changed_by = change.actor,
                         .reason = change.reason,
                         .changed_at = kNow});
    return versions_.back();
  }

 private:
  std::mutex mutex_;
  std::vector<PolicyVersion> versions_;
};

inline BookPrices Book(const std::string& code, BookKind kind, features::Line prices) {
  return {.code = code,
          .name = "Book " + code,
          .kind = kind,
          .prices = prices,
          .captured_at = At("2026-01-30T08:00:00Z"),
          .seen_at = At("2026-01-30T08:00:00Z")};
}

// Two English divisions and one German: Arsenal - Chelsea (100) today at 20:00 with odds worth a
// bet on home at bet365; Leeds - York (101) tomorrow without a kick-off time and without odds;
// Bremen - Koeln (102) the day after, with odds that hold no value.
inline SeasonDataRows SmallWorld() {
  SeasonDataRows rows;
  rows.version.data = 7;
  rows.as_of = kNow;
  rows.competitions = {{{1}, "E0", "football", "English Premier League", "England", 1, 2025},
                       {{2}, "E1", "football", "EFL Championship", "England", 2, 2025},
                       {{3}, "D1", "football", "Germany Bundesliga 1", "Germany", 1, 2025}};
  rows.teams = {{{10}, "football", "England", "Arsenal"}, {{11}, "football", "England", "Chelsea"},
                {{12}, "football", "England", "Leeds"},   {{13}, "football", "England", "York"},
                {{20}, "football", "Germany", "Bremen"},  {{21}, "football", "Germany", "Koeln"}};
  rows.aliases = {{"football", "England", "The Gunners", {10}}};
  const ComingMatch today{.id = {100},
                          .competition = {1},
                          .season_start = 2025,
                          .match_date = On("2026-01-30"),
                          .kickoff = At("2026-01-30T20:00:00Z"),
                          .home = {10},
                          .away = {11},
                          .neutral = false,
                          .books = {Book("average", BookKind::kAggregate, {2.00F, 3.40F, 3.80F}),
                                    Book("best", BookKind::kAggregate, {2.30F, 3.60F, 4.20F}),
                                    Book("exchange", BookKind::kExchange, {2.40F, 3.70F, 4.30F}),
                                    Book("bet365", BookKind::kBookmaker, {2.20F, 3.30F, 3.70F}),
                                    Book("pinnacle", BookKind::kBookmaker, {2.05F, 3.45F, 3.90F})}};
  const ComingMatch tomorrow{.id = {101},
                             .competition = {2},
                             .season_start = 2025,
                             .match_date = On("2026-01-31"),
                             .kickoff = std::nullopt,
                             .home = {12},
                             .away = {13},
                             .neutral = false,
                             .books = {}};
  const ComingMatch later{.id = {102},
                          .competition = {3},
                          .season_start = 2025,
                          .match_date = On("2026-02-01"),
                          .kickoff = At("2026-02-01T14:30:00Z"),
                          .home = {20},
                          .away = {21},
                          .neutral = false,
                          .books = {Book("average", BookKind::kAggregate, {2.00F, 3.40F, 3.80F}),
                                    Book("bet365", BookKind::kBookmaker, {1.95F, 3.30F, 3.70F}),
                                    Book("pinnacle", BookKind::kBookmaker, {2.00F, 3.40F, 3.75F})}};
  rows.coming = {later, today, tomorrow};
  return rows;
}

// Everything a test of the use cases needs, standing at kNow.
struct SmallInstallation {
  explicit SmallInstallation(SeasonDataRows rows = SmallWorld()) : data(std::move(rows)) {}

  FakeRegistry registry;
  FakeLoader loader;
  FakeSportsData data;
  testing::FakeClock as_of{kNow};
  testing::FakeClock real_time{At("2026-03-01T12:00:00Z")};
  FakePolicyStore policy_store;
  StakingPolicies policies{policy_store, {}};
  SnapshotKeeper keeper{{registry, loader, data, as_of, real_time}, kSports, policies};
};

}  // namespace fairline::prediction
