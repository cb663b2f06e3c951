#include "services/ingest/app/batch.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libs/core/sha256.hpp"
#include "libs/telemetry/log.hpp"

namespace fairline::ingest {
namespace {

constexpr std::size_t kMaxWarnings = 100;
constexpr std::size_t kQueuedFiles = 8;
// So many failures with nothing fetched mean that the source is away, not that files are broken.
constexpr int kFailuresToGiveUp = 4;

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

// Whether the next file would fail in the same way.
bool EndsTheBatch(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kResourceExhausted;
}

// Prices and statistics of a season file's column that is gone stay as they were: it says nothing
// about them. A list is the truth of its day: what it does not have is not on offer.
void WarnOfGoneColumns(const KnownFile* known, FileLoad& load) {
  if (known == nullptr) return;
  std::vector<std::string> gone;
  for (const std::string& column : known->columns) {
    const std::vector<std::string>& columns = load.file.columns;
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) gone.push_back(column);
  }
  if (gone.empty()) return;
  load.warnings.push_back(
      fmt::format("no longer has the column{} {}; what it said before is {}",
                  gone.size() == 1 ? "" : "s", fmt::join(gone, ", "),
                  load.kind == sources::FileKind::kSeason ? "kept" : "not on offer any more"));
}

}  // namespace

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

void Batch::SeenAgain(SourceFileId file) {
  const std::lock_guard lock(mutex_);
  seen_again_.push_back(file);
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
    WarnOfGoneColumns(known, load);
    ASSIGN_OR_RETURN(LoadOutcome outcome, store_.LoadFile(load));
    doubt = std::move(outcome.doubt);
    if (doubt.empty()) {
      return Done::kLoaded;
    }
  }
  RETURN_IF_ERROR(store_.KeepAside(file, doubt));
  return absl::FailedPreconditionError(fmt::format(
      "kept aside, since {}; it counts when a fetch on a later day says the same", doubt));
}

}  // namespace fairline::ingest
