#include "services/ingest/app/ingestion.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "libs/core/sha256.hpp"
#include "libs/sources/football_data.hpp"
#include "libs/telemetry/log.hpp"
#include "services/ingest/app/bounded_queue.hpp"
#include "services/ingest/app/file_reader.hpp"
#include "services/ingest/app/team_directory.hpp"

namespace fairline::ingest {
namespace {

constexpr int kFirstSeason = 2005;
constexpr int kOldestSeason = 1993;
constexpr std::size_t kMaxWarnings = 100;
constexpr std::size_t kQueuedFiles = 8;
// So many failures with nothing fetched mean that the source is away, not that files are broken.
constexpr int kFailuresToGiveUp = 4;

struct FetchedFile {
  std::string name;
  std::string url;
  Fetched content;
};

std::string LakePath(const std::string& name, const std::string& sha256, Instant fetched_at) {
  const std::size_t dot = name.rfind('.');
  return fmt::format("source/football-data/{}/{}.{}{}",
                     FormatDay(std::chrono::floor<std::chrono::days>(fetched_at)),
                     name.substr(0, dot), sha256.substr(0, 12), name.substr(dot));
}

// Whether the next file would fail in the same way.
bool EndsTheBatch(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kResourceExhausted;
}

// One batch in progress: fetching threads put files into a queue, loading threads take them out.
class Batch {
 public:
  Batch(SportsStore& store, Fetcher& fetcher, lake::Lake& lake, const IngestOptions& options,
        BatchId id, const FileReader& reader, TeamDirectory& teams,
        std::map<std::string, KnownFile> known, std::vector<std::string> names, Instant as_of,
        const Clock& real_clock, const std::function<void(const Progress&)>& progress,
        const std::function<bool()>& cancelled)
      : store_(store),
        fetcher_(fetcher),
        lake_(lake),
        options_(options),
        id_(id),
        reader_(reader),
        teams_(teams),
        known_(std::move(known)),
        names_(std::move(names)),
        as_of_(as_of),
        real_clock_(real_clock),
        progress_(progress),
        cancelled_(cancelled) {}

  // Cancelled, or the first error that makes going on useless.
  [[nodiscard]] absl::Status Run();
  [[nodiscard]] const BatchCounts& counts() const { return counts_; }

 private:
  enum class Done { kLoaded, kUnchanged, kAbsent, kFailed };

  void FetchFiles();
  void LoadFiles();
  void FetchOne(const std::string& name);
  [[nodiscard]] absl::StatusOr<Done> Load(const FetchedFile& file);
  void Finish(const std::string& name, Done done, std::string warning = "");
  void Stop(absl::Status status);
  [[nodiscard]] bool Stopped() const { return stopped_ || cancelled_(); }
  [[nodiscard]] const KnownFile* Known(const std::string& name) const {
    const auto found = known_.find(name);
    return found == known_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] const std::string& ReaderVersion(const std::string& name) const {
    return reader_.VersionFor(name == "fixtures.csv" ? sources::FileKind::kFixtures
                                                     : sources::FileKind::kSeason);
  }

  SportsStore& store_;
  Fetcher& fetcher_;
  lake::Lake& lake_;
  const IngestOptions& options_;
  const BatchId id_;
  const FileReader& reader_;
  TeamDirectory& teams_;
  const std::map<std::string, KnownFile> known_;
  const std::vector<std::string> names_;
  const Instant as_of_;
  const Clock& real_clock_;
  const std::function<void(const Progress&)>& progress_;
  const std::function<bool()>& cancelled_;

