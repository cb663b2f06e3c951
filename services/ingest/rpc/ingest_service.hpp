#pragma once

#include "fairline/ingest/v1/ingest.grpc.pb.h"

#include "libs/core/clock.hpp"
#include "libs/rpc/host.hpp"
#include "services/ingest/app/catalogue.hpp"
#include "services/ingest/app/ingestion.hpp"

namespace fairline::ingest {

// fairline.ingest.v1.IngestService over the use cases.
class IngestService final : public v1::IngestService::Service {
 public:
  // All outlive this object.
  IngestService(Ingestion& ingestion, Catalogue& catalogue, rpc::Host& host);

  grpc::Status Ingest(grpc::ServerContext* context, const v1::IngestRequest* request,
                      grpc::ServerWriter<v1::IngestResponse>* writer) override;
  grpc::Status CheckIngest(grpc::ServerContext* context, const v1::CheckIngestRequest* request,
                           v1::CheckIngestResponse* response) override;
  grpc::Status ListBatches(grpc::ServerContext* context, const v1::ListBatchesRequest* request,
                           v1::ListBatchesResponse* response) override;
  grpc::Status ListRejectedRows(grpc::ServerContext* context,
                                const v1::ListRejectedRowsRequest* request,
                                v1::ListRejectedRowsResponse* response) override;
  grpc::Status ListCompetitions(grpc::ServerContext* context,
                                const v1::ListCompetitionsRequest* request,
                                v1::ListCompetitionsResponse* response) override;
  grpc::Status ListTeams(grpc::ServerContext* context, const v1::ListTeamsRequest* request,
                         v1::ListTeamsResponse* response) override;
  grpc::Status ListMatches(grpc::ServerContext* context, const v1::ListMatchesRequest* request,
                           v1::ListMatchesResponse* response) override;
  grpc::Status GetMatch(grpc::ServerContext* context, const v1::GetMatchRequest* request,
                        v1::GetMatchResponse* response) override;
  grpc::Status ListQuotes(grpc::ServerContext* context, const v1::ListQuotesRequest* request,
                          v1::ListQuotesResponse* response) override;
  grpc::Status ListHeldNames(grpc::ServerContext* context, const v1::ListHeldNamesRequest* request,
                             v1::ListHeldNamesResponse* response) override;
  grpc::Status DecideHeldName(grpc::ServerContext* context,
                              const v1::DecideHeldNameRequest* request,
                              v1::DecideHeldNameResponse* response) override;
  grpc::Status TakeBackStrayMatches(grpc::ServerContext* context,
                                    const v1::TakeBackStrayMatchesRequest* request,
                                    v1::TakeBackStrayMatchesResponse* response) override;
  grpc::Status MergeTeams(grpc::ServerContext* context, const v1::MergeTeamsRequest* request,
                          v1::MergeTeamsResponse* response) override;
  grpc::Status ListTeamMerges(grpc::ServerContext* context,
                              const v1::ListTeamMergesRequest* request,
                              v1::ListTeamMergesResponse* response) override;
  grpc::Status UndoTeamMerge(grpc::ServerContext* context, const v1::UndoTeamMergeRequest* request,
                             v1::UndoTeamMergeResponse* response) override;

 private:
  Ingestion& ingestion_;
  Catalogue& catalogue_;
  const Clock& as_of_;
  rpc::Host& host_;
  rpc::Endpoint endpoint_;
};

}  // namespace fairline::ingest
