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

namespace fairline::backtest_files {
namespace {

namespace fs = std::filesystem;

class Program {
 public:
  // Runs `fairline backtest files`, or another command of it, with these options and keeps what it
  // says; the exit code.
  int Run(const std::string& options, const std::string& command = "files") {
    const fs::path programs = fs::read_symlink("/proc/self/exe").parent_path() / "../bin";
    const std::string line = fmt::format(
        "'{0}/fairline' backtest {3} '{1}' --recipe '{1}/recipe.json' --keep '{1}/kept' {2} "
        ">'{1}/out' 2>'{1}/err'",
        programs.string(), folder().string(), options, command);
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  [[nodiscard]] std::string Read(const std::string& name) const {
    std::ifstream in(folder() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] std::string File(const std::string& name) const {
    return fmt::format("'{}'", (folder() / name).string());
  }
  [[nodiscard]] const fs::path& folder() const { return files_.folder(); }

 private:
  evaluate::DemoFiles files_;
};

TEST_CASE("seasons in a folder are forecast, bet on and reported, and again in no time",
          "[backtest][program]") {
  Program program;
  const std::string common = "--seasons 2023-2024 --min-edge 0 ";
  REQUIRE(program.Run(common + "--report " + program.File("page.html") + " --json " +
                      program.File("one.json") + " --bets " + program.File("bets.csv")) == 0);
  const auto one = nlohmann::json::parse(program.Read("one.json"));
  const auto& report = one["report"];
  CHECK(report["matches"] > 1'000);
  REQUIRE(report["bets"] > 10);
  CHECK(report["by_season"].size() == 2);
  CHECK(report["price_note"].get<std::string>().starts_with("Best prices of"));
  const std::string bets = program.Read("bets.csv");
  CHECK(std::count(bets.begin(), bets.end(), '\n') == 1 + report["bets"].get<int>());
  CHECK(program.Read("out").starts_with(report["verdict"].get<std::string>()));
  const std::string page = program.Read("page.html");
  CHECK(page.find("</html>") != std::string::npos);
  CHECK(page.find("id=course") != std::string::npos);
  CHECK(page.find("http") == std::string::npos);
  CHECK(page.find("nan") == std::string::npos);

  // Worked out anew from the bets by a program that shares nothing with this one.
  const int recomputed = std::system(
      fmt::format("python3 '{}' {} {} >{}",
                  (testing::SourceDir() / "tests/peers/recompute_backtest.py").string(),
                  program.File("bets.csv"), program.File("one.json"), program.File("peer"))
          .c_str());
  INFO(program.Read("peer"));
  CHECK(recomputed == 0);

  // From what was kept, on another number of threads: the same to the last digit.
  REQUIRE(program.Run(common + "--threads 1 --json " + program.File("again.json")) == 0);
  CHECK(program.Read("again.json") == program.Read("one.json"));
  CHECK(program.Read("err").find("logistic") == std::string::npos);
  // And without keeping anything.
  REQUIRE(program.Run(common + "--keep '' --json " + program.File("anew.json")) == 0);
  CHECK(program.Read("anew.json") == program.Read("one.json"));

  REQUIRE(program.Run(common + "--sweep-prices best,average --sweep-kelly 0.1,0.25 --report " +
                      program.File("sweep.html")) == 0);
  CHECK(program.Read("out").find("White's reality check") != std::string::npos);
  CHECK(program.Read("sweep.html").find("id=variants") != std::string::npos);

  // Without a file, JSON takes the place of the text; so it does when asked of `fairline` itself.
  REQUIRE(program.Run(common + "--json") == 0);
  CHECK(nlohmann::json::parse(program.Read("out")) == one);
  CHECK(program.Run(common + "--bets /dev/full") == 1);
  CHECK_THAT(program.Read("err"), Catch::Contains("cannot write /dev/full: No space left"));

  REQUIRE(program.Run("", "least-edge") == 0);
  CHECK_THAT(program.Read("out"), Catch::Contains("the last two seasons that are over"));
  CHECK_THAT(program.Read("out"), Catch::Contains("10 %"));
  REQUIRE(program.Run("--json", "least-edge") == 0);
  CHECK(nlohmann::json::parse(program.Read("out"))["edges"].size() == 11);
  CHECK(program.Run("--seasons 2024", "least-edge") == 2);

  REQUIRE(program.Run(common + "--forecaster no_odds") == 0);
  CHECK(program.Read("out").starts_with("No bet: forecasts that are not anchored"));
  REQUIRE(program.Run("--seasons 2031 --report " + program.File("empty.html")) == 0);
  CHECK(program.Read("out").starts_with("No bet: there is no forecast"));
  CHECK(program.Read("empty.html").find("</html>") != std::string::npos);
}

TEST_CASE("a folder that is not there is named, and a stray file in one left out",
          "[backtest][program]") {
  Program program;
  const fs::path seasons = program.folder() / "mmz4281";
  fs::rename(seasons, program.folder() / "elsewhere");
  CHECK(program.Run("") == 1);
  CHECK_THAT(program.Read("err"),
             Catch::Contains(seasons.string() + ": No such file or directory"));
  fs::rename(program.folder() / "elsewhere", seasons);
  std::ofstream(program.folder() / "mmz4281/2425/notes.csv") << "what I noticed\n";
  REQUIRE(program.Run("--seasons 2031 --keep ''") == 0);
  CHECK_THAT(program.Read("err"), Catch::Contains("notes.csv: there is no division notes"));
}

TEST_CASE("what cannot be replayed is refused by name", "[backtest][program]") {
  Program program;
  const auto refused = [&](const std::string& options, const std::string& word) {
    CHECK(program.Run("--seasons 2024 " + options) == 1);
    CHECK_THAT(program.Read("err"), Catch::Contains(word));
  };
  refused("--forecaster closing", "closing line is not known when bets are placed");
  refused("--forecaster nobody", "the recipe has no model nobody");
  refused("--bookmaker average", "bookmaker_code: one of");
  refused("--competitions X9", "competition_codes: there is no X9");
  refused("--commission 1", "commission");
}

}  // namespace
}  // namespace fairline::backtest_files
