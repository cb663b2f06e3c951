#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/storage/database.hpp"
#include "services/ingest/app/seed.hpp"
#include "services/ingest/app/sports_store.hpp"

namespace fairline::ingest {

// The schema sports, written.
class PgSportsStore final : public SportsStore {
 public:
  explicit PgSportsStore(storage::Database& database) : database_(database) {}

  // Adds what the seed has and the database has not.
  [[nodiscard]] absl::Status AddSeed(const Seed& seed);

  [[nodiscard]] absl::StatusOr<BatchSummary> BeginBatch(const std::string& request_id,
                                                        const std::string& content,
                                                        Instant as_of) override;
  [[nodiscard]] absl::StatusOr<BatchSummary> EndBatch(BatchId batch, const BatchCounts& counts,
                                                      const std::vector<SourceFileId>& seen_again,
                                                      Instant as_of) override;
  [[nodiscard]] absl::Status MergeAliases() override;
  [[nodiscard]] absl::StatusOr<Reference> ReadReference() override;
  [[nodiscard]] absl::StatusOr<std::map<std::string, KnownFile>> ReadFiles(
      std::string_view source) override;
  [[nodiscard]] absl::StatusOr<std::vector<TeamId>> EnsureTeams(
      const std::string& sport, const std::string& country,
      const std::vector<std::string>& names) override;
  [[nodiscard]] absl::Status RenameTeam(const Team& team) override;
  [[nodiscard]] absl::StatusOr<LoadOutcome> LoadFile(const FileLoad& load) override;
  [[nodiscard]] absl::Status RefuseFile(const SourceFile& file,
                                        const std::string& message) override;
  [[nodiscard]] absl::Status KeepAside(const SourceFile& file, const std::string& message) override;

  // storage/pg_known_names.cpp
  [[nodiscard]] absl::StatusOr<KnownSeasons> ReadSeasons(CompetitionId competition,
                                                         int season_start,
                                                         bool with_clubs) override;

  // storage/pg_held_names.cpp
  [[nodiscard]] absl::StatusOr<std::vector<WaitingFile>> WaitingFiles() override;
  [[nodiscard]] absl::StatusOr<Page<HeldNameView>> HeldNames(const HeldFilter& filter,
                                                             const PageRequest& page) override;
  [[nodiscard]] absl::StatusOr<HeldNameView> HeldNameOf(HeldNameId id) override;
  [[nodiscard]] absl::Status DecideName(HeldNameId id, HeldState decision,
                                        std::optional<TeamId> team,
                                        const std::string& actor) override;

  // storage/pg_team_merges.cpp
  [[nodiscard]] absl::StatusOr<TeamMerge> MergeTeams(TeamId team, TeamId into,
                                                     const std::string& reason,
                                                     const std::string& actor) override;
  [[nodiscard]] absl::StatusOr<TeamMerge> UndoMerge(MergeId id, const std::string& actor) override;
  [[nodiscard]] absl::StatusOr<Page<TeamMerge>> Merges(const PageRequest& page) override;

  // storage/pg_stray_matches.cpp
  [[nodiscard]] absl::StatusOr<std::vector<ArchivedList>> ArchivedLists(
      std::string_view source, const std::string& name) override;
  [[nodiscard]] absl::StatusOr<std::vector<ListedMatch>> OnlyListed(
      const std::string& sport) override;
  [[nodiscard]] absl::Status TakeBack(const std::vector<ListedMatch>& matches,
                                      const std::string& actor, Instant as_of) override;

 private:
  // As `status`, unless the file's last content is that one with that status.
  [[nodiscard]] absl::Status NoteFile(const SourceFile& file, const char* status,
                                      const std::string& message);

  storage::Database& database_;
};

}  // namespace fairline::ingest
