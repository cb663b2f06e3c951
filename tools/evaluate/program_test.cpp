// The whole program on fictional leagues, as people start it.

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include "tools/evaluate/tests/small_files.hpp"

namespace fairline::evaluate {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Runs a program of this build; its output goes to files in `folder`.
int Run(const fs::path& folder, const std::string& command) {
  const fs::path programs = fs::read_symlink("/proc/self/exe").parent_path() / "../bin";
  const std::string line = fmt::format("'{}'/{} >'{}' 2>'{}'", programs.string(), command,
                                       (folder / "out").string(), (folder / "err").string());
  const int status = std::system(line.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_CASE("fairline evaluate writes page, JSON and text, keeps its fits, and notices a leak",
          "[evaluate][program]") {
  const DemoFiles files;
  const fs::path& folder = files.folder();
  const std::string common = fmt::format(
      "--data '{0}' --recipe '{0}/recipe.json' --first-test-season 2023 "
      "--last-test-season 2024 --reuse '{0}/kept'",
      folder.string());
  const auto report = [&](std::string_view name) {
    return fmt::format(" --report '{0}/{1}.html' --json '{0}/{1}.json'", folder.string(), name);
  };

  REQUIRE(Run(folder, "fairline evaluate " + common + report("first") + " --by month") == 0);
  const auto json = nlohmann::json::parse(ReadAll(folder / "first.json"));
  CHECK(json["metrics"]["leak_suspected"] == 0.0);
  CHECK(json["metrics"]["with_odds.log_loss"] < json["metrics"]["base_rate.log_loss"]);
  CHECK(json["metrics"].contains("no_odds.vs_closing.rps_high"));
  CHECK(json["by_season"].size() == 2);
  CHECK(json["by_month"].size() >= 20);
  CHECK(json["by_competition"].size() == 4);
  CHECK(json["pool_weights"].size() == 4);
  CHECK(json["edges"].size() == 8);  // two served models at four prices
  // The league quotes a total and no handicap; both to score and over 3.5 goals need no odds.
  REQUIRE(json["goal_markets"].size() == 4);
  for (const auto& entry : json["goal_markets"][0]["forecasters"]) {
    if (entry["forecaster"] != "with_odds") continue;
    CHECK(entry["against"]["market"]["mean"].get<double>() == Approx(0.0).margin(1e-9));
    CHECK(entry["against"]["with_odds.winner_alone"]["mean"] != 0.0);
  }
  const std::string page = ReadAll(folder / "first.html");
  CHECK(page.find("</html>") != std::string::npos);
  CHECK(page.find("Not beaten: the closing line") != std::string::npos);
  CHECK(page.find("id=months") != std::string::npos);
  CHECK(page.find("nan") == std::string::npos);
  CHECK(ReadAll(folder / "out").find("with_odds") != std::string::npos);
  CHECK_FALSE(fs::is_empty(folder / "kept"));

  // From kept fits on another number of threads: the same bits.
  REQUIRE(Run(folder,
              "fairline-evaluate " + common + report("again") + " --by month --threads 1") == 0);
  CHECK(ReadAll(folder / "again.json") == ReadAll(folder / "first.json"));
  CHECK(ReadAll(folder / "again.html") == page);

  REQUIRE(Run(folder, "fairline-evaluate " + common + report("one") + " --competitions E0") == 0);
  const auto one = nlohmann::json::parse(ReadAll(folder / "one.json"));
  CHECK(one["competitions"] == nlohmann::json{"E0"});
  CHECK(one["by_competition"].size() == 1);

  CHECK(Run(folder, "fairline evaluate " + common + " --plant-leak") == 3);
  CHECK(ReadAll(folder / "out").find("LEAK ALARM: no_odds") != std::string::npos);
  CHECK(Run(folder, "fairline evaluate " + common + " --models nobody") == 1);

  REQUIRE(Run(folder, "fairline --json evaluate " + common) == 0);
  CHECK(nlohmann::json::parse(ReadAll(folder / "out"))["metrics"] == json["metrics"]);
  CHECK(Run(folder, "fairline evaluate --data /nowhere") == 1);
  CHECK(ReadAll(folder / "err").find("/nowhere/mmz4281: No such file") != std::string::npos);
}

}  // namespace
}  // namespace fairline::evaluate
