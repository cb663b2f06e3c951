#include "libs/domain/scores.hpp"

#include <array>
#include <cmath>

#include <catch2/catch.hpp>

namespace fairline::domain {
namespace {

TEST_CASE("scores of a three-way forecast", "[domain][scores]") {
  const std::array p = {.5, .3, .2};
  const auto home = Score(p, 0);
  REQUIRE(home.ok());
  CHECK(home->log_loss == Approx(-std::log(.5)));
  CHECK(home->rps == Approx((.25 + .04) / 2));
  CHECK(home->brier == Approx(.25 + .09 + .04));
  CHECK(home->correct);

  const auto away = Score(p, 2);
  REQUIRE(away.ok());
  CHECK(away->rps == Approx((.25 + .64) / 2));
  CHECK(away->brier == Approx(.25 + .09 + .64));
  CHECK_FALSE(away->correct);
}

TEST_CASE("the Brier score of two outcomes is (1-p)^2", "[domain][scores]") {
  const std::array p = {.7, .3};
  CHECK(Score(p, 0)->brier == Approx(.09));
  CHECK(Score(p, 1)->brier == Approx(.49));
  CHECK(Score(p, 1)->rps == Approx(.49));
}

TEST_CASE("a forecast of nothing for what happened costs much and stays finite",
          "[domain][scores]") {
  const std::array p = {1.0, 0.0};
  CHECK(Score(p, 1)->log_loss == Approx(-std::log(1e-15)));
  CHECK(Score(p, 0)->log_loss == 0.0);
}

TEST_CASE("on a tie the first outcome counts as the forecast", "[domain][scores]") {
  const std::array p = {.4, .2, .4};
  CHECK(Score(p, 0)->correct);
  CHECK_FALSE(Score(p, 2)->correct);
}

TEST_CASE("invalid forecasts are refused", "[domain][scores]") {
  CHECK_FALSE(Score(std::array{.5, .6}, 0).ok());
  CHECK_FALSE(Score(std::array{1.5, -.5}, 0).ok());
  CHECK_FALSE(Score(std::array{std::nan(""), .5}, 0).ok());
  CHECK_FALSE(Score(std::array{.5, .5}, 2).ok());
  CHECK_FALSE(Score(std::array{1.0}, 0).ok());
}

}  // namespace
}  // namespace fairline::domain
