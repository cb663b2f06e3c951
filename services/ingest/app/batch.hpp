#pragma once
// One batch in progress: what it wants of each source, fetched, archived, read and loaded.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "libs/core/clock.hpp"
#include "libs/lake/lake.hpp"
#include "libs/sources/source.hpp"
#include "services/ingest/app/bounded_queue.hpp"
#include "services/ingest/app/fetcher.hpp"
#include "services/ingest/app/file_reader.hpp"
#include "services/ingest/app/ingest_request.hpp"
#include "services/ingest/app/sports_store.hpp"
#include "services/ingest/app/team_directory.hpp"

namespace fairline::ingest {

// One source's part of a batch.
struct SourceWork {
  SourceAt at;
  FileReader reader;
  std::map<std::string, KnownFile> known;  // by name
  // Guarded by the batch's mutex.
  int failures_before_success = 0;
  bool any_success = false;
  bool away = false;

  [[nodiscard]] const KnownFile* Known(const std::string& name) const {
    const auto found = known.find(name);
    return found == known.end() ? nullptr : &found->second;
  }
};

struct WantedFile {
  SourceWork* of = nullptr;
  sources::PlannedFile planned;
  // Files of a lower one are loaded before: past seasons, then the current one, then what is
  // coming. What is known decides whose a name is.
  int turn = 0;
};

struct FetchedFile {
  const WantedFile* wanted = nullptr;
  std::string url;
  Fetched content;
};

// Fetching threads put files into a queue, loading threads take them out.
class Batch {
 public:
  Batch(SportsStore& store, Fetcher& fetcher, lake::Lake& lake, const IngestOptions& options,
        BatchId id, TeamDirectory& teams, std::vector<WantedFile> files, Instant as_of,
        const Clock& real_clock, const std::function<void(const Progress&)>& progress,
        const std::function<bool()>& cancelled)
      : store_(store),
        fetcher_(fetcher),
        lake_(lake),
        options_(options),
        id_(id),
        teams_(teams),
        files_(std::move(files)),
        as_of_(as_of),
        real_clock_(real_clock),
        progress_(progress),
        cancelled_(cancelled) {}

  // Cancelled, or the first error that makes going on useless.
  [[nodiscard]] absl::Status Run();
  [[nodiscard]] const BatchCounts& counts() const { return counts_; }
  // Files that have the content they had.
  [[nodiscard]] const std::vector<SourceFileId>& seen_again() const { return seen_again_; }

 private:
  enum class Done { kLoaded, kUnchanged, kAbsent, kFailed };

  // Files up to `end`, from where the last turn stopped.
  void RunTurn(std::size_t end);
  void FetchFiles(std::size_t end);
  void LoadFiles();
  void FetchOne(const WantedFile& wanted);
  [[nodiscard]] bool IsAway(const SourceWork& work);
  // Whether no source is left to ask.
  [[nodiscard]] bool CountFailure(SourceWork& work);
  [[nodiscard]] absl::StatusOr<Done> Load(const FetchedFile& file);
  void Finish(const std::string& name, Done done, std::string warning = "");
  void SeenAgain(SourceFileId file);
  void Stop(absl::Status status);
  void AddWarning(std::string warning);  // holding the mutex
  [[nodiscard]] bool Stopped() const { return stopped_ || cancelled_(); }

  SportsStore& store_;
  Fetcher& fetcher_;
  lake::Lake& lake_;
  const IngestOptions& options_;
  const BatchId id_;
  TeamDirectory& teams_;
  const std::vector<WantedFile> files_;
  const Instant as_of_;
  const Clock& real_clock_;
  const std::function<void(const Progress&)>& progress_;
  const std::function<bool()>& cancelled_;

  std::unique_ptr<BoundedQueue<FetchedFile>> fetched_;  // of the turn
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;  // guards what follows
  BatchCounts counts_;
  std::vector<SourceFileId> seen_again_;
  std::string first_failure_;
  std::int64_t done_ = 0;
  absl::Status status_;
};

}  // namespace fairline::ingest
