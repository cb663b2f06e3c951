#pragma once
// Commands on forecasts, advice, models and users.

#include <string>
#include <vector>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

// Each prints what it finds.
[[nodiscard]] absl::Status PredictMatch(Context& context, const std::string& competition,
                                        const std::string& home, const std::string& away);
// `competition` may be empty: all.
[[nodiscard]] absl::Status ListForecasts(Context& context, const std::string& competition);
[[nodiscard]] absl::Status ListAdvice(Context& context, const std::string& competition,
                                      bool only_bets);
// Kelly stakes for probabilities and decimal odds of the caller's own.
[[nodiscard]] absl::Status ComputeStake(Context& context, const std::vector<double>& probabilities,
                                        const std::vector<double>& odds);
// Without a model: all registered models.
[[nodiscard]] absl::Status ListModels(Context& context, const std::string& model);
// One version with its models and the features that it was fitted on.
[[nodiscard]] absl::Status ShowVersion(Context& context, const std::string& model, int version);
// Moves the alias "production" by hand.
[[nodiscard]] absl::Status PromoteVersion(Context& context, const std::string& model, int version,
                                          const std::string& reason);
[[nodiscard]] absl::Status ListUsers(Context& context);
// Of what every load could not read, oldest first: each cell once, as the newest load found it, the
// newest first, at most so many.
[[nodiscard]] nlohmann::json EachCellOnce(const nlohmann::json& rejected, std::size_t most);
[[nodiscard]] absl::Status ListRejectedRows(Context& context, std::size_t limit);

}  // namespace fairline::cli
