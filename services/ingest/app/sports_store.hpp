#pragma once
// What the ingest use case needs of the database.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/ids.hpp"
#include "libs/core/status.hpp"
#include "services/ingest/app/matches.hpp"
#include "services/ingest/app/name_store.hpp"
#include "services/ingest/app/stray_store.hpp"

namespace fairline::ingest {

using BatchId = Id<struct BatchTag>;

struct Competition {
  CompetitionId id;
  std::string code;
  std::string sport;
  std::string country;
};

struct Team {
  TeamId id;
  std::string sport;
  std::string country;
  std::string name;  // or an alias
};

// What people and other sources call a team, which need not be there yet.
struct OtherName {
  std::string sport;
  std::string country;
  std::string name;
  std::string team;
};

// What was said of a held name.
struct DecidedName {
  HeldState state = HeldState::kRejected;
  TeamId team;  // unless rejected
};

// The reference data, read at the start of every batch.
struct Reference {
  std::vector<Competition> competitions;
  std::vector<std::pair<std::string, CompetitionId>> competition_names;  // full and other names
  std::vector<Team> teams;    // by name; without those that were merged
  std::vector<Team> aliases;  // by alias
  // The merged team that an alias came with, by sport, country and alias.
  std::map<std::tuple<std::string, std::string, std::string>, TeamId> reported_as;
  std::vector<OtherName> other_names;
  std::map<std::tuple<CompetitionId, int, std::string>, DecidedName> decided;  // by season and key
  std::map<std::string, std::vector<sources::BookmakerPrefix>, std::less<>> prefixes;  // by source
  std::map<std::string, BookmakerId> bookmakers;  // those with a prefix, by code
};

using SourceFileId = Id<struct SourceFileTag>;

// A file as it was last read.
struct KnownFile {
  SourceFileId id;
  std::string url;
  std::string sha256;
  std::string etag;
  std::string last_modified;
  std::string reader_version;
  std::string lake_path = {};
  bool loaded = false;               // else refused or kept aside
  std::vector<std::string> columns;  // of the content that was loaded last
  // When contents were first fetched that were kept aside since, by their rows' hash.
  std::map<std::string, Instant> kept_aside;
};

// A content of a file, as fetched and archived.
struct SourceFile {
  BatchId batch;
  std::string source;
  std::string name;
  std::string url;
  std::string sha256;
  std::string etag;
  std::string last_modified;
  std::string lake_path;
  std::string reader_version;
  std::int64_t size_bytes = 0;
  Instant fetched_at;                // real time
  Instant as_of;                     // of the batch
  std::vector<std::string> columns;  // empty when it was refused
  std::string rows_sha256;           // likewise
};

// A row of a file with its competition and teams resolved.
struct LoadRow {
  ReportedMatch match;
  const sources::MatchRow* row = nullptr;  // for its statistics and quotes
  // When a coming match and its prices were seen; nothing for rows of season files.
  std::optional<Instant> seen_at;
  // The merged teams under whose names it was reported.
  std::optional<TeamId> reported_home = {};
  std::optional<TeamId> reported_away = {};
};

struct CompetitionRows {
  CompetitionId competition;
  std::vector<LoadRow> rows;  // of a list: none when it leaves the competition out
  std::vector<UnreadRow> unread = {};
};

struct FileLoad {
  SourceFile file;
  sources::FileKind kind = sources::FileKind::kSeason;
  std::vector<CompetitionRows> competitions;  // by ascending id
  std::optional<Day> last_played;             // last day with a result in the file
  std::optional<ListedDays> listed_days;      // of a list of coming matches that is not empty
  const sources::ParsedFile* parsed = nullptr;
  std::vector<BookmakerId> bookmakers;  // by Quote::bookmaker
  std::vector<sources::Rejected> rejected;
  // Loaded whatever speaks against it: a fetch on an earlier day said the same.
  bool believed = false;
  std::vector<HeldName> held;  // names that no team is known for, with the rows left out
  // Sentences on names, columns and rows that contradict. The store adds what was taken back, put
  // off or is not offered, and keeps them with the file for the batch's summary.
  std::vector<std::string> warnings;
  // Rows that waited are read again from this content.
  std::optional<SourceFileId> read_again_from = {};
};

// A content in the lake of which rows wait for names that are decided by now.
struct WaitingFile {
  SourceFileId file_id;
  SourceFile file;
  std::vector<int> lines;
};

struct LoadCounts {
  std::int64_t matches_added = 0;
  std::int64_t matches_updated = 0;
  std::int64_t quotes_added = 0;  // prices that changed or were withdrawn are counted too
  std::int64_t matches_taken_back = 0;
};

// What became of a file.
struct LoadOutcome {
  LoadCounts counts;
  // Why nothing was loaded, as a clause: the file is kept aside. Empty when it was.
  std::string doubt;
};

struct BatchCounts {
  std::int64_t files_unchanged = 0;
  std::int64_t files_absent = 0;
  std::int64_t files_failed = 0;
  std::vector<std::string> warnings;
};

struct BatchSummary {
  BatchId batch;
  std::string request_id;
  Instant start_time;
  std::optional<Instant> end_time;
  std::int64_t files_fetched = 0;
  BatchCounts counts;
  LoadCounts loaded;
  std::int64_t rows_rejected = 0;
  std::int64_t data_version = 0;  // now, not when the batch ended
};

// Thread-safe.
class SportsStore : public NameStore, public StrayStore {
 public:
  // The batch of that request, made unless it exists; with an empty id always a new one. `content`
  // is what was asked for: AlreadyExists naming request_id when that was something else before.
  [[nodiscard]] virtual absl::StatusOr<BatchSummary> BeginBatch(const std::string& request_id,
                                                                const std::string& content,
                                                                Instant as_of) = 0;
  // `seen_again` are the files that were fetched again with the content they had.
  [[nodiscard]] virtual absl::StatusOr<BatchSummary> EndBatch(
      BatchId batch, const BatchCounts& counts, const std::vector<SourceFileId>& seen_again,
      Instant as_of) = 0;

