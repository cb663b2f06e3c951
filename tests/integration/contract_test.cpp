// What the protos promise of every RPC, asked of the real programs: a required field that is absent
// is refused by name, and a used request key is refused for anything else. Both walk the
// descriptors, so that a new RPC is held to them too.

#include "libs/rpc/contract.hpp"

#include <filesystem>
#include <future>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <google/protobuf/dynamic_message.h>

#include "libs/rpc/client.hpp"
#include "services/auth_gateway/peers/upstream.hpp"
#include "services/auth_gateway/rest/json_printer.hpp"
#include "services/auth_gateway/rest/json_reader.hpp"
#include "services/auth_gateway/rest/route_table.hpp"
#include "tests/integration/installation.hpp"

namespace fairline::testing {
namespace {

using auth_gateway::Contract;
using auth_gateway::Route;
using auth_gateway::RouteTable;
using auth_gateway::Upstream;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::Reflection;
using nlohmann::json;

// "fairline.registry.v1" is served by services/model_registry, the others by their namesakes.
std::string FolderOf(const std::string& package) {
  const std::string area = package.substr(9, package.rfind('.') - 9);
  return area == "registry" ? "model_registry" : area;
}

bool HasRequired(const Descriptor& type) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (rpc::IsRequired(field)) return true;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && HasRequired(*field.message_type()))
      return true;
  }
  return false;
}

// Something in a required field; what it is does not matter.
void PutAnything(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  const auto put = [&](auto set, auto add, const auto& value) {
    field.is_repeated() ? (reflection.*add)(&message, &field, value)
                        : (reflection.*set)(&message, &field, value);
  };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return put(&Reflection::SetString, &Reflection::AddString, std::string("x"));
    case FieldDescriptor::CPPTYPE_INT32:
      return put(&Reflection::SetInt32, &Reflection::AddInt32, 1);
    case FieldDescriptor::CPPTYPE_INT64:
      return put(&Reflection::SetInt64, &Reflection::AddInt64, std::int64_t{1});
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return put(&Reflection::SetDouble, &Reflection::AddDouble, 0.5);
    case FieldDescriptor::CPPTYPE_BOOL:
      return put(&Reflection::SetBool, &Reflection::AddBool, true);
    case FieldDescriptor::CPPTYPE_ENUM:
      return put(&Reflection::SetEnum, &Reflection::AddEnum, field.enum_type()->value(1));
    default:
      FAIL("a required field of a type that this test does not know: " << field.full_name());
  }
}

// All required fields but `left_out`, within messages too.
void FillRequired(Message& message, const FieldDescriptor* left_out) {
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    if (&field == left_out) continue;
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      if (rpc::IsRequired(field)) PutAnything(message, field);
    } else if (rpc::IsRequired(field) || HasRequired(*field.message_type())) {
      FillRequired(field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                       : *reflection.MutableMessage(&message, &field),
                   left_out);
    }
  }
}

struct RequiredField {
  std::string path;  // "matches[0].probabilities"
  const FieldDescriptor* field;
};

void CollectRequired(const Descriptor& type, const std::string& prefix,
                     std::vector<RequiredField>& out) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (rpc::IsRequired(field)) out.push_back({prefix + field.name(), &field});
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    CollectRequired(*field.message_type(),
                    prefix + field.name() + (field.is_repeated() ? "[0]." : "."), out);
  }
}

// The programs, and any RPC of theirs by its descriptor, as another service calls it.
class World {
 public:
  World() {
    char name[] = "/tmp/fairline-site-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder_ = name;
    fairline = std::make_unique<Installation>(MakeSite(folder_ / "site"));
    std::map<std::string, std::shared_ptr<grpc::Channel>> channels;
    for (const auto* service : contract->services()) {
      channels[service->full_name()] =
          rpc::Connect(fairline->AddressOf(FolderOf(service->file()->package())));
    }
    upstream_ = std::make_unique<Upstream>(channels);
  }
  ~World() {
    fairline.reset();
    std::filesystem::remove_all(folder_);
  }

  [[nodiscard]] std::vector<const MethodDescriptor*> Methods() const {
    std::vector<const MethodDescriptor*> methods;
    for (const auto* service : contract->services()) {
      for (int i = 0; i < service->method_count(); ++i) methods.push_back(service->method(i));
    }
    return methods;
  }

  [[nodiscard]] std::unique_ptr<Message> New(const Descriptor& type) {
    return std::unique_ptr<Message>(factory_.GetPrototype(&type)->New());
  }

