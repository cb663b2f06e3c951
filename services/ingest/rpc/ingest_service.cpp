#include "services/ingest/rpc/ingest_service.hpp"

#include "libs/telemetry/log.hpp"
#include "services/ingest/rpc/conversion.hpp"

namespace fairline::ingest {

IngestService::IngestService(Ingestion& ingestion, Catalogue& catalogue, rpc::Host& host)
    : ingestion_(ingestion),
      catalogue_(catalogue),
      as_of_(host.as_of()),
      host_(host),
      endpoint_(host.EndpointFor<v1::IngestService>()) {}

grpc::Status IngestService::Ingest(grpc::ServerContext* context, const v1::IngestRequest* request,
                                   grpc::ServerWriter<v1::IngestResponse>* writer) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    const auto cancelled = [&] { return call.Cancelled() || host_.Draining(); };
    const auto report = [&](const Progress& progress) {
      v1::IngestResponse response;
      ToProto(progress, *response.mutable_progress());
      writer->Write(response);
    };
    ASSIGN_OR_RETURN(const BatchSummary batch,
                     ingestion_.Run(RequestOf(*request), report, cancelled));
    v1::IngestResponse last;
    ToProto(batch, *last.mutable_summary());
    for (const std::string& warning : batch.counts.warnings) {
      telemetry::Warn("the ingest warns", {{"warning", warning}});
    }
    if (!writer->Write(last)) return absl::CancelledError("the caller went away");
    return absl::OkStatus();
  });
}

grpc::Status IngestService::CheckIngest(grpc::ServerContext* context,
                                        const v1::CheckIngestRequest* request,
                                        v1::CheckIngestResponse*) {
  return rpc::Serve(*context, endpoint_, *request,
                    [&](const rpc::Call&) { return ingestion_.Check(RequestOf(*request)); });
}

grpc::Status IngestService::ListBatches(grpc::ServerContext* context,
                                        const v1::ListBatchesRequest* request,
                                        v1::ListBatchesResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const PageRequest page, PageOf(request->page_size(), request->page_token()));
    ASSIGN_OR_RETURN(const auto listed, catalogue_.Batches(page));
    for (const BatchSummary& batch : listed.items) ToProto(batch, *response->add_batches());
    response->set_next_page_token(listed.next_token);
    return absl::OkStatus();
  });
}

grpc::Status IngestService::ListRejectedRows(grpc::ServerContext* context,
                                             const v1::ListRejectedRowsRequest* request,
                                             v1::ListRejectedRowsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const PageRequest page, PageOf(request->page_size(), request->page_token()));
    ASSIGN_OR_RETURN(const auto listed,
                     catalogue_.RejectedRows(BatchId{request->batch_id()}, request->file(), page));
    for (const RejectedRow& row : listed.items) ToProto(row, *response->add_rejected_rows());
    response->set_next_page_token(listed.next_token);
    return absl::OkStatus();
  });
}

grpc::Status IngestService::ListCompetitions(grpc::ServerContext* context,
                                             const v1::ListCompetitionsRequest* request,
                                             v1::ListCompetitionsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const PageRequest page, PageOf(request->page_size(), request->page_token()));
    ASSIGN_OR_RETURN(const auto listed,
                     catalogue_.Competitions(request->sport(), as_of_.Now(), page));
    for (const CompetitionView& view : listed.items) {
      ToProto(view, *response->add_competitions());
      for (const std::string& name : view.other_names) {
        auto& other = *response->add_other_names();
        other.set_competition_code(view.competition.code);
        other.set_name(name);
      }
    }
    response->set_next_page_token(listed.next_token);
    return absl::OkStatus();
  });
}

grpc::Status IngestService::ListTeams(grpc::ServerContext* context,
                                      const v1::ListTeamsRequest* request,
                                      v1::ListTeamsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    if (request->season_start() < 0 || request->season_start() > 9999) {
      return InvalidField("season_start", "not a year");
    }
    ASSIGN_OR_RETURN(const PageRequest page, PageOf(request->page_size(), request->page_token()));
    ASSIGN_OR_RETURN(
        const auto listed,
        catalogue_.Teams(request->competition_code(), request->season_start(), as_of_.Now(), page));
    for (const Team& team : listed.items) ToProto(team, *response->add_teams());
    response->set_next_page_token(listed.next_token);
    return absl::OkStatus();
  });
}

grpc::Status IngestService::ListMatches(grpc::ServerContext* context,
                                        const v1::ListMatchesRequest* request,
                                        v1::ListMatchesResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const PageRequest page, PageOf(request->page_size(), request->page_token()));
    ASSIGN_OR_RETURN(const MatchFilter filter, FilterOf(*request));
    ASSIGN_OR_RETURN(const auto listed, catalogue_.Matches(filter, as_of_.Now(), page));
    for (const MatchView& match : listed.items) ToProto(match, *response->add_matches());
    response->set_next_page_token(listed.next_token);
    return absl::OkStatus();
  });
}

