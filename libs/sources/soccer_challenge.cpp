#include "libs/sources/soccer_challenge.hpp"

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "libs/csv/cells.hpp"
#include "libs/csv/named_columns.hpp"

namespace fairline::sources {
namespace {

using csv::NamedRow;
using csv::ReadItems;

constexpr int kMaxGoals = 99;

enum FixtureColumn : std::size_t { kSeason, kLeague, kDate, kHome, kAway, kId };
constexpr std::array<std::string_view, 6> kFixtureColumns = {"Sea", "Lge", "Date",
                                                             "HT",  "AT",  "ID"};

// The first five are those of a fixture.
enum ResultColumn : std::size_t { kHomeGoals = 5, kAwayGoals, kDifference, kOutcome, kResultId };
constexpr std::array<std::string_view, 10> kResultColumns = {"Sea", "Lge", "Date", "HT",  "AT",
                                                             "HS",  "AS",  "GD",   "WDL", "ID"};

bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "00-01", "2000-01", "2000/2001" or the single year "2000".
std::optional<int> SeasonStart(std::string_view text) {
  const std::string_view first = text.substr(0, text.find_first_of("-/"));
  if (!IsDigits(first) || (first.size() != 2 && first.size() != 4)) return std::nullopt;
  const int year = std::stoi(std::string(first));
  const int start = first.size() == 4 ? year : year + (year < 50 ? 2000 : 1900);
  if (first.size() == text.size()) return first.size() == 4 ? std::optional(start) : std::nullopt;
  const std::string_view second = text.substr(first.size() + 1);
  if (!IsDigits(second) || (second.size() != 2 && second.size() != 4)) return std::nullopt;
  const int modulus = second.size() == 2 ? 100 : 10'000;
  if (std::stoi(std::string(second)) != (start + 1) % modulus) return std::nullopt;
  return start;
}

absl::Status ReadFixture(const NamedRow& row, ChallengeFixture& fixture) {
  fixture.line = row.line();
  fixture.season = row.Cell(kSeason);
  const auto season = SeasonStart(row.Cell(kSeason));
  if (!season) {
    return row.Error(kSeason,
                     fmt::format("'{}' is not a season such as 22-23 or 2022", row.Cell(kSeason)));
  }
  fixture.season_start = *season;
  const std::string_view date = row.Cell(kDate);
  fixture.date_text = date;
  if (const auto british = csv::ReadBritishDate(date)) {
    fixture.date = *british;
  } else if (const auto iso = ParseDay(date); iso.ok()) {
    fixture.date = *iso;
  } else {
    return row.Error(kDate, fmt::format("'{}' is not a day such as 08/02/2023", date));
  }
  const auto read_name = [&](std::size_t column, std::string& name) {
    name = row.Cell(column);
    return name.empty() ? row.Error(column, "is blank") : absl::OkStatus();
  };
  RETURN_IF_ERROR(read_name(kLeague, fixture.league));
  RETURN_IF_ERROR(read_name(kHome, fixture.home));
  RETURN_IF_ERROR(read_name(kAway, fixture.away));
  if (fixture.home == fixture.away) return row.Error(kAway, "a side cannot play itself");
  return absl::OkStatus();
}

absl::Status CheckAgreement(const NamedRow& row, const ChallengeResult& result) {
  const int difference = result.home_goals - result.away_goals;
  if (!row.Cell(kDifference).empty()) {
    ASSIGN_OR_RETURN(const int written, row.Integer(kDifference, -kMaxGoals, kMaxGoals));
    if (written != difference) return row.Error(kDifference, "is not HS - AS");
  }
  const std::string_view outcome = difference > 0 ? "W" : difference < 0 ? "L" : "D";
  if (!row.Cell(kOutcome).empty() && row.Cell(kOutcome) != outcome) {
    return row.Error(kOutcome,
                     fmt::format("'{}' where the goals say {}", row.Cell(kOutcome), outcome));
  }
  return absl::OkStatus();
}

absl::Status ReadResult(const NamedRow& row, ChallengeResult& result) {
  RETURN_IF_ERROR(ReadFixture(row, result));
  result.id = row.Cell(kResultId);
  ASSIGN_OR_RETURN(const int home, row.Integer(kHomeGoals, 0, kMaxGoals));
  ASSIGN_OR_RETURN(const int away, row.Integer(kAwayGoals, 0, kMaxGoals));
  result.home_goals = static_cast<std::int16_t>(home);
  result.away_goals = static_cast<std::int16_t>(away);
  return CheckAgreement(row, result);
}

}  // namespace

LeagueCode ParseLeagueCode(std::string_view code) {
  const bool has_tier = code.size() > 1 && IsDigits(code.substr(code.size() - 1)) &&
                        !IsDigits(code.substr(code.size() - 2, 1)) && code.back() != '0';
  if (!has_tier) return {.country = std::string(code)};
  return {.country = std::string(code.substr(0, code.size() - 1)),
          .tier = static_cast<std::int16_t>(code.back() - '0')};
}

absl::StatusOr<std::vector<ChallengeResult>> ReadChallengeTraining(std::string_view bytes) {
  return ReadItems<ChallengeResult>(bytes, kResultColumns, kDifference, &ReadResult);
}

absl::StatusOr<std::vector<ChallengeFixture>> ReadChallengeFixtures(std::string_view bytes) {
  return ReadItems<ChallengeFixture>(bytes, kFixtureColumns, kId,
                                     [](const NamedRow& row, ChallengeFixture& fixture) {
                                       fixture.id = row.Cell(kId);
                                       return ReadFixture(row, fixture);
                                     });
}

}  // namespace fairline::sources
