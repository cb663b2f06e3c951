#pragma once
// The parts of the page, each the HTML below its heading.

#include <string>
#include <string_view>
#include <vector>

#include "tools/evaluate/html/charts.hpp"
#include "tools/evaluate/judgement.hpp"

namespace fairline::evaluate {

// A table from cells that are HTML already; a cell may begin with "class|" of its own. The first
// row is the head. `row_classes` is empty or has one for each row but the first.
using Cells = std::vector<std::vector<std::string>>;
[[nodiscard]] std::string Table(const Cells& cells,
                                const std::vector<std::string>& row_classes = {});
[[nodiscard]] std::string Picture(std::string_view caption, std::string_view picture);
// What unfolds on a click; on paper it is open.
[[nodiscard]] std::string Folded(std::string_view summary, std::string_view content);

// "served", "reference" or "".
[[nodiscard]] std::string RowClass(const Judgement& judgement, std::string_view forecaster);
// Colours of the forecasters that charts show, by name: the served first.
[[nodiscard]] int ColourOf(const Judgement& judgement, std::string_view forecaster);

// libs/models figures.
[[nodiscard]] std::string LadderSection(const Judgement& judgement);
[[nodiscard]] std::string ScoresSection(const Judgement& judgement);
[[nodiscard]] std::string DifferencesSection(const Judgement& judgement);
[[nodiscard]] std::string ReliabilitySection(const Judgement& judgement);
[[nodiscard]] std::string CallsSection(const Judgement& judgement);
[[nodiscard]] std::string SlicesSection(const Judgement& judgement,
                                        const std::vector<Slice>& slices, std::string_view axis);
[[nodiscard]] std::string PoolsSection(const Judgement& judgement);

// Odds.
[[nodiscard]] std::string EdgesSection(const Judgement& judgement);
[[nodiscard]] std::string GoalMarketsSection(const Judgement& judgement);
[[nodiscard]] std::string DevigSection(const Judgement& judgement);

}  // namespace fairline::evaluate
