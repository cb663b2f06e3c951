#include "services/ingest/app/ingestion.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <limits>
#include <memory>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libs/core/sha256.hpp"
#include "libs/names/name_finder.hpp"
#include "libs/telemetry/log.hpp"
#include "services/ingest/app/bounded_queue.hpp"
#include "services/ingest/app/file_reader.hpp"
#include "services/ingest/app/team_directory.hpp"

namespace fairline::ingest {
namespace {

constexpr std::size_t kMaxWarnings = 100;
constexpr std::size_t kQueuedFiles = 8;
// So many failures with nothing fetched mean that the source is away, not that files are broken.
constexpr int kFailuresToGiveUp = 4;

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

// "source/<source>/<day>/<name with the hash before its extension>"
std::string LakePath(const SourceFile& file) {
  const std::size_t slash = file.name.rfind('/');
  const std::size_t dot = file.name.rfind('.');
  const bool has_extension =
      dot != std::string::npos && (slash == std::string::npos || dot > slash);
  const std::size_t stem = has_extension ? dot : file.name.size();
  return fmt::format("source/{}/{}/{}.{}{}", file.source,
                     FormatDay(std::chrono::floor<std::chrono::days>(file.fetched_at)),
                     file.name.substr(0, stem), file.sha256.substr(0, 12), file.name.substr(stem));
}

// Whether a fetch on an earlier day already had these rows, which were not loaded since.
bool IsBelieved(const KnownFile* known, const SourceFile& file) {
  if (known == nullptr) return false;
  const auto before = known->kept_aside.find(file.rows_sha256);
  using std::chrono::days;
  return before != known->kept_aside.end() &&
         std::chrono::floor<days>(before->second) < std::chrono::floor<days>(file.fetched_at);
}

int TurnOf(const sources::PlannedFile& file, int current_season) {
  if (file.kind == sources::FileKind::kFixtures) return 2;
  return file.season_start >= current_season ? 1 : 0;
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
  void Warn(std::string warning);
  void SeenAgain(SourceFileId file);
  void WarnOfGoneColumns(const KnownFile* known, const SourceFile& file);
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

absl::Status Batch::Run() {
  std::size_t end = 0;
  while (end < files_.size() && !Stopped()) {
    const int turn = files_[end].turn;
    while (end < files_.size() && files_[end].turn == turn) ++end;
    RunTurn(end);
  }
  if (status_.ok() && cancelled_()) return absl::CancelledError("the ingest was cancelled");
  const auto total = static_cast<std::int64_t>(files_.size());
  if (status_.ok() && counts_.files_failed > 0 &&
      counts_.files_failed + counts_.files_absent == total) {
    return absl::InternalError("every file failed; the first: " + first_failure_);
  }
  return status_;
}

void Batch::RunTurn(std::size_t end) {
  fetched_ = std::make_unique<BoundedQueue<FetchedFile>>(kQueuedFiles);
  std::vector<std::thread> loaders;
  for (int k = 0; k < options_.load_threads; ++k) loaders.emplace_back([this] { LoadFiles(); });
  std::vector<std::thread> fetchers;
  for (int k = 0; k < options_.fetch_threads; ++k) {
    fetchers.emplace_back([this, end] { FetchFiles(end); });
  }
  for (std::thread& thread : fetchers) thread.join();
  fetched_->Close();
  for (std::thread& thread : loaders) thread.join();
}

void Batch::Stop(absl::Status status) {
  const std::lock_guard lock(mutex_);
  if (status_.ok()) status_ = std::move(status);
  stopped_ = true;
  fetched_->Close();
}

void Batch::Finish(const std::string& name, Done done, std::string warning) {
  const std::lock_guard lock(mutex_);
  ++done_;
  if (done == Done::kUnchanged) ++counts_.files_unchanged;
  if (done == Done::kAbsent) ++counts_.files_absent;
  if (done == Done::kFailed && counts_.files_failed++ == 0) first_failure_ = warning;
  AddWarning(std::move(warning));
  progress_({name, done_, static_cast<std::int64_t>(files_.size())});
}

void Batch::AddWarning(std::string warning) {
  if (warning.empty() || counts_.warnings.size() >= kMaxWarnings) return;
  counts_.warnings.push_back(std::move(warning));
}

void Batch::Warn(std::string warning) {
  const std::lock_guard lock(mutex_);
  AddWarning(std::move(warning));
}

void Batch::SeenAgain(SourceFileId file) {
  const std::lock_guard lock(mutex_);
  seen_again_.push_back(file);
}

// Prices and statistics of a column that is gone stay as they were: it says nothing about them.
void Batch::WarnOfGoneColumns(const KnownFile* known, const SourceFile& file) {
  if (known == nullptr) return;
  std::vector<std::string> gone;
  for (const std::string& column : known->columns) {
    if (std::find(file.columns.begin(), file.columns.end(), column) == file.columns.end()) {
      gone.push_back(column);
    }
  }
  if (gone.empty()) return;
  Warn(fmt::format("{}: no longer has the column{} {}; what it said before is kept", file.name,
                   gone.size() == 1 ? "" : "s", fmt::join(gone, ", ")));
}

void Batch::FetchFiles(std::size_t end) {
  while (!Stopped()) {
    std::size_t k = next_.load();
    while (k < end && !next_.compare_exchange_weak(k, k + 1)) {
    }
    if (k >= end) return;
    FetchOne(files_[k]);
  }
}

bool Batch::IsAway(const SourceWork& work) {
  const std::lock_guard lock(mutex_);
  return work.away;
}

bool Batch::CountFailure(SourceWork& work) {
  const std::lock_guard lock(mutex_);
  if (work.any_success || ++work.failures_before_success < kFailuresToGiveUp) return false;
  work.away = true;
  return std::all_of(files_.begin(), files_.end(),
                     [](const WantedFile& file) { return file.of->away; });
}

void Batch::FetchOne(const WantedFile& wanted) {
  SourceWork& work = *wanted.of;
  const std::string& name = wanted.planned.name;
  if (IsAway(work)) return Finish(name, Done::kFailed);
  FetchRequest request{fmt::format("{}/{}", work.at.address, name), "", ""};
  const KnownFile* known = work.Known(name);
  const bool current = known != nullptr && known->loaded && known->url == request.url &&
                       known->reader_version == work.reader.VersionFor(wanted.planned);
  if (current) {
    request.etag = known->etag;
    request.last_modified = known->last_modified;
  }
  auto answer = fetcher_.Fetch(request, [this] { return Stopped(); });
  if (answer.ok()) {
    {
      const std::lock_guard lock(mutex_);
      work.any_success = true;
    }
    switch (answer->outcome) {
      case FetchOutcome::kNotModified:
        if (known != nullptr) SeenAgain(known->id);
        return Finish(name, Done::kUnchanged);
      case FetchOutcome::kAbsent:
        return Finish(name, Done::kAbsent,
                      wanted.planned.expected ? name + ": the source does not have it" : "");
      case FetchOutcome::kFetched:
        fetched_->Push({&wanted, request.url, *std::move(answer)});
        return;
    }
  }
  if (answer.status().code() == absl::StatusCode::kCancelled) return;
  Finish(name, Done::kFailed, fmt::format("{}: {}", name, answer.status().ToString()));
  if (CountFailure(work)) Stop(WithContext(answer.status(), "the source cannot be read"));
}

void Batch::LoadFiles() {
  while (const auto file = fetched_->Pop()) {
    if (Stopped()) break;
    const std::string& name = file->wanted->planned.name;
    const auto done = Load(*file);
    if (done.ok()) {
      Finish(name, *done);
    } else if (EndsTheBatch(done.status())) {
      Stop(WithContext(done.status(), name));
    } else {
      telemetry::Error("a file was left out",
                       {{"file", name}, {"error", done.status().ToString()}});
      Finish(name, Done::kFailed, fmt::format("{}: {}", name, MessageOf(done.status())));
    }
  }
  // Whoever waits to put another file into a full queue must not wait for ever.
  fetched_->Close();
}

absl::StatusOr<Batch::Done> Batch::Load(const FetchedFile& fetched) {
  const sources::PlannedFile& planned = fetched.wanted->planned;
  const SourceWork& work = *fetched.wanted->of;
  SourceFile file;
  file.batch = id_;
  file.source = work.at.source->name();
  file.name = planned.name;
  file.url = fetched.url;
  file.sha256 = Sha256Hex(fetched.content.body);
  file.etag = fetched.content.etag;
  file.last_modified = fetched.content.last_modified;
  file.reader_version = work.reader.VersionFor(planned);
  file.size_bytes = static_cast<std::int64_t>(fetched.content.body.size());
  file.fetched_at = real_clock_.Now();
  file.as_of = as_of_;
  const KnownFile* known = work.Known(planned.name);
  if (known != nullptr && known->loaded && known->sha256 == file.sha256 &&
      known->reader_version == file.reader_version) {
    RETURN_IF_ERROR(lake_.Put(known->lake_path, fetched.content.body));
    SeenAgain(known->id);
    return Done::kUnchanged;
  }
  file.lake_path = LakePath(file);
  RETURN_IF_ERROR(lake_.Put(file.lake_path, fetched.content.body));
  auto read = work.reader.Parse(fetched.content.body, planned);
  if (read.status().code() == absl::StatusCode::kInvalidArgument) {
    RETURN_IF_ERROR(store_.RefuseFile(file, MessageOf(read.status())));
    return WithContext(read.status(), "refused");
  }
  RETURN_IF_ERROR(read.status());
  FileLoad& load = (*read)->load;
  file.columns = std::move(load.file.columns);
  file.rows_sha256 = std::move(load.file.rows_sha256);
  load.file = file;
  load.believed = IsBelieved(known, file);
  std::string doubt;
  if (const std::string& cut = (*read)->parsed.cut; !cut.empty()) doubt = "it " + cut;
  if (doubt.empty() || load.believed) {
    RETURN_IF_ERROR(work.reader.Resolve(**read, planned, teams_, as_of_, file.fetched_at));
    ASSIGN_OR_RETURN(LoadOutcome outcome, store_.LoadFile(load));
    doubt = std::move(outcome.doubt);
    if (doubt.empty()) {
      WarnOfGoneColumns(known, file);
      for (std::string& warning : load.warnings) Warn(fmt::format("{}: {}", file.name, warning));
      for (std::string& note : outcome.notes) Warn(fmt::format("{}: {}", file.name, note));
      return Done::kLoaded;
    }
  }
  RETURN_IF_ERROR(store_.KeepAside(file, doubt));
  return absl::FailedPreconditionError(fmt::format(
      "kept aside, since {}; it counts when a fetch on a later day says the same", doubt));
}

// The codes of the competitions that are meant by code or name, among those of the sources' sports.
absl::StatusOr<std::vector<std::string>> FindCodes(const std::vector<std::string>& wanted,
                                                   const std::vector<SourceAt>& sources,
                                                   const Reference& reference) {
  std::map<std::int64_t, std::string> codes;
  std::vector<names::KnownName> known;
  for (const Competition& competition : reference.competitions) {
    const bool has_source = std::any_of(sources.begin(), sources.end(), [&](const SourceAt& at) {
      return at.source->sport() == competition.sport;
    });
    if (!has_source) continue;
    codes.emplace(competition.id.value, competition.code);
    known.push_back({competition.id.value, competition.code, false, true});
  }
  for (const auto& [name, id] : reference.competition_names) {
    if (codes.contains(id.value)) known.push_back({id.value, name, true, true});
  }
  const names::NameFinder finder(std::move(known));
  std::vector<std::string> found;
  for (const std::string& name : wanted) {
    const names::FoundName one = finder.Find(name);
    if (!one.id) {
      std::string reason = fmt::format("'{}' is not a known one", name);
      if (!one.nearest.empty()) {
        reason += fmt::format("; the nearest: {}", fmt::join(one.nearest, ", "));
      }
      return InvalidField("competition_codes", reason);
    }
    found.push_back(codes.at(*one.id));
  }
  return found;
}

// Those of `codes` that are of the sport, each once; all of the sport when none is named.
std::vector<std::string> CodesOf(std::string_view sport, const std::vector<std::string>& codes,
                                 const Reference& reference) {
  std::vector<std::string> of_sport;
  for (const Competition& competition : reference.competitions) {
    if (competition.sport == sport) of_sport.push_back(competition.code);
  }
  if (codes.empty()) return of_sport;
  std::vector<std::string> wanted = codes;
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  std::erase_if(wanted, [&](const std::string& code) {
    return std::find(of_sport.begin(), of_sport.end(), code) == of_sport.end();
  });
  return wanted;
}

// What a request asks of each source as regards seasons.
class SeasonRange {
 public:
  // Seasons later than as-of may be loaded: what they hold stays invisible until then.
  static absl::StatusOr<SeasonRange> Make(const IngestRequest& request,
                                          const std::vector<SourceAt>& sources, Day as_of,
                                          Day latest) {
    int oldest = std::numeric_limits<int>::max();
    int usual_first = std::numeric_limits<int>::max();
    int current = 0;
    int newest = 0;
    for (const SourceAt& at : sources) {
      oldest = std::min(oldest, at.source->oldest_season());
      usual_first = std::min(usual_first, at.source->usual_first_season());
      current = std::max(current, at.source->SeasonOf(as_of));
      newest = std::max(newest, at.source->SeasonOf(latest) + 1);
    }
    const int first = request.first_season_start == 0 ? usual_first : request.first_season_start;
    const int last = request.last_season_start == 0 ? current : request.last_season_start;
    if (first < oldest || first > newest) {
      return InvalidField("first_season_start",
                          fmt::format("{} is not from {} to {}", first, oldest, newest));
    }
    if (last < first || last > newest) {
      return InvalidField("last_season_start",
                          fmt::format("{} is not from {} to {}", last, first, newest));
    }
    return SeasonRange(request, as_of);
  }

  [[nodiscard]] int FirstOf(const sources::Source& source) const {
    return first_ == 0 ? source.usual_first_season() : std::max(first_, source.oldest_season());
  }
  [[nodiscard]] int LastOf(const sources::Source& source) const {
    return last_ == 0 ? source.SeasonOf(as_of_) : last_;
  }

 private:
  SeasonRange(const IngestRequest& request, Day as_of)
      : first_(request.first_season_start), last_(request.last_season_start), as_of_(as_of) {}

  int first_;  // 0: each source's own
  int last_;
  Day as_of_;
};

// A request that can be done: which sources it asks, for which seasons and competitions.
struct Accepted {
  std::vector<SourceAt> asked;
  SeasonRange seasons;
  Reference reference;
  std::vector<std::string> codes;  // none: all
};

absl::StatusOr<Accepted> Accept(const IngestRequest& request, std::vector<SourceAt> asked,
                                SportsStore& store, Instant as_of, Instant real_now) {
  if (!request.sport.empty()) {
    std::erase_if(asked, [&](const SourceAt& at) { return at.source->sport() != request.sport; });
    if (asked.empty()) return InvalidField("sport", "no source is of it");
  }
  ASSIGN_OR_RETURN(
      const SeasonRange seasons,
      SeasonRange::Make(request, asked, std::chrono::floor<std::chrono::days>(as_of),
                        std::chrono::floor<std::chrono::days>(std::max(as_of, real_now))));
  ASSIGN_OR_RETURN(Reference reference, store.ReadReference());
  ASSIGN_OR_RETURN(std::vector<std::string> codes,
                   FindCodes(request.competition_codes, asked, reference));
  return Accepted{std::move(asked), seasons, std::move(reference), std::move(codes)};
}

// What is asked for, as text: the same for the same request.
std::string ContentOf(const IngestRequest& request) {
  return fmt::format("{} {}-{} {}", request.sport, request.first_season_start,
                     request.last_season_start, fmt::join(request.competition_codes, ","));
}

}  // namespace

Ingestion::Ingestion(std::span<const SourceAt> sources, SportsStore& store, Fetcher& fetcher,
                     lake::Lake& lake, const Clock& as_of, const Clock& real_clock,
                     IngestOptions options)
    : sources_(sources.begin(), sources.end()),
      store_(store),
      fetcher_(fetcher),
      lake_(lake),
      as_of_(as_of),
      real_clock_(real_clock),
      options_(options),
      names_(sources, store, lake, real_clock, running_) {}

absl::Status Ingestion::Check(const IngestRequest& request) {
  return Accept(request, sources_, store_, as_of_.Now(), real_clock_.Now()).status();
}

absl::StatusOr<BatchSummary> Ingestion::Run(const IngestRequest& request,
                                            const std::function<void(const Progress&)>& progress,
                                            const std::function<bool()>& cancelled) {
  std::unique_lock running(running_, std::defer_lock);
  while (!running.try_lock_for(std::chrono::milliseconds(200))) {
    if (cancelled()) return absl::CancelledError("cancelled while another ingest was running");
  }
  const Instant as_of = as_of_.Now();
  RETURN_IF_ERROR(store_.MergeAliases());
  RETURN_IF_ERROR(names_.LoadWaiting().status());
  ASSIGN_OR_RETURN(const Accepted accepted,
                   Accept(request, sources_, store_, as_of, real_clock_.Now()));
  const auto& [asked, seasons, reference, wanted] = accepted;
  ASSIGN_OR_RETURN(const BatchSummary begun,
                   store_.BeginBatch(request.request_id, ContentOf(request), as_of));
  if (begun.end_time) return begun;
  std::deque<SourceWork> works;  // stay where they are
  std::vector<WantedFile> files;
  for (const SourceAt& at : asked) {
    const sources::Source& source = *at.source;
    const std::vector<std::string> codes = CodesOf(source.sport(), wanted, reference);
    if (codes.empty()) continue;
    ASSIGN_OR_RETURN(auto known, store_.ReadFiles(source.name()));
    works.push_back(
        {at, FileReader(source, reference, {codes.begin(), codes.end()}), std::move(known)});
    for (sources::PlannedFile& planned :
         source.Plan({codes, seasons.FirstOf(source), seasons.LastOf(source)})) {
      const int turn =
          TurnOf(planned, source.SeasonOf(std::chrono::floor<std::chrono::days>(as_of)));
      files.push_back({&works.back(), std::move(planned), turn});
    }
  }
  std::stable_sort(files.begin(), files.end(),
                   [](const WantedFile& a, const WantedFile& b) { return a.turn < b.turn; });
  TeamDirectory teams(store_, reference);
  Batch batch(store_, fetcher_, lake_, options_, begun.batch, teams, std::move(files), as_of,
              real_clock_, progress, cancelled);
  RETURN_IF_ERROR(batch.Run());
  return store_.EndBatch(begun.batch, batch.counts(), batch.seen_again(), as_of);
}

}  // namespace fairline::ingest
