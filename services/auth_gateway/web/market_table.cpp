// Prints the table of markets (libs/domain/market.hpp) as a module of the page, so that the page
// has none of its own.

#include <cctype>

#include <fmt/format.h>

#include "libs/core/program.hpp"
#include "libs/domain/market.hpp"

namespace fairline::domain {
namespace {

// "home_or_draw" -> "OUTCOME_HOME_OR_DRAW", as protobuf's JSON has it.
std::string EnumName(std::string_view prefix, std::string_view name) {
  std::string text(prefix);
  for (const char c : name) text += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string_view LineName(LineKind line) {
  switch (line) {
    case LineKind::kTotal:
      return "total";
    case LineKind::kHandicap:
      return "handicap";
    case LineKind::kNone:
      break;
  }
  return "none";
}

void Print() {
  fmt::print("// Made by market_table.cpp from libs/domain/market.cpp: change it there.\n\n");
  fmt::print("export type Market =");
  for (const MarketRow& row : Markets()) fmt::print("\n  | \"{}\"", EnumName("MARKET_", row.name));
  fmt::print(";\n\nexport type Outcome =");
  for (const OutcomeRow& row : Outcomes()) {
    fmt::print("\n  | \"{}\"", EnumName("OUTCOME_", row.name));
  }
  fmt::print(
      ";\n\nexport interface MarketRow {{\n  market: Market;\n  label: string;\n"
      "  outcomes: Outcome[];\n  line: \"none\" | \"total\" | \"handicap\";\n"
      "  /** The winner alone settles it, rather than goals. */\n  onWinner: boolean;\n}}\n\n"
      "export const markets: readonly MarketRow[] = [\n");
  for (const MarketRow& row : Markets()) {
    fmt::print("  {{\n    market: \"{}\",\n    label: \"{}\",\n    outcomes: [",
               EnumName("MARKET_", row.name), row.label);
    for (const Outcome outcome : row.outcomes) {
      fmt::print("\"{}\", ", EnumName("OUTCOME_", NameOf(outcome)));
    }
    fmt::print("],\n    line: \"{}\",\n    onWinner: {},\n  }},\n", LineName(row.line),
               row.on_winner);
  }
  fmt::print("];\n\nexport const outcomeLabels: Record<Outcome, string> = {{\n");
  for (const OutcomeRow& row : Outcomes()) {
    fmt::print("  {}: \"{}\",\n", EnumName("OUTCOME_", row.name), row.label);
  }
  fmt::print("}};\n");
}

}  // namespace
}  // namespace fairline::domain

int main(int argc, char** argv) {
  return fairline::RunProgram("fairline-market-table", argc, argv, [] {
    fairline::domain::Print();
    return fairline::kExitDone;
  });
}
