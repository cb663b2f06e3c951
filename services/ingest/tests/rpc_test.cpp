#include "libs/testing/rpc.hpp"

#include <catch2/catch.hpp>

#include "services/ingest/app/seed.hpp"
#include "services/ingest/rpc/ingest_service.hpp"
#include "services/ingest/tests/ingest_world.hpp"

namespace fairline::ingest {
namespace {

constexpr char kNow[] = "2026-01-30T09:00:00Z";

// The service over its real database, a source in memory, called over gRPC.
class RpcWorld {
 public:
  RpcWorld() : host_("ingest", ParseInstant(kNow).value()), catalogue_(world_.database()) {
    world_.source.Put("mmz4281/2526/E0.csv",
                      std::string(kSeasonHeader) +
                          "E0,24/01/2026,15:00,Arsenal,Leeds,2,1,H,14,7,1.5,4,7,1.48,4.1,7.2,,,\n"
                          "E0,25/01/2026,,Chelsea,Fulham,0,0,D\n");
    world_.source.Put("fixtures.csv", std::string(kFixturesHeader) +
                                          "E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n");
    rpc_ = std::make_unique<IngestService>(world_.ingestion(), catalogue_, host_.host());
    host_.host().Register(*rpc_);
    host_.Start();
    stub_ = v1::IngestService::NewStub(host_.channel());
  }

  v1::IngestSummary Ingest(std::vector<sports::v1::Progress>* progress = nullptr) {
    grpc::ClientContext context;
    testing::CallAs(context, testing::ServiceCaller("pipeline"));
    v1::IngestRequest request;
    request.add_competition_codes("E0");
    request.set_first_season_start(2025);
    const auto reader = stub_->Ingest(&context, request);
    v1::IngestResponse response;
    v1::IngestSummary summary;
    while (reader->Read(&response)) {
      if (response.has_progress() && progress != nullptr) progress->push_back(response.progress());
      if (response.has_summary()) summary = response.summary();
    }
    REQUIRE(reader->Finish().ok());
    return summary;
  }

  void Put(const std::string& name, const std::string& text) { world_.source.Put(name, text); }

  template <typename Response, typename Request, typename Method>
  std::pair<grpc::Status, Response> Call(Method method, const Request& request,
                                         const rpc::Caller& caller) {
    grpc::ClientContext context;
    testing::CallAs(context, caller);
    Response response;
    grpc::Status status = (*stub_.*method)(&context, request, &response);
    return {std::move(status), std::move(response)};
  }

