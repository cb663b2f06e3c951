#include "tests/integration/installation.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <pqxx/pqxx>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libs/rpc/client.hpp"
#include "libs/testing/data.hpp"
#include "libs/testing/program.hpp"

namespace fairline::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr char kAdminPassword[] = "Admin-Test-1";
constexpr char kIdentityKey[] = "an-identity-key-for-this-test-only";

// Test programs lie in build/<preset>/tests, the services in build/<preset>/bin.
fs::path ProgramFolder() { return fs::read_symlink("/proc/self/exe").parent_path() / "../bin"; }

std::string ProgramOf(std::string service) {
  std::replace(service.begin(), service.end(), '_', '-');
  return "fairline-" + service;
}

std::string RoleOf(const std::string& service) {
  if (service == "model_registry") return "fairline_registry";
  return "fairline_" + service;
}

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Settings that only some services know.
const std::map<std::string, std::vector<std::string>>& PeersOf() {
  static const std::map<std::string, std::vector<std::string>> peers{
      {"training", {"model_registry"}},
      {"prediction", {"model_registry"}},
      {"pipeline",
       {"ingest", "preprocessing", "training", "model_registry", "prediction", "accounts"}},
      {"auth_gateway",
       {"ingest", "preprocessing", "training", "model_registry", "prediction", "accounts",
        "pipeline"}}};
  return peers;
}

void Unpack(const fs::path& archive, const fs::path& folder) {
  fs::create_directories(folder);
  const std::string command =
      fmt::format("tar -xzf '{}' -C '{}'", archive.string(), folder.string());
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

nlohmann::json Must(absl::StatusOr<nlohmann::json> answer) {
  if (!answer.ok()) throw std::runtime_error(answer.status().ToString());
  return *std::move(answer);
}

}  // namespace

const std::vector<std::string>& ServiceNames() {
  static const std::vector<std::string> names{"ingest",         "preprocessing", "training",
                                              "model_registry", "prediction",    "accounts",
                                              "pipeline",       "auth_gateway"};
  return names;
}

void Await(std::string_view what, const std::function<bool()>& happened,
           std::chrono::seconds patience) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!happened()) {
    if (std::chrono::steady_clock::now() > give_up) {
      throw std::runtime_error(fmt::format("waited in vain for {}", what));
    }
    std::this_thread::sleep_for(20ms);
  }
}

