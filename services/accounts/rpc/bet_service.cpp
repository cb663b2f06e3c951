#include "services/accounts/rpc/bet_service.hpp"

#include "libs/telemetry/log.hpp"
#include "services/accounts/rpc/conversion.hpp"

namespace fairline::accounts {
namespace {

namespace pb = accounts::v1;

using accounts::Put;  // beside those here

absl::StatusOr<NewBet> OrderOf(const pb::PlaceBetRequest& request) {
  NewBet order;
  if (request.match_id() <= 0) return InvalidField("match_id", "must be that of a match");
  order.match_id = MatchId{request.match_id()};
  const auto market = static_cast<domain::Market>(request.market());
  if (domain::HasLine(market) && !request.has_line_quarters()) {
    return InvalidField("line_quarters", "must be given: this market has a line");
  }
  order.selection = {market, static_cast<domain::Outcome>(request.outcome()),
                     request.line_quarters()};
  if (request.side() != pb::BET_SIDE_UNSPECIFIED) {
    order.terms.side = static_cast<domain::BetSide>(request.side());
  }
  ASSIGN_OR_RETURN(order.terms.odds_millionths, domain::OddsInMillionths(request.odds()));
  order.terms.stake = Money{request.stake_minor_units()};
  order.terms.commission_basis_points = request.commission_basis_points();
  order.bookmaker = request.bookmaker();
  order.note = request.note();
  if (request.has_placed_time()) order.placed_time = rpc::ToInstant(request.placed_time());
  order.model_version = request.model_version();
  order.probability = request.probability();
  return order;
}

void Put(const BetWithLine& listed, pb::Bet& message) {
  const Bet& bet = listed.bet;
  const NewBet& order = bet.order;
  message.set_bet_id(bet.bet_id);
  message.set_match_id(bet.match.match_id.value);
  message.set_match_date(FormatDay(bet.match.match_date));
  if (bet.match.kickoff_time)
    *message.mutable_kickoff_time() = rpc::ToTimestamp(*bet.match.kickoff_time);
  message.set_sport(bet.match.sport);
  message.set_competition_code(bet.match.competition_code);
  message.set_competition_name(bet.match.competition_name);
  message.set_home_team(bet.match.home_team);
  message.set_away_team(bet.match.away_team);
  message.set_market(static_cast<sports::v1::Market>(order.selection.market));
  message.set_outcome(static_cast<sports::v1::Outcome>(order.selection.outcome));
  message.set_line_quarters(order.selection.line_quarters);
  message.set_side(static_cast<pb::BetSide>(order.terms.side));
  message.set_bookmaker(order.bookmaker);
  message.set_odds(static_cast<double>(order.terms.odds_millionths) / domain::kOddsUnit);
  message.set_stake_minor_units(order.terms.stake.minor_units);
  message.set_commission_basis_points(order.terms.commission_basis_points);
  message.set_exposure_minor_units(bet.exposure.minor_units);
  message.set_note(order.note);
  if (order.placed_time) *message.mutable_placed_time() = rpc::ToTimestamp(*order.placed_time);
  message.set_logged_afterwards(bet.logged_afterwards);
  message.set_model_version(order.model_version);
  message.set_probability(order.probability);
  *message.mutable_create_time() = rpc::ToTimestamp(bet.create_time);
  if (bet.outcome) {
    message.set_result(static_cast<pb::BetResult>(bet.outcome->result));
    message.set_returned_minor_units(bet.outcome->returned.minor_units);
    if (bet.outcome->home_score) message.set_home_score(*bet.outcome->home_score);
    if (bet.outcome->away_score) message.set_away_score(*bet.outcome->away_score);
    *message.mutable_settle_time() = rpc::ToTimestamp(bet.outcome->settle_time);
    message.set_settled_by_hand(bet.outcome->by_hand);
  }
  if (listed.closing_line) {
    const double probability = listed.closing_line->probability;
    message.set_closing_line_value(domain::ClosingLineValue(order.terms, probability));
    message.set_closing_fair_odds(1.0 / probability);
    message.set_closing_source(listed.closing_line->source);
  }
}

void Put(const domain::Streak& streak, pb::BetStreak& message) {
  message.set_bets(streak.bets);
  message.set_profit_minor_units(streak.profit.minor_units);
}

void Put(const domain::BettingRecord& record, pb::BetRecord& message) {
  message.set_won(record.won);
  message.set_lost(record.lost);
  message.set_voided(record.voided);
  message.set_turnover_minor_units(record.turnover.minor_units);
  message.set_profit_minor_units(record.profit.minor_units);
  message.set_yield(record.yield);
  if (record.yield_interval) {
    message.set_yield_low(record.yield_interval->lower);
    message.set_yield_high(record.yield_interval->upper);
  }
  message.set_hit_rate(record.hit_rate);
  message.set_closing_line_bets(record.clv_bets);
  message.set_mean_closing_line_value(record.mean_clv);
  Put(record.longest_winning, *message.mutable_longest_winning_streak());
  Put(record.longest_losing, *message.mutable_longest_losing_streak());
  message.set_streak_is_winning(record.streak_is_winning);
  Put(record.current, *message.mutable_current_streak());
}

template <typename List>
void Put(const std::vector<LabelledRecord>& records, List& list) {
  for (const LabelledRecord& one : records) {
    pb::BetRecord& message = *list.Add();
    message.set_label(one.label);
    Put(one.record, message);
  }
}

absl::StatusOr<std::optional<Day>> DayOf(const char* field, const std::string& text) {
  if (text.empty()) return std::optional<Day>();
  const auto day = ParseDay(text);
  if (!day.ok()) return InvalidField(field, "must be a day like 2026-01-30");
  return std::optional(*day);
}

// What lists and statistics have in common.
template <typename Request>
absl::StatusOr<BetFilter> FilterOf(const Request& request) {
  BetFilter filter;
  filter.competition_code = request.competition_code();
  filter.bookmaker = request.bookmaker();
  if (request.market() != sports::v1::MARKET_UNSPECIFIED) {
    filter.market = static_cast<domain::Market>(request.market());
  }
  ASSIGN_OR_RETURN(filter.from_date, DayOf("from_date", request.from_date()));
  ASSIGN_OR_RETURN(filter.to_date, DayOf("to_date", request.to_date()));
  return filter;
}

}  // namespace

grpc::Status BetService::PlaceBet(grpc::ServerContext* context, const pb::PlaceBetRequest* request,
                                  pb::PlaceBetResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(const NewBet order, OrderOf(*request));
    ASSIGN_OR_RETURN(const Placed placed, bets_.Place(user_id, order, request->request_id()));
    Put({placed.change.bet, std::nullopt}, *response->mutable_bet());
    response->set_bankroll_minor_units(placed.change.account.bankroll.minor_units);
    response->set_notice(placed.notice);
    return absl::OkStatus();
  });
}

