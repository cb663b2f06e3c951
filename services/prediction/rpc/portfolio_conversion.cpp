#include "services/prediction/rpc/portfolio_conversion.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "services/prediction/rpc/conversion.hpp"

namespace fairline::prediction {
namespace {

constexpr int kMaxMatches = 200;
constexpr int kMaxOutcomes = 100;
constexpr int kMaxPrices = 1'000;
constexpr int kMaxOpen = 100;
constexpr int kMaxDrawdowns = 20;

using Numbers = google::protobuf::RepeatedField<double>;

absl::StatusOr<std::vector<std::optional<domain::DecimalOdds>>> PricesOf(const Numbers& odds,
                                                                         int outcomes,
                                                                         std::string_view field) {
  std::vector<std::optional<domain::DecimalOdds>> prices;
  std::vector<domain::DecimalOdds> book;
  if (!odds.empty() && odds.size() != outcomes) {
    return InvalidField(field, "one per probability is needed, 0 where there is none");
  }
  for (int i = 0; i < odds.size(); ++i) {
    if (odds.Get(i) == 0.0) {
      prices.emplace_back();
      continue;
    }
    ASSIGN_OR_RETURN(const auto price,
                     domain::RoundedOdds(odds.Get(i), fmt::format("{}[{}]", field, i)));
    prices.emplace_back(price);
    book.push_back(price);
  }
  if (!book.empty() && book.size() == prices.size()) {
    RETURN_IF_ERROR(domain::CheckBook(book, field));
  }
  return prices;
}

absl::StatusOr<staking::OpenBet> OpenOf(const v1::PortfolioOpenStake& open,
                                        const v1::PortfolioMatch& match) {
  if (open.outcome() < 0 || open.outcome() >= match.probabilities_size()) {
    return InvalidField("outcome", "must be a position among the probabilities");
  }
  if (!(open.fraction() >= 0.0 && open.fraction() <= 1.0)) {
    return InvalidField("fraction", "must be from 0 to 1");
  }
  ASSIGN_OR_RETURN(const auto odds, domain::RoundedOdds(open.odds()));
  const auto outcome = static_cast<std::size_t>(open.outcome());
  const auto outcomes = static_cast<std::size_t>(match.probabilities_size());
  if (open.lay()) {
    ASSIGN_OR_RETURN(auto payoff, staking::LayPayoff(outcome, outcomes, odds, match.commission()));
    return staking::OpenBet{std::move(payoff), open.fraction()};
  }
  ASSIGN_OR_RETURN(const auto net, domain::NetOdds(odds, match.commission()));
  return staking::OpenBet{staking::BackPayoff(outcome, outcomes, net), open.fraction()};
}

absl::StatusOr<staking::UserMatch> MatchOf(const v1::PortfolioMatch& match) {
  if (match.probabilities_size() < 2 || match.probabilities_size() > kMaxOutcomes) {
    return InvalidField("probabilities", fmt::format("from 2 to {}", kMaxOutcomes));
  }
  staking::UserMatch user;
  for (int i = 0; i < match.probabilities_size(); ++i) {
    ASSIGN_OR_RETURN(
        const auto probability,
        domain::Probability::Make(match.probabilities(i), fmt::format("probabilities[{}]", i)));
    user.probabilities.push_back(probability);
  }
  RETURN_IF_ERROR(domain::CheckCompleteEvent(user.probabilities));
  user.commission = match.commission();
  if (!(user.commission >= 0.0 && user.commission < 1.0)) {
    return InvalidField("commission", "from 0 up to but not including 1");
  }
  ASSIGN_OR_RETURN(user.back, PricesOf(match.odds(), match.probabilities_size(), "odds"));
  ASSIGN_OR_RETURN(user.lay, PricesOf(match.lay_odds(), match.probabilities_size(), "lay_odds"));
  if (match.open_size() > kMaxOpen)
    return InvalidField("open", fmt::format("at most {}", kMaxOpen));
  for (int i = 0; i < match.open_size(); ++i) {
    auto open = OpenOf(match.open(i), match);
    RETURN_IF_ERROR(Within(fmt::format("open[{}]", i), open.status()));
    user.open.push_back(*std::move(open));
  }
  user.day = match.day();
  return user;
}

int PricesIn(const staking::UserMatch& match) {
  int count = 0;
  for (const auto* prices : {&match.back, &match.lay}) {
    for (const auto& price : *prices) count += price ? 1 : 0;
  }
  return count;
}

}  // namespace

absl::StatusOr<PortfolioQuestion> QuestionOf(const v1::ComputePortfolioRequest& request,
                                             const staking::StakingPolicy& policy) {
  PortfolioQuestion question;
  ASSIGN_OR_RETURN(const Account account,
                   AccountOf(request.bankroll_minor_units(), request.risk()));
  question.bankroll = account.bankroll;
  if (request.has_own_bankroll_minor_units()) {
    RETURN_IF_ERROR(CheckMoney("own_bankroll_minor_units", request.own_bankroll_minor_units()));
    question.bankroll = {request.own_bankroll_minor_units()};
  }
  if (request.matches_size() < 1 || request.matches_size() > kMaxMatches) {
    return InvalidField("matches", fmt::format("from 1 to {}", kMaxMatches));
  }
  int prices = 0;
  for (int m = 0; m < request.matches_size(); ++m) {
    auto match = MatchOf(request.matches(m));
    RETURN_IF_ERROR(Within(fmt::format("matches[{}]", m), match.status()));
    prices += PricesIn(*match);
    question.matches.push_back(*std::move(match));
  }
  if (prices > kMaxPrices) {
    return InvalidField("matches", fmt::format("at most {} prices together", kMaxPrices));
  }
  staking::StakingPolicy& caps = question.caps;
  caps = policy;
  if (request.has_max_per_bet()) caps.max_per_bet = request.max_per_bet();
  if (request.has_max_per_match()) caps.max_per_match = request.max_per_match();
  if (request.has_max_per_day()) caps.max_per_day = request.max_per_day();
  if (request.has_max_drawdown()) caps.max_drawdown = request.max_drawdown();
  if (request.has_max_drawdown_chance()) caps.max_drawdown_chance = request.max_drawdown_chance();
  if (request.has_min_stake_minor_units()) {
    caps.min_stake_minor_units = request.min_stake_minor_units();
  }
  if (request.has_stake_step_minor_units()) {
    caps.stake_step_minor_units = request.stake_step_minor_units();
  }
  // The old multipliers go above 1, which a portfolio never does.
  question.kelly_fraction = request.has_kelly_fraction()
                                ? request.kelly_fraction()
                                : std::min(1.0, policy.KellyMultiplier(account.risk));
  if (request.drawdowns_size() > kMaxDrawdowns) {
    return InvalidField("drawdowns", fmt::format("at most {}", kMaxDrawdowns));
  }
  question.drawdowns.assign(request.drawdowns().begin(), request.drawdowns().end());
  if (question.drawdowns.empty()) {
    question.drawdowns.assign(std::begin(staking::kUsualDrawdowns),
                              std::end(staking::kUsualDrawdowns));
  }
  return question;
}

void ToProto(const PortfolioQuestion& question, const staking::CustomPortfolio& answer,
             v1::ComputePortfolioResponse& out) {
  for (const auto& match : answer.matches) {
    v1::PortfolioStakes& stakes = *out.add_matches();
    for (const staking::UserBet& bet : match) {
      v1::PortfolioStake& stake = *stakes.add_stakes();
      stake.set_outcome(static_cast<std::int32_t>(bet.outcome));
      stake.set_lay(bet.lay);
      stake.set_odds(bet.odds);
      stake.set_edge(bet.edge);
      stake.set_full_kelly_fraction(bet.full_kelly);
      stake.set_stake_fraction(bet.stake);
      stake.set_stake_minor_units(
          staking::StakeInMoney(bet.stake, question.bankroll, question.caps).minor_units);
      for (const staking::StakeCap cap : bet.caps) {
        stake.add_caps(static_cast<v1::StakeCap>(cap));
      }
    }
  }
  out.set_kelly_fraction(question.kelly_fraction);
  out.set_method(answer.enumerated ? v1::GROWTH_METHOD_ENUMERATION : v1::GROWTH_METHOD_INTEGRAL);
  out.set_growth_gap(answer.gap);
  out.set_drawdown_scale(answer.drawdown_scale);
  out.set_at_risk(answer.outlook.at_risk);
  out.set_expected_profit(answer.outlook.expected_profit);
  out.set_log_growth(answer.outlook.log_growth);
  out.set_log_growth_standard_deviation(answer.outlook.log_growth_sd);
  for (const staking::DrawdownChance& fall : answer.outlook.drawdowns) {
    v1::DrawdownChance& added = *out.add_drawdowns();
    added.set_drawdown(fall.drawdown);
    added.set_chance(fall.chance);
  }
  out.set_bankroll_minor_units(question.bankroll.minor_units);
}

}  // namespace fairline::prediction
