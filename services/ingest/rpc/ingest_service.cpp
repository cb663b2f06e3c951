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
      telemetry::Warn("a file was left out", {{"warning", warning}});
    }
    if (!writer->Write(last)) return absl::CancelledError("the caller went away");
    return absl::OkStatus();
  });
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
    if (request->competition_code().empty()) return InvalidField("competition_code", "is required");
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

}  // namespace fairline::ingest
