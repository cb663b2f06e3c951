#include "tools/challenge/submission.hpp"

#include <cmath>

#include <fmt/format.h>

#include "libs/csv/writer.hpp"

namespace fairline::challenge {
std::string WriteSubmission(std::span<const sources::ChallengeFixture> fixtures,
                            std::span<const Probabilities> forecasts) {
  constexpr double kMillion = 1e6;
  std::string text = "ID,Sea,Lge,Date,HT,AT,prd_H,prd_D,prd_A\n";
  for (std::size_t i = 0; i < fixtures.size(); ++i) {
    const sources::ChallengeFixture& fixture = fixtures[i];
    const double home = std::round(forecasts[i][0] * kMillion);
    const double away = std::round(forecasts[i][2] * kMillion);
    text += fmt::format("{},{},{},{},{},{},{:.6f},{:.6f},{:.6f}\n",
                        fixture.id.empty() ? std::to_string(i + 1) : csv::Quoted(fixture.id),
                        csv::Quoted(fixture.season), csv::Quoted(fixture.league),
                        csv::Quoted(fixture.date_text), csv::Quoted(fixture.home),
                        csv::Quoted(fixture.away), home / kMillion,
                        (kMillion - home - away) / kMillion, away / kMillion);
  }
  return text;
}

}  // namespace fairline::challenge
