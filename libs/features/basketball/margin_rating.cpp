#include "libs/features/basketball/margin_rating.hpp"

#include <algorithm>
#include <numeric>

namespace fairline::features::basketball {
namespace {

// How many games the home court of the seasons before is worth.
constexpr double kHomeCourtGames = 50.0;
// Relative to the right-hand side, squared: ratings come out to about a thousandth of a point.
constexpr double kTolerance = 1e-12;
constexpr int kMaxIterations = 200;

using Vector = std::vector<double>;

double Dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// The normal equations, applied game by game. Unknowns are the teams and then the home court.
class Equations {
 public:
  Equations(std::span<const SeasonGame> games, double ridge, std::size_t teams)
      : games_(games), ridge_(ridge), diagonal_(teams + 1, ridge) {
    diagonal_.back() = kHomeCourtGames;
    for (const SeasonGame& game : games) {
      diagonal_[game.home] += 1.0;
      diagonal_[game.away] += 1.0;
      if (game.neutral == 0) diagonal_.back() += 1.0;
    }
  }

  void Apply(const Vector& x, Vector& out) const {
    const std::size_t court = x.size() - 1;
    for (std::size_t i = 0; i < court; ++i) out[i] = ridge_ * x[i];
    out[court] = kHomeCourtGames * x[court];
    for (const SeasonGame& game : games_) {
      const double on_court = game.neutral == 0 ? 1.0 : 0.0;
      const double margin = x[game.home] - x[game.away] + on_court * x[court];
      out[game.home] += margin;
      out[game.away] -= margin;
      out[court] += on_court * margin;
    }
  }

  // Conjugate gradients (Hestenes and Stiefel 1952) from `x`, preconditioned by the diagonal.
  void Solve(const Vector& right, Vector& x) const {
    const std::size_t n = x.size();
    Vector residual(n), direction(n), image(n), scaled(n);
    Apply(x, image);
    for (std::size_t i = 0; i < n; ++i) {
      residual[i] = right[i] - image[i];
      scaled[i] = residual[i] / diagonal_[i];
    }
    direction = scaled;
    double product = Dot(residual, scaled);
    const double enough = kTolerance * Dot(right, right);
    for (int k = 0; k < kMaxIterations && Dot(residual, residual) > enough; ++k) {
      Apply(direction, image);
      const double step = product / Dot(direction, image);
      for (std::size_t i = 0; i < n; ++i) {
        x[i] += step * direction[i];
        residual[i] -= step * image[i];
        scaled[i] = residual[i] / diagonal_[i];
      }
      const double next = Dot(residual, scaled);
      for (std::size_t i = 0; i < n; ++i) {
        direction[i] = scaled[i] + next / product * direction[i];
      }
      product = next;
    }
  }

 private:
  std::span<const SeasonGame> games_;
  double ridge_;
  Vector diagonal_;
};

}  // namespace

void MarginRatings::BeginSeason(const MarginParameters& parameters) {
  for (std::size_t i = 0; i < prior_.size(); ++i) {
    prior_[i] = parameters.carried_over * rating(i);
    above_prior_[i] = 0.0;
  }
  home_court_prior_ = home_court_;
}

void MarginRatings::AddTeam(const MarginParameters& parameters) {
  prior_.push_back(parameters.newcomer);
  above_prior_.push_back(0.0);
}

void MarginRatings::Solve(const MarginParameters& parameters, std::span<const SeasonGame> games) {
  Vector right(size() + 1, 0.0);
  for (const SeasonGame& game : games) {
    const double margin = std::clamp<double>(game.margin, -parameters.cap, parameters.cap);
    const double unexplained = margin - (prior_[game.home] - prior_[game.away]) -
                               (game.neutral == 0 ? home_court_prior_ : 0.0);
    right[game.home] += unexplained;
    right[game.away] -= unexplained;
    if (game.neutral == 0) right.back() += unexplained;
  }
  Vector x = above_prior_;
  x.push_back(home_court_ - home_court_prior_);
  Equations(games, parameters.ridge, size()).Solve(right, x);
  home_court_ = home_court_prior_ + x.back();
  x.pop_back();
  above_prior_ = std::move(x);
}

}  // namespace fairline::features::basketball
