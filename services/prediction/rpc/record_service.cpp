#include "services/prediction/rpc/record_service.hpp"

#include <fmt/format.h>

#include "libs/core/page.hpp"
#include "libs/rpc/contract.hpp"
#include "libs/rpc/time.hpp"
#include "libs/statistics/block_bootstrap.hpp"

namespace fairline::prediction {
namespace {

constexpr int kPageSize = 100;

absl::StatusOr<std::optional<Day>> OptionalDay(std::string_view field, const std::string& text) {
  if (text.empty()) return std::optional<Day>();
  const auto day = ParseDay(text);
  if (!day.ok()) return InvalidField(field, fmt::format("\"{}\" is not like 2026-01-30", text));
  return std::optional(*day);
}

absl::Status ReadDays(const google::protobuf::Message& request, ScoredFilter& filter) {
  ASSIGN_OR_RETURN(const auto from, rpc::ReadRenamed(request, "from_date", "from_day"));
  ASSIGN_OR_RETURN(const auto to, rpc::ReadRenamed(request, "to_date", "to_day"));
  ASSIGN_OR_RETURN(filter.from, OptionalDay(from.field, from.text));
  ASSIGN_OR_RETURN(filter.to, OptionalDay(to.field, to.text));
  return absl::OkStatus();
}

absl::Status CheckInformation(const std::string& information) {
  for (const char* known : {"", "no_odds", "past_odds", "with_odds"}) {
    if (information == known) return absl::OkStatus();
  }
  return InvalidField("information", "is one of with_odds, past_odds, no_odds");
}

void ToProto(const evaluation::PairedDifference& difference, v1::Interval& out) {
  out.set_mean(difference.mean);
  const bool enough = difference.blocks >= statistics::kMinWeeks;
  out.set_low(enough ? difference.lower : difference.mean);
  out.set_high(enough ? difference.upper : difference.mean);
}

void ToProto(const RecordedSkill& skill, v1::RecordedSkill& out) {
  out.set_information(skill.information);
  out.set_matches(skill.evaluation.matches);
  out.set_log_loss(skill.evaluation.log_loss);
  out.set_rps(skill.evaluation.rps);
  out.set_brier(skill.evaluation.brier);
  out.set_accuracy(skill.evaluation.accuracy);
  out.set_calibration_error(skill.evaluation.ece);
  out.set_calibration_slope(skill.evaluation.calibration_slope);
  for (const AgainstReference& against : skill.against) {
    v1::RecordComparison& comparison = *out.add_against();
    comparison.set_reference(against.reference);
    comparison.set_matches(against.log_loss.matches);
    ToProto(against.log_loss, *comparison.mutable_log_loss());
    ToProto(against.rps, *comparison.mutable_rps());
    ToProto(against.brier, *comparison.mutable_brier());
  }
  for (const evaluation::ReliabilityBin& bin : skill.evaluation.reliability) {
    v1::RecordedReliability& added = *out.add_reliability();
    added.set_count(bin.count);
    added.set_mean_forecast(bin.mean_forecast);
    added.set_frequency(bin.frequency);
  }
}

void ToProto(const TrackRecord& record, v1::GetTrackRecordResponse& out) {
  out.set_matches(record.matches);
  for (const RecordedSkill& skill : record.skills) ToProto(skill, *out.add_skills());
  v1::RecordedBets& bets = *out.mutable_bets();
  bets.set_bets(record.bets.bets);
  bets.set_won(record.bets.won);
  bets.set_claimed_edge(record.bets.claimed_edge);
  if (record.bets.yield) ToProto(*record.bets.yield, *bets.mutable_yield());
  if (record.bets.closing_value) {
    ToProto(*record.bets.closing_value, *bets.mutable_closing_line_value());
    bets.set_with_closing_line(record.bets.closing_value->matches);
  }
  for (const RecordedMonth& month : record.months) {
    v1::RecordedMonth& added = *out.add_months();
    added.set_month(month.month);
    added.set_matches(month.matches);
    added.set_log_loss(month.log_loss);
    if (month.market_log_loss == month.market_log_loss) {
      added.set_market_log_loss(month.market_log_loss);
    }
    added.set_bets(month.bets);
    added.set_profit(month.profit);
  }
  out.set_hindsight_matches(record.hindsight);
  for (const std::string& sentence : record.verdict) out.add_verdict(sentence);
}

void ToProto(const ScoredForecast& scored, v1::ScoredForecast& out) {
  const RecordedForecast& forecast = scored.forecast;
  const RecordScore& score = scored.score;
  out.set_match_id(forecast.match.value);
  out.set_competition(score.competition_code);
  out.set_match_date(FormatDay(score.match_date));
  out.set_home_team(forecast.home_team);
  out.set_away_team(forecast.away_team);
  out.set_home_score(score.home_score);
  out.set_away_score(score.away_score);
  out.set_revision(score.revision);
  out.set_information(forecast.information);
  out.set_model_version(forecast.model_version);
  out.mutable_probabilities()->Assign(forecast.probabilities.begin(), forecast.probabilities.end());
  out.mutable_market_probabilities()->Assign(forecast.market_probabilities.begin(),
                                             forecast.market_probabilities.end());
  out.mutable_closing_probabilities()->Assign(score.closing_probabilities.begin(),
                                              score.closing_probabilities.end());
  out.set_closing_source(score.closing_source);
  out.set_result(static_cast<std::int32_t>(score.result));
  *out.mutable_seal_time() = rpc::ToTimestamp(forecast.sealed_at);
  out.set_hindsight(InHindsight(scored));
  for (const RecordedBet& bet : forecast.bets) {
    v1::RecordedBet& added = *out.add_bets();
    added.set_outcome(static_cast<std::int32_t>(bet.outcome));
    added.set_bookmaker_code(bet.bookmaker_code);
    added.set_price(bet.price);
    added.set_edge(bet.edge);
    added.mutable_stakes()->Assign(bet.stakes.begin(), bet.stakes.end());
    added.set_won(bet.outcome == score.result);
  }
}

std::int64_t DayNumber(Day day) { return day.time_since_epoch().count(); }

}  // namespace

grpc::Status RecordService::GetTrackRecord(grpc::ServerContext* context,
                                           const v1::GetTrackRecordRequest* request,
                                           v1::GetTrackRecordResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    RETURN_IF_ERROR(CheckInformation(request->information()));
    ScoredFilter filter;
    filter.competition_code = request->competition();
    filter.information = request->information();
    RETURN_IF_ERROR(ReadDays(*request, filter));
    ASSIGN_OR_RETURN(const TrackRecord record, track_record_.Get(filter, call.deadline));
    ToProto(record, *response);
    ASSIGN_OR_RETURN(const UnscoredCounts unscored,
                     reader_.CountUnscored(filter.competition_code, as_of_.Now(), call.deadline));
    response->set_withdrawn_matches(unscored.withdrawn);
    response->set_waiting_matches(unscored.waiting);
    return absl::OkStatus();
  });
}

