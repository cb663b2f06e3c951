#include "libs/backtest/luck_verdict.hpp"

#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libs/backtest/sentences.hpp"
#include "libs/core/money.hpp"

namespace fairline::backtest {
namespace {

constexpr std::int64_t kFewBets = 200;

std::string WhyNoBet(const Report& report, const Settings& settings) {
  if (report.matches == 0) {
    return "No bet: there is no forecast of a match of these competitions and seasons.";
  }
  if (!settings.anchored) {
    return "No bet: forecasts that are not anchored to the market line never stake.";
  }
  if (report.priced == 0) {
    return fmt::format("No bet: none of the {} matches has prices of this source.",
                       Thousands(report.matches));
  }
  return fmt::format("No bet: of {} matches with prices none passed the policy's guards.",
                     Thousands(report.priced));
}

// How many such bets it would take for the interval to leave 0, if the yield stayed what it is.
std::string BetsNeeded(const Report& report) {
  const double half_width = 0.5 * (report.yield.upper - report.yield.lower);
  if (!(std::abs(report.yield.value) > 1e-4) || !(half_width > 0.0)) return "";
  const double ratio = half_width / std::abs(report.yield.value);
  const double bets = static_cast<double>(report.bets) * ratio * ratio;
  if (bets > 1e6) return " No number of bets that anybody places would tell.";
  return fmt::format(" If the yield stayed what it is, some {} bets of this kind would tell.",
                     Thousands(std::llround(bets / 100.0 + 0.5) * 100));
}

std::string ClosingSentence(const Report& report) {
  if (!report.closing_line_value) return " There is no closing line to check it against.";
  const Interval& clv = *report.closing_line_value;
  if (clv.lower > 0.0) {
    return fmt::format(
        " The prices taken were better than the closing line by {}, which points to an edge{}.",
        Range(clv),
        report.yield.value > clv.upper
            ? ": that much is to be expected of more such bets, not the yield, which was higher"
            : "");
  }
  if (clv.upper < 0.0) {
    return fmt::format(
        " By the closing line the bets were worth {}: by that measure, expect losses.", Range(clv));
  }
  return fmt::format(" By the closing line the bets were worth {}: no edge is proven there.",
                     Range(clv));
}

std::string SourceSentence(const Settings& settings) {
  if (settings.price == PriceSource::kBest) {
    return " It takes accounts at all of several bookmakers, and winners are limited there.";
  }
  if (settings.price == PriceSource::kMaximum) {
    return " Nobody can bet at these prices: they name no bookmaker.";
  }
  return "";
}

// What speaks against a yield above 0 being more than luck.
std::vector<std::string> Doubts(const Report& report, const Provenance& provenance) {
  std::vector<std::string> doubts;
  if (!(report.log_growth.lower > 0.0)) {
    doubts.push_back("the growth of the bankroll cannot be told from none");
  }
  if (!(report.flat_yield.lower > 0.0)) {
    doubts.push_back("with equal stakes it cannot be told from none");
  }
  if (!report.closing_line_value) {
    doubts.push_back("no closing line confirms it");
  } else if (!(report.closing_line_value->lower > 0.0)) {
    doubts.push_back("the closing line does not confirm it");
  }
  if (report.random_as_good >= 0.05) {
    doubts.push_back(fmt::format(
        "random bets of the same size on the same matches did as well in {:.0f} % of draws",
        100.0 * report.random_as_good));
  }
  if (provenance.variants > 1 && provenance.by_luck >= 0.05) {
    doubts.push_back(fmt::format(
        "the best of {} variants without any edge grows as fast with a chance of {:.0f} %",
        provenance.variants, 100.0 * provenance.by_luck));
  }
  return doubts;
}

}  // namespace

std::string LuckVerdict(const Report& report, const Settings& settings,
                        const Provenance& provenance) {
  if (report.bets == 0) return WhyNoBet(report, settings);
  const std::string bets =
      report.bets == 1 ? "1 bet" : fmt::format("{} bets", Thousands(report.bets));
  if (report.bets < kFewBets || !std::isfinite(report.yield.lower)) {
    return fmt::format("Yield {} over {}: too few bets to tell anything from luck.{}",
                       Range(report.yield), bets, ClosingSentence(report));
  }
  const std::string yield = fmt::format("Yield {} over {}", Range(report.yield), bets);
  const std::string closing = ClosingSentence(report);
  if (report.log_growth.upper < 0.0) {
    return fmt::format(
        "{}: a loss that is more than bad luck: the bankroll went from {} to {}, and all of the "
        "interval of its growth is below 0.{}",
        yield, GroupedMoney(report.start, report.currency),
        GroupedMoney(report.end, report.currency), closing);
  }
  if (report.yield.upper < 0.0) {
    return fmt::format("{}: a loss that is more than bad luck.{}", yield, closing);
  }
  if (report.yield.lower <= 0.0) {
    return fmt::format("{}: this cannot be told from luck.{}{}", yield, BetsNeeded(report),
                       closing);
  }
  const std::vector<std::string> doubts = Doubts(report, provenance);
  if (doubts.empty()) {
    return fmt::format(
        "{}: more than luck explains; random bets of the same size on the same matches did as "
        "well in {:.1f} % of draws.{}{}",
        yield, 100.0 * report.random_as_good, closing, SourceSentence(settings));
  }
  return fmt::format("{}: above 0 by its interval, but {}. So it may be luck.{}{}", yield,
                     fmt::join(doubts, ", and "), closing, SourceSentence(settings));
}

}  // namespace fairline::backtest