Installation::Installation(InstallationOptions options)
    : options_(std::move(options)),
      postgres_(options_.dump.empty() ? PrivatePostgres::Start()
                                      : PrivatePostgres::StartFrom(options_.dump)),
      site_(std::make_unique<StaticHttpServer>(options_.site)) {
  char name[] = "/tmp/fairline-test-XXXXXX";
  if (::mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp failed");
  folder_ = name;
  if (!options_.lake.empty()) Unpack(options_.lake, folder_ / "lake");
  for (const std::string& service : ServiceNames()) ports_[service] = FreePort();
  ports_["http"] = FreePort();
  url_ = fmt::format("http://127.0.0.1:{}", ports_["http"]);
  StartAll();
  api_ = std::make_unique<cli::ApiClient>(ApiAs("admin", kAdminPassword));
  Await("REST", [&] { return api_->Get("/v1/account").ok(); });
}

void Installation::StartAll() {
  for (const std::string& service : ServiceNames()) Start(service);
  for (const std::string& service : ServiceNames()) AwaitHealthy(service);
}

void Installation::TerminateAll() {
  std::vector<std::string> running;
  for (const auto& [service, pid] : pids_) running.push_back(service);
  for (const std::string& service : running) ::kill(pids_[service], SIGTERM);
  for (const std::string& service : running) Terminate(service);
}

void Installation::StandAt(const std::string& now) {
  TerminateAll();
  options_.now = now;
  StartAll();
}

Installation::~Installation() {
  TerminateAll();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

cli::ApiClient Installation::ApiAs(const std::string& username, const std::string& password) {
  return cli::ApiClient({url_, username, password, {}});
}

std::string Installation::AddressOf(const std::string& service) const {
  return fmt::format("127.0.0.1:{}", ports_.at(service));
}

std::string Installation::identity_key() const { return kIdentityKey; }

std::vector<std::string> Installation::EnvironmentOf(const std::string& service) const {
  std::vector<std::string> settings{fmt::format("FAIRLINE_LISTEN=127.0.0.1:{}", ports_.at(service)),
                                    fmt::format("FAIRLINE_IDENTITY_KEY={}", kIdentityKey),
                                    "FAIRLINE_NOW=" + options_.now};
  if (service != "auth_gateway") {
    settings.push_back("FAIRLINE_DATABASE_URL=" + postgres_->Url(RoleOf(service)));
  }
  if (service == "ingest" || service == "training" || service == "prediction") {
    settings.push_back("FAIRLINE_LAKE_URL=file://" + (folder_ / "lake").string());
  }
  if (service == "ingest") settings.push_back("FAIRLINE_FOOTBALL_DATA_URL=" + site_->url());
  if (service == "training") {
    settings.push_back("FAIRLINE_TRAINING_RECIPE=" +
                       (SourceDir() / "services/training/recipes/football.json").string());
  }
  if (service == "pipeline") settings.emplace_back("FAIRLINE_PIPELINE_LEASE_MS=2000");
  if (service == "auth_gateway") {
    settings.push_back(fmt::format("FAIRLINE_HTTP_LISTEN=127.0.0.1:{}", ports_.at("http")));
  }
  if (service == "accounts") {
    settings.emplace_back("FAIRLINE_SESSION_KEY=a-session-key-for-this-test-only-yes");
    settings.push_back(fmt::format("FAIRLINE_ADMIN_PASSWORD={}", kAdminPassword));
    settings.emplace_back("FAIRLINE_NEW_USER_ROLE=1");
  }
  if (const auto peers = PeersOf().find(service); peers != PeersOf().end()) {
    for (const std::string& peer : peers->second) {
      settings.push_back(
          fmt::format("FAIRLINE_{}_ADDRESS=127.0.0.1:{}", Upper(peer), ports_.at(peer)));
    }
  }
  return settings;
}

void Installation::Start(const std::string& service) {
  std::vector<std::string> settings = EnvironmentOf(service);
  // It dies with this process.
  std::vector<std::string> command{"/usr/bin/setpriv", "--pdeathsig", "KILL",
                                   (ProgramFolder() / ProgramOf(service)).string()};
  const std::string log = (folder_ / (service + ".log")).string();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, command[0].c_str(), &actions, nullptr,
                                  Pointers(command).data(), Pointers(settings).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + command.back());
  pids_[service] = pid;
}

void Installation::Kill(const std::string& service) {
  ::kill(pids_.at(service), SIGKILL);
  ::waitpid(pids_.at(service), nullptr, 0);
  pids_.erase(service);
}

int Installation::Terminate(const std::string& service) {
  int status = 0;
  ::kill(pids_.at(service), SIGTERM);
  ::waitpid(pids_.at(service), &status, 0);
  pids_.erase(service);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void Installation::AwaitHealthy(const std::string& service) {
  try {
    Await(service, [&] { return Healthy(service); });
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{}\n{}", error.what(), LogTail(service)));
  }
}

bool Installation::Healthy(const std::string& service) const {
  return rpc::CheckHealth(fmt::format("127.0.0.1:{}", ports_.at(service)), 500ms).ok();
}

void Installation::Pause(const std::string& service) const { ::kill(pids_.at(service), SIGSTOP); }

void Installation::Resume(const std::string& service) const { ::kill(pids_.at(service), SIGCONT); }

std::string Installation::StartRun(const nlohmann::json& request) {
  return Must(api().Post("/v1/pipeline/runs", request))["run"]["run_id"];
}

nlohmann::json Installation::Run(const std::string& run_id) {
  nlohmann::json run;
  Await("an answer about run " + run_id, [&] {
    const auto answer = api().Get("/v1/pipeline/runs/" + run_id);
    if (absl::IsUnavailable(answer.status())) return false;  // a service is being restarted
    run = Must(answer)["run"];
    return true;
  });
  return run;
}

nlohmann::json Installation::AwaitRun(const std::string& run_id, std::chrono::seconds patience) {
  nlohmann::json run;
  Await(
      "the end of run " + run_id,
      [&] {
        run = Run(run_id);
        return run["state"] != "RUN_STATE_QUEUED" && run["state"] != "RUN_STATE_RUNNING";
      },
      patience);
  return run;
}

std::int64_t Installation::Count(const std::string& sql) const {
  pqxx::connection connection(postgres_->OwnerUrl());
  pqxx::nontransaction query(connection);
  return query.exec1(sql)[0].as<std::int64_t>();
}

std::map<std::string, std::int64_t> Installation::RowCounts() const {
  std::map<std::string, std::int64_t> counts;
  for (const char* table : {"sports.competitions", "sports.seasons", "sports.teams",
                            "sports.matches", "sports.match_corrections", "sports.match_statistics",
                            "sports.quotes", "sports.rejected_rows", "features.match_features",
                            "prediction.forecasts", "prediction.advice"}) {
    counts[table] = Count(fmt::format("SELECT count(*) FROM {}", table));
  }
  return counts;
}

std::string Installation::LogTail(const std::string& service) const {
  constexpr std::size_t kTail = 4'000;
  std::ifstream stream(folder_ / (service + ".log"));
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return text.size() <= kTail ? text : text.substr(text.size() - kTail);
}

InstallationOptions MakeSite(const fs::path& folder) {
  fs::create_directories(folder);
  if (const std::optional<fs::path> data = TestDataDir()) {
    const fs::path football = *data / "football";
    for (int year = 20; year <= 25; ++year) {
      const std::string season = fmt::format("{:02}{:02}", year, year + 1);
      fs::create_directories(folder / "mmz4281" / season);
      for (const char* division : {"E0", "E1", "SP1"}) {
        const std::string file = fmt::format("mmz4281/{}/{}.csv", season, division);
        if (fs::exists(football / file)) fs::copy_file(football / file, folder / file);
      }
    }
    fs::copy_file(football / "fixtures.csv", folder / "fixtures.csv");
    return {folder, "2026-01-30T09:00:00Z"};
  }
  fmt::print(stderr, "fictional leagues take the place of the real files\n");
  const std::string now = "2026-01-30T09:00:00Z";
  const std::string command =
      fmt::format("'{}' --out '{}' --now {} --seasons 6 >/dev/null",
                  (ProgramFolder() / "fairline-demo-league").string(), folder.string(), now);
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  return {folder, now};
}

}  // namespace fairline::testing