grpc::Status RecordService::ListScoredForecasts(grpc::ServerContext* context,
                                                const v1::ListScoredForecastsRequest* request,
                                                v1::ListScoredForecastsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    RETURN_IF_ERROR(CheckInformation(request->information()));
    ScoredFilter filter;
    filter.competition_code = request->competition();
    filter.information = request->information();
    RETURN_IF_ERROR(ReadDays(*request, filter));
    ASSIGN_OR_RETURN(const auto behind, ParsePageToken<2>(request->page_token()));
    if (behind) {
      filter.behind = {Day(std::chrono::days((*behind)[0])), MatchId{(*behind)[1]}};
    }
    ASSIGN_OR_RETURN(const int size, PageSize(request->page_size(), kPageSize));
    filter.limit = size + 1;
    ASSIGN_OR_RETURN(auto scored, reader_.ListScored(filter, call.deadline));
    auto page = CutPage(std::move(scored), size, [](const ScoredForecast& last) {
      return PageToken<2>({DayNumber(last.score.match_date), last.score.match.value});
    });
    for (const ScoredForecast& each : page.items) ToProto(each, *response->add_forecasts());
    response->set_next_page_token(std::move(page.next_token));
    return absl::OkStatus();
  });
}

grpc::Status RecordService::ListSeals(grpc::ServerContext* context,
                                      const v1::ListSealsRequest* request,
                                      v1::ListSealsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const auto token, ParsePageToken<1>(request->page_token()));
    std::optional<Day> after;
    if (token) after = Day(std::chrono::days((*token)[0]));
    ASSIGN_OR_RETURN(const int size, PageSize(request->page_size(), kPageSize));
    ASSIGN_OR_RETURN(auto seals, reader_.ListSeals(after, size + 1, call.deadline));
    auto page = CutPage(std::move(seals), size, [](const record::Seal& last) {
      return PageToken<1>({DayNumber(last.day)});
    });
    for (const record::Seal& seal : page.items) {
      v1::Seal& added = *response->add_seals();
      added.set_day(FormatDay(seal.day));
      added.set_lines(seal.lines);
      added.set_lines_sha256(seal.lines_sha256);
      added.set_previous_sha256(seal.previous_sha256);
      added.set_sha256(seal.sha256);
    }
    response->set_next_page_token(std::move(page.next_token));
    return absl::OkStatus();
  });
}

grpc::Status RecordService::ListRecordLines(grpc::ServerContext* context,
                                            const v1::ListRecordLinesRequest* request,
                                            v1::ListRecordLinesResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<Day> day, OptionalDay("day", request->day()));
    ASSIGN_OR_RETURN(const std::int64_t after, ParsePageToken(request->page_token(), 0));
    ASSIGN_OR_RETURN(const int size, PageSize(request->page_size(), kPageSize));
    ASSIGN_OR_RETURN(auto lines,
                     reader_.ListLines(*day, after, size + 1, as_of_.Now(), call.deadline));
    auto page = CutPage(std::move(lines), size,
                        [](const PublicLine& last) { return PageToken<1>({last.line_id}); });
    for (const PublicLine& line : page.items) {
      v1::RecordLine& added = *response->add_lines();
      added.set_sha256(line.sha256);
      added.set_line(line.line);
    }
    response->set_next_page_token(std::move(page.next_token));
    return absl::OkStatus();
  });
}

}  // namespace fairline::prediction
