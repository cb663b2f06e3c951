#include <memory>

#include <catch2/catch.hpp>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <nlohmann/json.hpp>

#include "fairline/accounts/v1/accounts.pb.h"
#include "fairline/ingest/v1/ingest.pb.h"
#include "fairline/prediction/v1/prediction.pb.h"

#include "libs/core/no_room.hpp"
#include "services/auth_gateway/http/problem.hpp"
#include "services/auth_gateway/rest/json_printer.hpp"
#include "services/auth_gateway/rest/json_reader.hpp"
#include "services/auth_gateway/rest/request_builder.hpp"
#include "services/auth_gateway/rest/route_table.hpp"

namespace fairline::auth_gateway {
namespace {

const Contract& TheContract() {
  static const auto contract = Contract::Load().value();
  return *contract;
}

const google::protobuf::Descriptor& MessageNamed(const std::string& name) {
  const auto* found = TheContract().pool().FindMessageTypeByName(name);
  REQUIRE(found != nullptr);
  return *found;
}

absl::Status CheckJson(std::string_view json, const google::protobuf::Descriptor& type) {
  google::protobuf::DynamicMessageFactory factory;
  const std::unique_ptr<google::protobuf::Message> message(factory.GetPrototype(&type)->New());
  return ReadJson(json, {}, *message);
}

TEST_CASE("a path template binds whole segments and decodes each after the cut", "[gateway]") {
  const auto path = PathTemplate::Parse("/v1/models/{model}/aliases/{alias}:move").value();
  const auto bound = path.Match("/v1/models/foot%2Fball/aliases/production:move");
  REQUIRE(bound);
  REQUIRE(bound->size() == 2);
  CHECK((*bound)[0].field == "model");
  CHECK((*bound)[0].value == "foot/ball");
  CHECK((*bound)[1].value == "production");
  CHECK_FALSE(path.Match("/v1/models/football/aliases/production"));
  CHECK_FALSE(path.Match("/v1/models/football/aliases/:move"));
  CHECK_FALSE(path.Match("/v1/models//aliases/production:move"));
  CHECK_FALSE(path.Match("/v1/models/football/aliases/production:move/"));
  CHECK_FALSE(path.Match("/v1/models/%zz/aliases/production:move"));
}

TEST_CASE("a path template refuses the grammar it does not implement", "[gateway]") {
  for (const char* text : {"", "v1", "/v1//x", "/v1/{a=b/*}", "/v1/*", "/v1/{a", "/v1/x:"}) {
    CAPTURE(text);
    CHECK_FALSE(PathTemplate::Parse(text).ok());
  }
}

TEST_CASE("percent decoding refuses broken escapes, NUL and what is not UTF-8", "[gateway]") {
  CHECK(PercentDecode("S%C3%BCper+Lig", true) == "Süper Lig");
  CHECK(PercentDecode("a+b", false) == "a+b");
  for (const char* text : {"%", "%4", "%zz", "%00", "%C3", "%ED%A0%80", "%C0%80", "%F5%80%80%80"}) {
    CAPTURE(text);
    CHECK_FALSE(PercentDecode(text, true));
  }
}

TEST_CASE("strict JSON lets through what has one meaning", "[gateway][json]") {
  const auto& stake = MessageNamed("fairline.prediction.v1.ComputeStakeRequest");
  CHECK(CheckJson(R"({"probabilities":[0.2,0.3,0.5],"odds":[2,3,5]})", stake).ok());
  CHECK(CheckJson("{}", stake).ok());
  const auto& sign_up = MessageNamed("fairline.accounts.v1.SignUpRequest");
  CHECK(
      CheckJson(R"({"username":"a","risk":"RISK_LOW","bankroll_minor_units":"12"})", sign_up).ok());
  CHECK(CheckJson(R"({"username":null,"bankroll_minor_units":12})", sign_up).ok());
}

TEST_CASE("strict JSON names the field at fault", "[gateway][json]") {
  const auto& stake = MessageNamed("fairline.prediction.v1.ComputeStakeRequest");
  const auto& sign_up = MessageNamed("fairline.accounts.v1.SignUpRequest");
  const auto fault = [](const char* json, const google::protobuf::Descriptor& message) {
    const absl::Status status = CheckJson(json, message);
    CHECK(absl::IsInvalidArgument(status));
    return ViolationsOf(status).at(0).field;
  };
  CHECK(fault(R"({"odds":[2,null,5]})", stake) == "odds[1]");
  CHECK(fault(R"({"odds":[null]})", stake) == "odds[0]");
  CHECK(fault(R"({"odds":2})", stake) == "odds");
  CHECK(fault(R"({"odds":[1,[2]]})", stake) == "odds[1]");
  CHECK(fault(R"({"odds":["2x"]})", stake) == "odds[0]");
  CHECK(fault(R"({"odds":[true]})", stake) == "odds[0]");
  CHECK(fault(R"({"odds":{}})", stake) == "odds");
  CHECK(fault(R"({"odds":[1],"odds":[2]})", stake) == "odds");
  CHECK(fault(R"({"username":["a"]})", sign_up) == "username");
  CHECK(fault(R"({"username":7})", sign_up) == "username");
  CHECK(fault("{\"username\":\"a\\u0000b\"}", sign_up) == "username");
  CHECK(fault(R"({"of_legal_age":"true"})", sign_up) == "of_legal_age");
  CHECK(fault(R"({"of_legal_age":1})", sign_up) == "of_legal_age");
  CHECK(fault(R"({"risk":7})", sign_up) == "risk");
  CHECK(fault(R"({"risk":1.5})", sign_up) == "risk");
  CHECK(fault(R"({"risk":"RISK_HUGE"})", sign_up) == "risk");
  CHECK(fault(R"({"bankroll_minor_units":7.5})", sign_up) == "bankroll_minor_units");
  CHECK(fault(R"({"bankroll_minor_units":"7x"})", sign_up) == "bankroll_minor_units");
  CHECK(fault(R"({"bankroll_minor_units":9223372036854775808})", sign_up) ==
        "bankroll_minor_units");
  CHECK(fault(R"({"surname":"a"})", sign_up) == "surname");
  CHECK(fault(R"({"BankrollMinorUnits":"1"})", sign_up) == "BankrollMinorUnits");
  CHECK(fault(R"({"bankrollMinorUnits":"1","bankroll_minor_units":"1"})", sign_up) ==
        "bankroll_minor_units");
  CHECK(fault(R"({"bankroll_minor_units":""})", sign_up) == "bankroll_minor_units");
  CHECK(fault(R"({"bankroll_minor_units":"1e99"})", sign_up) == "bankroll_minor_units");
  CHECK(fault(R"({"bankroll_minor_units":5e-1})", sign_up) == "bankroll_minor_units");
  CHECK(fault(R"({"odds":["Infinity"]})", stake) == "odds[0]");
  CHECK(fault(R"({"odds":["NaN"]})", stake) == "odds[0]");
  const auto& policy = MessageNamed("fairline.prediction.v1.SetStakingPolicyRequest");
  CHECK(fault(R"({"policy":{"max_odds":"Infinity"}})", policy) == "policy.max_odds");
  CHECK(fault(R"({"policy":{"max_price_age_minutes":"NaN"}})", policy) ==
        "policy.max_price_age_minutes");
  CHECK(fault(R"({"policy":{"maxPriceAgeMinutes":"inf"}})", policy) ==
        "policy.max_price_age_minutes");
}

TEST_CASE("text that is not one JSON object names no field", "[gateway][json]") {
  const auto& message = MessageNamed("fairline.accounts.v1.SignUpRequest");
  for (const char* text : {"", "{", "[]", "null", "7", "{\"username\":'a'}", "{username:\"a\"}",
                           "{\"username\":\"a\",}", "{} {}", "{\"username\":\"\xff\"}",
                           "{\"bankroll_minor_units\":1e999}"}) {
    CAPTURE(text);
    const absl::Status status = CheckJson(text, message);
    CHECK(absl::IsInvalidArgument(status));
    CHECK(ViolationsOf(status).empty());
    CHECK(ProblemOf(status).status == 400);
  }
}

TEST_CASE("what is read is what was written", "[gateway][json]") {
  accounts::v1::SignUpRequest sign_up;
  REQUIRE(ReadJson(R"({"username":"S\u00fcper \"x\"","bankroll_minor_units":"-7",
                       "risk":"RISK_HIGH","of_legal_age":true,"currency":null})",
                   {}, sign_up)
              .ok());
  CHECK(sign_up.username() == "Süper \"x\"");
  CHECK(sign_up.bankroll_minor_units() == -7);
  CHECK(sign_up.risk() == sports::v1::RISK_HIGH);
  CHECK(sign_up.of_legal_age());
  prediction::v1::ComputeStakeRequest stake;
  REQUIRE(ReadJson(R"({"odds":[2, 3.25, 1e1]})", {}, stake).ok());
  REQUIRE(stake.odds_size() == 3);
  CHECK(stake.odds(2) == 10.0);
  ingest::v1::Batch batch;
  REQUIRE(ReadJson(R"({"start_time":"2026-01-30T09:00:00.5Z","summary":{"warnings":["a","b"]}})",
                   {}, batch)
              .ok());
  CHECK(batch.start_time().seconds() == 1769763600);
  CHECK(batch.start_time().nanos() == 500'000'000);
  CHECK(batch.summary().warnings(1) == "b");
}

