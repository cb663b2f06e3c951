// Authenticate over gRPC: what the door is told about whom a token belongs to.

#include <catch2/catch.hpp>

#include "libs/testing/rpc.hpp"
#include "services/accounts/rpc/accounts_service.hpp"
#include "services/accounts/tests/bets_fixture.hpp"

namespace fairline::accounts {
namespace {

namespace pb = accounts::v1;

struct DoorFixture : BetsFixture {
  DoorFixture() {
    host.host().Register(service);
    host.Start();
    stub = pb::AccountsService::NewStub(host.channel());
  }

  std::string NewToken(const std::string& username, std::int64_t bankroll) {
    SignUpForm form;
    form.username = username;
    form.password = "Passw0rd!";
    form.bankroll = Money{bankroll};
    form.risk = RiskLevel::kMedium;
    REQUIRE(accounts.Open(form).ok());
    return accounts.SignIn(username, form.password, "test").value();
  }
  grpc::Status Ask(const rpc::Caller& caller, const pb::AuthenticateRequest& request,
                   pb::AuthenticateResponse& response) {
    grpc::ClientContext context;
    testing::CallAs(context, caller);
    return stub->Authenticate(&context, request, &response);
  }
  pb::AuthenticateResponse Answer(const std::string& token, bool with_open_bets = false) {
    pb::AuthenticateRequest request;
    request.set_access_token(token);
    request.set_with_open_bets(with_open_bets);
    pb::AuthenticateResponse response;
    REQUIRE(Ask(testing::ServiceCaller("auth_gateway"), request, response).ok());
    return response;
  }

  testing::TestHost host{"accounts"};
  AccountsService service{accounts, real, host.host().EndpointFor<v1::AccountsService>()};
  std::unique_ptr<pb::AccountsService::Stub> stub;
};

TEST_CASE_METHOD(DoorFixture, "a token's account is told with all that a request takes from it",
                 "[accounts][rpc]") {
  const std::string token = NewToken("door-user", 10'000);
  pb::AuthenticateResponse answer = Answer(token, true);
  CHECK(answer.account().username() == "door-user");
  CHECK(answer.account().role() == 0);
  CHECK(answer.account().risk() == sports::v1::RISK_MEDIUM);
  CHECK(answer.account().currency() == "EUR");
  CHECK(answer.account().bankroll_minor_units() == 10'000);
  CHECK(answer.account().open_exposure_minor_units() == 0);
  CHECK(answer.open_bets().bets().empty());
  CHECK(answer.session().size() == 24);
  CHECK(answer.session() == Answer(token).session());
  CHECK(answer.exclusion_notice().empty());

  const UserId user_id{answer.account().user_id()};
  NewBet order = On(1, 1'000, 2'500'000);
  order.terms.side = domain::BetSide::kLay;
  order.terms.commission_basis_points = 200;
  REQUIRE(bets.Place(user_id, order, "").ok());
  answer = Answer(token, true);
  CHECK(answer.account().bankroll_minor_units() == 8'500);
  CHECK(answer.account().open_exposure_minor_units() == 1'500);
  REQUIRE(answer.open_bets().bets_size() == 1);
  const sports::v1::OpenBet& bet = answer.open_bets().bets(0);
  CHECK(bet.match_id() == 1);
  CHECK(bet.match_date() == "2026-02-01");
  CHECK(bet.lay());
  CHECK(bet.odds() == 2.5);
  CHECK(bet.commission() == .02);
  CHECK(bet.exposure_minor_units() == 1'500);
  CHECK_FALSE(Answer(token).has_open_bets());
}

TEST_CASE_METHOD(DoorFixture, "an exclusion is told in the words that refuse a bet",
                 "[accounts][rpc]") {
  const std::string token = NewToken("door-tired", 10'000);
  const UserId user_id{Answer(token).account().user_id()};
  REQUIRE(own_limits.Exclude(user_id, 7).ok());
  const std::string notice = Answer(token).exclusion_notice();
  CHECK(notice.find("gamblingtherapy.org") != std::string::npos);
  const absl::Status refused = bets.Place(user_id, On(2), "").status();
  CHECK(absl::IsPermissionDenied(refused));
  CHECK(MessageOf(refused) == notice);
}

TEST_CASE_METHOD(DoorFixture,
                 "only services ask whom a token belongs to, and a bad one is nobody's",
                 "[accounts][rpc]") {
  pb::AuthenticateRequest request;
  request.set_access_token(NewToken("door-asked", 0));
  pb::AuthenticateResponse response;
  CHECK(Ask(testing::UserCaller(1, rpc::kRoleAdmin), request, response).error_code() ==
        grpc::StatusCode::PERMISSION_DENIED);
  CHECK(Ask(rpc::Caller{}, request, response).error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(Ask(testing::ServiceCaller("auth_gateway"), request, response).ok());
  request.set_access_token("not-a-token");
  CHECK(Ask(testing::ServiceCaller("auth_gateway"), request, response).error_code() ==
        grpc::StatusCode::UNAUTHENTICATED);
}

TEST_CASE_METHOD(DoorFixture, "only the door's older sign-up asks nobody's age",
                 "[accounts][rpc]") {
  pb::SignUpRequest request;
  request.set_username("ageless");
  request.set_password("Passw0rd!");
  request.set_of_legal_age(false);
  pb::SignUpResponse response;
  {
    grpc::ClientContext context;
    testing::CallAs(context, rpc::Caller{});
    CHECK(stub->SignUp(&context, request, &response).error_code() ==
          grpc::StatusCode::INVALID_ARGUMENT);
  }
  grpc::ClientContext context;
  testing::CallAs(context, testing::ServiceCaller("auth_gateway"));
  CHECK(stub->SignUp(&context, request, &response).ok());
}

}  // namespace
}  // namespace fairline::accounts
