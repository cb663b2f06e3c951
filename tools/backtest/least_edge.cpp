#include "tools/backtest/least_edge.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "tools/fairline/table.hpp"

namespace fairline::backtest_files {
namespace {

using nlohmann::json;

constexpr int kTriedEdges = 11;  // 0 to 10 %
constexpr std::chrono::days kSeasonIsOverAfter(60);

std::string Percent(double part) { return fmt::format("{:+.2f} %", 100.0 * part); }

std::string WithInterval(const backtest::Interval& interval) {
  if (!std::isfinite(interval.lower)) return Percent(interval.value);
  return fmt::format("{} ({} to {})", Percent(interval.value), Percent(interval.lower),
                     Percent(interval.upper));
}

std::string TextOf(const ClosingLineValue& value) { return value ? WithInterval(*value) : "-"; }

json AsJson(const backtest::Interval& interval) {
  const auto number = [](double value) { return std::isfinite(value) ? json(value) : json(); };
  return {{"value", number(interval.value)},
          {"low", number(interval.lower)},
          {"high", number(interval.upper)}};
}

json AsJson(const ClosingLineValue& value) { return value ? AsJson(*value) : json(); }

// "2024-25"
std::string NameOf(int season) { return fmt::format("{}-{:02}", season, (season + 1) % 100); }

}  // namespace

absl::StatusOr<JudgedSeasons> LastSeasons(const season_files::SeasonMatches& read, Day today) {
  std::map<int, Day> last_days;
  for (const features::Match& match : read.matches) {
    Day& last = last_days.try_emplace(match.season, match.day).first->second;
    last = std::max(last, match.day);
  }
  if (!last_days.empty() && today - last_days.rbegin()->second <= kSeasonIsOverAfter) {
    last_days.erase(std::prev(last_days.end()));
  }
  if (last_days.size() < 2) return absl::NotFoundError("there are no two seasons that are over");
  const auto last = std::prev(last_days.end()), before = std::prev(last);
  return JudgedSeasons{JudgedSeason{before->first, before->second},
                       JudgedSeason{last->first, last->second}};
}

std::vector<double> TriedEdges() {
  std::vector<double> edges;
  for (int percent = 0; percent < kTriedEdges; ++percent) edges.push_back(percent / 100.0);
  return edges;
}

absl::StatusOr<std::vector<TriedEdge>> TryEdges(const JudgedSeasons& seasons,
                                                std::vector<backtest::Settings> variants,
                                                const Replay& replay) {
  const auto over = [&](const JudgedSeason& first, const JudgedSeason& last) {
    for (backtest::Settings& variant : variants) {
      variant.first_season = first.start;
      variant.last_season = last.start;
    }
    return replay(variants);
  };
  ASSIGN_OR_RETURN(const auto both, over(seasons.front(), seasons.back()));
  std::vector<TriedEdge> tried;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    tried.push_back({variants[i].policy.min_edge_best_of_many,
                     both[i].bets,
                     both[i].yield,
                     both[i].closing_line_value,
                     {}});
  }
  for (std::size_t s = 0; s < seasons.size(); ++s) {
    ASSIGN_OR_RETURN(const auto one, over(seasons[s], seasons[s]));
    for (std::size_t i = 0; i < variants.size(); ++i) {
      tried[i].by_season[s] = one[i].closing_line_value;
    }
  }
  return tried;
}

std::optional<double> LeastEdge(std::span<const TriedEdge> tried) {
  for (const TriedEdge& each : tried) {
    const bool held =
        std::all_of(each.by_season.begin(), each.by_season.end(),
                    [](const ClosingLineValue& value) { return value && value->value >= 0.0; });
    if (held) return each.min_edge;
  }
  return std::nullopt;
}

std::string ToText(const JudgedSeasons& seasons, std::span<const TriedEdge> tried) {
  std::vector<std::string> headings = {">least edge", ">bets"};
  for (const JudgedSeason& season : seasons) headings.push_back("CLV " + NameOf(season.start));
  headings.insert(headings.end(), {"CLV of both", "yield of both"});
  cli::Table table(headings);
  for (const TriedEdge& each : tried) {
    std::vector<std::string> cells = {fmt::format("{:.0f} %", 100.0 * each.min_edge),
                                      std::to_string(each.bets)};
    for (const ClosingLineValue& value : each.by_season) cells.push_back(TextOf(value));
    cells.push_back(TextOf(each.closing_line_value));
    cells.push_back(each.bets > 0 ? WithInterval(each.yield) : "-");
    table.Add(std::move(cells));
  }
  std::string text = "Closing-line value (CLV) of the bets from each least edge on";
  for (const JudgedSeason& season : seasons) {
    text += fmt::format("{} {} (to {})", &season == &seasons.front() ? "," : " and",
                        NameOf(season.start), FormatDay(season.last_day));
  }
  text += ", the last two seasons that are over; intervals of 95 %.\n\n" + table.Render() + '\n';
  const auto least = LeastEdge(tried);
  return text + (least ? fmt::format("The smallest edge whose closing-line value was below 0 in "
                                     "neither season: {:.0f} %.\n",
                                     100.0 * *least)
                       : "At every edge the closing-line value was below 0 in a season: by this "
                         "measure no bet is worth its price.\n");
}

json ToJson(const JudgedSeasons& seasons, std::span<const TriedEdge> tried) {
  json rows = json::array();
  for (const TriedEdge& each : tried) {
    json by_season = json::array();
    for (std::size_t s = 0; s < seasons.size(); ++s) {
      by_season.push_back(
          {{"season_start", seasons[s].start}, {"closing_line_value", AsJson(each.by_season[s])}});
    }
    rows.push_back({{"min_edge", each.min_edge},
                    {"bets", each.bets},
                    {"yield", AsJson(each.yield)},
                    {"closing_line_value", AsJson(each.closing_line_value)},
                    {"by_season", std::move(by_season)}});
  }
  const auto least = LeastEdge(tried);
  return {{"edges", std::move(rows)}, {"least_edge", least ? json(*least) : json()}};
}

}  // namespace fairline::backtest_files
