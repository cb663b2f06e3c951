#pragma once
// Between the messages of fairline.ingest.v1 and the values of app/.

#include <string>

#include "fairline/ingest/v1/ingest.pb.h"

#include "services/ingest/app/catalogue.hpp"
#include "services/ingest/app/ingestion.hpp"

namespace fairline::ingest {

// With the size that the page has (PageSize).
[[nodiscard]] absl::StatusOr<PageRequest> PageOf(int size, const std::string& token);
[[nodiscard]] absl::StatusOr<MatchFilter> FilterOf(const v1::ListMatchesRequest& request);
// UNSPECIFIED is kHeld.
[[nodiscard]] absl::StatusOr<HeldState> StateOf(v1::HeldNameState state, const char* field);
[[nodiscard]] IngestRequest RequestOf(const v1::IngestRequest& request);
[[nodiscard]] IngestRequest RequestOf(const v1::CheckIngestRequest& request);

void ToProto(const Progress& progress, sports::v1::Progress& out);
void ToProto(const BatchSummary& batch, v1::IngestSummary& out);
void ToProto(const BatchSummary& batch, v1::Batch& out);
void ToProto(const RejectedRow& row, v1::RejectedRow& out);
void ToProto(const CompetitionView& competition, sports::v1::Competition& out);
void ToProto(const HeldNameView& held, v1::HeldName& out);
void ToProto(const ListedMatch& match, v1::StrayMatch& out);
void ToProto(const TeamMerge& merge, v1::TeamMerge& out);
void ToProto(const Team& team, sports::v1::Team& out);
void ToProto(const MatchView& match, sports::v1::Match& out);
void ToProto(const CorrectionView& correction, v1::Correction& out);
void ToProto(const QuoteView& quote, sports::v1::Quote& out);

}  // namespace fairline::ingest
