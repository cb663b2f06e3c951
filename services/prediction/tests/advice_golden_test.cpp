// The table in advice.golden: odds in, stakes out.
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "libs/testing/data.hpp"
#include "services/prediction/app/staking/day_staking.hpp"
#include "services/prediction/app/staking/policy_fields.hpp"

namespace fairline::prediction {
namespace {

struct Row {
  MatchForecast forecast;
  ComingMatch match;
  std::vector<std::vector<std::string>> expected;  // the words of each outcome's line
};

// Matches of one day.
struct Case {
  std::string name;
  staking::StakingPolicy policy;
  std::vector<Row> rows;
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
      cases.back().policy.min_edge_best_of_many = 0.02;  // what the table was worked out with
    } else if (words[0] == "policy") {
      ForEachPolicyField(cases.back().policy, [&](std::string_view field, auto& value) {
        using Field = std::decay_t<decltype(value)>;
        if (field == words[1]) value = static_cast<Field>(std::stod(words[2]));
      });
    } else if (words[0] == "forecast") {
      Row& row = cases.back().rows.emplace_back();
      for (std::size_t i = 1; i <= 3; ++i) {
        row.forecast.probabilities.push_back(std::stod(words[i]));
      }
      row.forecast.anchored = words[4] == "anchored";
    } else if (words[0] == "home" || words[0] == "draw" || words[0] == "away") {
      cases.back().rows.back().expected.push_back(words);
    } else {
      BookPrices book;
      book.kind = Kind(words[0]);
      book.code = words[1];
      book.prices = {Price(words[2]), Price(words[3]), Price(words[4])};
      cases.back().rows.back().match.books.push_back(book);
    }
  }
  return cases;
}

// Prices and edges are arithmetic; a stake is where a flat optimum lies.
constexpr double kTolerance = 1e-6;
constexpr double kStakeTolerance = 5e-6;

void CheckRow(const Row& row, const MatchAdvice& advice) {
  REQUIRE(row.expected.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const std::vector<std::string>& expected = row.expected[i];
    INFO(expected[0]);
    const staking::OutcomeAdvice& low = advice.at_risk[0][i];
    if (expected[1] == "-") {
      CHECK(advice.offers[i].bookmaker_code.empty());
      CHECK_FALSE(low.best_price.has_value());
      CHECK_FALSE(low.edge.has_value());
    } else {
      CHECK(advice.offers[i].bookmaker_code == expected[1]);
      CHECK(low.best_price->value() == Approx(std::stod(expected[2])).margin(kTolerance));
      CHECK(*low.edge == Approx(std::stod(expected[3])).margin(kTolerance));
    }
    if (expected.size() == 5) {
      for (const auto& at_risk : advice.at_risk) {
        CHECK(staking::NoBetReasonName(at_risk[i].no_bet) == expected[4]);
        CHECK(at_risk[i].stake == 0.0);
      }
      continue;
    }
    REQUIRE(expected.size() == 8);
    CHECK(low.no_bet == staking::NoBetReason::kNone);
    CHECK(low.full_kelly == Approx(std::stod(expected[4])).margin(kTolerance));
    for (std::size_t risk = 0; risk < kRiskLevels; ++risk) {
      CHECK(advice.at_risk[risk][i].stake ==
            Approx(std::stod(expected[5 + risk])).margin(kStakeTolerance));
    }
  }
}

}  // namespace

TEST_CASE("the table of odds and stakes holds", "[prediction][golden]") {
  const std::vector<Case> cases = ReadTable();
  REQUIRE(cases.size() >= 10);
  for (const Case& day : cases) {
    INFO(day.name);
    std::vector<MatchOfDay> matches;
    for (const Row& row : day.rows) matches.push_back({&row.forecast, &row.match});
    const StakedDay staked = StakeDay(matches, day.policy, Instant()).value();
    REQUIRE(staked.matches.size() == day.rows.size());
    for (std::size_t m = 0; m < day.rows.size(); ++m) CheckRow(day.rows[m], staked.matches[m]);
  }
}

}  // namespace fairline::prediction