  BoundedQueue<FetchedFile> fetched_{kQueuedFiles};
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;  // guards what follows
  BatchCounts counts_;
  std::int64_t done_ = 0;
  int failures_before_success_ = 0;
  bool any_success_ = false;
  absl::Status status_;
};

absl::Status Batch::Run() {
  std::vector<std::thread> loaders;
  for (int k = 0; k < options_.load_threads; ++k) loaders.emplace_back([this] { LoadFiles(); });
  std::vector<std::thread> fetchers;
  for (int k = 0; k < options_.fetch_threads; ++k) fetchers.emplace_back([this] { FetchFiles(); });
  for (std::thread& thread : fetchers) thread.join();
  fetched_.Close();
  for (std::thread& thread : loaders) thread.join();
  if (status_.ok() && cancelled_()) return absl::CancelledError("the ingest was cancelled");
  const auto total = static_cast<std::int64_t>(names_.size());
  if (status_.ok() && counts_.files_failed > 0 &&
      counts_.files_failed + counts_.files_absent == total) {
    return absl::InternalError("every file failed; the first: " + counts_.warnings.front());
  }
  return status_;
}

void Batch::Stop(absl::Status status) {
  const std::lock_guard lock(mutex_);
  if (status_.ok()) status_ = std::move(status);
  stopped_ = true;
  fetched_.Close();
}

void Batch::Finish(const std::string& name, Done done, std::string warning) {
  const std::lock_guard lock(mutex_);
  ++done_;
  if (done == Done::kUnchanged) ++counts_.files_unchanged;
  if (done == Done::kAbsent) ++counts_.files_absent;
  if (done == Done::kFailed) ++counts_.files_failed;
  if (!warning.empty() && counts_.warnings.size() < kMaxWarnings) {
    counts_.warnings.push_back(std::move(warning));
  }
  progress_({name, done_, static_cast<std::int64_t>(names_.size())});
}

void Batch::FetchFiles() {
  while (!Stopped()) {
    const std::size_t k = next_++;
    if (k >= names_.size()) return;
    FetchOne(names_[k]);
  }
}

void Batch::FetchOne(const std::string& name) {
  FetchRequest request{fmt::format("{}/{}", options_.base_url, name), "", ""};
  const KnownFile* known = Known(name);
  const bool current = known != nullptr && known->loaded && known->url == request.url &&
                       known->reader_version == ReaderVersion(name);
  if (current) {
    request.etag = known->etag;
    request.last_modified = known->last_modified;
  }
  auto answer = fetcher_.Fetch(request, [this] { return Stopped(); });
  if (answer.ok()) {
    {
      const std::lock_guard lock(mutex_);
      any_success_ = true;
    }
    switch (answer->outcome) {
      case FetchOutcome::kNotModified:
        return Finish(name, Done::kUnchanged);
      case FetchOutcome::kAbsent:
        return Finish(name, Done::kAbsent,
                      name == "fixtures.csv" ? "fixtures.csv: the source does not have it" : "");
      case FetchOutcome::kFetched:
        fetched_.Push({name, request.url, *std::move(answer)});
        return;
    }
  }
  if (answer.status().code() == absl::StatusCode::kCancelled) return;
  Finish(name, Done::kFailed, fmt::format("{}: {}", name, answer.status().ToString()));
  bool give_up = false;
  {
    const std::lock_guard lock(mutex_);
    give_up = !any_success_ && ++failures_before_success_ >= kFailuresToGiveUp;
  }
  if (give_up) Stop(WithContext(answer.status(), "the source cannot be read"));
}

void Batch::LoadFiles() {
  while (const auto file = fetched_.Pop()) {
    if (Stopped()) break;
    const auto done = Load(*file);
    if (done.ok()) {
      Finish(file->name, *done);
    } else if (EndsTheBatch(done.status())) {
      Stop(WithContext(done.status(), file->name));
    } else {
      telemetry::Error("a file was left out",
                       {{"file", file->name}, {"error", done.status().ToString()}});
      Finish(file->name, Done::kFailed,
             fmt::format("{}: {}", file->name, MessageOf(done.status())));
    }
  }
  // Whoever waits to put another file into a full queue must not wait for ever.
  fetched_.Close();
}

absl::StatusOr<Batch::Done> Batch::Load(const FetchedFile& fetched) {
  SourceFile file;
  file.batch = id_;
  file.name = fetched.name;
  file.url = fetched.url;
  file.sha256 = Sha256Hex(fetched.content.body);
  file.etag = fetched.content.etag;
  file.last_modified = fetched.content.last_modified;
  file.reader_version = ReaderVersion(fetched.name);
  file.size_bytes = static_cast<std::int64_t>(fetched.content.body.size());
  file.fetched_at = real_clock_.Now();
  const KnownFile* known = Known(fetched.name);
  if (known != nullptr && known->loaded && known->sha256 == file.sha256 &&
      known->reader_version == file.reader_version) {
    return Done::kUnchanged;
  }
  file.lake_path = LakePath(file.name, file.sha256, file.fetched_at);
  RETURN_IF_ERROR(lake_.Put(file.lake_path, fetched.content.body));
  auto read = reader_.Read(fetched.content.body, fetched.name, teams_, as_of_, file.fetched_at);
  if (read.status().code() == absl::StatusCode::kInvalidArgument) {
    RETURN_IF_ERROR(store_.RefuseFile(file, MessageOf(read.status())));
    return WithContext(read.status(), "refused");
  }
  RETURN_IF_ERROR(read.status());
  (*read)->load.file = file;
  RETURN_IF_ERROR(store_.LoadFile((*read)->load).status());
  return Done::kLoaded;
}

absl::StatusOr<std::vector<std::string>> WantedCodes(const IngestRequest& request,
                                                     const Reference& reference) {
  constexpr std::string_view kSport = "football";
  std::vector<std::string> codes;
  for (const Competition& competition : reference.competitions) {
    if (competition.sport == kSport) codes.push_back(competition.code);
  }
  if (request.competition_codes.empty()) return codes;
  for (const std::string& code : request.competition_codes) {
    if (std::find(codes.begin(), codes.end(), code) == codes.end()) {
      return InvalidField("competition_codes", fmt::format("'{}' is not a known one", code));
    }
  }
  std::vector<std::string> wanted = request.competition_codes;
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

}  // namespace

std::vector<std::string> FileNames(const std::vector<std::string>& competition_codes,
                                   int first_season, int last_season) {
  std::vector<std::string> names;
  for (int season = first_season; season <= last_season; ++season) {
    for (const std::string& code : competition_codes) {
      names.push_back(fmt::format("mmz4281/{}/{}.csv", sources::SeasonCode(season), code));
    }
  }
  names.emplace_back("fixtures.csv");
  return names;
}

Ingestion::Ingestion(SportsStore& store, Fetcher& fetcher, lake::Lake& lake, const Clock& as_of,
                     const Clock& real_clock, IngestOptions options)
    : store_(store),
      fetcher_(fetcher),
      lake_(lake),
      as_of_(as_of),
      real_clock_(real_clock),
      options_(std::move(options)) {}

absl::StatusOr<BatchSummary> Ingestion::Run(const IngestRequest& request,
                                            const std::function<void(const Progress&)>& progress,
                                            const std::function<bool()>& cancelled) {
  std::unique_lock running(running_, std::defer_lock);
  while (!running.try_lock_for(std::chrono::milliseconds(200))) {
    if (cancelled()) return absl::CancelledError("cancelled while another ingest was running");
  }
  const Instant as_of = as_of_.Now();
  const auto season_at = [](Instant moment) {
    return sources::SeasonStartOf(std::chrono::floor<std::chrono::days>(moment));
  };
  const int current = season_at(as_of);
  // Seasons later than as-of may be loaded: what they hold stays invisible until then.
  const int newest = season_at(std::max(as_of, real_clock_.Now())) + 1;
  const int first = request.first_season_start == 0 ? kFirstSeason : request.first_season_start;
  const int last = request.last_season_start == 0 ? current : request.last_season_start;
  if (first < kOldestSeason || first > newest) {
    return InvalidField("first_season_start",
                        fmt::format("{} is not from {} to {}", first, kOldestSeason, newest));
  }
  if (last < first || last > newest) {
    return InvalidField("last_season_start",
                        fmt::format("{} is not from {} to {}", last, first, newest));
  }
  RETURN_IF_ERROR(store_.MergeAliases());
  ASSIGN_OR_RETURN(const Reference reference, store_.ReadReference());
  ASSIGN_OR_RETURN(const std::vector<std::string> codes, WantedCodes(request, reference));
  ASSIGN_OR_RETURN(const FileReader reader,
                   FileReader::Make(reference, std::set<std::string>(codes.begin(), codes.end())));
  ASSIGN_OR_RETURN(const BatchSummary begun, store_.BeginBatch(request.request_id, as_of));
  if (begun.end_time) return begun;
  ASSIGN_OR_RETURN(auto known, store_.ReadFiles());
  TeamDirectory teams(store_, reference);
  Batch batch(store_, fetcher_, lake_, options_, begun.batch, reader, teams, std::move(known),
              FileNames(codes, first, last), as_of, real_clock_, progress, cancelled);
  RETURN_IF_ERROR(batch.Run());
  return store_.EndBatch(begun.batch, batch.counts());
}

}  // namespace fairline::ingest
