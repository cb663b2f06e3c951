#include "services/preprocessing/app/compute_features.hpp"

namespace fairline::preprocessing {
namespace {

constexpr std::int64_t kRowsPerReport = 10'000;

FeatureSummary Summarise(const features::FeatureCatalogue& catalogue,
                         const Computation& computation, bool up_to_date) {
  return {computation, static_cast<std::int32_t>(catalogue.size()), catalogue.hash(), up_to_date};
}

// `sink`, counting its rows for the caller and giving up when the caller has.
features::RowSink Watched(const features::RowSink& sink, std::int64_t total,
                          const Conversation& conversation) {
  return [&sink, total, &conversation, done = std::int64_t{0}](
             const features::Fixture& fixture, bool finished,
             std::span<const float> row) mutable -> absl::Status {
    RETURN_IF_ERROR(sink(fixture, finished, row));
    if (++done % kRowsPerReport == 0) {
      if (conversation.cancelled()) return absl::CancelledError("the caller has gone");
      conversation.report({"computing features", done, total});
    }
    return absl::OkStatus();
  };
}

// Whether `latest` still says all that is known as of `as_of`.
absl::StatusOr<bool> IsUpToDate(const Computation& latest, std::string_view sport, Instant as_of,
                                MatchSource& matches, Deadline deadline) {
  ASSIGN_OR_RETURN(const std::int64_t data_version, matches.DataVersion(deadline));
  if (latest.data_version != data_version) return false;
  if (latest.as_of == as_of) return true;
  ASSIGN_OR_RETURN(const bool learned, matches.Learned(sport, latest.as_of, as_of, deadline));
  return !learned;
}

}  // namespace

absl::StatusOr<FeatureSummary> ComputeFeatures(std::string_view sport, Instant as_of,
                                               MatchSource& matches, FeatureStore& store,
                                               const Conversation& conversation) {
  ASSIGN_OR_RETURN(const auto fresh, features::MakeReplay(sport));
  const features::FeatureCatalogue& catalogue = fresh->catalogue();
  ASSIGN_OR_RETURN(const auto latest, store.Latest(catalogue.hash(), conversation.deadline));
  if (latest) {
    ASSIGN_OR_RETURN(const bool up_to_date,
                     IsUpToDate(*latest, sport, as_of, matches, conversation.deadline));
    if (up_to_date) return Summarise(catalogue, *latest, true);
  }

  conversation.report({"reading matches", 0, 0});
  ASSIGN_OR_RETURN(const KnownMatches known, matches.Read(sport, as_of, conversation.deadline));
  const Computation computation{as_of, known.data_version,
                                static_cast<std::int64_t>(known.finished.size()),
                                static_cast<std::int64_t>(known.coming.size())};
  const std::int64_t total = computation.finished_matches + computation.coming_matches;

  const auto produce = [&](const features::RowSink& sink) -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const auto replay, features::MakeReplay(sport));
    RETURN_IF_ERROR(features::RunReplay(*replay, known.finished, known.coming,
                                        Watched(sink, total, conversation)));
    conversation.report({"storing features", total, total});
    return replay->Save();
  };
  RETURN_IF_ERROR(store.Replace(catalogue, computation, produce, conversation.deadline));
  return Summarise(catalogue, computation, false);
}

}  // namespace fairline::preprocessing
