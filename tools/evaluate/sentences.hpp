#pragma once
// A judgement in words, for the head of the reports.

#include <string>
#include <string_view>
#include <vector>

#include "tools/evaluate/judgement.hpp"

namespace fairline::evaluate {

enum class Verdict { kBeaten, kNotBeaten, kWorse };

// What the served models, or all when none is served, are against one reference.
struct Finding {
  Verdict verdict;
  std::string headline;  // "Not beaten: the closing line"
  std::string detail;    // "with_odds has a log loss 0.00312 higher (95 %: ...)."
};
// From the base rate to the closing line.
[[nodiscard]] std::vector<Finding> Findings(const Judgement& judgement);

// "In 8,123 bets it claimed 2.9 %; they returned 3.4 % (95 %: 1.0 to 5.9): the claim holds. ..."
[[nodiscard]] std::string SentenceOn(const BetRecord& record);
// The same for all buckets of a board in one sentence: which claims hold.
[[nodiscard]] std::string SentenceOn(const EdgeBoard& board);
[[nodiscard]] std::string SentenceOn(const BlindBets& blind);

// "best price of all bookmakers", "Bet365", ...
[[nodiscard]] std::string PriceName(std::string_view price);
// "0 to 2 %", "over 12 %"
[[nodiscard]] std::string BucketName(const EdgeBucket& bucket);
}  // namespace fairline::evaluate
