#include "services/ingest/rpc/conversion.hpp"

#include <fmt/format.h>

#include "libs/domain/match.hpp"
#include "libs/rpc/contract.hpp"
#include "libs/rpc/time.hpp"

namespace fairline::ingest {
namespace {

constexpr int kPageSize = 50;

absl::StatusOr<std::optional<Day>> OptionalDay(std::string_view field, const std::string& text) {
  if (text.empty()) return std::optional<Day>();
  const auto day = ParseDay(text);
  if (!day.ok()) return InvalidField(field, fmt::format("'{}' is not a day like 2026-01-30", text));
  return std::optional<Day>(*day);
}

// What both kinds of request say.
template <typename Request>
IngestRequest Wanted(const Request& request) {
  return {
      .request_id = "",
      .competition_codes = {request.competition_codes().begin(), request.competition_codes().end()},
      .first_season_start = request.first_season_start(),
      .last_season_start = request.last_season_start(),
      .sport = request.sport()};
}

}  // namespace

absl::StatusOr<PageRequest> PageOf(int size, const std::string& token) {
  ASSIGN_OR_RETURN(const int given, PageSize(size, kPageSize));
  return PageRequest{given, token};
}

absl::StatusOr<MatchFilter> FilterOf(const v1::ListMatchesRequest& request) {
  MatchFilter filter;
  filter.competition_code = request.competition_code();
  ASSIGN_OR_RETURN(const auto first, rpc::ReadRenamed(request, "from_date", "first_date"));
  ASSIGN_OR_RETURN(const auto last, rpc::ReadRenamed(request, "to_date", "last_date"));
  ASSIGN_OR_RETURN(filter.first, OptionalDay(first.field, first.text));
  ASSIGN_OR_RETURN(filter.last, OptionalDay(last.field, last.text));
  if (!sports::v1::MatchState_IsValid(request.state())) {
    return InvalidField("state", "unknown");
  }
  if (request.state() != sports::v1::MATCH_STATE_UNSPECIFIED) {
    filter.state = static_cast<domain::MatchState>(request.state());
  }
  return filter;
}

absl::StatusOr<HeldState> StateOf(v1::HeldNameState state, const char* field) {
  if (!v1::HeldNameState_IsValid(state)) return InvalidField(field, "unknown");
  if (state == v1::HELD_NAME_STATE_UNSPECIFIED) return HeldState::kHeld;
  return static_cast<HeldState>(state);
}

IngestRequest RequestOf(const v1::IngestRequest& request) {
  IngestRequest wanted = Wanted(request);
  wanted.request_id = request.request_id();
  return wanted;
}

IngestRequest RequestOf(const v1::CheckIngestRequest& request) { return Wanted(request); }

void ToProto(const Progress& progress, sports::v1::Progress& out) {
  out.set_activity(progress.activity);
  out.set_done(progress.done);
  out.set_total(progress.total);
}

void ToProto(const BatchSummary& batch, v1::IngestSummary& out) {
  out.set_batch_id(batch.batch.value);
  out.set_files_fetched(batch.files_fetched);
  out.set_files_unchanged(batch.counts.files_unchanged);
  out.set_files_absent(batch.counts.files_absent);
  out.set_files_failed(batch.counts.files_failed);
  out.set_matches_added(batch.loaded.matches_added);
  out.set_matches_updated(batch.loaded.matches_updated);
  out.set_quotes_added(batch.loaded.quotes_added);
  out.set_rows_rejected(batch.rows_rejected);
  out.set_matches_taken_back(batch.loaded.matches_taken_back);
  out.set_data_version(batch.data_version);
  for (const std::string& warning : batch.counts.warnings) out.add_warnings(warning);
}

void ToProto(const BatchSummary& batch, v1::Batch& out) {
  out.set_batch_id(batch.batch.value);
  out.set_request_id(batch.request_id);
  *out.mutable_start_time() = rpc::ToTimestamp(batch.start_time);
  if (batch.end_time) *out.mutable_end_time() = rpc::ToTimestamp(*batch.end_time);
  ToProto(batch, *out.mutable_summary());
}

void ToProto(const RejectedRow& row, v1::RejectedRow& out) {
  out.set_rejected_row_id(row.id);
  out.set_batch_id(row.batch.value);
  out.set_file(row.file);
  out.set_line(row.line);
  out.set_column(row.column);
  out.set_reason(row.reason);
  out.set_text(row.text);
}

void ToProto(const CompetitionView& view, sports::v1::Competition& out) {
  out.set_competition_id(view.competition.id.value);
  out.set_code(view.competition.code);
  out.set_sport(view.competition.sport);
  out.set_name(view.name);
  out.set_country(view.competition.country);
  out.set_tier(view.tier);
  out.set_current_season(view.current_season);
}

void ToProto(const Team& team, sports::v1::Team& out) {
  out.set_team_id(team.id.value);
  out.set_sport(team.sport);
  out.set_country(team.country);
  out.set_name(team.name);
}

void ToProto(const MatchView& match, sports::v1::Match& out) {
  out.set_match_id(match.id.value);
  out.set_competition_code(match.competition_code);
  out.set_competition_name(match.competition_name);
  out.set_season_start(match.season_start);
  out.set_match_date(FormatDay(match.date));
  if (match.kickoff) *out.mutable_kickoff_time() = rpc::ToTimestamp(*match.kickoff);
  out.set_home_team_id(match.home_id.value);
  out.set_home_team(match.home);
  out.set_away_team_id(match.away_id.value);
  out.set_away_team(match.away);
  out.set_neutral(match.neutral);
  out.set_state(static_cast<sports::v1::MatchState>(match.state));
  if (match.score) {
    out.set_home_score(match.score->home);
    out.set_away_score(match.score->away);
  }
  if (match.played) {
    out.set_played_home_score(match.played->home);
    out.set_played_away_score(match.played->away);
  }
  if (match.not_offered_from) {
    *out.mutable_not_offered_time() = rpc::ToTimestamp(*match.not_offered_from);
  }
}

void ToProto(const CorrectionView& correction, v1::Correction& out) {
  out.set_kind(static_cast<v1::CorrectionKind>(correction.kind));
  if (correction.former) {
    out.set_former_home_score(correction.former->home);
    out.set_former_away_score(correction.former->away);
  }
  out.set_batch_id(correction.batch.value);
  *out.mutable_correct_time() = rpc::ToTimestamp(correction.time);
}

void ToProto(const QuoteView& quote, sports::v1::Quote& out) {
  out.set_bookmaker_code(quote.bookmaker_code);
  out.set_bookmaker_name(quote.bookmaker_name);
  out.set_market(static_cast<sports::v1::Market>(quote.market));
  out.set_line_quarters(quote.line_quarters);
  out.set_phase(static_cast<sports::v1::Phase>(quote.phase));
  for (const double price : quote.prices) out.add_prices(price);
  if (quote.captured_at) *out.mutable_capture_time() = rpc::ToTimestamp(*quote.captured_at);
  if (quote.seen_at) *out.mutable_seen_time() = rpc::ToTimestamp(*quote.seen_at);
}

void ToProto(const HeldNameView& held, v1::HeldName& out) {
  out.set_held_name_id(held.id.value);
  out.set_name(held.held.name);
  out.set_competition_code(held.competition_code);
  out.set_season_start(held.held.season_start);
  out.set_state(static_cast<v1::HeldNameState>(held.state));
  out.set_reason(held.held.reason);
  out.set_row_count(held.row_count);
  for (const HeldRow& row : held.held.rows) {
    v1::HeldRow& added = *out.add_rows();
    added.set_file(row.file);
    added.set_line(row.line);
    added.set_match_date(FormatDay(row.date));
    added.set_home_team(row.home);
    added.set_away_team(row.away);
  }
  for (const NameCandidate& candidate : held.held.candidates) {
    v1::NameCandidate& added = *out.add_candidates();
    added.set_team_id(candidate.team.value);
    added.set_team(candidate.name);
    added.set_likeness(candidate.likeness);
    added.set_same_fixtures(candidate.same_fixtures);
    for (const std::string& sentence : candidate.evidence) added.add_evidence(sentence);
  }
  *out.mutable_hold_time() = rpc::ToTimestamp(held.held_at);
  if (held.decided_at) *out.mutable_decide_time() = rpc::ToTimestamp(*held.decided_at);
  out.set_decided_by(held.decided_by);
  if (held.team) out.set_team_id(held.team->value);
  out.set_team(held.team_name);
}

void ToProto(const ListedMatch& match, v1::StrayMatch& out) {
  out.set_match_id(match.id.value);
  out.set_competition_code(match.competition_code);
  out.set_match_date(FormatDay(match.date));
  out.set_home_team(match.home_name);
  out.set_away_team(match.away_name);
}

void ToProto(const TeamMerge& merge, v1::TeamMerge& out) {
  out.set_merge_id(merge.id.value);
  out.set_team_id(merge.team.value);
  out.set_team(merge.name);
  out.set_into_team_id(merge.into.value);
  out.set_into_team(merge.into_name);
  out.set_reason(merge.reason);
  out.set_merged_by(merge.merged_by);
  *out.mutable_merge_time() = rpc::ToTimestamp(merge.merged_at);
  if (merge.undone_at) *out.mutable_undo_time() = rpc::ToTimestamp(*merge.undone_at);
  out.set_undone_by(merge.undone_by);
  out.set_match_count(merge.match_count);
  out.set_set_aside_count(merge.set_aside_count);
}

}  // namespace fairline::ingest
