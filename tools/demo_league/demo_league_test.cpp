#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "libs/sources/football_data.hpp"
#include "tools/demo_league/league.hpp"
#include "tools/demo_league/site.hpp"

namespace fairline::demo {
namespace {

constexpr std::uint64_t kSeed = 7;

Instant At(std::string_view text) { return ParseInstant(text).value(); }

const std::vector<DivisionSeason>& Played() {
  static const std::vector<DivisionSeason> played = PlayLeagues(kSeed, 2023, 2025);
  return played;
}

sources::FootballDataReader Reader() {
  std::vector<sources::BookmakerPrefix> prefixes = {
      {"P", "pinnacle"}, {"Max", "best"}, {"Avg", "average"}};
  for (const std::string_view prefix : kBookmakerPrefixes) {
    prefixes.push_back({std::string(prefix), prefix == "PS" ? "pinnacle" : std::string(prefix)});
  }
  return sources::FootballDataReader::Make(prefixes).value();
}

TEST_CASE("the same seed gives the same leagues, another seed others", "[demo]") {
  const auto text = [](std::uint64_t seed) {
    std::string all;
    for (const SiteFile& file : Publish(PlayLeagues(seed, 2025, 2025), At("2026-01-30T09:00:00Z")))
      all += file.path + file.text;
    return all;
  };
  CHECK(text(kSeed) == text(kSeed));
  CHECK(text(kSeed) != text(kSeed + 1));
}

TEST_CASE("what is published is read without a single rejection", "[demo]") {
  const auto reader = Reader();
  for (const SiteFile& file : Publish(Played(), At("2026-01-30T09:00:00Z"))) {
    INFO(file.path);
    const auto identity = sources::IdentifyFile(file.path);
    REQUIRE(identity.ok());
    const auto parsed = reader.Parse(file.text, *identity);
    REQUIRE(parsed.ok());
    CHECK(parsed->rejected.empty());
    CHECK_FALSE(parsed->rows.empty());
    const bool fixtures = identity->kind == sources::FileKind::kFixtures;
    for (const sources::MatchRow& row : parsed->rows) {
      REQUIRE(row.full_time.has_value() == !fixtures);
      REQUIRE(row.quote_count == (fixtures ? 11 : 22));
    }
  }
}

TEST_CASE("the future is not published and the coming week is", "[demo]") {
  const Instant now = At("2026-01-30T09:00:00Z");
  const auto files = Publish(Played(), now);
  const auto reader = Reader();
  const Day today = std::chrono::floor<std::chrono::days>(now);
  for (const SiteFile& file : files) {
    const auto identity = sources::IdentifyFile(file.path).value();
    const auto parsed = reader.Parse(file.text, identity).value();
    for (const sources::MatchRow& row : parsed.rows) {
      if (identity.kind == sources::FileKind::kFixtures) {
        REQUIRE(row.date >= today);
        REQUIRE(row.date <= today + std::chrono::days{7});
      } else {
        REQUIRE(row.date <= today);
      }
    }
  }
}

TEST_CASE("history does not depend on the moment of publication", "[demo]") {
  const auto early = Publish(Played(), At("2025-07-01T00:00:00Z"));
  const auto late = Publish(Played(), At("2026-06-01T00:00:00Z"));
  for (const SiteFile& file : early) {
    if (file.path == "fixtures.csv") continue;
    const auto same = std::find_if(late.begin(), late.end(),
                                   [&](const SiteFile& other) { return other.path == file.path; });
    REQUIRE(same != late.end());
    CHECK(same->text.substr(0, file.text.size()) == file.text);
  }
}

TEST_CASE("every pairing is played once at each ground, and a club once a day", "[demo]") {
  for (const DivisionSeason& season : Played()) {
    std::set<std::pair<std::string, std::string>> pairings;
    std::set<std::pair<Day, std::string>> days;
    std::set<std::string> clubs;
    for (const DemoMatch& match : season.matches) {
      CHECK(pairings.insert({match.home.club, match.away.club}).second);
      CHECK(days.insert({match.date, match.home.club}).second);
      CHECK(days.insert({match.date, match.away.club}).second);
      clubs.insert(match.home.club);
    }
    CHECK(pairings.size() == clubs.size() * (clubs.size() - 1));
  }
}

TEST_CASE("three clubs change places between the English divisions", "[demo]") {
  std::map<int, std::set<std::string>> top;
  for (const DivisionSeason& season : Played()) {
    if (season.division != "E0") continue;
    for (const DemoMatch& match : season.matches) top[season.season_start].insert(match.home.club);
  }
  std::size_t stayed = 0;
  for (const std::string& club : top.at(2023)) stayed += top.at(2024).count(club);
  CHECK(stayed == 17);
}

TEST_CASE("prices carry an overround and tell the outcomes apart", "[demo]") {
  double overround = 0.0;
  double log_loss = 0.0;
  double base_log_loss = 0.0;
  double count = 0.0;
  std::array<double, 3> outcomes{};
  for (const DivisionSeason& season : Played()) {
    for (const DemoMatch& match : season.matches) {
      const auto& odds = match.closing.result[0];
      const double sum = 1.0 / odds[0] + 1.0 / odds[1] + 1.0 / odds[2];
      const int difference = match.home.goals - match.away.goals;
      const std::size_t outcome = difference > 0 ? 0 : difference == 0 ? 1 : 2;
      overround += sum;
      log_loss -= std::log(1.0 / odds[outcome] / sum);
      outcomes[outcome] += 1.0;
      count += 1.0;
    }
  }
  for (const double n : outcomes) base_log_loss -= n / count * std::log(n / count);
  CHECK(overround / count == Approx(1.06).margin(0.015));
  CHECK(log_loss / count < base_log_loss - 0.02);
}

}  // namespace
}  // namespace fairline::demo
