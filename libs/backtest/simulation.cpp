#include "libs/backtest/simulation.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "libs/domain/settlement.hpp"
#include "libs/staking/joint_staking.hpp"

namespace fairline::backtest {
namespace {

using domain::DecimalOdds;
using domain::Probability;

std::optional<DecimalOdds> AsOdds(double value) {
  auto odds = DecimalOdds::Make(value);
  return odds.ok() ? std::optional(*odds) : std::nullopt;
}

bool IsWithin(const PastMatch& match, const Settings& settings) {
  if (settings.first_season != 0 && match.season_start < settings.first_season) return false;
  if (settings.last_season != 0 && match.season_start > settings.last_season) return false;
  return settings.competitions.empty() ||
         std::find(settings.competitions.begin(), settings.competitions.end(), match.competition) !=
             settings.competitions.end();
}

// As many as the minimum edge depends on: one or several.
int BooksBehind(const PastMatch& match, PriceSource source) {
  if (source == PriceSource::kBest) return match.bookmakers;
  return source == PriceSource::kMaximum ? 2 : 1;
}

absl::StatusOr<staking::MatchToStake> ToStake(const PastMatch& match, const Settings& settings) {
  staking::MatchToStake out;
  out.forecast.anchored = settings.anchored;
  const ByOutcome& prices = PricesOf(match, settings.price);
  bool knows_sd = true;
  for (std::size_t i = 0; i < match.outcomes; ++i) {
    ASSIGN_OR_RETURN(const Probability probability, Probability::Make(match.probabilities[i]));
    out.forecast.probabilities.push_back(probability);
    knows_sd = knows_sd && std::isfinite(match.probability_sd[i]);
    out.offers.push_back({.best = AsOdds(prices[i]),
                          .average = AsOdds(match.average[i]),
                          .bookmakers = BooksBehind(match, settings.price),
                          .commission = settings.commission});
  }
  if (knows_sd) {
    out.forecast.probability_sd.assign(
        match.probability_sd.begin(),
        match.probability_sd.begin() + static_cast<std::ptrdiff_t>(match.outcomes));
  }
  return out;
}

std::string BookmakerOf(const PastMatch& match, const Settings& settings, std::size_t outcome) {
  if (settings.price == PriceSource::kBookmaker) return settings.bookmaker;
  return settings.price == PriceSource::kBest ? match.best_at[outcome] : "";
}

// A bet before its money is known.
struct Wish {
  std::size_t match = 0;
  std::size_t outcome = 0;
  double fraction = 0.0;
  double probability = 0.0;
  double edge = 0.0;
};

absl::StatusOr<std::vector<Wish>> StakeDay(std::span<const PastMatch> matches,
                                           std::span<const std::size_t> of_day,
                                           const Settings& settings) {
  std::vector<staking::MatchToStake> to_stake;
  for (const std::size_t m : of_day) {
    auto match = ToStake(matches[m], settings);
    RETURN_IF_ERROR(WithContext(match.status(), fmt::format("match {}", matches[m].id.value)));
    to_stake.push_back(*std::move(match));
  }
  ASSIGN_OR_RETURN(const staking::StakingPlan plan,
                   staking::StakeTogether(to_stake, settings.policy, settings.risk));
  std::vector<Wish> wishes;
  for (std::size_t k = 0; k < of_day.size(); ++k) {
    for (std::size_t i = 0; i < plan.matches[k].size(); ++i) {
      const staking::OutcomeAdvice& advice = plan.matches[k][i];
      if (advice.stake <= 0.0) continue;
      wishes.push_back({of_day[k], i, advice.stake, advice.probability, advice.edge.value_or(0.0)});
    }
  }
  return wishes;
}

// Every day's wishes; days do not depend on each other, only the money does.
class Days {
 public:
  Days(std::span<const PastMatch> matches, const Settings& settings,
       std::vector<std::vector<std::size_t>> days)
      : matches_(matches), settings_(settings), days_(std::move(days)), wishes_(days_.size()) {}

  absl::Status Run(int threads, const SimulationProgress& progress) {
    std::vector<std::thread> others;
    for (int t = 1; t < threads; ++t) others.emplace_back([&] { Work(progress); });
    Work(progress);
    for (std::thread& thread : others) thread.join();
    return status_;
  }

  [[nodiscard]] const std::vector<Wish>& wishes(std::size_t day) const { return wishes_[day]; }

 private:
  void Work(const SimulationProgress& progress) {
    while (!stop_) {
      const std::size_t day = next_++;
      if (day >= days_.size()) return;
      auto wishes = StakeDay(matches_, days_[day], settings_);
      absl::Status status = wishes.status();
      if (wishes.ok()) wishes_[day] = *std::move(wishes);
      const std::int64_t done = ++done_;
      if (status.ok() && progress && !progress(done, static_cast<std::int64_t>(days_.size()))) {
        status = absl::AbortedError("stopped");
      }
      if (status.ok()) continue;
      const std::lock_guard lock(mutex_);
      status_.Update(status);
      stop_ = true;
    }
  }

