#pragma once
// One fetched file to what the store loads: read, and its divisions, teams and bookmakers resolved.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libs/sources/source.hpp"
#include "services/ingest/app/sports_store.hpp"
#include "services/ingest/app/team_directory.hpp"

namespace fairline::ingest {

// A file's load and the parsed file that it points into.
struct ReadFile {
  sources::ParsedFile parsed;
  FileLoad load;
};

// Reads the files of one source. Thread-safe once made. One is made for every batch, from the
// reference data of that moment.
class FileReader {
 public:
  // `competitions` are the codes whose rows are wanted. `source` outlives the reader.
  FileReader(const sources::Source& source, const Reference& reference,
             const std::set<std::string>& competitions);

  // Changes with everything that makes the same bytes read differently: code, prefixes, aliases of
  // the competition's country and, for a file of many competitions, those wanted.
  [[nodiscard]] const std::string& VersionFor(const sources::PlannedFile& file) const;

  // InvalidArgument when the file as a whole is refused.
  [[nodiscard]] absl::StatusOr<std::unique_ptr<ReadFile>> Parse(
      std::string_view bytes, const sources::PlannedFile& planned) const;

  // Fills the load of a parsed file; names that no team is known for become teams or are held with
  // their rows (name_decision.hpp). `as_of` is when its coming
  // matches were seen; those further than a month from it belong to another time and are dated
  // `real_now`, lest a suite standing in the past sees matches of its future listed.
  [[nodiscard]] absl::Status Resolve(ReadFile& file, const sources::PlannedFile& planned,
                                     TeamDirectory& teams, Instant as_of, Instant real_now) const;

 private:
  [[nodiscard]] absl::StatusOr<ResolvedNames> ResolveNames(
      const ReadFile& file, const std::vector<const sources::MatchRow*>& rows,
      const Competition& competition, TeamDirectory& teams, Instant as_of) const;

  [[nodiscard]] absl::StatusOr<std::vector<BookmakerId>> BookmakersOf(
      const sources::ParsedFile& parsed) const;

  // By code, the rows of each competition; those of competitions that are not known are rejected. A
  // competition has none where only rows that cannot be read may be its.
  using RowsByCode = std::map<std::string_view, std::vector<const sources::MatchRow*>>;
  [[nodiscard]] RowsByCode SortRows(ReadFile& file) const;

  [[nodiscard]] std::vector<UnreadRow> UnreadOf(const sources::ParsedFile& parsed,
                                                const Competition& competition,
                                                const ResolvedNames& names,
                                                TeamDirectory& teams) const;

  // Adds the wanted competitions that a list has no row of, and orders all by id.
  void AddLeftOut(FileLoad& load) const;

  const sources::Source& source_;
  std::map<std::string, Competition, std::less<>> competitions_;  // of the source's sport, by code
  std::set<std::string, std::less<>> wanted_;
  std::vector<sources::BookmakerPrefix> prefixes_;
  std::map<std::string, BookmakerId> bookmakers_;             // by code
  std::map<std::string, std::string, std::less<>> versions_;  // by competition
  std::string version_of_wanted_;
};

}  // namespace fairline::ingest