grpc::Status IngestService::GetMatch(grpc::ServerContext* context,
                                     const v1::GetMatchRequest* request,
                                     v1::GetMatchResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const MatchDetail detail,
                     catalogue_.Match(MatchId{request->match_id()}, as_of_.Now()));
    ToProto(detail.match, *response->mutable_match());
    for (const CorrectionView& correction : detail.corrections) {
      ToProto(correction, *response->add_corrections());
    }
    return absl::OkStatus();
  });
}

grpc::Status IngestService::ListQuotes(grpc::ServerContext* context,
                                       const v1::ListQuotesRequest* request,
                                       v1::ListQuotesResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const PageRequest page, PageOf(request->page_size(), request->page_token()));
    const MatchId match{request->match_id()};
    RETURN_IF_ERROR(catalogue_.Match(match, as_of_.Now()).status());
    ASSIGN_OR_RETURN(const auto listed, catalogue_.Quotes(match, as_of_.Now(), page));
    for (const QuoteView& quote : listed.items) ToProto(quote, *response->add_quotes());
    response->set_next_page_token(listed.next_token);
    return absl::OkStatus();
  });
}

grpc::Status IngestService::ListHeldNames(grpc::ServerContext* context,
                                          const v1::ListHeldNamesRequest* request,
                                          v1::ListHeldNamesResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const PageRequest page, PageOf(request->page_size(), request->page_token()));
    ASSIGN_OR_RETURN(const HeldState state, StateOf(request->state(), "state"));
    ASSIGN_OR_RETURN(const auto listed,
                     ingestion_.names().List(state, request->competition(), page));
    for (const HeldNameView& held : listed.items) ToProto(held, *response->add_held_names());
    response->set_next_page_token(listed.next_token);
    return absl::OkStatus();
  });
}

grpc::Status IngestService::DecideHeldName(grpc::ServerContext* context,
                                           const v1::DecideHeldNameRequest* request,
                                           v1::DecideHeldNameResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    NameDecisionRequest decision;
    decision.id = HeldNameId{request->held_name_id()};
    ASSIGN_OR_RETURN(decision.decision, StateOf(request->decision(), "decision"));
    if (request->team_id() != 0) decision.team_id = TeamId{request->team_id()};
    decision.team = request->team();
    ASSIGN_OR_RETURN(const NameDecisionOutcome outcome,
                     ingestion_.names().Decide(decision, call.caller.name));
    ToProto(outcome.held, *response->mutable_held_name());
    response->set_matches_added(outcome.loaded.matches_added);
    response->set_matches_updated(outcome.loaded.matches_updated);
    response->set_quotes_added(outcome.loaded.quotes_added);
    response->set_rows_waiting(decision.decision == HeldState::kRejected ? 0
                                                                         : outcome.held.row_count);
    return absl::OkStatus();
  });
}

grpc::Status IngestService::TakeBackStrayMatches(grpc::ServerContext* context,
                                                 const v1::TakeBackStrayMatchesRequest* request,
                                                 v1::TakeBackStrayMatchesResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const auto stray,
                     ingestion_.stray_matches().Find(request->dry_run(), call.caller.name));
    for (const ListedMatch& match : stray) ToProto(match, *response->add_matches());
    return absl::OkStatus();
  });
}

grpc::Status IngestService::MergeTeams(grpc::ServerContext* context,
                                       const v1::MergeTeamsRequest* request,
                                       v1::MergeTeamsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    const auto wanted = [](const char* field, std::int64_t id, const std::string& name) {
      return TeamWanted{field, id == 0 ? std::nullopt : std::optional(TeamId{id}), name};
    };
    const MergeRequest merge{wanted("team", request->team_id(), request->team()),
                             wanted("into_team", request->into_team_id(), request->into_team()),
                             request->competition(), request->reason()};
    ASSIGN_OR_RETURN(const TeamMerge made, ingestion_.names().Merge(merge, call.caller.name));
    ToProto(made, *response->mutable_merge());
    return absl::OkStatus();
  });
}

grpc::Status IngestService::ListTeamMerges(grpc::ServerContext* context,
                                           const v1::ListTeamMergesRequest* request,
                                           v1::ListTeamMergesResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const PageRequest page, PageOf(request->page_size(), request->page_token()));
    ASSIGN_OR_RETURN(const auto listed, ingestion_.names().Merges(page));
    for (const TeamMerge& merge : listed.items) ToProto(merge, *response->add_merges());
    response->set_next_page_token(listed.next_token);
    return absl::OkStatus();
  });
}

grpc::Status IngestService::UndoTeamMerge(grpc::ServerContext* context,
                                          const v1::UndoTeamMergeRequest* request,
                                          v1::UndoTeamMergeResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const TeamMerge undone,
                     ingestion_.names().Undo(MergeId{request->merge_id()}, call.caller.name));
    ToProto(undone, *response->mutable_merge());
    return absl::OkStatus();
  });
}

}  // namespace fairline::ingest
