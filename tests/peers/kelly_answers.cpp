// Answers Kelly questions, one JSON object a line of standard input, for comparison with solvers of
// others: see compare_kelly.py.

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libs/core/program.hpp"
#include "libs/staking/joint_kelly.hpp"
#include "libs/staking/kelly.hpp"

namespace fairline::staking {
namespace {

using domain::DecimalOdds;
using domain::NetOdds;
using domain::Probability;
using nlohmann::json;

absl::StatusOr<std::vector<Probability>> ProbabilitiesOf(const json& question) {
  std::vector<Probability> out;
  for (const double value : question.at("probabilities")) {
    ASSIGN_OR_RETURN(const Probability probability, Probability::Make(value));
    out.push_back(probability);
  }
  return out;
}

absl::StatusOr<std::vector<DecimalOdds>> OddsOf(const json& question) {
  std::vector<DecimalOdds> out;
  for (const double value : question.at("odds")) {
    ASSIGN_OR_RETURN(const DecimalOdds odds, DecimalOdds::Make(value));
    out.push_back(odds);
  }
  return out;
}

absl::StatusOr<Payoff> PayoffOf(const json& bet, std::size_t states) {
  ASSIGN_OR_RETURN(const DecimalOdds odds, DecimalOdds::Make(bet.at("odds").get<double>()));
  const auto outcome = bet.at("outcome").get<std::size_t>();
  const double commission = bet.value("commission", 0.0);
  if (bet.value("lay", false)) return LayPayoff(outcome, states, odds, commission);
  ASSIGN_OR_RETURN(const DecimalOdds net, NetOdds(odds, commission));
  return BackPayoff(outcome, states, net);
}

absl::StatusOr<Portfolio> PortfolioOf(const json& question) {
  Portfolio portfolio;
  portfolio.max_per_day = question.value("max_per_day", 1.0);
  portfolio.max_total = question.value("max_total", 1.0);
  for (const json& asked : question.at("matches")) {
    MatchBets match;
    ASSIGN_OR_RETURN(match.probabilities, ProbabilitiesOf(asked));
    match.max_fraction = asked.value("max_fraction", 1.0);
    match.day = asked.value("day", 0);
    for (const json& bet : asked.value("bets", json::array())) {
      ASSIGN_OR_RETURN(Payoff payoff, PayoffOf(bet, match.probabilities.size()));
      match.candidates.push_back({std::move(payoff), bet.value("max_fraction", 1.0)});
    }
    for (const json& bet : asked.value("open", json::array())) {
      ASSIGN_OR_RETURN(Payoff payoff, PayoffOf(bet, match.probabilities.size()));
      match.open.push_back({std::move(payoff), bet.at("fraction").get<double>()});
    }
    portfolio.matches.push_back(std::move(match));
  }
  return portfolio;
}

absl::StatusOr<json> Answer(const json& question) {
  const std::string kind = question.at("kind");
  if (kind == "single") {
    std::vector<double> fractions;
    ASSIGN_OR_RETURN(const auto probabilities, ProbabilitiesOf(question));
    ASSIGN_OR_RETURN(const auto odds, OddsOf(question));
    for (std::size_t i = 0; i < odds.size(); ++i) {
      fractions.push_back(KellyFraction(probabilities.at(i), odds[i]));
    }
    return json{{"fractions", fractions}};
  }
  if (kind == "exclusive") {
    ASSIGN_OR_RETURN(const auto probabilities, ProbabilitiesOf(question));
    ASSIGN_OR_RETURN(const auto odds, OddsOf(question));
    ASSIGN_OR_RETURN(const auto fractions, ExclusiveKelly(probabilities, odds));
    return json{{"fractions", fractions}};
  }
  ASSIGN_OR_RETURN(const Portfolio portfolio, PortfolioOf(question));
  const auto start = std::chrono::steady_clock::now();
  ASSIGN_OR_RETURN(const JointStakes stakes, JointKelly(portfolio));
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  return json{{"fractions", stakes.fractions},
              {"log_growth", stakes.log_growth},
              {"gap", stakes.gap},
              {"iterations", stakes.iterations},
              {"milliseconds", took.count()}};
}

int Run() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto answer = Answer(json::parse(line));
    const json out = answer.ok() ? *answer : json{{"error", MessageOf(answer.status())}};
    fmt::print("{}\n", out.dump());
    FlushOutput();
  }
  return 0;
}

}  // namespace
}  // namespace fairline::staking

int main(int argc, char** argv) {
  return fairline::RunProgram("kelly_answers", argc, argv, fairline::staking::Run);
}
