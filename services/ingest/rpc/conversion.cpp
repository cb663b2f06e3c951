#include "services/ingest/rpc/conversion.hpp"

#include <fmt/format.h>

#include "libs/domain/match.hpp"
#include "libs/rpc/time.hpp"

namespace fairline::ingest {
namespace {

constexpr int kPageSize = 50;

absl::StatusOr<std::optional<Day>> OptionalDay(const char* field, const std::string& text) {
  if (text.empty()) return std::optional<Day>();
  const auto day = ParseDay(text);
  if (!day.ok()) return InvalidField(field, fmt::format("'{}' is not a day like 2026-01-30", text));
  return std::optional<Day>(*day);
}

}  // namespace

absl::StatusOr<PageRequest> PageOf(int size, const std::string& token) {
  ASSIGN_OR_RETURN(const int given, PageSize(size, kPageSize));
  return PageRequest{given, token};
}

absl::StatusOr<MatchFilter> FilterOf(const v1::ListMatchesRequest& request) {
  MatchFilter filter;
  filter.competition_code = request.competition_code();
  ASSIGN_OR_RETURN(filter.first, OptionalDay("first_date", request.first_date()));
  ASSIGN_OR_RETURN(filter.last, OptionalDay("last_date", request.last_date()));
  if (!sports::v1::MatchState_IsValid(request.state())) {
    return InvalidField("state", "unknown");
  }
  if (request.state() != sports::v1::MATCH_STATE_UNSPECIFIED) {
    filter.state = static_cast<domain::MatchState>(request.state());
  }
  return filter;
}

IngestRequest RequestOf(const v1::IngestRequest& request) {
  return {request.request_id(),
          {request.competition_codes().begin(), request.competition_codes().end()},
          request.first_season_start(),
          request.last_season_start(),
          request.sport()};
}

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

}  // namespace fairline::ingest