TEST_CASE("protobuf's own JSON is read, and as protobuf reads it", "[gateway][json]") {
  // One meaning each; the oracle is protobuf's parser.
  for (const char* json :
       {R"({"risk":3,"bankroll_minor_units":50000.0})", R"({"bankroll_minor_units":5e4})",
        R"({"bankrollMinorUnits":"50000","ofLegalAge":true})", R"({"risk":"RISK_LOW"})",
        R"({"bankroll_minor_units":9007199254740993})", R"({"bankroll_minor_units":-0.0})",
        R"({"bankroll_minor_units":"-9223372036854775808"})", R"({"requestId":"k","risk":null})",
        R"({"bankroll_minor_units":1250e-1})", R"({"bankroll_minor_units":0.5e1})"}) {
    CAPTURE(json);
    accounts::v1::SignUpRequest read;
    accounts::v1::SignUpRequest expected;
    CHECK(ReadJson(json, {}, read) == absl::OkStatus());
    REQUIRE(google::protobuf::util::JsonStringToMessage(json, &expected).ok());
    CHECK(read.SerializeAsString() == expected.SerializeAsString());
  }
  for (
      const char* json :
      {R"({"policy":{"max_price_age_minutes":"Infinity","max_odds":"5.5","minStakeMinorUnits":1}})",
       R"({"policy":{"maxPriceAgeMinutes":1.44e3},"baseVersion":"7","reason":"x"})"}) {
    CAPTURE(json);
    prediction::v1::SetStakingPolicyRequest read;
    prediction::v1::SetStakingPolicyRequest expected;
    CHECK(ReadJson(json, {}, read) == absl::OkStatus());
    REQUIRE(google::protobuf::util::JsonStringToMessage(json, &expected).ok());
    CHECK(read.SerializeAsString() == expected.SerializeAsString());
  }
  // Where protobuf's parser goes over a double, an integer keeps all its digits here.
  accounts::v1::SignUpRequest exact;
  REQUIRE(ReadJson(R"({"bankroll_minor_units":9007199254740993.0})", {}, exact).ok());
  CHECK(exact.bankroll_minor_units() == 9007199254740993);
}

