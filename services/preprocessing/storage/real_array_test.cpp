#include "services/preprocessing/storage/real_array.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

namespace fairline::preprocessing {
namespace {

TEST_CASE("real arrays are printed as PostgreSQL reads them", "[preprocessing]") {
  std::string text;
  PrintRealArray(std::array{1.5F, -2.0F, std::nanf(""), 0.1F}, text);
  CHECK(text == "{1.5,-2,NaN,0.1}");
  PrintRealArray({}, text);
  CHECK(text == "{}");
}

TEST_CASE("any floats come back to the same bits", "[preprocessing]") {
  CHECK(rc::check([](const std::vector<std::uint32_t>& bits) {
    std::vector<float> values;
    for (const std::uint32_t b : bits) {
      const auto value = std::bit_cast<float>(b);
      values.push_back(std::isinf(value) ? 0.0F : value);
    }
    std::string text;
    PrintRealArray(values, text);
    std::vector<float> read(values.size());
    RC_ASSERT(ParseRealArray(text, read).value() == values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool same = std::isnan(values[i]) ? std::isnan(read[i])
                                              : std::bit_cast<std::uint32_t>(values[i]) ==
                                                    std::bit_cast<std::uint32_t>(read[i]);
      RC_ASSERT(same);
    }
  }));
}

TEST_CASE("NULL reads as NaN and a shorter array leaves the rest alone", "[preprocessing]") {
  std::array values = {7.0F, 7.0F, 7.0F};
  CHECK(ParseRealArray("{NULL,3}", values).value() == 2);
  CHECK(std::isnan(values[0]));
  CHECK(values[1] == 3.0F);
  CHECK(values[2] == 7.0F);
}

TEST_CASE("what is no real array, or too long, is refused", "[preprocessing]") {
  std::array values = {0.0F, 0.0F};
  for (const char* text : {"", "1,2", "{1,x}", "{1,2,3}", "{1 }", "{{1},{2}}"}) {
    CHECK_FALSE(ParseRealArray(text, values).ok());
  }
}

}  // namespace
}  // namespace fairline::preprocessing
