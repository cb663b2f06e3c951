// fairline-demo-league --out DIR [--seed N] [--now RFC3339] [--seasons N]
// Writes fictional leagues below DIR in football-data.co.uk's layout, to be served by any static
// web server. league.hpp states the random process.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "libs/core/clock.hpp"
#include "libs/core/program.hpp"
#include "libs/sources/football_data.hpp"
#include "tools/command_line/command_line.hpp"
#include "tools/command_line/files.hpp"
#include "tools/demo_league/league.hpp"
#include "tools/demo_league/site.hpp"

namespace fairline::demo {
namespace {

absl::Status Write(const std::filesystem::path& path, const std::string& text) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  return command_line::WriteFile(path, text);
}

absl::Status Run(const std::filesystem::path& out, std::uint64_t seed, Instant now, int seasons) {
  const int last = sources::SeasonStartOf(std::chrono::floor<std::chrono::days>(now));
  const auto played = PlayLeagues(seed, last - seasons + 1, last);
  const auto files = Publish(played, now);
  for (const SiteFile& file : files) {
    RETURN_IF_ERROR(Write(out / file.path, file.text));
  }
  fmt::print("{} files of fictional leagues in {}\n", files.size(), out.string());
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  std::string out;
  std::uint64_t seed = 1;
  std::string now_text;
  int seasons = 12;
  CLI::App app{"Fictional leagues in football-data.co.uk's layout", "fairline-demo-league"};
  app.add_option("--out", out, "folder to write to")->type_name(command_line::kFolder)->required();
  app.add_option("--seed", seed, "the same seed gives the same leagues")->capture_default_str();
  app.add_option("--now", now_text, "moment of publication, RFC 3339; default: the real one");
  app.add_option("--seasons", seasons, "how many seasons, the current one included")
      ->check(CLI::Range(1, 40))
      ->capture_default_str();
  if (const auto code = command_line::Parse(app, argc, argv)) return *code;
  Instant now = RealClock().Now();
  if (!now_text.empty()) {
    const auto parsed = ParseInstant(now_text);
    if (!parsed.ok()) return EndWith(WithContext(parsed.status(), "--now"));
    now = *parsed;
  }
  return EndWith(Run(out, seed, now, seasons));
}

}  // namespace
}  // namespace fairline::demo

int main(int argc, char** argv) {
  return fairline::RunProgram("fairline-demo-league", argc, argv,
                              [&] { return fairline::demo::Main(argc, argv); });
}
