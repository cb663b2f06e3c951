// Prints the table of markets (libs/domain/market.hpp), or with the argument "currencies" that of
// currencies (libs/core/money.hpp), as a module of the page, so that the page has none of its own.

#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "libs/core/money.hpp"
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

void PrintCurrencies() {
  fmt::print("// Made by market_table.cpp from libs/core/money.cpp: change it there.\n\n");
  fmt::print("/** Digits after the point, of the currencies that have not two. */\n");
  fmt::print("export const currencyDigits: Readonly<Record<string, number>> = {{\n");
  for (const Currency& currency : Currencies()) {
    if (currency.digits != 2) fmt::print("  {}: {},\n", currency.code, currency.digits);
  }
  fmt::print("}};\n");
}

}  // namespace
}  // namespace fairline::domain

int main(int argc, char** argv) {
  return fairline::RunProgram("fairline-market-table", argc, argv, [&] {
    if (argc > 1 && std::string_view(argv[1]) == "currencies") {
      fairline::domain::PrintCurrencies();
    } else {
      fairline::domain::Print();
    }
    return fairline::kExitDone;
  });
}
