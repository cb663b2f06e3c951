#include "services/ingest/app/ingestion.hpp"

#include <algorithm>
#include <deque>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "services/ingest/app/batch.hpp"
#include "services/ingest/app/request_scope.hpp"

namespace fairline::ingest {
namespace {

int TurnOf(const sources::PlannedFile& file, int current_season) {
  if (file.kind == sources::FileKind::kFixtures) return 2;
  return file.season_start >= current_season ? 1 : 0;
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
      names_(sources, store, lake, real_clock, running_),
      stray_matches_(sources, store, lake, as_of, real_clock, running_) {}

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