TEST_CASE("answers print as protobuf prints them", "[gateway][json]") {
  ingest::v1::ListBatchesResponse batches;
  auto& batch = *batches.add_batches();
  batch.set_batch_id(1LL << 60);
  const std::string odd = "quote \" backslash \\ newline \n tab \t \x01 Süper";
  batch.set_request_id(odd);
  batch.mutable_start_time()->set_seconds(1769763600);
  batch.mutable_end_time()->set_seconds(1769763600);
  batch.mutable_end_time()->set_nanos(123'456'000);
  *batch.mutable_summary()->add_warnings() = odd;
  batches.add_batches();
  prediction::v1::MatchAdvice advice;
  auto& outcome = *advice.add_outcomes();
  outcome.set_outcome(sports::v1::OUTCOME_AWAY);
  outcome.set_edge(-0.1);
  outcome.set_best_odds(1.0 / 3.0);
  outcome.set_probability(1e-12);
  sports::v1::Match match;
  match.set_home_score(0);
  for (const google::protobuf::Message* message :
       {static_cast<const google::protobuf::Message*>(&batches),
        static_cast<const google::protobuf::Message*>(&advice),
        static_cast<const google::protobuf::Message*>(&match)}) {
    google::protobuf::util::JsonPrintOptions options;
    options.always_print_primitive_fields = true;
    options.preserve_proto_field_names = true;
    std::string expected;
    REQUIRE(google::protobuf::util::MessageToJsonString(*message, &expected, options).ok());
    CHECK(nlohmann::json::parse(PrintJson(*message)) == nlohmann::json::parse(expected));
  }
  CHECK(PrintJson(accounts::v1::DeleteUserResponse()) == "{}");
}