  // The answer as JSON; of a stream its last message.
  absl::StatusOr<json> Call(const MethodDescriptor& method, const Message& request) {
    const std::string service = method.service()->full_name();
    const std::string path = "/" + service + "/" + method.name();
    const auto key = rpc::IdentityKey::Make(fairline->identity_key()).value();
    const auto outgoing =
        rpc::AsService("test", key, std::chrono::system_clock::now() + std::chrono::minutes(2));
    std::string bytes;
    if (method.server_streaming()) {
      ASSIGN_OR_RETURN(const auto stream,
                       upstream_->Open(service, path, request.SerializeAsString(), outgoing));
      for (;;) {
        std::promise<std::optional<std::string>> next;
        stream->Next([&](std::optional<std::string> came) { next.set_value(std::move(came)); });
        const std::optional<std::string> message = next.get_future().get();
        if (!message) break;
        bytes = *message;
      }
      RETURN_IF_ERROR(stream->status());
    } else {
      ASSIGN_OR_RETURN(bytes,
                       upstream_->Call(service, path, request.SerializeAsString(), "", outgoing));
    }
    const auto answer = New(*method.output_type());
    REQUIRE(answer->ParseFromString(bytes));
    return json::parse(auth_gateway::PrintJson(*answer));
  }

  absl::StatusOr<json> Ask(const std::string& method, const json& request) {
    const auto* descriptor = contract->pool().FindMethodByName("fairline." + method);
    REQUIRE(descriptor != nullptr);
    const auto message = New(*descriptor->input_type());
    RETURN_IF_ERROR(auth_gateway::ReadJson(request.dump(), {}, *message));
    return Call(*descriptor, *message);
  }

  const std::unique_ptr<Contract> contract = Contract::Load().value();
  std::unique_ptr<Installation> fairline;

 private:
  std::filesystem::path folder_;
  google::protobuf::DynamicMessageFactory factory_;
  std::unique_ptr<Upstream> upstream_;
};

World& TheWorld() {
  static World world;
  return world;
}

TEST_CASE("every RPC refuses a request without a required field, naming it", "[integration]") {
  World& world = TheWorld();
  int walked = 0;
  for (const MethodDescriptor* method : world.Methods()) {
    std::vector<RequiredField> required;
    CollectRequired(*method->input_type(), "", required);
    for (const auto& [path, field] : required) {
      CAPTURE(method->full_name(), path);
      const auto request = world.New(*method->input_type());
      FillRequired(*request, field);
      const absl::Status status = world.Call(*method, *request).status();
      CHECK(absl::IsInvalidArgument(status));
      const auto violations = ViolationsOf(status);
      REQUIRE(violations.size() == 1);
      CHECK(violations[0].field == path);
      ++walked;
    }
  }
  CHECK(walked > 100);
}

TEST_CASE("every route answers 422 and the name of a required field that is absent",
          "[integration]") {
  World& world = TheWorld();
  cli::ApiClient& api = world.fairline->api();
  const RouteTable table = RouteTable::Build(*world.contract).value();
  int walked = 0;
  for (const Route& route : table.routes()) {
    std::vector<std::string> absent;
    for (int i = 0; i < route.request().field_count(); ++i) {
      const FieldDescriptor& field = *route.request().field(i);
      if (rpc::IsRequired(field) && !route.refused.contains(field.number())) {
        absent.push_back(field.name());
      }
    }
    if (absent.empty()) continue;
    std::string path = route.path.text();
    for (const std::string& name : route.path.Fields()) {
      path.replace(path.find("{" + name + "}"), name.size() + 2, "7");
    }
    CAPTURE(route.http_method, path);
    const absl::Status status = route.http_method == "GET" ? api.Get(path).status()
                                : route.http_method == "PUT"
                                    ? api.Put(path, json::object()).status()
                                    : api.Post(path, json::object()).status();
    CHECK(absl::IsInvalidArgument(status));
    for (const std::string& name : absent) {
      CHECK_THAT(MessageOf(status), Catch::Contains(name + ": must "));
    }
    ++walked;
  }
  CHECK(walked > 15);
}

// A request with a key, and another one that may not come under it.
struct KeyedRequests {
  json first;
  json second;
};

