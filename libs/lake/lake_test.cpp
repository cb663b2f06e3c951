#include "libs/lake/lake.hpp"

#include <filesystem>

#include <catch2/catch.hpp>
#include <unistd.h>

namespace fairline::lake {
namespace {

TEST_CASE("objects are kept whole, immutable and size-capped", "[lake]") {
  const std::string root = "/tmp/fairline-lake-test-" + std::to_string(::getpid());
  std::filesystem::remove_all(root);
  auto opened = Lake::Open("file://" + root);
  REQUIRE(opened.ok());
  Lake& lake = **opened;

  REQUIRE(lake.Put("source/x/a.csv", "one").ok());
  CHECK(lake.Get("source/x/a.csv", 10).value() == "one");
  CHECK(lake.Put("source/x/a.csv", "one").ok());
  CHECK(lake.Put("source/x/a.csv", "two").code() == absl::StatusCode::kAlreadyExists);
  CHECK(lake.Get("source/x/a.csv", 2).status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(lake.Get("source/x/b.csv", 9).status().code() == absl::StatusCode::kNotFound);
  REQUIRE(lake.Put("dashboards/d", "one").ok());
  CHECK(lake.Put("dashboards/d", "two").ok());

  for (const char* bad : {"source/../etc/passwd", "/etc/passwd", "other/x", "source//x", "source/",
                          "source/.hidden", ""}) {
    INFO(bad);
    CHECK(lake.Put(bad, "x").code() == absl::StatusCode::kInvalidArgument);
  }
  std::filesystem::remove_all(root);
}

TEST_CASE("only absolute file URLs are opened", "[lake]") {
  CHECK_FALSE(Lake::Open("file://relative").ok());
  CHECK_FALSE(Lake::Open("/tmp/x").ok());
}

}  // namespace
}  // namespace fairline::lake
