#pragma once
// The expected logarithm of what the bankroll is multiplied by, exact for independent matches.
// Internal to the joint Kelly and its outlook.
//
// W, the factor, is 1 plus independent sums, one a match. With few joint states they are all
// listed. With many, the Laplace transform phi(t) = E e^(-tW) is a product over matches, and
//   E log W      = integral over u of e^(-t) - phi(t), t = e^u            (Frullani)
//   E W^-lambda  = 1 - integral of t^lambda (e^(-t) - phi(t)) du / Gamma(lambda)
// The integrands are analytic in the strip |Im u| < pi/2, where the trapezoidal rule converges
// geometrically (Trefethen and Weideman 2014, theorem 5.1): with the steps used here it is off by
// less than 1e-12 whatever the stakes, at a cost linear in the matches. Gradient and Hessian come
// from the same nodes.

#include <span>
#include <vector>

#include <Eigen/Dense>

#include "libs/staking/portfolio.hpp"

namespace fairline::staking {

class LogGrowth {
 public:
  enum class Method { kChoose, kEnumerate, kQuadrature };

  // Of a valid portfolio; stakes are in the order of matches and their candidates. Impossible
  // states are left out and those that no bet tells apart are merged. kEnumerate costs memory in
  // proportion to the number of joint states.
  explicit LogGrowth(const Portfolio& portfolio, Method method = Method::kChoose);

  [[nodiscard]] std::size_t bets() const { return static_cast<std::size_t>(bets_); }
  [[nodiscard]] bool enumerates() const { return enumerates_; }

  // E log W; minus infinity when ruin is possible. The gradient and Hessian are written when asked
  // for, and then ruin must not be possible.
  [[nodiscard]] double Evaluate(const Eigen::VectorXd& stakes, Eigen::VectorXd* gradient = nullptr,
                                Eigen::MatrixXd* hessian = nullptr) const;

  struct Moments {
    double mean = 0.0;  // E log W
    double sd = 0.0;    // of log W
  };
  // Ruin must not be possible, as below.
  [[nodiscard]] Moments LogMoments(const Eigen::VectorXd& stakes) const;
  // E W^-lambda - 1 for lambda in (0, 500]; where it is beyond 1e200 some number above 1e200.
  [[nodiscard]] double NegativePower(const Eigen::VectorXd& stakes, double lambda) const;

 private:
  struct Match {
    Eigen::Index first_bet = 0;
    Eigen::Index first_state = 0;
    Eigen::VectorXd probabilities;  // of its states, merged
    Eigen::MatrixXd profit;         // bet x state
    Eigen::VectorXd open_profit;    // by state
  };
  struct Node;

  void Enumerate();
  // By state of every match.
  [[nodiscard]] Eigen::VectorXd MatchProfits(const Eigen::VectorXd& stakes) const;
  // In the worst state of every match.
  [[nodiscard]] double LeastWealth(const Eigen::VectorXd& profits) const;
  [[nodiscard]] double FirstNode(const Eigen::VectorXd& profits) const;
  [[nodiscard]] double MeanProfit(const Eigen::VectorXd& profits) const;
  template <typename Visit>
  void ForEachNode(const Eigen::VectorXd& profits, double step, double power, Visit&& visit) const;
  // Of every bet's profit in the node's tilted states.
  void TiltedMeans(const Node& node, Eigen::VectorXd& means) const;
  void SubtractCovariances(const Node& node, const Eigen::VectorXd& means, double weight,
                           Eigen::MatrixXd& hessian) const;
  [[nodiscard]] double EvaluateListed(const Eigen::VectorXd& stakes, Eigen::VectorXd* gradient,
                                      Eigen::MatrixXd* hessian) const;
  [[nodiscard]] double EvaluateIntegral(const Eigen::VectorXd& stakes, Eigen::VectorXd* gradient,
                                        Eigen::MatrixXd* hessian) const;

  std::vector<Match> matches_;
  Eigen::Index bets_ = 0;
  Eigen::Index states_ = 0;
  bool enumerates_ = false;
  Eigen::VectorXd joint_probabilities_;  // when it enumerates: of the joint states
  Eigen::VectorXd joint_open_profit_;
  Eigen::MatrixXd joint_profit_;  // state x bet
};

}  // namespace fairline::staking
