#pragma once
// A source of another sport in a layout of its own: "toy/<season>/<competition>.toy" with a match a
// line, "2026-01-24 | Reds | Blues | 2:1 | 1.80 2.10"; the score and the prices of the toy bookie
// may be missing. Later matches are in "toy/coming.toy", which begins each line with the
// competition's code.

#include <charconv>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "libs/sources/source.hpp"

namespace fairline::ingest {

class ToySource final : public sources::Source {
 public:
  [[nodiscard]] std::string_view name() const override { return "toy-box"; }
  [[nodiscard]] std::string_view sport() const override { return "toy"; }
  [[nodiscard]] std::string_view address() const override { return "https://toys.invalid"; }
  [[nodiscard]] int revision() const override { return 1; }
  [[nodiscard]] int oldest_season() const override { return 2000; }
  [[nodiscard]] int usual_first_season() const override { return 2020; }
  // Calendar years.
  [[nodiscard]] int SeasonOf(Day day) const override {
    return static_cast<int>(std::chrono::year_month_day{day}.year());
  }

  [[nodiscard]] std::vector<sources::PlannedFile> Plan(
      const sources::Wanted& wanted) const override {
    std::vector<sources::PlannedFile> files;
    for (int season = wanted.first_season; season <= wanted.last_season; ++season) {
      for (const std::string& code : wanted.competitions) {
        files.push_back({.name = "toy/" + std::to_string(season) + "/" + code + ".toy",
                         .kind = sources::FileKind::kSeason,
                         .competition = code});
      }
    }
    files.push_back(
        {.name = "toy/coming.toy", .kind = sources::FileKind::kFixtures, .competition = ""});
    return files;
  }

  [[nodiscard]] absl::StatusOr<sources::ParsedFile> Read(
      const sources::PlannedFile& planned, std::string_view bytes,
      const std::vector<sources::BookmakerPrefix>& bookmakers) const override {
    sources::ParsedFile file;
    file.division_column = "code";
    for (const sources::BookmakerPrefix& entry : bookmakers) file.bookmakers.push_back(entry.code);
    std::map<std::string, sources::NameIndex> indices;
    const auto index_of = [&](const std::string& name) {
      const auto [found, added] =
          indices.emplace(name, static_cast<sources::NameIndex>(file.names.size()));
      if (added) file.names.push_back(name);
      return found->second;
    };
    std::istringstream lines{std::string(bytes)};
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      std::vector<std::string> cells = CellsOf(line);
      if (cells.empty()) continue;
      if (planned.competition.empty()) {
        cells.push_back(cells.front());
        cells.erase(cells.begin());
      } else {
        cells.push_back(planned.competition);
      }
      const auto day = ParseDay(cells.front());
      if (cells.size() < 4) return InvalidField("line", "has too few cells");
      if (!day.ok()) {
        file.rejected.push_back({number, "day", "not a day", cells.front()});
        continue;
      }
      sources::MatchRow row;
      row.line = number;
      row.division = index_of(cells.back());
      row.season_start = SeasonOf(*day);
      row.date = *day;
      row.home = index_of(cells[1]);
      row.away = index_of(cells[2]);
      row.first_quote = file.quotes.size();
      if (cells.size() > 4 && !cells[3].empty()) {
        std::int16_t home = 0;
        std::int16_t away = 0;
        char colon = 0;
        std::istringstream(cells[3]) >> home >> colon >> away;
        row.full_time = sources::Score{home, away};
      }
      if (cells.size() > 5 && !file.bookmakers.empty()) {
        sources::Quote quote;
        quote.market = domain::Market::kMoneyline;
        std::istringstream(cells[4]) >> quote.prices[0] >> quote.prices[1];
        file.quotes.push_back(quote);
        row.quote_count = 1;
      }
      file.rows.push_back(row);
    }
    return file;
  }

 private:
  static std::vector<std::string> CellsOf(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, '|');) {
      const std::size_t first = cell.find_first_not_of(' ');
      const std::size_t last = cell.find_last_not_of(' ');
      cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
    }
    return cells;
  }
};

}  // namespace fairline::ingest
