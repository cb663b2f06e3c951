#include "libs/backtest/verdict.hpp"

#include <cmath>

#include <fmt/format.h>

namespace fairline::backtest {
namespace {

std::string Percent(double value) { return fmt::format("{:+.1f} %", 100.0 * value); }

std::string Range(const Interval& interval) {
  return fmt::format("{} (95 % from {} to {})", Percent(interval.value), Percent(interval.lower),
                     Percent(interval.upper));
}

// How many such bets it would take for the interval to leave 0, if the yield stayed what it is.
std::string BetsNeeded(const Report& report) {
  const double half_width = 0.5 * (report.yield.upper - report.yield.lower);
  if (!(std::abs(report.yield.value) > 1e-4) || !(half_width > 0.0)) return "";
  const double ratio = half_width / std::abs(report.yield.value);
  const double bets = static_cast<double>(report.bets) * ratio * ratio;
  return bets > 1e6 ? ""
                    : fmt::format(" About {:.0f} bets of this kind would be needed to tell.", bets);
}

std::string ClosingSentence(const Report& report) {
  if (!report.closing_line_value) return " There is no closing line to check it against.";
  const Interval& clv = *report.closing_line_value;
  if (clv.lower > 0.0) {
    return fmt::format(
        " The prices taken were better than the closing line by {}, which points to "
        "an edge.",
        Range(clv));
  }
  if (clv.upper < 0.0) {
    return fmt::format(" The prices taken were worse than the closing line by {}: expect losses.",
                       Range(clv));
  }
  return fmt::format(" Against the closing line the prices are worth {}: no edge is proven there.",
                     Range(clv));
}

std::string SourceSentence(const Settings& settings) {
  if (settings.price != PriceSource::kBest) return "";
  return " Best prices of all bookmakers are more than most accounts can get, and winners are "
         "limited.";
}

}  // namespace

std::string VerdictOf(const Report& report, const Settings& settings) {
  if (report.bets == 0) {
    if (!settings.anchored) {
      return "No bet: forecasts that are not anchored to the market line never stake.";
    }
    if (report.priced == 0) return "No bet: there are no prices of this source.";
    return "No bet: nothing passed the policy's guards.";
  }
  const std::string yield = fmt::format("Yield {} over {} bets", Range(report.yield), report.bets);
  const std::string closing = ClosingSentence(report);
  if (report.bets < 200) {
    return fmt::format("{}: too few bets to tell anything from luck.{}", yield, closing);
  }
  if (report.yield.lower <= 0.0 && report.yield.upper >= 0.0) {
    return fmt::format("{}: this cannot be told from luck.{}{}{}", yield, BetsNeeded(report),
                       closing, SourceSentence(settings));
  }
  if (report.yield.upper < 0.0) {
    return fmt::format("{}: a loss that is more than bad luck.{}", yield, closing);
  }
  const std::string random = fmt::format(
      "random bets of the same size on the same matches did as well in {:.1f} % of draws",
      100.0 * report.random_as_good);
  const bool confirmed =
      report.closing_line_value.has_value() && report.closing_line_value->lower > 0.0;
  return fmt::format("{}: {}; {}.{}{}", yield,
                     confirmed && report.random_as_good < 0.05
                         ? "more than luck explains"
                         : "above 0, but not confirmed, so part of it may be luck",
                     random, closing, SourceSentence(settings));
}

}  // namespace fairline::backtest
