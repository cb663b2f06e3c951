#pragma once
// How forecasters did in each competition: few numbers, many competitions.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "services/training/app/jobs/job_data.hpp"

namespace fairline::training {

struct CompetitionScore {
  std::string competition;  // its code
  std::string model;
  std::int64_t matches = 0;
  double log_loss = 0.0;  // nats
  double rps = 0.0;
  std::optional<Comparison> against_market;  // on matches with a pre-match line
};

// Of the references and of the models that are served, by competition and in the order of `sets`.
[[nodiscard]] absl::StatusOr<std::vector<CompetitionScore>> ScoreByCompetition(
    const std::vector<ForecastSet>& sets, const JobData& data);

[[nodiscard]] std::string CompetitionScoresToJson(const std::vector<CompetitionScore>& scores);
[[nodiscard]] absl::StatusOr<std::vector<CompetitionScore>> CompetitionScoresFromJson(
    std::string_view json);

}  // namespace fairline::training
