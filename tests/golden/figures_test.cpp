// What models and staking make of real seasons, to the byte: the text and the metrics of
// `fairline evaluate`, the text and the bets of `fairline backtest files`, and the hashes of a
// bundle, beside what is kept in tests/golden/figures. Moving or renaming code leaves all of it as
// it is. Where a figure is meant to change, it is renewed by
//
//     FAIRLINE_RENEW_GOLDENS=1 build/release/tests/golden_figures_test
//
// in a commit of its own that states the difference. A log loss that moves by more than 1e-5 is
// another model, and goes through the gate.
//
// The bits depend on data, recipe and seed, and not on threads, time or paths. They also depend on
// the C library's exp and log, of which it has one with FMA and one without, and on the version of
// XGBoost: what is kept was made with FMA and Debian 12's. Without FMA the metrics, which have
// twelve decimals here for that reason, and both texts are the same, and the bundle is another.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "libs/core/sha256.hpp"
#include "libs/models/bundle.hpp"
#include "libs/models/season_walk.hpp"
#include "libs/testing/data.hpp"
#include "tools/evaluate/football_matches.hpp"

namespace fairline::testing {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kDivisions{"E0", "E1", "E2", "E3", "F1", "SC0"};
constexpr int kFirstSeason = 2015;
constexpr int kLastSeason = 2025;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void WriteAll(const fs::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path.string());
}

// A folder with links to the season files of some divisions; removed with the object.
class SeasonFolder {
 public:
  SeasonFolder(const fs::path& data, const std::vector<std::string>& divisions) {
    char name[] = "/tmp/fairline-golden-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder_ = name;
    std::string hashes;
    for (int year = kFirstSeason; year <= kLastSeason; ++year) {
      const fs::path season =
          fs::path("mmz4281") / fmt::format("{:02}{:02}", year % 100, (year + 1) % 100);
      fs::create_directories(folder_ / season);
      for (const std::string& division : divisions) {
        const fs::path file = season / (division + ".csv");
        if (!fs::exists(data / "football" / file)) continue;  // SC0 of 2016-17
        hashes +=
            fmt::format("{} {}\n", Sha256Hex(ReadAll(data / "football" / file)), file.string());
        fs::create_symlink(data / "football" / file, folder_ / file);
      }
    }
    sha256_ = Sha256Hex(hashes);
  }
  ~SeasonFolder() { fs::remove_all(folder_); }
  SeasonFolder(const SeasonFolder&) = delete;
  SeasonFolder& operator=(const SeasonFolder&) = delete;

  [[nodiscard]] const fs::path& path() const { return folder_; }
  // Of the names and bytes of the files.
  [[nodiscard]] const std::string& sha256() const { return sha256_; }

  // Runs a program of this build with `arguments`; what it prints.
  [[nodiscard]] std::string Run(const std::string& arguments) const {
    const fs::path programs = fs::read_symlink("/proc/self/exe").parent_path() / "../bin";
    const std::string line = fmt::format("'{}'/{} >'{}' 2>'{}'", programs.string(), arguments,
                                         (folder_ / "out").string(), (folder_ / "err").string());
    const int status = std::system(line.c_str());
    INFO(arguments << "\n" << ReadAll(folder_ / "err"));
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == 0);
    return ReadAll(folder_ / "out");
  }

 private:
  fs::path folder_;
  std::string sha256_;
};

// `text` beside the golden of that name: what differs is shown line by line.
void CheckGolden(const std::string& name, const std::string& text, const SeasonFolder& scratch) {
  const fs::path golden = SourceDir() / "tests/golden/figures" / name;
  if (std::getenv("FAIRLINE_RENEW_GOLDENS") != nullptr) {
    WriteAll(golden, text);
    WARN("renewed " << golden.string());
    return;
  }
  if (ReadAll(golden) == text) return;
  const fs::path made = scratch.path() / name;
  const fs::path difference = scratch.path() / "difference";
  WriteAll(made, text);
  const std::string line =
      fmt::format("diff -u --label 'golden {0}' --label 'now' '{1}' '{2}' >'{3}'", name,
                  golden.string(), made.string(), difference.string());
  std::ignore = std::system(line.c_str());  // 1: they differ
  FAIL_CHECK(ReadAll(difference));
}