  std::span<const PastMatch> matches_;
  const Settings& settings_;
  std::vector<std::vector<std::size_t>> days_;
  std::vector<std::vector<Wish>> wishes_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::int64_t> done_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  absl::Status status_;
};

}  // namespace

absl::Status Settings::Validate() const {
  RETURN_IF_ERROR(Within("policy", policy.Validate()));
  if (domain::RiskLevelName(risk).empty()) {
    return InvalidField("risk", "one of low, medium, high");
  }
  if (price == PriceSource::kBookmaker && bookmaker.empty()) {
    return InvalidField("bookmaker_code", "is needed for this price source");
  }
  if (bankroll.minor_units <= 0) return InvalidField("bankroll", "must be above 0");
  if (!(commission >= 0.0 && commission < 1.0)) {
    return InvalidField("commission", "from 0 up to but not including 1");
  }
  if (max_stake && max_stake->minor_units <= 0) {
    return InvalidField("max_stake", "must be above 0");
  }
  if (first_season != 0 && last_season != 0 && first_season > last_season) {
    return InvalidField("last_season", "must not be before first_season");
  }
  return absl::OkStatus();
}

const ByOutcome& PricesOf(const PastMatch& match, PriceSource source) {
  switch (source) {
    case PriceSource::kAverage:
      return match.average;
    case PriceSource::kBookmaker:
      return match.bookmaker;
    case PriceSource::kMaximum:
      return match.maximum;
    case PriceSource::kBest:
      break;
  }
  return match.best;
}

Money ReturnOfWin(Money stake, double odds, double commission) {
  // Odds are printed with at most six decimals.
  const domain::BetTerms terms{.side = domain::BetSide::kBack,
                               .odds_millionths = std::llround(odds * domain::kOddsUnit),
                               .stake = stake,
                               .commission_basis_points = static_cast<int>(
                                   std::llround(commission * domain::kCommissionUnit))};
  return domain::Returned(terms, domain::BetResult::kWin);
}

absl::StatusOr<Simulation> Simulate(std::span<const PastMatch> matches, const Settings& settings,
                                    int threads, const SimulationProgress& progress) {
  RETURN_IF_ERROR(Within("settings", settings.Validate()));
  Simulation simulation;
  std::map<Day, std::vector<std::size_t>> by_day;
  for (std::size_t m = 0; m < matches.size(); ++m) {
    const PastMatch& match = matches[m];
    if (match.outcomes < 2 || match.outcomes > kMaxOutcomes || match.result >= match.outcomes) {
      return InvalidField(fmt::format("match {}", match.id.value), "two or three outcomes");
    }
    if (!IsWithin(match, settings)) continue;
    ++simulation.matches;
    const ByOutcome& prices = PricesOf(match, settings.price);
    if (std::all_of(prices.begin(), prices.begin() + static_cast<std::ptrdiff_t>(match.outcomes),
                    [](double price) { return price > 1.0; })) {
      ++simulation.priced;
    }
    by_day[match.date].push_back(m);
  }
  std::vector<Day> dates;
  std::vector<std::vector<std::size_t>> of_days;
  for (auto& [date, of_day] : by_day) {
    dates.push_back(date);
    of_days.push_back(std::move(of_day));
  }
  Days days(matches, settings, std::move(of_days));
  RETURN_IF_ERROR(days.Run(std::max(1, threads), progress));

  Money bankroll = settings.bankroll;
  for (std::size_t d = 0; d < dates.size(); ++d) {
    const Money morning = bankroll;
    Money staked;
    for (const Wish& wish : days.wishes(d)) {
      Money stake = staking::StakeInMoney(wish.fraction, morning, settings.policy);
      if (settings.max_stake) {
        stake = staking::StakeInMoney(1.0, std::min(stake, *settings.max_stake), settings.policy);
      }
      if (stake.minor_units <= 0) continue;
      const PastMatch& match = matches[wish.match];
      Bet bet{.match = wish.match,
              .outcome = wish.outcome,
              .odds = PricesOf(match, settings.price)[wish.outcome],
              .bookmaker = BookmakerOf(match, settings, wish.outcome),
              .probability = wish.probability,
              .edge = wish.edge,
              .won = match.result == wish.outcome,
              .stake = stake,
              .profit = Money{} - stake};
      if (bet.won) bet.profit = ReturnOfWin(stake, bet.odds, settings.commission) - stake;
      staked = staked + stake;
      bankroll = bankroll + bet.profit;
      simulation.bets.push_back(bet);
    }
    if (staked.minor_units > 0) simulation.days.push_back({dates[d], bankroll, staked});
  }
  return simulation;
}

}  // namespace fairline::backtest
