#include "libs/staking/log_growth.hpp"

#include "libs/staking/tests/portfolios.hpp"

namespace fairline::staking {
namespace {

// Small random stakes at most `total` of the bankroll together.
Eigen::VectorXd AnyStakes(std::size_t bets, double total) {
  Eigen::VectorXd stakes(static_cast<Eigen::Index>(bets));
  for (double& stake : stakes) stake = *rc::gen::inRange(0, 1000) / 1000.0;
  return bets == 0 ? stakes : Eigen::VectorXd(stakes * (total / static_cast<double>(bets)));
}

std::vector<double> AsVector(const Eigen::VectorXd& values) {
  return {values.begin(), values.end()};
}

TEST_CASE("the integral over the transform is the sum over joint states to 1e-11",
          "[staking][kelly]") {
  CHECK(rc::check([] {
    const Portfolio portfolio = *AnyPortfolio(4);
    const LogGrowth integral(portfolio, LogGrowth::Method::kQuadrature);
    const LogGrowth listed(portfolio, LogGrowth::Method::kEnumerate);
    const Eigen::VectorXd stakes = AnyStakes(integral.bets(), *rc::gen::element(.01, .3, .7));
    const ListedPortfolio slow(portfolio);
    const double growth = slow.LogGrowth(AsVector(stakes));
    Eigen::VectorXd g1, g2;
    Eigen::MatrixXd h1, h2;
    RC_ASSERT(std::abs(integral.Evaluate(stakes, &g1, &h1) - growth) < 1e-11);
    RC_ASSERT(std::abs(listed.Evaluate(stakes, &g2, &h2) - growth) < 1e-12);
    if (stakes.size() == 0) return;
    RC_ASSERT((g1 - g2).cwiseAbs().maxCoeff() < 1e-9 * (1.0 + g2.cwiseAbs().maxCoeff()));
    RC_ASSERT((h1 - h2).cwiseAbs().maxCoeff() < 1e-8 * (1.0 + h2.cwiseAbs().maxCoeff()));
    const std::vector<double> g3 = slow.Gradient(AsVector(stakes));
    for (Eigen::Index i = 0; i < g2.size(); ++i) {
      RC_ASSERT(std::abs(g2[i] - g3[static_cast<std::size_t>(i)]) <
                1e-10 * (1.0 + std::abs(g2[i])));
    }
  }));
}

TEST_CASE("the spread of growth and negative powers agree with the sum over joint states",
          "[staking][kelly]") {
  CHECK(rc::check([] {
    const Portfolio portfolio = *AnyPortfolio(4);
    const LogGrowth integral(portfolio, LogGrowth::Method::kQuadrature);
    const Eigen::VectorXd stakes = AnyStakes(integral.bets(), *rc::gen::element(.01, .3));
    const ListedPortfolio slow(portfolio);
    const std::vector<double> at = AsVector(stakes);
    const double mean = slow.LogGrowth(at);
    const double variance = slow.Expect(
        at, [&](double wealth) { return (std::log(wealth) - mean) * (std::log(wealth) - mean); });
    const LogGrowth::Moments moments = integral.LogMoments(stakes);
    RC_ASSERT(std::abs(moments.mean - mean) < 1e-11);
    RC_ASSERT(std::abs(moments.sd * moments.sd - variance) < 1e-9 * (1.0 + variance));
    for (const double lambda : {.3, 2.7, 19.0, 120.0}) {
      const double power = slow.Expect(at, [&](double w) { return std::pow(w, -lambda); }) - 1.0;
      RC_ASSERT(std::abs(integral.NegativePower(stakes, lambda) - power) <
                1e-8 * (1.0 + std::abs(power)));
    }
  }));
}

TEST_CASE("growth where ruin is possible is minus infinity", "[staking][kelly]") {
  Portfolio portfolio;
  portfolio.matches = {BackedMatch({.5, .5}, {2.2})};
  for (const auto method : {LogGrowth::Method::kEnumerate, LogGrowth::Method::kQuadrature}) {
    const LogGrowth growth(portfolio, method);
    CHECK(growth.Evaluate(Eigen::VectorXd::Constant(1, 1.0)) ==
          -std::numeric_limits<double>::infinity());
    CHECK(growth.Evaluate(Eigen::VectorXd::Constant(1, 1.0 - 1e-9)) ==
          Approx(.5 * std::log(1e-9) + .5 * std::log(1.0 + 1.2 * (1 - 1e-9))));
  }
}

}  // namespace
}  // namespace fairline::staking
