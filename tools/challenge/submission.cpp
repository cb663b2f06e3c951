#include "tools/challenge/submission.hpp"

#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace fairline::challenge {
namespace {

std::string Cell(std::string_view text) {
  if (text.find_first_of(",\"\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string WriteSubmission(std::span<const sources::ChallengeFixture> fixtures,
                            std::span<const Probabilities> forecasts) {
  constexpr double kMillion = 1e6;
  std::string text = "ID,Sea,Lge,Date,HT,AT,prd_H,prd_D,prd_A\n";
  for (std::size_t i = 0; i < fixtures.size(); ++i) {
    const sources::ChallengeFixture& fixture = fixtures[i];
    const double home = std::round(forecasts[i][0] * kMillion);
    const double away = std::round(forecasts[i][2] * kMillion);
    text += fmt::format("{},{},{},{},{},{},{:.6f},{:.6f},{:.6f}\n",
                        fixture.id.empty() ? std::to_string(i + 1) : Cell(fixture.id),
                        Cell(fixture.season), Cell(fixture.league), Cell(fixture.date_text),
                        Cell(fixture.home), Cell(fixture.away), home / kMillion,
                        (kMillion - home - away) / kMillion, away / kMillion);
  }
  return text;
}

}  // namespace fairline::challenge