TEST_CASE("every RPC with a request key refuses a used one for another request", "[integration]") {
  World& world = TheWorld();
  Installation& fairline = *world.fairline;
  const json run = fairline.AwaitRun(fairline.StartRun({{"stages", {"ingest"}}}));
  INFO(run.dump());
  REQUIRE(run["state"] == "RUN_STATE_SUCCEEDED");
  const std::int64_t user =
      fairline.Count("SELECT user_id FROM accounts.users WHERE username = 'admin'");
  const std::string coming = " FROM sports.matches WHERE state = 1 AND match_date > '2026-01-30'";
  const std::int64_t match = fairline.Count("SELECT min(match_id)" + coming);
  const auto must = [](const absl::StatusOr<json>& answer) {
    INFO(answer.status().ToString());
    REQUIRE(answer.ok());
    return *answer;
  };
  const auto bet = [&](int stake) {
    return json{{"user_id", user}, {"match_id", match},         {"market", "MARKET_MATCH_RESULT"},
                {"odds", 2.5},     {"outcome", "OUTCOME_HOME"}, {"stake_minor_units", stake}};
  };
  must(world.Ask("accounts.v1.AccountsService.SetBankroll",
                 {{"user_id", user}, {"bankroll_minor_units", 100'000}}));
  std::vector<json> bets;
  for (int i = 0; i < 2; ++i) {
    bets.push_back(must(world.Ask("accounts.v1.BetService.PlaceBet", bet(100)))["bet"]["bet_id"]);
  }
  const json file =
      must(world.Ask("accounts.v1.BetService.ExportBets", {{"user_id", user}}))["content"];
  const json model_run =
      must(world.Ask("registry.v1.ModelRegistryService.CreateRun",
                     {{"request_id", "setup"}, {"experiment", "e"}, {"name", "n"}}))["run_id"];
  const auto sign_up = [](const char* name) {
    return json{{"username", name}, {"password", "Passw0rd!"}, {"of_legal_age", true}};
  };
  const auto amount = [&](int minor_units) {
    return json{{"user_id", user}, {"amount_minor_units", minor_units}};
  };
  const auto version = [&](char digit) {
    return json{{"model", "keyed"},
                {"run_id", model_run},
                {"bundle_sha256", std::string(64, digit)},
                {"bundle_path", "models/x"},
                {"catalogue_hash", "h"},
                {"catalogue",
                 {{"hash", "h"}, {"sport", "s"}, {"features", {{{"name", "f"}, {"block", "b"}}}}}},
                {"models", {{{"name", "m"}, {"kind", "k"}, {"serves", "no_odds"}}}}};
  };
  const std::map<std::string, KeyedRequests> requests{
      {"accounts.v1.AccountsService.SignUp", {sign_up("keyed-one"), sign_up("keyed-two")}},
      {"accounts.v1.AccountsService.SetBankroll",
       {{{"user_id", user}, {"bankroll_minor_units", 90'000}},
        {{"user_id", user}, {"bankroll_minor_units", 0}}}},
      {"accounts.v1.LimitService.Deposit", {amount(1), amount(2)}},
      {"accounts.v1.LimitService.Withdraw", {amount(1), amount(2)}},
      {"accounts.v1.BetService.PlaceBet", {bet(101), bet(102)}},
      {"accounts.v1.BetService.CancelBet",
       {{{"user_id", user}, {"bet_id", bets[0]}}, {{"user_id", user}, {"bet_id", bets[1]}}}},
      {"accounts.v1.BetService.SettleBetByHand",
       {{{"user_id", user}, {"bet_id", bets[1]}, {"reason", "x"}, {"result", "BET_RESULT_WIN"}},
        {{"user_id", user}, {"bet_id", bets[1]}, {"reason", "x"}, {"result", "BET_RESULT_LOSS"}}}},
      {"accounts.v1.BetService.ImportBets",
       {{{"user_id", user}, {"content", file}}, {{"user_id", user}, {"content", "x"}}}},
      {"ingest.v1.IngestService.Ingest",
       {{{"competition_codes", {"E0"}}}, {{"competition_codes", {"SC0"}}}}},
      {"pipeline.v1.PipelineService.StartRun",
       {{{"stages", {"settle"}}}, {{"stages", {"predict"}}}}},
      {"registry.v1.ModelRegistryService.CreateRun",
       {{{"experiment", "e"}, {"name", "a"}}, {{"experiment", "e"}, {"name", "b"}}}},
      {"registry.v1.ModelRegistryService.RegisterVersion", {version('a'), version('b')}},
      {"training.v1.TrainingService.StartWalkForward",
       {{{"first_season_start", 2024}}, {{"first_season_start", 2023}}}},
      {"training.v1.TrainingService.StartSearch", {{{"seed", 1}}, {{"seed", 2}}}},
      {"training.v1.BacktestService.StartBacktest",
       {{{"settings", {{"seed", 1}}}}, {{"settings", {{"seed", 2}}}}}},
  };
  // Asks for a sport alone, of which there is one here: services/training/tests has two.
  const std::string elsewhere = "training.v1.TrainingService.Train";

  int walked = 0;
  for (const MethodDescriptor* method : world.Methods()) {
    const FieldDescriptor* key = method->input_type()->FindFieldByName("request_id");
    if (key == nullptr || key->options().deprecated()) continue;
    const std::string name = method->full_name().substr(std::string("fairline.").size());
    CAPTURE(name);
    if (name == elsewhere) continue;
    const auto found = requests.find(name);
    REQUIRE(found != requests.end());
    auto [first, second] = found->second;
    first["request_id"] = second["request_id"] = name;  // a ledger knows one key once
    const json answer = must(world.Ask(name, first));
    const absl::Status status = world.Ask(name, second).status();
    CHECK(absl::IsAlreadyExists(status));
    const auto violations = ViolationsOf(status);
    REQUIRE(violations.size() == 1);
    CHECK(violations[0].field == "request_id");
    must(world.Ask(name, first));
    ++walked;
  }
  CHECK(walked == static_cast<int>(requests.size()));
}

}  // namespace
}  // namespace fairline::testing
