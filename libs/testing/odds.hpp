#pragma once
// For tests: shorthand that fails the test on invalid numbers, and generators of valid books.

#include <initializer_list>
#include <vector>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "libs/domain/odds.hpp"

namespace fairline::testing {

inline std::vector<domain::Probability> Probabilities(std::initializer_list<double> values) {
  std::vector<domain::Probability> out;
  for (const double value : values) out.push_back(domain::Probability::Make(value).value());
  return out;
}

inline std::vector<domain::DecimalOdds> Prices(std::initializer_list<double> values) {
  std::vector<domain::DecimalOdds> out;
  for (const double value : values) out.push_back(domain::DecimalOdds::Make(value).value());
  return out;
}

// From 1.0001 to some 22,000, longshots as often as favourites.
inline rc::Gen<domain::DecimalOdds> AnyOdds() {
  return rc::gen::map(rc::gen::inRange(-9'000, 10'000), [](int thousandths) {
    return domain::DecimalOdds::Make(1.0 + std::exp(thousandths / 1000.0)).value();
  });
}

inline rc::Gen<std::vector<domain::DecimalOdds>> AnyBook(int outcomes) {
  return rc::gen::container<std::vector<domain::DecimalOdds>>(static_cast<std::size_t>(outcomes),
                                                              AnyOdds());
}

// Probabilities of `outcomes` that sum to 1; some can be 0 or 1.
inline rc::Gen<std::vector<domain::Probability>> AnyForecast(int outcomes) {
  return rc::gen::map(rc::gen::container<std::vector<int>>(static_cast<std::size_t>(outcomes),
                                                           rc::gen::inRange(0, 1000)),
                      [](std::vector<int> weights) {
                        double sum = 0.0;
                        for (const int weight : weights) sum += weight;
                        if (sum == 0.0) weights[0] = static_cast<int>(sum = 1.0);
                        std::vector<domain::Probability> out;
                        for (const int weight : weights)
                          out.push_back(domain::Probability::Make(weight / sum).value());
                        return out;
                      });
}

}  // namespace fairline::testing
