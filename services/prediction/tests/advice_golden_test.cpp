// The table in advice.golden: odds in, stakes out.
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "libs/testing/data.hpp"
#include "services/prediction/app/match_forecast.hpp"

namespace fairline::prediction {
namespace {

struct Case {
  std::string name;
  MatchForecast forecast;
  ComingMatch match;
  std::vector<std::vector<std::string>> expected;  // the words of each outcome's line
};

float Price(const std::string& word) { return word == "-" ? features::kMissing : std::stof(word); }

BookKind Kind(const std::string& word) {
  if (word == "bookmaker") return BookKind::kBookmaker;
  return word == "exchange" ? BookKind::kExchange : BookKind::kAggregate;
}

std::vector<Case> ReadTable() {
  std::ifstream file(testing::SourceDir() / "services/prediction/tests/advice.golden");
  REQUIRE(file.good());
  std::vector<Case> cases;
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    if (words[0] == "case") {
      cases.emplace_back();
      cases.back().name = line.substr(5);
    } else if (words[0] == "forecast") {
      for (int i = 1; i <= 3; ++i)
        cases.back().forecast.probabilities.push_back(
            std::stod(words[static_cast<std::size_t>(i)]));
      cases.back().forecast.anchored = words[4] == "anchored";
    } else if (words[0] == "home" || words[0] == "draw" || words[0] == "away") {
      cases.back().expected.push_back(words);
    } else {
      BookPrices book;
      book.kind = Kind(words[0]);
      book.code = words[1];
      book.prices = {Price(words[2]), Price(words[3]), Price(words[4])};
      cases.back().match.books.push_back(book);
    }
  }
  return cases;
}

}  // namespace

TEST_CASE("the table of odds and stakes holds", "[prediction][golden]") {
  const std::vector<Case> cases = ReadTable();
  REQUIRE(cases.size() >= 10);
  // Prices are stored as 32-bit floats.
  const double tolerance = 1e-6;
  for (const Case& row : cases) {
    INFO(row.name);
    const MatchAdvice advice =
        AdviseMatch(row.forecast, row.match, domain::StakingPolicy{}).value();
    REQUIRE(row.expected.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      const std::vector<std::string>& expected = row.expected[i];
      INFO(expected[0]);
      const domain::OutcomeAdvice& low = advice.at_risk[0][i];
      if (expected[1] == "-") {
        CHECK(advice.offers[i].bookmaker_code.empty());
        CHECK_FALSE(low.best_price.has_value());
        CHECK_FALSE(low.edge.has_value());
      } else {
        CHECK(advice.offers[i].bookmaker_code == expected[1]);
        CHECK(low.best_price->value() == Approx(std::stod(expected[2])).margin(tolerance));
        CHECK(*low.edge == Approx(std::stod(expected[3])).margin(tolerance));
      }
      if (expected.size() == 5) {
        for (const auto& at_risk : advice.at_risk) {
          CHECK(domain::NoBetReasonName(at_risk[i].no_bet) == expected[4]);
          CHECK(at_risk[i].stake == 0.0);
        }
        continue;
      }
      REQUIRE(expected.size() == 8);
      CHECK(low.no_bet == domain::NoBetReason::kNone);
      CHECK(low.full_kelly == Approx(std::stod(expected[4])).margin(tolerance));
      for (std::size_t risk = 0; risk < kRiskLevels; ++risk) {
        CHECK(advice.at_risk[risk][i].stake ==
              Approx(std::stod(expected[5 + risk])).margin(tolerance));
      }
    }
  }
}

}  // namespace fairline::prediction