TEST_CASE("evaluate prints the same figures of real seasons", "[golden]") {
  const auto data = TestDataDir();
  if (!data) return;
  const SeasonFolder seasons(*data, kDivisions);
  const fs::path json = seasons.path() / "evaluation.json";
  const std::string text =
      seasons.Run(fmt::format("fairline evaluate --data '{}' --first-test-season 2023 "
                              "--last-test-season 2025 --json '{}'",
                              seasons.path().string(), json.string()));
  CheckGolden("evaluate.txt", fmt::format("files {}\n\n{}", seasons.sha256(), text), seasons);
  const nlohmann::json evaluation = nlohmann::json::parse(ReadAll(json));
  std::string metrics;
  for (const auto& [name, value] : evaluation.at("metrics").items()) {
    metrics += fmt::format("{} {:.12f}\n", name, value.get<double>());
  }
  CheckGolden("evaluate_metrics.txt", metrics, seasons);
}

TEST_CASE("backtest files prints the same figures of real seasons", "[golden]") {
  const auto data = TestDataDir();
  if (!data) return;
  const SeasonFolder seasons(*data, kDivisions);
  const fs::path bets = seasons.path() / "bets.csv";
  // Edges from 0 on, so that there is much to be settled.
  const std::string text =
      seasons.Run(fmt::format("fairline backtest files '{}' --seasons 2024-2025 --min-edge 0 "
                              "--commission 0.02 --keep '' --bets '{}'",
                              seasons.path().string(), bets.string()));
  CheckGolden(
      "backtest.txt",
      fmt::format("files {}\nbets {}\n\n{}", seasons.sha256(), Sha256Hex(ReadAll(bets)), text),
      seasons);
}

TEST_CASE("a bundle fitted on real seasons has the same bits", "[golden]") {
  const auto data = TestDataDir();
  if (!data) return;
  const SeasonFolder seasons(*data, {"E0", "F1"});
  auto football =
      evaluate::MakeFootballMatches(
          season_files::ReadSeasonMatches(seasons.path(), SourceDir() / "services/ingest/seed")
              .value())
          .value();
  const models::Recipe recipe =
      models::ParseRecipe(ReadAll(SourceDir() / "services/training/recipes/football.json")).value();
  std::vector<models::CatalogueColumn> catalogue;
  for (const features::Feature& feature : football.catalogue) {
    catalogue.push_back(
        {std::string(feature.name), std::string(features::BlockName(feature.block))});
  }
  // As training does for the versions that are served (services/training/app/fitting.cpp).
  const auto learners = models::MakeLearners(recipe, catalogue, kLastSeason).value();
  models::ForecastColumns columns = football.lines;
  const auto fitted = models::WalkSeasonsAndFit(football.table, learners,
                                                {.last_season = kLastSeason,
                                                 .threads = 2,
                                                 .least_matches = recipe.least_training_matches},
                                                columns)
                          .value();
  CHECK(fitted.size() == recipe.models.size());
  models::Manifest manifest;
  manifest.catalogue_hash = "golden";
  manifest.catalogue_size = catalogue.size();
  manifest.code_version = "golden";
  manifest.data_hash = seasons.sha256();
  const models::BundleFiles bundle =
      models::PackBundle(std::move(manifest), recipe, fitted).value();
  std::string text = fmt::format("files {}\nbundle {}\n", seasons.sha256(), bundle.sha256);
  for (const auto& [name, bytes] : bundle.files) {
    text += fmt::format("{} {} {} bytes\n", Sha256Hex(bytes), name, bytes.size());
  }
  CheckGolden("bundle.txt", text, seasons);
}

}  // namespace
}  // namespace fairline::testing
