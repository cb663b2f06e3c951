#include "services/prediction/app/record/track_record.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "libs/statistics/block_bootstrap.hpp"

namespace fairline::prediction {
namespace {

constexpr std::uint64_t kSeed = 20050806;
constexpr std::size_t kMaxFilters = 64;  // kept between two scorings

// One table of forecasts with what it is judged by.
struct Sample {
  explicit Sample(std::size_t outcomes) : forecasts(outcomes), reference(outcomes) {}
  models::Forecasts forecasts;
  models::Forecasts reference;
  std::vector<models::OutcomeIndex> results;
  std::vector<Day> days;
};

const std::vector<double>& ReferenceOf(const ScoredForecast& scored, std::string_view reference) {
  if (reference == "base_rate") return scored.score.base_probabilities;
  if (reference == "market") return scored.forecast.market_probabilities;
  return scored.score.closing_probabilities;
}

Sample Gather(std::span<const ScoredForecast* const> scored, std::string_view reference) {
  const std::size_t outcomes = scored.front()->forecast.probabilities.size();
  Sample sample(outcomes);
  for (const ScoredForecast* each : scored) {
    if (!reference.empty()) {
      const std::vector<double>& row = ReferenceOf(*each, reference);
      if (row.size() != outcomes) continue;
      sample.reference.Append(row);
    }
    sample.forecasts.Append(each->forecast.probabilities);
    sample.results.push_back(static_cast<models::OutcomeIndex>(each->score.result));
    sample.days.push_back(each->score.match_date);
  }
  return sample;
}

absl::StatusOr<RecordedSkill> Evaluate(std::span<const ScoredForecast* const> scored,
                                       std::string information) {
  RecordedSkill skill{.information = std::move(information), .evaluation = {}, .against = {}};
  const Sample all = Gather(scored, "");
  ASSIGN_OR_RETURN(skill.evaluation, evaluation::Evaluate(all.forecasts, all.results));
  for (const std::string_view reference : {"base_rate", "market", "closing"}) {
    const Sample common = Gather(scored, reference);
    if (common.results.empty()) continue;
    AgainstReference against;
    against.reference = reference;
    const auto compare = [&](evaluation::Score score) {
      return evaluation::CompareForecasts(score, common.forecasts, common.reference, common.results,
                                          common.days, kSeed);
    };
    ASSIGN_OR_RETURN(against.log_loss, compare(evaluation::Score::kLogLoss));
    ASSIGN_OR_RETURN(against.rps, compare(evaluation::Score::kRankedProbability));
    ASSIGN_OR_RETURN(against.brier, compare(evaluation::Score::kBrier));
    skill.against.push_back(std::move(against));
  }
  return skill;
}

double Profit(const RecordedBet& bet, const RecordScore& score) {
  return bet.outcome == score.result ? bet.price - 1.0 : -1.0;
}

absl::StatusOr<RecordedBets> EvaluateBets(std::span<const ScoredForecast* const> scored) {
  RecordedBets out;
  std::vector<double> profits, values;
  std::vector<Day> profit_days, value_days;
  for (const ScoredForecast* each : scored) {
    for (const RecordedBet& bet : each->forecast.bets) {
      profits.push_back(Profit(bet, each->score));
      profit_days.push_back(each->score.match_date);
      out.claimed_edge += bet.edge;
      if (bet.outcome == each->score.result) ++out.won;
      if (bet.outcome >= each->score.closing_probabilities.size()) continue;
      values.push_back(bet.price * each->score.closing_probabilities[bet.outcome] - 1.0);
      value_days.push_back(each->score.match_date);
    }
  }
  out.bets = static_cast<std::int64_t>(profits.size());
  if (profits.empty()) return out;
  out.claimed_edge /= static_cast<double>(profits.size());
  ASSIGN_OR_RETURN(out.yield, evaluation::BootstrapDifference(profits, profit_days, kSeed));
  if (!values.empty()) {
    ASSIGN_OR_RETURN(out.closing_value, evaluation::BootstrapDifference(values, value_days, kSeed));
  }
  return out;
}

std::vector<RecordedMonth> ByMonth(std::span<const ScoredForecast* const> scored) {
  struct Sums {
    RecordedMonth month;
    double market = 0.0;
    std::int64_t with_market = 0;
  };
  std::map<std::string, Sums> months;
  for (const ScoredForecast* each : scored) {
    const std::string name = FormatDay(each->score.match_date).substr(0, 7);
    Sums& sums = months[name];
    sums.month.month = name;
    ++sums.month.matches;
    sums.month.log_loss -= std::log(each->forecast.probabilities[each->score.result]);
    if (!each->forecast.market_probabilities.empty()) {
      sums.market -= std::log(each->forecast.market_probabilities[each->score.result]);
      ++sums.with_market;
    }
    for (const RecordedBet& bet : each->forecast.bets) {
      ++sums.month.bets;
      sums.month.profit += Profit(bet, each->score);
    }
  }
  std::vector<RecordedMonth> out;
  for (auto& [name, sums] : months) {
    sums.month.log_loss /= static_cast<double>(sums.month.matches);
    sums.month.market_log_loss = sums.with_market == 0
                                     ? std::numeric_limits<double>::quiet_NaN()
                                     : sums.market / static_cast<double>(sums.with_market);
    out.push_back(std::move(sums.month));
  }
  return out;
}

std::string Sentence(const AgainstReference& against) {
  static const std::map<std::string, std::string> kNames = {
      {"base_rate", "how often each result happened in the seasons before"},
      {"market", "the average price at the same moment"},
      {"closing", "the closing price"}};
  const evaluation::PairedDifference& difference = against.log_loss;
  if (difference.blocks < statistics::kMinWeeks) {
    return fmt::format("Too few weeks to compare with {}: log loss {:+.4f} on {} matches.",
                       kNames.at(against.reference), difference.mean, difference.matches);
  }
  const std::string numbers = fmt::format("log loss {:+.4f}, 95 % interval {:+.4f} to {:+.4f}",
                                          difference.mean, difference.lower, difference.upper);
  const char* const verdict = difference.better()  ? "Better than"
                              : difference.worse() ? "Worse than"
                                                   : "Not to be told from";
  return fmt::format("{} {} on {} matches ({}).", verdict, kNames.at(against.reference),
                     difference.matches, numbers);
}

std::string Sentence(const RecordedBets& bets) {
  if (bets.bets == 0) return "No bet was advised on these matches.";
  const evaluation::PairedDifference& yield = *bets.yield;
  if (yield.blocks < statistics::kMinWeeks) {
    return fmt::format(
        "{} bets of one unit each returned {:+.1f} %, claimed {:+.1f} %: too few weeks to say "
        "more.",
        bets.bets, 100 * yield.mean, 100 * bets.claimed_edge);
  }
  const bool luck = yield.lower <= 0.0 && yield.upper >= 0.0;
  return fmt::format(
      "{} bets of one unit each returned {:+.1f} % ({:+.1f} to {:+.1f} %), claimed {:+.1f} %: {}.",
      bets.bets, 100 * yield.mean, 100 * yield.lower, 100 * yield.upper, 100 * bets.claimed_edge,
      luck ? "that cannot be told from luck"
           : (yield.mean > 0.0 ? "more than luck would explain" : "a loss beyond bad luck"));
}

// The sharpest test of advice, since it does not wait for luck to even out.
std::string ClosingSentence(const evaluation::PairedDifference& value, double claimed_edge) {
  const std::string numbers =
      fmt::format("{:+.1f} % against the fair closing price", 100 * value.mean);
  if (value.blocks < statistics::kMinWeeks) {
    return fmt::format("These prices were worth {} on {} bets: too few weeks to say more.", numbers,
                       value.matches);
  }
  const char* const meaning = value.lower > claimed_edge ? "even more than was claimed"
                              : value.lower > 0.0        ? "there was an edge"
                              : value.upper < 0.0        ? "the edge that was claimed was not there"
                                                  : "whether there was an edge cannot be told";
  return fmt::format("These prices were worth {} ({:+.1f} to {:+.1f} %) on {} bets: {}.", numbers,
                     100 * value.lower, 100 * value.upper, value.matches, meaning);
}

}  // namespace

bool InHindsight(const ScoredForecast& scored) {
  const Instant begun =
      scored.forecast.kickoff.value_or(scored.score.match_date + std::chrono::days(1));
  return scored.forecast.sealed_at >= begun;
}

absl::StatusOr<TrackRecord> EvaluateRecord(std::span<const ScoredForecast> scored) {
  TrackRecord record;
  if (scored.empty()) {
    record.verdict.push_back("No sealed forecast has been scored yet.");
    return record;
  }
  std::vector<const ScoredForecast*> all;
  std::set<std::string> information;
  for (const ScoredForecast& each : scored) {
    if (each.forecast.probabilities.size() != scored.front().forecast.probabilities.size()) {
      return InvalidField("competition", "choose one of one sport: outcomes differ");
    }
    all.push_back(&each);
    information.insert(each.forecast.information);
    if (InHindsight(each)) ++record.hindsight;
  }
  record.matches = static_cast<std::int64_t>(all.size());
  ASSIGN_OR_RETURN(RecordedSkill together, Evaluate(all, ""));
  record.skills.push_back(std::move(together));
  for (const std::string& name : information) {
    std::vector<const ScoredForecast*> of_kind;
    std::copy_if(all.begin(), all.end(), std::back_inserter(of_kind),
                 [&](const auto* each) { return each->forecast.information == name; });
    ASSIGN_OR_RETURN(RecordedSkill skill, Evaluate(of_kind, name));
    record.skills.push_back(std::move(skill));
  }
  ASSIGN_OR_RETURN(record.bets, EvaluateBets(all));
  record.months = ByMonth(all);
  for (const AgainstReference& against : record.skills.front().against) {
    record.verdict.push_back(Sentence(against));
  }
  record.verdict.push_back(Sentence(record.bets));
  if (record.bets.closing_value) {
    record.verdict.push_back(ClosingSentence(*record.bets.closing_value, record.bets.claimed_edge));
  }
  if (record.hindsight > 0) {
    record.verdict.push_back(
        fmt::format("{} of {} were sealed after the match in real time, by a clock that stands in "
                    "the past: they prove nothing about foresight.",
                    record.hindsight, record.matches));
  }
  return record;
}

absl::StatusOr<TrackRecord> TrackRecordKeeper::Get(const ScoredFilter& filter, Deadline deadline) {
  const auto day = [](const std::optional<Day>& d) { return d ? FormatDay(*d) : std::string(); };
  const std::string key = fmt::format("{}/{}/{}/{}", day(filter.from), day(filter.to),
                                      filter.competition_code, filter.information);
  ASSIGN_OR_RETURN(const std::string stamp, reader_.ScoresStamp(deadline));
  {
    const std::lock_guard lock(mutex_);
    if (stamp != stamp_ || by_filter_.size() >= kMaxFilters) by_filter_.clear();
    stamp_ = stamp;
    const auto found = by_filter_.find(key);
    if (found != by_filter_.end()) return found->second;
  }
  ASSIGN_OR_RETURN(const auto scored, reader_.ListScored(filter, deadline));
  ASSIGN_OR_RETURN(TrackRecord record, EvaluateRecord(scored));
  const std::lock_guard lock(mutex_);
  if (stamp == stamp_) by_filter_.insert_or_assign(key, record);
  return record;
}

}  // namespace fairline::prediction
