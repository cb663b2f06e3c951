// Reads every season file below DATA/mmz4281 into memory, then measures parsing them in one
// thread, without a database.
//   parse_bench DATA BOOKMAKERS_CSV [--rejects]
// prints {"parse_seconds":..,"files":..,"bytes":..,"rows":..,"played":..,"quotes":..,"rejected":..}
// and with --rejects, to standard error, what was rejected.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "libs/core/program.hpp"
#include "libs/sources/bookmaker_seed.hpp"
#include "libs/sources/football_data.hpp"

namespace fairline {
namespace {

namespace fs = std::filesystem;

struct File {
  std::string name;
  std::string bytes;
};

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<File> ReadSeasonFiles(const fs::path& data) {
  std::vector<File> files;
  for (const auto& entry : fs::recursive_directory_iterator(data / "mmz4281")) {
    if (entry.path().extension() != ".csv") continue;
    files.push_back({fs::relative(entry.path(), data).string(), ReadAll(entry.path())});
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.name < b.name; });
  return files;
}

absl::Status Run(const fs::path& data, const fs::path& bookmakers, bool print_rejects) {
  const auto seed = sources::ReadBookmakerSeed(ReadAll(bookmakers));
  RETURN_IF_ERROR(WithContext(seed.status(), bookmakers.string()));
  ASSIGN_OR_RETURN(const auto reader,
                   sources::FootballDataReader::Make(sources::PrefixesOf(*seed, "football-data")));
  const std::vector<File> files = ReadSeasonFiles(data);
  std::size_t bytes = 0;
  std::size_t rows = 0;
  std::size_t played = 0;
  std::size_t quotes = 0;
  std::size_t rejected = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (const File& file : files) {
    ASSIGN_OR_RETURN(const auto identity, sources::IdentifyFile(file.name));
    const auto parsed = reader.Parse(file.bytes, identity);
    RETURN_IF_ERROR(WithContext(parsed.status(), file.name));
    bytes += file.bytes.size();
    rows += parsed->rows.size();
    played += static_cast<std::size_t>(
        std::count_if(parsed->rows.begin(), parsed->rows.end(),
                      [](const sources::MatchRow& row) { return row.full_time.has_value(); }));
    quotes += parsed->quotes.size();
    rejected += parsed->rejected.size();
    if (!print_rejects) continue;
    for (const sources::Rejected& cell : parsed->rejected) {
      Note("{}:{} {}: {} [{}]\n", file.name, cell.line, cell.column, cell.reason, cell.text);
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  fmt::print(
      "{{\"parse_seconds\":{:.3f},\"files\":{},\"bytes\":{},\"rows\":{},\"played\":{},"
      "\"quotes\":{},\"rejected\":{}}}\n",
      seconds.count(), files.size(), bytes, rows, played, quotes, rejected);
  return absl::OkStatus();
}

}  // namespace
}  // namespace fairline

int main(int argc, char** argv) {
  return fairline::RunProgram("parse_bench", argc, argv, [&] {
    const bool print_rejects = argc == 4 && std::string_view(argv[3]) == "--rejects";
    if (argc == 3 || print_rejects) {
      return fairline::EndWith(fairline::Run(argv[1], argv[2], print_rejects));
    }
    fairline::Note("usage: parse_bench DATA BOOKMAKERS_CSV [--rejects]\n");
    return fairline::kExitUsage;
  });
}