 private:
  IngestWorld world_;
  testing::TestHost host_;
  PgCatalogue catalogue_;
  std::unique_ptr<IngestService> rpc_;
  std::unique_ptr<v1::IngestService::Stub> stub_;
};

using Stub = v1::IngestService::Stub;
const rpc::Caller kUser = testing::UserCaller(1, rpc::kRoleFree);
const rpc::Caller kAdmin = testing::UserCaller(2, rpc::kRoleAdmin);
const rpc::Caller kService = testing::ServiceCaller("pipeline");

TEST_CASE("an ingest streams its progress and ends with the summary", "[ingest][rpc]") {
  RpcWorld world;
  std::vector<sports::v1::Progress> progress;
  const v1::IngestSummary summary = world.Ingest(&progress);
  CHECK(summary.matches_added() == 3);
  CHECK(summary.quotes_added() == 3);
  CHECK(summary.data_version() == 2);
  REQUIRE(progress.size() == 2);
  CHECK(progress.back().done() == 2);
  CHECK(progress.back().total() == 2);
}

TEST_CASE("matches are listed by date in pages", "[ingest][rpc]") {
  RpcWorld world;
  world.Ingest();
  v1::ListMatchesRequest request;
  request.set_competition_code("E0");
  request.set_page_size(2);
  auto [status, page] = world.Call<v1::ListMatchesResponse>(&Stub::ListMatches, request, kUser);
  REQUIRE(status.ok());
  REQUIRE(page.matches_size() == 2);
  CHECK(page.matches(0).home_team() == "Arsenal");
  CHECK(page.matches(0).home_score() == 2);
  CHECK(page.matches(0).state() == sports::v1::MATCH_STATE_FINISHED);
  CHECK_FALSE(page.matches(1).has_kickoff_time());
  request.set_page_token(page.next_page_token());
  const auto [again, rest] =
      world.Call<v1::ListMatchesResponse>(&Stub::ListMatches, request, kUser);
  REQUIRE(again.ok());
  REQUIRE(rest.matches_size() == 1);
  CHECK(rest.matches(0).state() == sports::v1::MATCH_STATE_SCHEDULED);
  CHECK_FALSE(rest.matches(0).has_home_score());
  CHECK(rest.next_page_token().empty());
  v1::ListMatchesRequest coming;
  coming.set_state(sports::v1::MATCH_STATE_SCHEDULED);
  coming.set_from_date("2026-01-30");
  CHECK(world.Call<v1::ListMatchesResponse>(&Stub::ListMatches, coming, kUser)
            .second.matches_size() == 1);
}

TEST_CASE("the days of a list are still read under their former names", "[ingest][rpc]") {
  RpcWorld world;
  world.Ingest();
  v1::ListMatchesRequest request;
  request.set_state(sports::v1::MATCH_STATE_SCHEDULED);
  const auto former = [&](const char* name, const std::string& day) {
    request.GetReflection()->SetString(&request, request.GetDescriptor()->FindFieldByName(name),
                                       day);
  };
  const auto list = [&] {
    return world.Call<v1::ListMatchesResponse>(&Stub::ListMatches, request, kUser);
  };
  former("first_date", "2026-01-30");
  CHECK(list().second.matches_size() == 1);
  former("last_date", "2026-01-29");
  CHECK(list().second.matches_size() == 0);
  request.set_to_date("2026-01-31");
  CHECK(ViolationsOf(rpc::FromGrpc(list().first)).at(0).field == "last_date");
}

TEST_CASE("what an ingest would refuse is told without doing it", "[ingest][rpc]") {
  RpcWorld world;
  v1::CheckIngestRequest request;
  const auto fault = [&] {
    const absl::Status status = rpc::FromGrpc(
        world.Call<v1::CheckIngestResponse>(&Stub::CheckIngest, request, kService).first);
    return status.ok() ? "" : ViolationsOf(status).at(0).field;
  };
  CHECK(fault().empty());
  request.add_competition_codes("E0");
  request.set_first_season_start(2024);
  request.set_last_season_start(2025);
  CHECK(fault().empty());
  request.set_last_season_start(2023);
  CHECK(fault() == "last_season_start");
  request.set_last_season_start(2099);
  CHECK(fault() == "last_season_start");
  request.set_last_season_start(0);
  request.set_first_season_start(1066);
  CHECK(fault() == "first_season_start");
  request.clear_first_season_start();
  request.add_competition_codes("XX9");
  CHECK(fault() == "competition_codes");
  request.clear_competition_codes();
  request.set_sport("curling");
  CHECK(fault() == "sport");
}

TEST_CASE("a match has its prices", "[ingest][rpc]") {
  RpcWorld world;
  world.Ingest();
  const auto [listed, matches] =
      world.Call<v1::ListMatchesResponse>(&Stub::ListMatches, v1::ListMatchesRequest(), kUser);
  REQUIRE(listed.ok());
  v1::ListQuotesRequest request;
  request.set_match_id(matches.matches(0).match_id());
  request.set_page_size(1);
  auto [status, quotes] = world.Call<v1::ListQuotesResponse>(&Stub::ListQuotes, request, kUser);
  REQUIRE(status.ok());
  REQUIRE(quotes.quotes_size() == 1);
  CHECK(quotes.quotes(0).bookmaker_code() == "average");
  CHECK_FALSE(quotes.quotes(0).has_capture_time());
  request.set_page_token(quotes.next_page_token());
  quotes = world.Call<v1::ListQuotesResponse>(&Stub::ListQuotes, request, kUser).second;
  REQUIRE(quotes.quotes_size() == 1);
  CHECK(quotes.quotes(0).bookmaker_name() == "Bet365");
  REQUIRE(quotes.quotes(0).prices_size() == 3);
  CHECK(quotes.quotes(0).prices(2) == 7.0);
  CHECK(quotes.next_page_token().empty());
  v1::GetMatchRequest get;
  get.set_match_id(request.match_id());
  const auto [found, match] = world.Call<v1::GetMatchResponse>(&Stub::GetMatch, get, kUser);
  REQUIRE(found.ok());
  CHECK(match.match().away_team() == "Leeds");
  CHECK(match.corrections_size() == 0);
}

TEST_CASE("competitions and teams are public", "[ingest][rpc]") {
  RpcWorld world;
  world.Ingest();
  const auto [status, listed] = world.Call<v1::ListCompetitionsResponse>(
      &Stub::ListCompetitions, v1::ListCompetitionsRequest(), rpc::Caller());
  REQUIRE(status.ok());
  const Seed seed = ReadSeed().value();
  REQUIRE(listed.competitions_size() == static_cast<int>(seed.competitions.size()));
  for (int k = 0; k < listed.competitions_size(); ++k) {
    const std::string& code = listed.competitions(k).code();
    CHECK(code == seed.competitions[static_cast<std::size_t>(k)].code);
    CHECK(listed.competitions(k).current_season() == (code == "E0" ? "2025-26" : ""));
  }
  v1::ListTeamsRequest request;
  request.set_competition_code("E0");
  const auto teams = world.Call<v1::ListTeamsResponse>(&Stub::ListTeams, request, rpc::Caller());
  REQUIRE(teams.first.ok());
  REQUIRE(teams.second.teams_size() == 4);
  CHECK(teams.second.teams(0).name() == "Arsenal");
}

TEST_CASE("the journal is the admin's", "[ingest][rpc]") {
  RpcWorld world;
  world.Ingest();
  const auto [status, batches] =
      world.Call<v1::ListBatchesResponse>(&Stub::ListBatches, v1::ListBatchesRequest(), kAdmin);
  REQUIRE(status.ok());
  REQUIRE(batches.batches_size() == 1);
  CHECK(batches.batches(0).has_end_time());
  CHECK(batches.batches(0).summary().files_fetched() == 2);
  CHECK(world.Call<v1::ListBatchesResponse>(&Stub::ListBatches, v1::ListBatchesRequest(), kUser)
            .first.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(world
            .Call<v1::ListRejectedRowsResponse>(&Stub::ListRejectedRows,
                                                v1::ListRejectedRowsRequest(), kAdmin)
            .first.ok());
}

TEST_CASE("bad requests are named", "[ingest][rpc]") {
  RpcWorld world;
  v1::ListMatchesRequest matches;
  matches.set_page_size(-1);
  const auto code = [&](const v1::ListMatchesRequest& request) {
    return world.Call<v1::ListMatchesResponse>(&Stub::ListMatches, request, kUser)
        .first.error_code();
  };
  CHECK(code(matches) == grpc::StatusCode::INVALID_ARGUMENT);
  matches.set_page_size(0);
  matches.set_from_date("30/01/2026");
  CHECK(code(matches) == grpc::StatusCode::INVALID_ARGUMENT);
  matches.clear_from_date();
  matches.set_page_token("'; drop table");
  CHECK(code(matches) == grpc::StatusCode::INVALID_ARGUMENT);
  v1::ListTeamsRequest teams;
  CHECK(world.Call<v1::ListTeamsResponse>(&Stub::ListTeams, teams, kUser).first.error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
  teams.set_competition_code("E9");
  CHECK(world.Call<v1::ListTeamsResponse>(&Stub::ListTeams, teams, kUser).first.error_code() ==
        grpc::StatusCode::NOT_FOUND);
  v1::GetMatchRequest match;
  match.set_match_id(404);
  CHECK(world.Call<v1::GetMatchResponse>(&Stub::GetMatch, match, kUser).first.error_code() ==
        grpc::StatusCode::NOT_FOUND);
  v1::ListQuotesRequest quotes;
  quotes.set_match_id(404);
  CHECK(world.Call<v1::ListQuotesResponse>(&Stub::ListQuotes, quotes, kUser).first.error_code() ==
        grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("an admin says whose a held name is, and takes it back", "[ingest][names][rpc]") {
  RpcWorld world;
  world.Ingest();
  world.Put("mmz4281/2526/E0.csv",
            std::string(kSeasonHeader) +
                "E0,24/01/2026,15:00,Arsenal,Leeds,2,1,H,14,7,1.5,4,7,1.48,4.1,7.2,,,\n"
                "E0,25/01/2026,,Chelsea,Fulham,0,0,D\n"
                "E0,28/03/2026,15:00,Leedz,Fulham,,,,,,1.5,4,7\n");
  const v1::IngestSummary summary = world.Ingest();
  REQUIRE(summary.warnings_size() == 1);
  CHECK(summary.warnings(0).find("E0: 1 row of \"Leedz\" waits: first seen 63 days after") !=
        std::string::npos);

  const auto [denied, nothing] = world.Call<v1::ListHeldNamesResponse>(
      &Stub::ListHeldNames, v1::ListHeldNamesRequest(), kUser);
  CHECK(denied.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  const auto [listed, held] = world.Call<v1::ListHeldNamesResponse>(
      &Stub::ListHeldNames, v1::ListHeldNamesRequest(), kAdmin);
  REQUIRE(listed.ok());
  REQUIRE(held.held_names_size() == 1);
  const v1::HeldName& name = held.held_names(0);
  CHECK(name.name() == "Leedz");
  CHECK(name.row_count() == 1);
  CHECK(name.rows(0).line() == 4);
  REQUIRE(name.candidates_size() > 0);
  CHECK(name.candidates(0).team() == "Leeds");

  v1::DecideHeldNameRequest decide;
  decide.set_held_name_id(name.held_name_id());
  decide.set_decision(v1::HELD_NAME_STATE_KNOWN_TEAM);
  CHECK(world.Call<v1::DecideHeldNameResponse>(&Stub::DecideHeldName, decide, kAdmin)
            .first.error_message() == "team: is required");
  decide.set_team("leeds");
  const auto [decided, outcome] =
      world.Call<v1::DecideHeldNameResponse>(&Stub::DecideHeldName, decide, kAdmin);
  INFO(decided.error_message());
  REQUIRE(decided.ok());
  CHECK(outcome.held_name().state() == v1::HELD_NAME_STATE_KNOWN_TEAM);
  CHECK(outcome.held_name().team() == "Leeds");
  CHECK(outcome.matches_added() == 1);
  CHECK(outcome.rows_waiting() == 0);

  const auto [merged, merges] = world.Call<v1::ListTeamMergesResponse>(
      &Stub::ListTeamMerges, v1::ListTeamMergesRequest(), kAdmin);
  REQUIRE(merged.ok());
  REQUIRE(merges.merges_size() == 1);
  CHECK(merges.merges(0).team() == "Leedz");
  CHECK(merges.merges(0).match_count() == 1);
  v1::UndoTeamMergeRequest undo;
  undo.set_merge_id(merges.merges(0).merge_id());
  const auto [undone, answer] =
      world.Call<v1::UndoTeamMergeResponse>(&Stub::UndoTeamMerge, undo, kAdmin);
  INFO(undone.error_message());
  REQUIRE(undone.ok());
  CHECK(answer.merge().has_undo_time());
  v1::MergeTeamsRequest merge;
  merge.set_team("Leedz");
  merge.set_into_team("Leeds");
  merge.set_competition("EPL");
  const auto [again, made] = world.Call<v1::MergeTeamsResponse>(&Stub::MergeTeams, merge, kAdmin);
  INFO(again.error_message());
  REQUIRE(again.ok());
  CHECK(made.merge().match_count() == 1);
}

}  // namespace
}  // namespace fairline::ingest
