#include "libs/config/environment.hpp"

#include <cstdio>
#include <fstream>

#include <catch2/catch.hpp>
#include <unistd.h>

namespace fairline::config {
namespace {

TEST_CASE("values are read and fallbacks used", "[config]") {
  Environment env({{"FAIRLINE_PORT", "8081"}, {"FAIRLINE_FAST", "true"}});
  CHECK(env.Integer("FAIRLINE_PORT", "port", std::nullopt, 1, 65535) == 8081);
  CHECK(env.Flag("FAIRLINE_FAST", "fast", false));
  CHECK(env.Text("FAIRLINE_NAME", "name", "x") == "x");
  CHECK(env.Finish().ok());
}

TEST_CASE("one start names everything that is wrong", "[config]") {
  Environment env({{"FAIRLINE_PORT", "0x10"}, {"FAIRLINE_TYPO", "1"}, {"FAIRLINE_NOW", "today"}});
  env.Integer("FAIRLINE_PORT", "port", 1, 1, 65535);
  env.Text("FAIRLINE_URL", "url");
  env.OptionalInstant("FAIRLINE_NOW", "as-of");
  const std::string message(env.Finish().message());
  CHECK_THAT(message, Catch::Contains("FAIRLINE_PORT: \"0x10\""));
  CHECK_THAT(message, Catch::Contains("FAIRLINE_URL: is required"));
  CHECK_THAT(message, Catch::Contains("FAIRLINE_NOW: "));
  CHECK_THAT(message, Catch::Contains("FAIRLINE_TYPO: no such setting"));
}

TEST_CASE("a secret comes from a file and has no default", "[config]") {
  const std::string path = "/tmp/fairline-config-test-" + std::to_string(::getpid());
  std::ofstream(path) << "s3cret-value\n";
  Environment env({{"FAIRLINE_KEY_FILE", path}});
  CHECK(env.Secret("FAIRLINE_KEY", "key", 8) == "s3cret-value");
  CHECK(env.Finish().ok());
  std::remove(path.c_str());

  Environment without{std::map<std::string, std::string>()};
  CHECK(without.Secret("FAIRLINE_KEY", "key").empty());
  CHECK_FALSE(without.Finish().ok());
  Environment short_one(std::map<std::string, std::string>{{"FAIRLINE_KEY", "abc"}});
  short_one.Secret("FAIRLINE_KEY", "key", 32);
  CHECK_FALSE(short_one.Finish().ok());
}

}  // namespace
}  // namespace fairline::config
