#pragma once
// The outcome of a walk-forward as a text table and as JSON.

#include <string>
#include <vector>

#include "libs/models/scoreboard.hpp"

namespace fairline::evaluate {

// A scoreboard of some of the judged matches: "ALL", "M5", "ALL 2019".
struct Section {
  std::string title;
  std::vector<models::ScoreboardEntry> entries;
};

// Scores and paired differences (log loss in units of 0.0001, RPS in 0.00001, 95 % intervals).
[[nodiscard]] std::string ToText(const Section& section);

// Every number of every section, unrounded.
[[nodiscard]] std::string ToJson(const std::vector<Section>& sections);

}  // namespace fairline::evaluate