TEST_CASE("every routable RPC becomes one route and service RPCs become none", "[gateway]") {
  const RouteTable table = RouteTable::Build(TheContract()).value();
  CHECK(table.routes().size() >= 35);
  for (const Route& route : table.routes()) {
    CAPTURE(route.rpc_path);
    CHECK(route.access != api::v1::ACCESS_SERVICE);
    CHECK(route.access != api::v1::ACCESS_UNSPECIFIED);
  }
  const auto watch = table.Find("GET", "/v1/pipeline/runs/abc:watch");
  REQUIRE(watch.route != nullptr);
  CHECK(watch.route->method->name() == "WatchRun");
  CHECK(watch.bindings[0].value == "abc");
  CHECK(table.Find("GET", "/v1/pipeline/runs/abc").route->method->name() == "GetRun");
  const auto wrong_method = table.Find("PUT", "/v1/matches/7");
  CHECK(wrong_method.route == nullptr);
  CHECK(wrong_method.allowed == std::vector<std::string>{"GET"});
  CHECK(table.Find("GET", "/v1/nothing").allowed.empty());
}

// Builds the request of a route and parses it as `Proto`.
template <typename Proto>
absl::StatusOr<Proto> Build(const char* method, const char* path, RestInput input,
                            const std::optional<SignedIn>& signed_in = std::nullopt) {
  static const RouteTable table = RouteTable::Build(TheContract()).value();
  static google::protobuf::DynamicMessageFactory factory;
  static RequestBuilder builder(factory);
  RouteTable::Match match = table.Find(method, path);
  REQUIRE(match.route != nullptr);
  input.path = match.bindings;
  ASSIGN_OR_RETURN(const std::string bytes, builder.Build(*match.route, input, signed_in));
  Proto request;
  REQUIRE(request.ParseFromString(bytes));
  return request;
}

TEST_CASE("path, query and account fill the request", "[gateway]") {
  const auto quotes =
      Build<ingest::v1::ListQuotesRequest>("GET", "/v1/matches/42/quotes",
                                           {.query = {{"page_size", "7"}, {"page_token", "x"}}})
          .value();
  CHECK(quotes.match_id() == 42);
  CHECK(quotes.page_size() == 7);
  const auto matches = Build<ingest::v1::ListMatchesRequest>(
      "GET", "/v1/matches", {.query = {{"state", "MATCH_STATE_FINISHED"}}});
  CHECK(matches->state() == sports::v1::MATCH_STATE_FINISHED);
  CHECK_FALSE(Build<ingest::v1::ListQuotesRequest>("GET", "/v1/matches/4e1/quotes", {}).ok());
  const auto camel = Build<ingest::v1::ListMatchesRequest>(
      "GET", "/v1/matches", {.query = {{"pageSize", "7"}, {"state", "4"}}});
  CHECK(camel->page_size() == 7);
  CHECK(camel->state() == sports::v1::MATCH_STATE_FINISHED);
  const auto twice = Build<ingest::v1::ListMatchesRequest>(
      "GET", "/v1/matches", {.query = {{"pageSize", "7"}, {"page_size", "7"}}});
  CHECK(ViolationsOf(twice.status()).at(0).field == "page_size");

  SignedIn account{{.user_id = UserId{5}},
                   Purse{.risk = RiskLevel::kHigh, .bankroll = Money{25000}}};
  const auto predict = Build<prediction::v1::PredictMatchRequest>(
                           "POST", "/v1/predictions", {.body = R"({"competition":"E0"})"}, account)
                           .value();
  CHECK(predict.competition() == "E0");
  CHECK(predict.bankroll_minor_units() == 25000);
  CHECK(predict.risk() == sports::v1::RISK_HIGH);
  CHECK(predict.open_bets().bets().empty());
}