grpc::Status BetService::ListBets(grpc::ServerContext* context, const pb::ListBetsRequest* request,
                                  pb::ListBetsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(const PageOfIds page,
                     ParsePageOfIds(request->page_size(), request->page_token(), kPageSize));
    ASSIGN_OR_RETURN(BetFilter filter, FilterOf(*request));
    filter.state = static_cast<BetState>(request->state());
    if (request->match_id() != 0) filter.match_id = MatchId{request->match_id()};
    ASSIGN_OR_RETURN(auto listed, bets_.List(user_id, filter, page.AndOneMore()));
    const auto bets = CutPage(std::move(listed), page.size, [](const BetWithLine& last) {
      return PageToken<1>({last.bet.bet_id});
    });
    for (const BetWithLine& bet : bets.items) Put(bet, *response->add_bets());
    response->set_next_page_token(bets.next_token);
    return absl::OkStatus();
  });
}

grpc::Status BetService::GetBet(grpc::ServerContext* context, const pb::GetBetRequest* request,
                                pb::GetBetResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(const BetInFull full, bets_.Get(user_id, request->bet_id()));
    Put(full.bet, *response->mutable_bet());
    for (const SettlementRow& one : full.settlements) {
      pb::Settlement& message = *response->add_settlements();
      message.set_sequence(one.sequence);
      message.set_result(static_cast<pb::BetResult>(one.result));
      message.set_returned_minor_units(one.returned.minor_units);
      if (one.home_score) message.set_home_score(*one.home_score);
      if (one.away_score) message.set_away_score(*one.away_score);
      message.set_reason(one.reason);
      message.set_by_hand(one.by_hand);
      *message.mutable_create_time() = rpc::ToTimestamp(one.create_time);
    }
    return absl::OkStatus();
  });
}

grpc::Status BetService::SettleBetByHand(grpc::ServerContext* context,
                                         const pb::SettleBetByHandRequest* request,
                                         pb::SettleBetByHandResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ByHand said;
    if (request->result() != pb::BET_RESULT_UNSPECIFIED) {
      said.result = static_cast<domain::BetResult>(request->result());
    }
    if (request->has_home_score()) said.home_score = request->home_score();
    if (request->has_away_score()) said.away_score = request->away_score();
    said.reason = request->reason();
    ASSIGN_OR_RETURN(const BetChange change,
                     bets_.SettleByHand(user_id, request->bet_id(), said, request->request_id()));
    Put({change.bet, std::nullopt}, *response->mutable_bet());
    response->set_bankroll_minor_units(change.account.bankroll.minor_units);
    return absl::OkStatus();
  });
}

grpc::Status BetService::CancelBet(grpc::ServerContext* context,
                                   const pb::CancelBetRequest* request,
                                   pb::CancelBetResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(const BetChange change,
                     bets_.Cancel(user_id, request->bet_id(), request->request_id()));
    Put({change.bet, std::nullopt}, *response->mutable_bet());
    response->set_bankroll_minor_units(change.account.bankroll.minor_units);
    return absl::OkStatus();
  });
}

