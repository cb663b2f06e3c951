#include "tools/backtest/kept_forecasts.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "libs/core/sha256.hpp"
#include "tools/command_line/files.hpp"
#include "tools/season_files/season_matches.hpp"

namespace fairline::backtest_files {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The names and hashes of all CSV files below a folder. One that cannot be read is none that
// forecasts come from.
absl::StatusOr<std::string> ContentsOf(const fs::path& folder) {
  ASSIGN_OR_RETURN(const std::vector<fs::path> paths, season_files::CsvFilesIn(folder));
  std::string contents;
  for (const fs::path& path : paths) {
    const auto bytes = command_line::ReadFile(path);
    contents += fmt::format("{} {}\n", path.lexically_relative(folder).string(),
                            bytes.ok() ? Sha256Hex(*bytes) : "cannot be read");
  }
  return contents;
}

}  // namespace

absl::Status OpenKept(const fs::path& folder) {
  const std::string program = Sha256Hex(ReadAll("/proc/self/exe"));
  const fs::path mark = folder / "program";
  if (ReadAll(mark) == program) return absl::OkStatus();
  std::error_code error;
  for (const char* part : {"fits", "forecasts"}) fs::remove_all(folder / part, error);
  fs::create_directories(folder, error);
  std::ofstream out(mark, std::ios::binary | std::ios::trunc);
  out << program;
  out.close();
  return out ? absl::OkStatus() : absl::UnavailableError("cannot write " + mark.string());
}

absl::StatusOr<std::string> KeyOf(const fs::path& data, const fs::path& seeds,
                                  std::string_view recipe_json, std::string_view forecaster,
                                  int first_season, int last_season) {
  ASSIGN_OR_RETURN(const std::string matches, ContentsOf(data / "mmz4281"));
  ASSIGN_OR_RETURN(const std::string tables, ContentsOf(seeds));
  return Sha256Hex(fmt::format("{}\n{}\n{}\n{} {} {}", matches, tables, recipe_json, forecaster,
                               first_season, last_season));
}

std::optional<models::Forecasts> FindForecasts(const fs::path& file, std::size_t rows,
                                               std::size_t outcomes) {
  const std::string bytes = ReadAll(file);
  models::Forecasts forecasts(rows, outcomes);
  if (bytes.size() != forecasts.values().size_bytes()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(forecasts.values().data()));
  return forecasts;
}

absl::Status KeepForecasts(const fs::path& file, const models::Forecasts& forecasts) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  const fs::path unfinished = file.string() + ".part";
  std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(forecasts.values().data()),
            static_cast<std::streamsize>(forecasts.values().size_bytes()));
  out.close();
  if (out) fs::rename(unfinished, file, error);
  if (!out || error) return absl::UnavailableError("cannot write " + file.string());
  return absl::OkStatus();
}

}  // namespace fairline::backtest_files