  // An alias may come after matches were loaded under that name: merges the team that the name had
  // become into the alias's, unless such a merge was undone.
  [[nodiscard]] virtual absl::Status MergeAliases() = 0;

  [[nodiscard]] virtual absl::StatusOr<Reference> ReadReference() = 0;
  // By name, the last content of each file of a source.
  [[nodiscard]] virtual absl::StatusOr<std::map<std::string, KnownFile>> ReadFiles(
      std::string_view source) = 0;

  // Ids of teams, which are added where they do not exist.
  [[nodiscard]] virtual absl::StatusOr<std::vector<TeamId>> EnsureTeams(
      const std::string& sport, const std::string& country,
      const std::vector<std::string>& names) = 0;

  // Gives a team the name; the former one becomes an alias.
  [[nodiscard]] virtual absl::Status RenameTeam(const Team& team) = 0;

  // Everything of one file in one transaction: a kill at any moment loses the file whole or
  // nothing of it. Loading the same again changes nothing. A file that is doubted (see Reconcile)
  // and not believed is kept aside.
  [[nodiscard]] virtual absl::StatusOr<LoadOutcome> LoadFile(const FileLoad& load) = 0;

  // Oldest first: of season files the newest content, of lists of coming matches each.
  [[nodiscard]] virtual absl::StatusOr<std::vector<WaitingFile>> WaitingFiles() = 0;

  // Notes a content that looks cut in transit, unless its last content is that one.
  [[nodiscard]] virtual absl::Status KeepAside(const SourceFile& file,
                                               const std::string& message) = 0;

  // Notes that a file could not be read as a whole.
  [[nodiscard]] virtual absl::Status RefuseFile(const SourceFile& file,
                                                const std::string& message) = 0;
};

}  // namespace fairline::ingest
