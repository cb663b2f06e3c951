#include "services/prediction/rpc/record_service.hpp"

#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>

#include "services/prediction/app/serving/page_token.hpp"

namespace fairline::prediction {
namespace {

absl::StatusOr<std::optional<Day>> OptionalDay(std::string_view field, const std::string& text) {
  if (text.empty()) return std::optional<Day>();
  const auto day = ParseDay(text);
  if (!day.ok()) return InvalidField(field, fmt::format("\"{}\" is not like 2026-01-30", text));
  return std::optional(*day);
}

absl::Status CheckInformation(const std::string& information) {
  for (const char* known : {"", "no_odds", "past_odds", "with_odds"}) {
    if (information == known) return absl::OkStatus();
  }
  return InvalidField("information", "is one of with_odds, past_odds, no_odds");
}

void ToProto(const evaluation::PairedDifference& difference, v1::Interval& out) {
  out.set_mean(difference.mean);
  const bool enough = difference.blocks >= kLeastWeeks;
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
  *out.mutable_seal_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
      forecast.sealed_at.time_since_epoch().count());
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
  return rpc::Serve(
      *context, endpoint_, "GetTrackRecord", [&](const rpc::Call& call) -> absl::Status {
        RETURN_IF_ERROR(CheckInformation(request->information()));
        ScoredFilter filter;
        filter.competition_code = request->competition();
        filter.information = request->information();
        ASSIGN_OR_RETURN(filter.from, OptionalDay("from_day", request->from_day()));
        ASSIGN_OR_RETURN(filter.to, OptionalDay("to_day", request->to_day()));
        ASSIGN_OR_RETURN(const TrackRecord record, track_record_.Get(filter, call.deadline));
        ToProto(record, *response);
        ASSIGN_OR_RETURN(
            const UnscoredCounts unscored,
            reader_.CountUnscored(filter.competition_code, as_of_.Now(), call.deadline));
        response->set_withdrawn_matches(unscored.withdrawn);
        response->set_waiting_matches(unscored.waiting);
        return absl::OkStatus();
      });
}

grpc::Status RecordService::ListScoredForecasts(grpc::ServerContext* context,
                                                const v1::ListScoredForecastsRequest* request,
                                                v1::ListScoredForecastsResponse* response) {
  return rpc::Serve(
      *context, endpoint_, "ListScoredForecasts", [&](const rpc::Call& call) -> absl::Status {
        RETURN_IF_ERROR(CheckInformation(request->information()));
        ScoredFilter filter;
        filter.competition_code = request->competition();
        filter.information = request->information();
        ASSIGN_OR_RETURN(filter.from, OptionalDay("from_day", request->from_day()));
        ASSIGN_OR_RETURN(filter.to, OptionalDay("to_day", request->to_day()));
        ASSIGN_OR_RETURN(const auto behind, ParseToken<2>(request->page_token()));
        if (behind) {
          filter.behind = {Day(std::chrono::days((*behind)[0])), MatchId{(*behind)[1]}};
        }
        ASSIGN_OR_RETURN(const std::size_t size, PageSize({request->page_size(), ""}));
        filter.limit = static_cast<int>(size) + 1;
        ASSIGN_OR_RETURN(auto scored, reader_.ListScored(filter, call.deadline));
        const bool more = scored.size() > size;
        if (more) scored.pop_back();
        for (const ScoredForecast& each : scored) ToProto(each, *response->add_forecasts());
        if (more) {
          const RecordScore& last = scored.back().score;
          response->set_next_page_token(TokenOf<2>({DayNumber(last.match_date), last.match.value}));
        }
        return absl::OkStatus();
      });
}

grpc::Status RecordService::ListSeals(grpc::ServerContext* context,
                                      const v1::ListSealsRequest* request,
                                      v1::ListSealsResponse* response) {
  return rpc::Serve(*context, endpoint_, "ListSeals", [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const auto token, ParseToken<1>(request->page_token()));
    std::optional<Day> after;
    if (token) after = Day(std::chrono::days((*token)[0]));
    ASSIGN_OR_RETURN(const std::size_t size, PageSize({request->page_size(), ""}));
    ASSIGN_OR_RETURN(auto seals,
                     reader_.ListSeals(after, static_cast<int>(size) + 1, call.deadline));
    const bool more = seals.size() > size;
    if (more) seals.pop_back();
    for (const record::Seal& seal : seals) {
      v1::Seal& added = *response->add_seals();
      added.set_day(FormatDay(seal.day));
      added.set_lines(seal.lines);
      added.set_lines_sha256(seal.lines_sha256);
      added.set_previous_sha256(seal.previous_sha256);
      added.set_sha256(seal.sha256);
    }
    if (more) response->set_next_page_token(TokenOf<1>({DayNumber(seals.back().day)}));
    return absl::OkStatus();
  });
}

grpc::Status RecordService::ListRecordLines(grpc::ServerContext* context,
                                            const v1::ListRecordLinesRequest* request,
                                            v1::ListRecordLinesResponse* response) {
  return rpc::Serve(
      *context, endpoint_, "ListRecordLines", [&](const rpc::Call& call) -> absl::Status {
        ASSIGN_OR_RETURN(const std::optional<Day> day, OptionalDay("day", request->day()));
        if (!day) return InvalidField("day", "is missing");
        ASSIGN_OR_RETURN(const auto after, ParseToken<1>(request->page_token()));
        ASSIGN_OR_RETURN(const std::size_t size, PageSize({request->page_size(), ""}));
        ASSIGN_OR_RETURN(
            auto lines, reader_.ListLines(*day, after ? (*after)[0] : 0, static_cast<int>(size) + 1,
                                          as_of_.Now(), call.deadline));
        const bool more = lines.size() > size;
        if (more) lines.pop_back();
        for (const PublicLine& line : lines) {
          v1::RecordLine& added = *response->add_lines();
          added.set_sha256(line.sha256);
          added.set_line(line.line);
        }
        if (more) response->set_next_page_token(TokenOf<1>({lines.back().line_id}));
        return absl::OkStatus();
      });
}

}  // namespace fairline::prediction
