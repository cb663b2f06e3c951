#include "libs/lake/lake.hpp"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "libs/core/sha256.hpp"

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

TEST_CASE("an object that rotted is mended by the bytes that its name speaks of", "[lake]") {
  const std::string root = "/tmp/fairline-lake-test-" + std::to_string(::getpid());
  std::filesystem::remove_all(root);
  auto opened = Lake::Open("file://" + root);
  REQUIRE(opened.ok());
  Lake& lake = **opened;
  const std::string path = "source/x/E0." + Sha256Hex("the file").substr(0, 12) + ".csv";
  REQUIRE(lake.Put(path, "the file").ok());
  std::ofstream(root + "/" + path) << "the fil";
  CHECK(lake.Put(path, "another file").code() == absl::StatusCode::kAlreadyExists);
  REQUIRE(lake.Put(path, "the file").ok());
  CHECK(lake.Get(path, 100).value() == "the file");

  // Of a bundle, the manifest names the other files by their hashes.
  const std::string model = "models/" + Sha256Hex("manifest") + "/trees.json";
  REQUIRE(lake.Put(model, "trees").ok());
  std::ofstream(root + "/" + model) << "treez";
  CHECK(lake.Put(model, "trees").code() == absl::StatusCode::kAlreadyExists);
  REQUIRE(lake.Mend(model, "trees").ok());
  CHECK(lake.Get(model, 100).value() == "trees");
  std::filesystem::remove_all(root);
}

TEST_CASE("only absolute file URLs are opened", "[lake]") {
  CHECK_FALSE(Lake::Open("file://relative").ok());
  CHECK_FALSE(Lake::Open("/tmp/x").ok());
}

}  // namespace
}  // namespace fairline::lake