grpc::Status BetService::GetBetStatistics(grpc::ServerContext* context,
                                          const pb::GetBetStatisticsRequest* request,
                                          pb::GetBetStatisticsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(BetFilter filter, FilterOf(*request));
    filter.only_before_kickoff = request->only_before_kickoff();
    ASSIGN_OR_RETURN(const BetStatistics statistics, bets_.Statistics(user_id, filter));
    ASSIGN_OR_RETURN(const std::string currency, bets_.CurrencyOf(user_id));
    const domain::BettingRecord& overall = statistics.overall;
    Put(overall, *response->mutable_overall());
    Put(statistics.by_competition, *response->mutable_by_competition());
    Put(statistics.by_bookmaker, *response->mutable_by_bookmaker());
    Put(statistics.by_market, *response->mutable_by_market());
    Put(statistics.by_odds, *response->mutable_by_odds());
    Put(statistics.by_month, *response->mutable_by_month());
    response->set_open_bets(statistics.open_bets);
    response->set_open_exposure_minor_units(statistics.open_exposure.minor_units);
    response->set_logged_afterwards(statistics.logged_afterwards);
    response->set_closing_line(statistics.closing_line);
    response->set_notice(StreakNotice(overall.streak_is_winning, overall.current.bets,
                                      overall.current.profit, currency));
    return absl::OkStatus();
  });
}

grpc::Status BetService::GetBankrollCurve(grpc::ServerContext* context,
                                          const pb::GetBankrollCurveRequest* request,
                                          pb::GetBankrollCurveResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(const auto curve, bets_.Curve(user_id));
    for (const CurvePoint& point : curve) {
      pb::CurvePoint& message = *response->add_points();
      message.set_date(FormatDay(point.day));
      message.set_equity_minor_units(point.equity.minor_units);
      message.set_profit_minor_units(point.profit.minor_units);
      message.set_deposited_minor_units(point.deposited.minor_units);
      message.set_drawdown_minor_units(point.drawdown.minor_units);
      message.set_drawdown(point.drawdown_fraction);
      if (point.drawdown.minor_units > response->max_drawdown_minor_units()) {
        response->set_max_drawdown_minor_units(point.drawdown.minor_units);
      }
      if (point.drawdown_fraction > response->max_drawdown()) {
        response->set_max_drawdown(point.drawdown_fraction);
      }
    }
    return absl::OkStatus();
  });
}

grpc::Status BetService::ExportBets(grpc::ServerContext* context,
                                    const pb::ExportBetsRequest* request,
                                    pb::ExportBetsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(*response->mutable_content(), bets_.Export(user_id));
    return absl::OkStatus();
  });
}

grpc::Status BetService::ImportBets(grpc::ServerContext* context,
                                    const pb::ImportBetsRequest* request,
                                    pb::ImportBetsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const UserId user_id, AccountOf(call, request->user_id()));
    ASSIGN_OR_RETURN(const ImportOutcome outcome,
                     bets_.Import(user_id, request->content(), request->request_id()));
    response->set_bets_added(outcome.added);
    response->set_already_imported(outcome.already_imported);
    response->set_bets_logged_before(outcome.logged_before);
    for (const std::string& one : outcome.contradictions) response->add_contradictions(one);
    response->set_bankroll_minor_units(outcome.account.bankroll.minor_units);
    return absl::OkStatus();
  });
}

grpc::Status BetService::SettleBets(grpc::ServerContext* context,
                                    const pb::SettleBetsRequest* request,
                                    grpc::ServerWriter<pb::SettleBetsResponse>* writer) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const SettleProgress done, bets_.SettleAll([&](const SettleProgress& so_far) {
      pb::SettleBetsResponse message;
      message.mutable_progress()->set_activity("settling bets");
      message.mutable_progress()->set_done(so_far.settled + so_far.corrected);
      return writer->Write(message) && !call.Cancelled();
    }));
    ASSIGN_OR_RETURN(const std::int64_t open, bets_.CountOpen());
    pb::SettleBetsResponse last;
    last.mutable_summary()->set_settled(done.settled);
    last.mutable_summary()->set_corrected(done.corrected);
    last.mutable_summary()->set_still_open(open);
    for (const std::string& failure : done.failures) {
      telemetry::Error("an account's bets cannot be settled", {{"reason", failure}});
      last.mutable_summary()->add_failures(failure);
    }
    writer->Write(last);
    return absl::OkStatus();
  });
}

grpc::Status BetService::CheckLedger(grpc::ServerContext* context,
                                     const pb::CheckLedgerRequest* request,
                                     pb::CheckLedgerResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const auto violations, bets_.ListViolations());
    for (const std::string& violation : violations) response->add_violations(violation);
    return absl::OkStatus();
  });
}

}  // namespace fairline::accounts
