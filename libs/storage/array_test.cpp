#include "libs/storage/array.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

namespace fairline::storage {
namespace {

TEST_CASE("array text quotes what PostgreSQL would misread", "[storage]") {
  ArrayText text;
  text.Add(std::string_view("a\"b\\c"));
  text.AddNull();
  text.Add(std::string_view("NULL"));
  text.Add(std::string_view(""));
  CHECK(text.Text() == R"({"a\"b\\c",NULL,"NULL",""})");
  CHECK(ArrayText().Text() == "{}");
  CHECK(ShortText(2.2F) == "2.2");
  ArrayText numbers;
  numbers.Add(std::int64_t{-7});
  numbers.Add(0.1);
  numbers.Add(std::optional<int>());
  numbers.Add(true);
  CHECK(numbers.Text() == "{-7,0.1,NULL,true}");
}

TEST_CASE("real arrays are printed as PostgreSQL reads them", "[storage]") {
  std::string text;
  FormatArray(std::span<const float>(std::array{1.5F, -2.0F, std::nanf(""), 0.1F}), text);
  CHECK(text == "{1.5,-2,NaN,0.1}");
  FormatArray(std::span<const float>(), text);
  CHECK(text == "{}");
}

TEST_CASE("any floats come back to the same bits", "[storage]") {
  CHECK(rc::check([](const std::vector<std::uint32_t>& bits) {
    std::vector<float> values;
    for (const std::uint32_t b : bits) {
      const auto value = std::bit_cast<float>(b);
      values.push_back(std::isinf(value) ? 0.0F : value);
    }
    std::string text;
    FormatArray(std::span<const float>(values), text);
    std::vector<float> read(values.size());
    RC_ASSERT(ParseArray(text, std::span<float>(read)).value() == values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool same = std::isnan(values[i]) ? std::isnan(read[i])
                                              : std::bit_cast<std::uint32_t>(values[i]) ==
                                                    std::bit_cast<std::uint32_t>(read[i]);
      RC_ASSERT(same);
    }
  }));
}

TEST_CASE("NULL reads as NaN and a shorter array leaves the rest alone", "[storage]") {
  std::array values = {7.0F, 7.0F, 7.0F};
  CHECK(ParseArray("{NULL,3}", std::span<float>(values)).value() == 2);
  CHECK(std::isnan(values[0]));
  CHECK(values[1] == 3.0F);
  CHECK(values[2] == 7.0F);
}

TEST_CASE("what is no real array, or too long, is refused", "[storage]") {
  std::array values = {0.0F, 0.0F};
  for (const char* text : {"", "1,2", "{1,x}", "{1,2,3}", "{1 }", "{{1},{2}}"}) {
    CHECK_FALSE(ParseArray(text, std::span<float>(values)).ok());
  }
}

}  // namespace
}  // namespace fairline::storage
