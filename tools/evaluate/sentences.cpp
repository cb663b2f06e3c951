#include "tools/evaluate/sentences.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libs/core/money.hpp"

namespace fairline::evaluate {
namespace {

using evaluation::PairedDifference;

struct Reference {
  std::string_view column;
  std::string_view name;
};
constexpr std::array kReferencesInOrder = {
    Reference{evaluation::kBaseRateColumn, "the base rate"},
    Reference{evaluation::kMarketColumn, "the average line before the match"},
    Reference{evaluation::kPinnacleColumn, "Pinnacle's line before the match"},
    Reference{evaluation::kClosingColumn, "the closing line"}};

// "0.00066 lower (95 %: 0.00021 to 0.00108)", the ends signed when 0 lies between them.
std::string Gap(const PairedDifference& difference) {
  const std::string_view side = difference.mean < 0.0 ? "lower" : "higher";
  if (difference.lower < 0.0 && difference.upper > 0.0) {
    return fmt::format("{:.5f} {} (95 %: {:+.5f} to {:+.5f})", std::abs(difference.mean), side,
                       difference.lower, difference.upper);
  }
  const double near = std::min(std::abs(difference.lower), std::abs(difference.upper));
  const double far = std::max(std::abs(difference.lower), std::abs(difference.upper));
  return fmt::format("{:.5f} {} (95 %: {:.5f} to {:.5f})", std::abs(difference.mean), side, near,
                     far);
}

std::vector<std::string> Evaluated(const Judgement& judgement, const Slice& all) {
  if (!judgement.served.empty()) return judgement.served;
  std::vector<std::string> names;
  for (const evaluation::ScoreboardEntry& entry : all.entries) {
    if (!IsReference(entry.forecaster)) names.push_back(entry.forecaster);
  }
  return names;
}

std::string Percent(double share) { return fmt::format("{:+.1f}", 100.0 * share); }

std::string PercentInterval(const statistics::Interval& interval) {
  return fmt::format("{} % (95 %: {} to {})", Percent(interval.value), Percent(interval.lower),
                     Percent(interval.upper));
}

}  // namespace

std::vector<Finding> Findings(const Judgement& judgement) {
  std::vector<Finding> findings;
  const Slice& all = judgement.groups.front();
  for (const Reference& reference : kReferencesInOrder) {
    std::vector<std::string> better;
    std::vector<std::string> even;
    std::vector<std::string> worse;
    for (const std::string& name : Evaluated(judgement, all)) {
      const evaluation::ScoreboardEntry* const entry = EntryOf(all, name);
      if (entry == nullptr) continue;
      const auto found = entry->against.find(reference.column);
      if (found == entry->against.end()) continue;
      const PairedDifference& difference = found->second.log_loss;
      std::vector<std::string>& side = difference.better()  ? better
                                       : difference.worse() ? worse
                                                            : even;
      side.push_back(fmt::format("{} has a log loss {}", name, Gap(difference)));
    }
    const auto say = [&](Verdict verdict, std::string_view lead,
                         const std::vector<std::string>& names) {
      if (names.empty()) return;
      findings.push_back({verdict, fmt::format("{}: {}", lead, reference.name),
                          fmt::format("{}.", fmt::join(names, "; "))});
    };
    say(Verdict::kBeaten, "Beaten", better);
    say(Verdict::kNotBeaten, "Neither beaten nor lost to", even);
    say(Verdict::kWorse, "Not beaten", worse);
  }
  return findings;
}

std::string SentenceOn(const BetRecord& record) {
  std::string text =
      fmt::format("In {} bets the mean claim was {} %; they returned {}: ", Thousands(record.bets),
                  Percent(record.claimed), PercentInterval(record.returned));
  if (record.claim_holds()) {
    text += "the claim lies inside the interval.";
  } else if (record.claimed > record.returned.upper) {
    text += fmt::format("the claim is {:.1f} points too high and lies outside the interval.",
                        100.0 * (record.claimed - record.returned.value));
  } else {
    text += "they returned more than was claimed, beyond the interval.";
  }
  if (record.with_closing > 0) {
    text += fmt::format(" The closing line implies {}", PercentInterval(record.closing_value));
    text += record.closing_value.lower > 0.0   ? ": worth having taken."
            : record.closing_value.upper < 0.0 ? ": worse than fair."
                                               : ": not told apart from fair.";
  }
  return text;
}

std::string SentenceOn(const EdgeBoard& board) {
  std::vector<std::string> outside;
  for (const EdgeBucket& bucket : board.buckets) {
    if (!bucket.record.claim_holds()) outside.push_back(BucketName(bucket));
  }
  if (outside.empty()) {
    return fmt::format("Every bucket's claim lies inside the interval of what {} returned.",
                       board.price == "best" ? "the best price" : PriceName(board.price));
  }
  return fmt::format("Claims outside the interval of what was returned: {}.",
                     fmt::join(outside, "; "));
}

std::string SentenceOn(const BlindBets& blind) {
  return fmt::format(
      "Betting on every allowed outcome at the {}, without any forecast: {} bets "
      "returned {}; the closing line implies {}.",
      PriceName(blind.price), Thousands(blind.record.bets), PercentInterval(blind.record.returned),
      PercentInterval(blind.record.closing_value));
}

std::string PriceName(std::string_view price) {
  if (price == "best") return "best price of all bookmakers";
  if (price == "average") return "average price";
  if (price == "bet365") return "price of Bet365";
  if (price == "pinnacle") return "price of Pinnacle";
  return std::string(price);
}

std::string BucketName(const EdgeBucket& bucket) {
  if (std::isinf(bucket.to)) return fmt::format("over {:.0f} %", 100.0 * bucket.from);
  return fmt::format("{:.0f} to {:.0f} %", 100.0 * bucket.from, 100.0 * bucket.to);
}

}  // namespace fairline::evaluate
