#pragma once
// Joint Kelly stakes for matches of the caller's own.

#include <optional>
#include <string>
#include <vector>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

struct PortfolioOptions {
  std::vector<std::string> matches;  // "0.5,0.3,0.2@2.2,3.4,4.0"
  std::string file;                  // .json or .csv; empty: none
  std::optional<double> kelly, max_per_bet, max_per_match, max_per_day;
  std::optional<double> bankroll;  // in major units; the account's when absent
};

[[nodiscard]] absl::Status ComputePortfolio(Context& context, const PortfolioOptions& options);

// Probabilities, "@", and odds in any notation of domain::ParseOdds, with 0 where there is no
// price. InvalidArgument naming `match`.
[[nodiscard]] absl::StatusOr<nlohmann::json> ParseMatch(const std::string& text);
// Rows of outcomes under the heading match,probability,odds and, in any order, lay_odds, commission
// and day; other columns are passed over. Rows of one match share its name, which may be
// left blank below its first; a probability may be in percent. InvalidArgument naming line and
// column.
[[nodiscard]] absl::StatusOr<nlohmann::json> ParseMatchRows(const std::string& text);

}  // namespace fairline::cli
