#pragma once
// What is known of competitions, teams and coming matches at one as-of moment, read in bulk from
// the views that ingest publishes, and indexed for look-ups by name. Immutable once built.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/ids.hpp"
#include "libs/core/status.hpp"
#include "libs/domain/market.hpp"
#include "libs/features/match.hpp"
#include "libs/names/name_finder.hpp"

namespace fairline::prediction {

struct Competition {
  CompetitionId id;
  std::string code;
  std::string sport;
  std::string name;
  std::string country;
  std::int16_t tier = 1;
  std::int16_t season_start = 0;  // of the latest season with matches known; 0 without any
};

struct Team {
  TeamId id;
  std::string sport;
  std::string country;
  std::string name;
  bool current = true;  // has played within the last year or so
};

struct TeamAlias {
  std::string sport;
  std::string country;
  std::string alias;
  TeamId team;
};

// Another name of a competition.
struct CompetitionName {
  CompetitionId competition;
  std::string name;
};

enum class BookKind { kBookmaker, kExchange, kAggregate };

// One source's newest pre-match prices of one market, in the market's order.
struct BookPrices {
  std::string code;
  std::string name;
  BookKind kind = BookKind::kBookmaker;
  features::Line prices = features::kNoLine;
  std::optional<Instant> captured_at;  // when the price was first seen
  std::optional<Instant> seen_at;      // and last: its age counts from then
};

// A market on goals as it is quoted.
struct GoalMarket {
  domain::Market market = domain::Market::kTotal;
  std::int16_t line_quarters = 0;
  std::vector<BookPrices> books;
};

struct ComingMatch {
  MatchId id;
  CompetitionId competition;
  std::int16_t season_start = 0;
  Day match_date;
  std::optional<Instant> kickoff;
  TeamId home;
  TeamId away;
  bool neutral = false;
  std::vector<BookPrices> books;  // of the match winner
  std::vector<GoalMarket> goal_markets = {};
  // Since when the list of coming matches leaves out its whole competition.
  std::optional<Instant> not_offered_from = {};

  // Not begun at `now`; without a kick-off time a match counts as coming all its day (UTC).
  [[nodiscard]] bool ComingAt(Instant now) const;
  // The prices of the book with that code; kNoLine without them.
  [[nodiscard]] features::Line LineOf(std::string_view code) const;
};

struct DataVersion {
  std::int64_t data = 0;  // grows when a match or a price changed
  std::int64_t list = 0;  // grows when the list of coming matches was seen again

  friend bool operator==(const DataVersion&, const DataVersion&) = default;
};

// What is read, before it is indexed.
struct SeasonDataRows {
  DataVersion version;
  Instant as_of;
  std::vector<Competition> competitions;
  std::vector<Team> teams;
  std::vector<TeamAlias> aliases;
  std::vector<ComingMatch> coming;
  std::vector<CompetitionName> competition_names = {};
};

class SeasonData {
 public:
  // Orders the coming matches by day, kick-off (unknown ones last) and id. Internal when a match
  // names a competition or team that is not among the rows.
  [[nodiscard]] static absl::StatusOr<SeasonData> Make(SeasonDataRows rows);

  [[nodiscard]] const DataVersion& version() const { return rows_.version; }
  [[nodiscard]] Instant as_of() const { return rows_.as_of; }
  [[nodiscard]] const std::vector<ComingMatch>& coming() const { return rows_.coming; }
  // Those of a day, as indexes into coming(), by what is known of them: competition code and names,
  // not ids. Joint stakes depend on the order by their last bits, and are to be the same wherever
  // the same matches are.
  [[nodiscard]] std::vector<std::size_t> ComingOn(Day day) const;

  // By code, full name or another name of it, as people write it (libs/names/name_finder.hpp); null
  // when no single one is meant.
  [[nodiscard]] const Competition* FindCompetition(std::string_view written) const;
  // Likewise by name or alias, among the teams of the competition's country.
  [[nodiscard]] const Team* FindTeam(const Competition& competition,
                                     std::string_view written) const;
  // What may have been meant where nothing is found, the most alike first.
  [[nodiscard]] std::vector<std::string> NearestCompetitions(std::string_view written) const;
  [[nodiscard]] std::vector<std::string> NearestTeams(const Competition& competition,
                                                      std::string_view written) const;
  // The id must be of this season data.
  [[nodiscard]] const Competition& competition(CompetitionId id) const;
  [[nodiscard]] const Team& team(TeamId id) const;
  // An index into coming(), also of a match that has begun since.
  [[nodiscard]] std::optional<std::size_t> FindMatch(MatchId id) const;
  // The next match of the pairing: an index into coming().
  [[nodiscard]] std::optional<std::size_t> FindComing(CompetitionId competition, TeamId home,
                                                      TeamId away, Instant now) const;

 private:
  explicit SeasonData(SeasonDataRows rows) : rows_(std::move(rows)) {}

  void IndexNames();
  [[nodiscard]] names::FoundName LookUp(const Competition& competition,
                                        std::string_view written) const;

  SeasonDataRows rows_;
  std::unordered_map<CompetitionId, std::size_t> competitions_;
  names::NameFinder competition_names_;  // of indices into rows_
  std::unordered_map<TeamId, std::size_t> teams_;
  // By sport and country, likewise.
  std::map<std::pair<std::string, std::string>, names::NameFinder> team_names_;
  std::unordered_map<TeamId, std::vector<std::size_t>> coming_by_home_;
  std::unordered_map<MatchId, std::size_t> coming_by_id_;
};

}  // namespace fairline::prediction