TEST_CASE("open bets go with the requests that stake beside them", "[gateway]") {
  SignedIn account{{}, Purse{.open_exposure = Money{1'500}}};
  sports::v1::OpenBet& open = *account.purse->open_bets.add_bets();
  open.set_match_id(42);
  open.set_market(sports::v1::MARKET_ASIAN_HANDICAP);
  open.set_exposure_minor_units(1'500);
  const auto advice =
      Build<prediction::v1::ListAdviceRequest>("GET", "/v1/advice", {}, account).value();
  CHECK(advice.open_exposure_minor_units() == 1'500);
  REQUIRE(advice.open_bets().bets_size() == 1);
  const sports::v1::OpenBet& bet = advice.open_bets().bets(0);
  CHECK(bet.match_id() == 42);
  CHECK(bet.market() == sports::v1::MARKET_ASIAN_HANDICAP);
  CHECK(bet.exposure_minor_units() == 1'500);
  CHECK_FALSE(Build<prediction::v1::ListAdviceRequest>("GET", "/v1/advice",
                                                       {.query = {{"open_bets", "x"}}}, account)
                  .ok());
}

TEST_CASE("money is filled in from what was asked for, never from nothing", "[gateway]") {
  CHECK(absl::IsInternal(Build<prediction::v1::PredictMatchRequest>("POST", "/v1/predictions", {},
                                                                    SignedIn{{}, std::nullopt})
                             .status()));
  // Services know no debts.
  const auto predict =
      Build<prediction::v1::PredictMatchRequest>("POST", "/v1/predictions", {},
                                                 SignedIn{{}, Purse{.bankroll = Money{-5}}})
          .value();
  CHECK(predict.bankroll_minor_units() == 0);
}

TEST_CASE("a client cannot send what the account or the path says", "[gateway]") {
  const auto refused = [](const absl::Status& status) {
    CHECK(ProblemOf(status).status == 422);
    return ViolationsOf(status).at(0).field;
  };
  using Predict = prediction::v1::PredictMatchRequest;
  const SignedIn account{{}, Purse{}};
  // A zero too, although proto3 cannot tell it from an absent field.
  CHECK(refused(Build<Predict>("POST", "/v1/predictions", {.body = R"({"bankroll_minor_units":0})"},
                               account)
                    .status()) == "bankroll_minor_units");
  CHECK(refused(Build<prediction::v1::ListAdviceRequest>(
                    "GET", "/v1/advice", {.query = {{"risk", "RISK_HIGH"}}}, account)
                    .status()) == "risk");
  CHECK(refused(Build<accounts::v1::UpdateUserRequest>("PATCH", "/v1/users/eve",
                                                       {.body = R"({"username":"bob"})"}, account)
                    .status()) == "username");
  CHECK(
      refused(Build<Predict>("POST", "/v1/predictions", {.query = {{"competition", "E0"}}}, account)
                  .status()) == "competition");
  CHECK(refused(Build<ingest::v1::GetMatchRequest>("GET", "/v1/matches/x7", {}).status()) ==
        "match_id");
  CHECK(refused(Build<ingest::v1::ListMatchesRequest>(
                    "GET", "/v1/matches", {.query = {{"page_size", "1"}, {"page_size", "2"}}})
                    .status()) == "page_size");
}

TEST_CASE("the idempotency key is the request id, and must not contradict it", "[gateway]") {
  const SignedIn account{{}, Purse{}};
  const auto set = Build<accounts::v1::SetBankrollRequest>(
      "POST", "/v1/account/bankroll",
      {.body = R"({"bankroll_minor_units":"5"})", .idempotency_key = "k1"}, account);
  CHECK(set->request_id() == "k1");
  CHECK_FALSE(Build<accounts::v1::SetBankrollRequest>(
                  "POST", "/v1/account/bankroll",
                  {.body = R"({"request_id":"k2"})", .idempotency_key = "k1"}, account)
                  .ok());
}

TEST_CASE("each status code has its HTTP status", "[gateway]") {
  const auto status_of = [](absl::StatusCode code, const char* message) {
    return ProblemOf(absl::Status(code, message)).status;
  };
  CHECK(ProblemOf(InvalidField("bankroll", "must be 0 or more")).status == 422);
  CHECK(status_of(absl::StatusCode::kInvalidArgument, "the body is not JSON") == 400);
  CHECK(status_of(absl::StatusCode::kUnauthenticated, "x") == 401);
  CHECK(status_of(absl::StatusCode::kPermissionDenied, "x") == 403);
  CHECK(status_of(absl::StatusCode::kNotFound, "x") == 404);
  CHECK(status_of(absl::StatusCode::kAlreadyExists, "x") == 409);
  CHECK(status_of(absl::StatusCode::kFailedPrecondition, "x") == 409);
  CHECK(status_of(absl::StatusCode::kAborted, "x") == 409);
  CHECK(status_of(absl::StatusCode::kResourceExhausted, "x") == 429);
  CHECK(ProblemOf(NoRoomError("the disk is full")).status == 503);
  CHECK(status_of(absl::StatusCode::kUnimplemented, "x") == 501);
  CHECK(status_of(absl::StatusCode::kUnavailable, "x") == 503);
  CHECK(status_of(absl::StatusCode::kDeadlineExceeded, "x") == 504);
  CHECK(status_of(absl::StatusCode::kInternal, "secret detail") == 500);
  CHECK(ProblemOf(absl::InternalError("secret detail")).detail.find("secret") == std::string::npos);
  const Problem problem = ProblemOf(InvalidField("bankroll", "must be 0 or more"));
  REQUIRE(problem.errors.size() == 1);
  CHECK(problem.errors[0].field == "bankroll");
  CHECK(problem.errors[0].reason == "must be 0 or more");
}

}  // namespace
}  // namespace fairline::auth_gateway
