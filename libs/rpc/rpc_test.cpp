#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include <catch2/catch.hpp>

#include "fairline/registry/v1/registry.grpc.pb.h"

#include "libs/core/no_room.hpp"
#include "libs/rpc/host.hpp"
#include "libs/rpc/status_code.hpp"

namespace fairline::rpc {
namespace {

using std::chrono::seconds;
using Time = std::chrono::system_clock::time_point;

const std::string kKey(32, 'k');

HostConfig TestConfig() {
  HostConfig config;
  config.listen = "127.0.0.1:0";
  config.identity_key = kKey;
  config.max_threads = 16;
  config.drain_seconds = 5;
  return config;
}

TEST_CASE("an identity token is believed only when signed, unexpired and HS256", "[rpc]") {
  const IdentityKey key = IdentityKey::Make(kKey).value();
  const IdentityKey other = IdentityKey::Make(std::string(32, 'x')).value();
  const Time now{seconds(1'800'000'000)};
  const Caller caller{CallerKind::kUser, 7, "ann", kRolePremium, "s1"};
  const std::string token = key.Sign(caller, now);

  const auto verified = key.Verify(token, now + seconds(59));
  REQUIRE(verified.ok());
  CHECK(verified->user_id == 7);
  CHECK(verified->name == "ann");
  CHECK(verified->role == kRolePremium);
  CHECK(verified->kind == CallerKind::kUser);
  CHECK_FALSE(key.Verify(token, now + seconds(61)).ok());
  CHECK_FALSE(other.Verify(token, now).ok());
  CHECK_FALSE(key.Verify(token + "x", now).ok());
  CHECK_FALSE(
      key.Verify("eyJhbGciOiJub25lIn0.eyJraW5kIjoic2VydmljZSIsImV4cCI6OTk5OTk5OTk5OX0.", now).ok());
  CHECK(key.Verify("", now)->kind == CallerKind::kAnonymous);
  CHECK_FALSE(IdentityKey::Make("short").ok());
}

TEST_CASE("access rules rank the callers", "[rpc]") {
  const Caller anonymous;
  const Caller free{CallerKind::kUser, 1, "u", kRoleFree, ""};
  const Caller premium{CallerKind::kUser, 2, "p", kRolePremium, ""};
  const Caller admin{CallerKind::kUser, 3, "a", kRoleAdmin, ""};
  const Caller service{CallerKind::kService, 0, "pipeline", 0, ""};
  using namespace api::v1;
  CHECK(CheckAccess(ACCESS_PUBLIC, anonymous).ok());
  CHECK(CheckAccess(ACCESS_USER, anonymous).code() == absl::StatusCode::kUnauthenticated);
  CHECK(CheckAccess(ACCESS_USER, free).ok());
  CHECK(CheckAccess(ACCESS_PREMIUM, free).code() == absl::StatusCode::kPermissionDenied);
  CHECK(CheckAccess(ACCESS_PREMIUM, premium).ok());
  CHECK_FALSE(CheckAccess(ACCESS_ADMIN, premium).ok());
  CHECK(CheckAccess(ACCESS_ADMIN, admin).ok());
  CHECK_FALSE(CheckAccess(ACCESS_SERVICE, admin).ok());
  CHECK(CheckAccess(ACCESS_SERVICE, service).ok());
  CHECK_FALSE(CheckAccess(ACCESS_UNSPECIFIED, admin).ok());
}

class FakeRegistry final : public registry::v1::ModelRegistryService::Service {
 public:
  explicit FakeRegistry(Host& host)
      : endpoint_(host.EndpointFor<registry::v1::ModelRegistryService>()) {}

  grpc::Status ListModels(grpc::ServerContext* context,
                          const registry::v1::ListModelsRequest* request,
                          registry::v1::ListModelsResponse* response) override {
    return Serve(*context, endpoint_, *request, [&](const Call& call) -> absl::Status {
      seen_trace = call.trace.trace_id;
      if (request->page_size() < 0) return InvalidField("page_size", "is negative");
      if (request->page_size() == 13) throw std::runtime_error("boom");
      response->add_models()->set_model(call.caller.name);
      return absl::OkStatus();
    });
  }
  std::string seen_trace;

 private:
  Endpoint endpoint_;
};

TEST_CASE("a host serves, checks, reports health honestly and drains", "[rpc]") {
  auto host = Host::Make("model_registry", TestConfig()).value();
  FakeRegistry service(*host);
  host->Register(service);
  std::atomic<bool> usable{false};
  bool drained = false;
  host->AddReadiness(
      [&] { return usable ? absl::OkStatus() : absl::UnavailableError("no database"); });
  host->OnDrain([&] { drained = true; });
  REQUIRE(host->Start().ok());
  const std::string address = "127.0.0.1:" + std::to_string(host->port());
  CHECK_FALSE(CheckHealth(address, std::chrono::seconds(2)).ok());
  std::thread serving([&] { CHECK(host->Serve().ok()); });
  usable = true;
  while (!host->Ready()) std::this_thread::yield();
  CHECK(CheckHealth(address, std::chrono::seconds(2)).ok());

  auto stub = registry::v1::ModelRegistryService::NewStub(Connect(address));
  const auto list = [&](const Caller& caller, int page_size) {
    grpc::ClientContext context;
    const Time now = std::chrono::system_clock::now();
    PrepareContext(context, {now + seconds(5), telemetry::TraceContext::Start(),
                             host->key().Sign(caller, now)});
    registry::v1::ListModelsRequest request;
    request.set_page_size(page_size);
    registry::v1::ListModelsResponse response;
    const absl::Status status = FromGrpc(stub->ListModels(&context, request, &response));
    return status.ok() ? response.models(0).model() : status.ToString();
  };
  const Caller ann{CallerKind::kUser, 7, "ann", kRoleFree, "s"};
  CHECK(list(ann, 1) == "ann");
  CHECK_THAT(list({}, 1), Catch::StartsWith("UNAUTHENTICATED"));
  CHECK_THAT(list(ann, -1), Catch::Contains("page_size: is negative"));
  CHECK_THAT(list(ann, 13), Catch::StartsWith("INTERNAL") && !Catch::Contains("boom"));
  CHECK(service.seen_trace.size() == 32);

  host->Stop();
  serving.join();
  CHECK(drained);
  CHECK_FALSE(CheckHealth(address, std::chrono::milliseconds(300)).ok());
}

TEST_CASE("a readiness check that hangs is a no, and holds up neither health nor draining",
          "[rpc]") {
  auto host = Host::Make("model_registry", TestConfig()).value();
  std::atomic<bool> hang{false};
  host->AddReadiness([&] {
    while (hang) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return absl::OkStatus();
  });
  std::atomic<bool> drained{false};
  host->OnDrain([&] { drained = true; });
  REQUIRE(host->Start().ok());
  const std::string address = "127.0.0.1:" + std::to_string(host->port());
  std::thread serving([&] { CHECK(host->Serve().ok()); });
  const auto within = [](seconds limit, const auto& condition) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    return condition();
  };
  REQUIRE(within(seconds(5), [&] { return host->Ready(); }));
  hang = true;
  CHECK(within(seconds(5), [&] { return !host->Ready(); }));
  CHECK_FALSE(CheckHealth(address, std::chrono::milliseconds(500)).ok());
  hang = false;
  CHECK(within(seconds(5), [&] { return host->Ready(); }));
  hang = true;
  host->Stop();
  CHECK(within(seconds(1), [&] { return drained.load(); }));
  hang = false;
  serving.join();
}

TEST_CASE("no thread of a host takes the signals that ask it to drain", "[rpc]") {
  const auto threads = [] {
    std::set<std::string> ids;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
      ids.insert(entry.path().filename().string());
    }
    return ids;
  };
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);  // as when the process starts
  const std::set<std::string> before = threads();
  HostConfig config = TestConfig();
  config.metrics_listen = "127.0.0.1:0";
  const auto host = Host::Make("model_registry", config).value();
  int of_the_host = 0;
  for (const std::string& id : threads()) {
    if (before.contains(id)) continue;
    ++of_the_host;
    std::ifstream status("/proc/self/task/" + id + "/status");
    for (std::string line; std::getline(status, line);) {
      if (!line.starts_with("SigBlk:")) continue;
      const auto blocked = std::stoull(line.substr(7), nullptr, 16);
      CHECK((blocked >> (SIGTERM - 1) & 1U) == 1);
    }
  }
  CHECK(of_the_host > 0);
}

TEST_CASE("what is wrong with fields crosses as data, cut to what trailers hold", "[rpc]") {
  const std::vector<FieldViolation> sent = {{"bets[3].odds", "must be above 1"}, {"note", "long"}};
  const absl::Status there = FieldErrors(absl::StatusCode::kInvalidArgument, sent);
  const absl::Status back = FromGrpc(ToGrpc(there));
  CHECK(ViolationsOf(back) == sent);
  CHECK(back.message() == there.message());
  CHECK(absl::IsInvalidArgument(back));
  // What other clients read: the standard details.
  google::rpc::Status details;
  REQUIRE(details.ParseFromString(ToGrpc(there).error_details()));
  CHECK(details.code() == 3);
  REQUIRE(details.details_size() == 1);
  google::rpc::BadRequest bad_request;
  REQUIRE(details.details(0).UnpackTo(&bad_request));
  CHECK(bad_request.field_violations(0).field() == "bets[3].odds");

  // A service that says that it is unavailable is not one that cannot be reached.
  const grpc::Status busy = ToGrpc(absl::UnavailableError("starting"));
  CHECK_FALSE(IsTransportFailure(busy));
  CHECK(FromGrpc(busy) == absl::UnavailableError("starting"));
  const grpc::Status refused(grpc::StatusCode::UNAVAILABLE, "ipv4:127.0.0.1:5: refused");
  CHECK(IsTransportFailure(refused));
  CHECK(absl::IsUnavailable(FromGrpc(refused)));
  CHECK_THAT(MessageOf(FromGrpc(refused)), !Catch::Contains("127.0.0.1"));

  // Neither is gRPC's refusal for want of a thread what a service says of a full disk.
  const absl::Status full = NoRoomError("the disk is full");
  CHECK(FromGrpc(ToGrpc(full)) == full);
  CHECK(IsNoRoom(FromGrpc(ToGrpc(full))));
  const absl::Status often = absl::ResourceExhaustedError("too often");
  CHECK(FromGrpc(ToGrpc(often)) == often);
  CHECK(absl::IsUnavailable(
      FromGrpc({grpc::StatusCode::RESOURCE_EXHAUSTED, "Server Threadpool Exhausted"})));

  // Without a field there are no details, whatever the message looks like.
  CHECK(ToGrpc(absl::InvalidArgumentError("odds: bad")).error_details().empty());
  CHECK(ViolationsOf(FromGrpc(ToGrpc(absl::InvalidArgumentError("odds: bad")))).empty());

  std::string name;
  while (name.size() < 200'000) name += "\u00e9";
  const grpc::Status cut = ToGrpc(InvalidField("team", "there is no " + name));
  CHECK(cut.error_message().size() < kMaxErrorText + 10);
  CHECK(cut.error_details().size() < 3 * kMaxErrorText);
  CHECK(FromGrpc(cut).message().size() < kMaxErrorText + 20);
  std::vector<FieldViolation> many(1000, {"f", "r"});
  CHECK(ToGrpc(FieldErrors(absl::StatusCode::kInvalidArgument, many)).error_details().size() <
        3 * kMaxErrorText);
}

TEST_CASE("a taken port is refused with a sentence", "[rpc]") {
  auto first = Host::Make("a", TestConfig()).value();
  REQUIRE(first->Start().ok());
  HostConfig config = TestConfig();
  config.listen = "127.0.0.1:" + std::to_string(first->port());
  auto second = Host::Make("b", config).value();
  CHECK_THAT(std::string(second->Start().message()), Catch::Contains("FAIRLINE_LISTEN"));
}

}  // namespace
}  // namespace fairline::rpc
