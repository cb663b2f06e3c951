#include "libs/core/page.hpp"

#include <limits>

#include <catch2/catch.hpp>

namespace fairline {
namespace {

TEST_CASE("a page size too large is cut, 0 is the list's own, a negative one refused",
          "[core][page]") {
  CHECK(*PageSize(0, 20) == 20);
  CHECK(*PageSize(1, 20) == 1);
  CHECK(*PageSize(500, 20) == 500);
  CHECK(*PageSize(501, 20) == 500);
  CHECK(*PageSize(std::numeric_limits<int>::max(), 20, 100) == 100);
  CHECK(ViolationsOf(PageSize(-1, 20).status()).at(0).field == "page_size");
}

TEST_CASE("a token is read back as the key it was made of, and nothing else is a token",
          "[core][page]") {
  const std::array<std::int64_t, 3> key = {-7, 0, std::numeric_limits<std::int64_t>::max()};
  CHECK(PageToken(key) == "-7.0.9223372036854775807");
  CHECK(**ParsePageToken<3>(PageToken(key)) == key);
  CHECK_FALSE(ParsePageToken<3>("")->has_value());
  for (const char* wrong : {"1", "1.2", "1.2.", "1.2.x", "1.2.3.4", ".1.2", "1..2", " 1.2.3",
                            "1.2.3 ", "1.2.9223372036854775808"}) {
    CAPTURE(wrong);
    CHECK(ViolationsOf(ParsePageToken<3>(wrong).status()).at(0).field == "page_token");
  }
  CHECK(*ParsePageToken("", 9) == 9);
  CHECK(*ParsePageToken("3", 9) == 3);
  CHECK_FALSE(ParsePageToken("3.4", 9).ok());
}

TEST_CASE("lists of ids go down from the token", "[core][page]") {
  CHECK(ParsePageOfIds(0, "", 20)->before == 0);
  CHECK(ParsePageOfIds(0, "", 20)->AndOneMore().size == 21);
  CHECK(ParsePageOfIds(1000, "7", 20, 100)->size == 100);
  CHECK(ParsePageOfIds(1, "7", 20)->before == 7);
  for (const char* wrong : {"0", "-3", "7.1", "x"}) CHECK_FALSE(ParsePageOfIds(1, wrong, 20).ok());
}

TEST_CASE("a page tells the next only when there is one", "[core][page]") {
  const auto token_of = [](int item) { return std::to_string(item); };
  CHECK(CutPage(std::vector{1, 2, 3}, 2, token_of).items == std::vector{1, 2});
  CHECK(CutPage(std::vector{1, 2, 3}, 2, token_of).next_token == "2");
  CHECK(CutPage(std::vector{1, 2}, 2, token_of).next_token.empty());
  CHECK(CutPage(std::vector<int>(), 2, token_of).next_token.empty());
}

}  // namespace
}  // namespace fairline
