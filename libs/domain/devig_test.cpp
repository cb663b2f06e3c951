#include "libs/domain/devig.hpp"

#include <array>
#include <cmath>

#include "libs/testing/odds.hpp"

namespace fairline::domain {
namespace {

using testing::AnyBook;
using testing::Prices;

constexpr std::array kMethods = {DevigMethod::kMultiplicative, DevigMethod::kAdditive,
                                 DevigMethod::kPower,          DevigMethod::kShin,
                                 DevigMethod::kOddsRatio,      DevigMethod::kLogarithmic};

std::vector<double> Fair(std::initializer_list<double> prices, DevigMethod method) {
  const auto book = Devig(Prices(prices), method);
  REQUIRE(book.ok());
  std::vector<double> out;
  for (const Probability probability : book->probabilities) out.push_back(probability.value());
  return out;
}

void CheckClose(const std::vector<double>& got, const std::vector<double>& want) {
  REQUIRE(got.size() == want.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == Approx(want[i]).margin(5e-7));
}

TEST_CASE("an even book is even by every method", "[domain][devig]") {
  for (const DevigMethod method : kMethods) {
    CheckClose(Fair({1.9, 1.9}, method), {.5, .5});
    CheckClose(Fair({2.7, 2.7, 2.7}, method), {1. / 3, 1. / 3, 1. / 3});
  }
}

TEST_CASE("multiplicative and additive follow their definitions", "[domain][devig]") {
  CheckClose(Fair({1.6, 4.0, 6.4}, DevigMethod::kMultiplicative),
             {.625 / 1.03125, .25 / 1.03125, .15625 / 1.03125});
  CheckClose(Fair({1.6, 4.0, 6.4}, DevigMethod::kAdditive),
             {.625 - .03125 / 3, .25 - .03125 / 3, .15625 - .03125 / 3});
}

TEST_CASE("power, Shin and odds ratio solve their own equations", "[domain][devig]") {
  const std::array implied = {1 / 1.5, 1 / 4.2, 1 / 6.5};
  const double book_sum = implied[0] + implied[1] + implied[2];

  const auto power = Fair({1.5, 4.2, 6.5}, DevigMethod::kPower);
  const double k = std::log(power[0]) / std::log(implied[0]);
  CHECK(k > 1.0);
  for (int i = 1; i < 3; ++i) CHECK(std::log(power[i]) / std::log(implied[i]) == Approx(k));

  const auto ratio = Fair({1.5, 4.2, 6.5}, DevigMethod::kOddsRatio);
  const auto odds = [](double p) { return p / (1 - p); };
  for (int i = 1; i < 3; ++i) {
    CHECK(odds(implied[i]) / odds(ratio[i]) == Approx(odds(implied[0]) / odds(ratio[0])));
  }

  // Shin: implied^2 / book = p (z + (1 - z) p), the same z for every outcome.
  const auto shin = Fair({1.5, 4.2, 6.5}, DevigMethod::kShin);
  const auto z = [&](int i) {
    const double q = implied[i] * implied[i] / book_sum;
    return (q / shin[i] - shin[i]) / (1 - shin[i]);
  };
  CHECK(z(0) > 0.0);
  CHECK(z(1) == Approx(z(0)).epsilon(1e-6));
  CHECK(z(2) == Approx(z(0)).epsilon(1e-6));

  CHECK(Fair({1.5, 4.2, 6.5}, DevigMethod::kLogarithmic) == power);
}

TEST_CASE("a longshot that additive de-vig would push below nothing gets nothing",
          "[domain][devig]") {
  const auto fair = Fair({1.05, 10.0, 1000.0}, DevigMethod::kAdditive);
  CHECK(fair[2] == 0.0);
  CHECK(fair[0] + fair[1] == Approx(1.0));
  CHECK(1 / 1.05 - fair[0] == Approx(.1 - fair[1]));
}

TEST_CASE("a book at or under 100 % is multiplicative and flagged", "[domain][devig]") {
  for (const DevigMethod method : kMethods) {
    const auto under = Devig(Prices({2.5, 3.8, 4.0}), method);
    REQUIRE(under.ok());
    CHECK(under->underround);
    CHECK(under->overround < 0.0);
    CHECK(under->probabilities[0].value() == Approx(.4 / (.4 + 1 / 3.8 + .25)));
    CHECK(Devig(Prices({2.0, 2.0}), method)->underround);
    CHECK_FALSE(Devig(Prices({1.9, 2.0}), method)->underround);
  }
}

TEST_CASE("a book of one price is refused", "[domain][devig]") {
  const auto book = Devig(Prices({1.5}));
  REQUIRE_FALSE(book.ok());
  CHECK(book.status().message().find("prices") != absl::string_view::npos);
}

TEST_CASE("every method gives probabilities that sum to 1 and keep the order of the prices",
          "[domain][devig]") {
  CHECK(rc::check([] {
    const auto prices = *AnyBook(*rc::gen::inRange(2, 6));
    for (const DevigMethod method : kMethods) {
      const auto book = Devig(prices, method);
      RC_ASSERT(book.ok());
      double sum = 0.0;
      for (const Probability p : book->probabilities) sum += p.value();
      RC_ASSERT(std::abs(sum - 1.0) < 1e-9);
      for (std::size_t i = 1; i < prices.size(); ++i) {
        if (prices[i - 1] < prices[i]) {
          RC_ASSERT(book->probabilities[i - 1].value() >= book->probabilities[i].value() - 1e-12);
        }
      }
    }
  }));
}

TEST_CASE("prices a hair above 1 and astronomically long ones stay defined", "[domain][devig]") {
  for (const DevigMethod method : kMethods) {
    for (const auto& prices : {Prices({std::nextafter(1.0, 2.0), std::nextafter(1.0, 2.0)}),
                               Prices({std::nextafter(1.0, 2.0), 2.0, 1e300}),
                               Prices({1e300, 1e300, 1e300}), Prices({1.0001, 1.0001, 1.0001})}) {
      const auto book = Devig(prices, method);
      REQUIRE(book.ok());
      double sum = 0.0;
      for (const Probability p : book->probabilities) sum += p.value();
      CHECK(sum == Approx(1.0));
    }
  }
}

}  // namespace
}  // namespace fairline::domain
