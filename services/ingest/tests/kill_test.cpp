// The real program, killed in the middle of a load and started again.
#include <filesystem>
#include <fstream>
#include <regex>
#include <thread>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <pqxx/pqxx>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fairline/ingest/v1/ingest.grpc.pb.h"

#include "libs/rpc/client.hpp"
#include "libs/testing/http_server.hpp"
#include "libs/testing/postgres.hpp"
#include "tools/demo_league/league.hpp"
#include "tools/demo_league/site.hpp"

namespace fairline::ingest {
namespace {

namespace fs = std::filesystem;

constexpr char kNow[] = "2026-01-30T09:00:00Z";
constexpr char kKey[] = "a key of thirty-two bytes or more";

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "fairline-kill-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// fairline-ingest as its own process.
class Program {
 public:
  explicit Program(const std::vector<std::string>& environment, fs::path log)
      : log_(std::move(log)) {
    std::vector<char*> variables;
    for (const std::string& variable : environment) {
      variables.push_back(const_cast<char*>(variable.c_str()));
    }
    variables.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log_.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    std::string name = FAIRLINE_INGEST_PROGRAM;
    std::array<char*, 2> arguments = {name.data(), nullptr};
    REQUIRE(posix_spawn(&pid_, name.c_str(), &files, nullptr, arguments.data(), variables.data()) ==
            0);
    posix_spawn_file_actions_destroy(&files);
  }
  ~Program() { Kill(); }

  void Kill() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

  // The port it logs that it listens on.
  [[nodiscard]] std::string Port() const {
    static const std::regex kListening(R"re("listening","port":"(\d+)")re");
    for (int k = 0; k < 600; ++k) {
      std::ifstream in(log_);
      const std::string text{std::istreambuf_iterator<char>(in), {}};
      std::smatch found;
      if (std::regex_search(text, found, kListening)) return found[1];
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    FAIL("fairline-ingest does not listen");
    return "";
  }

 private:
  fs::path log_;
  pid_t pid_ = 0;
};

// Calls Ingest until it ends or `kill_after` messages of progress have come.
std::optional<v1::IngestSummary> Ingest(Program& program, int kill_after) {
  const auto channel = rpc::Connect("127.0.0.1:" + program.Port());
  const auto stub = v1::IngestService::NewStub(channel);
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  rpc::PrepareContext(context,
                      rpc::AsService("pipeline", rpc::IdentityKey::Make(kKey).value(),
                                     std::chrono::system_clock::now() + std::chrono::minutes{3}));
  v1::IngestRequest request;
  request.set_request_id("one-run");
  request.set_first_season_start(2023);
  for (const char* code : {"E0", "E1", "SP1", "D1"}) request.add_competition_codes(code);
  const auto reader = stub->Ingest(&context, request);
  std::optional<v1::IngestSummary> summary;
  v1::IngestResponse response;
  for (int messages = 1; reader->Read(&response); ++messages) {
    if (response.has_summary()) summary = response.summary();
    if (messages == kill_after) program.Kill();
  }
  const grpc::Status status = reader->Finish();
  INFO(status.error_message());
  CHECK(status.ok() == summary.has_value());
  return summary;
}

TEST_CASE("a load killed at several moments loses and doubles nothing", "[ingest][integration]") {
  const TemporaryFolder folder;
  const Instant now = ParseInstant(kNow).value();
  std::int64_t matches = 0;
  std::int64_t quotes = 0;
  for (const auto& file : demo::Publish(demo::PlayLeagues(3, 2023, 2025), now)) {
    const fs::path path = folder.path() / "site" / file.path;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << file.text;
    const auto rows = std::count(file.text.begin(), file.text.end(), '\n') - 1;
    matches += rows;
    quotes += rows * (file.path == "fixtures.csv" ? 11 : 22);
  }
  const testing::StaticHttpServer site(folder.path() / "site");
  const auto server = testing::PrivatePostgres::Start();
  const std::vector<std::string> environment = {
      "FAIRLINE_DATABASE_URL=" + server->Url("fairline_ingest"),
      "FAIRLINE_LAKE_URL=file://" + (folder.path() / "lake").string(),
      "FAIRLINE_FOOTBALL_DATA_URL=" + site.url(),
      "FAIRLINE_IDENTITY_KEY=" + std::string(kKey),
      "FAIRLINE_LISTEN=127.0.0.1:0",
      "FAIRLINE_METRICS_LISTEN=",
      "FAIRLINE_NOW=" + std::string(kNow)};

  const fs::path log = folder.path() / "log";
  for (const int kill_after : {1, 2, 3}) {
    Program program(environment, log);
    CHECK_FALSE(Ingest(program, kill_after).has_value());
  }
  Program program(environment, log);
  const auto summary = Ingest(program, 0);
  REQUIRE(summary.has_value());
  CHECK(summary->matches_added() == matches);
  CHECK(summary->quotes_added() == quotes);
  CHECK(summary->files_failed() == 0);

  pqxx::connection connection(server->OwnerUrl());
  pqxx::work query(connection);
  const auto count = [&](const std::string& table) {
    return query.exec1("SELECT count(*) FROM sports." + table)[0].as<std::int64_t>();
  };
  CHECK(count("matches") == matches);
  CHECK(count("quotes") == quotes);
  CHECK(count("rejected_rows") == 0);
  CHECK(count("ingest_batches") == 1);
  CHECK(count("source_files") == 13);
}

}  // namespace
}  // namespace fairline::ingest
