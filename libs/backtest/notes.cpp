#include "libs/backtest/notes.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "libs/backtest/sentences.hpp"
#include "libs/backtest/slices.hpp"
#include "libs/core/money.hpp"

namespace fairline::backtest {
namespace {

constexpr std::string_view kMoment =
    " They are prices from before the match, never closing ones: football-data.co.uk collects them "
    "on Friday afternoon for the weekend and on Tuesday afternoon for the days between, and notes "
    "no time.";

std::string Part(double part) { return fmt::format("{:g} %", 100.0 * part); }

std::string StakingNote(const Settings& settings) {
  const staking::StakingPolicy& policy = settings.policy;
  std::string note = fmt::format(
      "Staked {} of Kelly, at most {} of the bankroll on a bet, {} on a match and {} a day; edges "
      "of at least {}",
      Part(policy.KellyMultiplier(settings.risk)), Part(policy.max_per_bet),
      Part(policy.max_per_match), Part(policy.max_per_day), Part(policy.min_edge_best_of_many));
  if (policy.min_edge_single_book != policy.min_edge_best_of_many) {
    note += fmt::format(" at the best of several prices and {} at a single one",
                        Part(policy.min_edge_single_book));
  }
  note += std::isfinite(policy.max_odds)
              ? fmt::format("; odds from {:.2f} to below {:.2f}", policy.min_odds, policy.max_odds)
              : fmt::format("; odds of at least {:.2f}", policy.min_odds);
  if (std::isfinite(policy.max_best_to_average)) {
    note += fmt::format(
        "; no price over {:.2f} times the average, which is more often a mistake "
        "than a gift",
        policy.max_best_to_average);
  }
  note += settings.max_stake ? fmt::format("; no stake over {}.",
                                           GroupedMoney(*settings.max_stake, settings.currency))
                             : std::string("; no limit on the size of a stake.");
  return note;
}

std::string ClosingNote(std::span<const PastMatch> matches, const Simulation& simulation,
                        const Report& report) {
  const auto pinnacle =
      std::count_if(simulation.bets.begin(), simulation.bets.end(), [&](const Bet& bet) {
        const PastMatch& match = matches[bet.match];
        return match.pinnacle_closing && match.closing[bet.outcome] > 1.0;
      });
  return fmt::format(
      "Closing-line value is known of {} bets: by Pinnacle's closing odds of {}, else by the "
      "average ones, the margin taken out by the power method; each bet counts alike.",
      Thousands(report.closing_bets), Thousands(pinnacle));
}

bool KnowsUncertainty(std::span<const PastMatch> matches, const Simulation& simulation) {
  return std::all_of(simulation.bets.begin(), simulation.bets.end(), [&](const Bet& bet) {
    return std::isfinite(matches[bet.match].probability_sd[0]);
  });
}

// The first season with a bet, when it is one that parameters were chosen by; 0 otherwise.
int FirstChosenBy(std::span<const PastMatch> matches, const Simulation& simulation, int chosen_to) {
  int first = 0;
  for (const Bet& bet : simulation.bets) {
    const int season = matches[bet.match].season_start;
    if (season <= chosen_to && (first == 0 || season < first)) first = season;
  }
  return first;
}

}  // namespace

std::string PriceNote(const Report& report, const Settings& settings) {
  std::string whose;
  switch (settings.price) {
    case PriceSource::kBest:
      whose = report.bets == 0
                  ? std::string("Best prices of the bookmakers that the data lists by name.")
                  : fmt::format(
                        "Best prices of {:.1f} bookmakers a match (mean over the bets), "
                        "those that the data lists by name: an account with money at "
                        "each of them is needed, and winners are limited there.",
                        report.average_bookmakers);
      break;
    case PriceSource::kAverage:
      whose = "Average prices over bookmakers: what a bettor at a random one gets.";
      break;
    case PriceSource::kBookmaker:
      whose = fmt::format("Prices of {} alone.", settings.bookmaker);
      break;
    case PriceSource::kMaximum:
      whose =
          "The highest prices that a comparison site saw at any of its bookmakers. Which one "
          "offered them, and to whom, nobody noted: they cannot be bet at by name, and are here "
          "to compare with studies that use them.";
      break;
  }
  return whose + std::string(kMoment);
}

std::vector<std::string> NotesOn(std::span<const PastMatch> matches, const Settings& settings,
                                 const Simulation& simulation, const Provenance& provenance,
                                 const Report& report) {
  std::vector<std::string> notes;
  const int chosen_to = provenance.chosen_by_seasons_to;
  if (const int first = FirstChosenBy(matches, simulation, chosen_to); first != 0) {
    notes.push_back(fmt::format(
        "Caution: the parameters of the models were chosen by seasons up to {}. Every match was "
        "forecast by models fitted on earlier ones alone, but the seasons from {} to {} here are "
        "not untouched, and flatter.",
        SeasonLabel(chosen_to), SeasonLabel(first), SeasonLabel(chosen_to)));
  }
  if (settings.anchored && !provenance.anchored) {
    notes.push_back(
        "Caution: these forecasts do not correct the market line. Advice on coming matches stakes "
        "nothing on them; they stake here only because that was asked for.");
  }
  notes.push_back(StakingNote(settings));
  if (report.bets == 0) return notes;
  notes.push_back(fmt::format(
      "Not modelled: limits and closed accounts (stakes here went up to {}), prices that had moved "
      "or were withdrawn before they could be taken, money spread over several accounts, taxes.",
      GroupedMoney(report.largest_stake, settings.currency)));
  notes.push_back(settings.commission > 0.0
                      ? fmt::format("A commission of {} is taken from every net win.",
                                    Part(settings.commission))
                      : std::string("No commission is taken."));
  notes.push_back(
      "The bets of a day are staked together from the bankroll of its morning and settled at its "
      "end; what is won is staked again.");
  if (!KnowsUncertainty(matches, simulation)) {
    notes.push_back(
        "Advice on coming matches also shrinks stakes by the forecast's uncertainty. Past "
        "forecasts carry none, so that stakes here are somewhat larger.");
  }
  notes.push_back(
      "Intervals hold 95 % of 2,000 resamples of whole weeks with the stakes as they were. They "
      "say how much of it may be luck, not what later seasons and their prices will be like. The "
      "yield weighs bets by the money on them, the growth by their part of the bankroll.");
  notes.push_back(
      "Random bets: the same stakes on outcomes of the same matches drawn at random within the "
      "limits on odds, 1,000 times; their range is that of 95 % of draws.");
  if (report.closing_bets > 0) notes.push_back(ClosingNote(matches, simulation, report));
  return notes;
}

}  // namespace fairline::backtest
