// Every command of the built program, from its own table, against a gateway that agrees to all.

#include "libs/core/program.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <httplib.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/command_line/command_line.hpp"
#include "tools/fairline/command.hpp"

namespace fairline::cli {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// One answer with what any command looks for.
constexpr char kAnswer[] = R"({
  "access_token": "t", "csv": "bet_id,odds\n", "runs": [{"run_id": "7"}],
  "run": {"run_id": "7", "state": "RUN_STATE_SUCCEEDED",
    "stages": [{"name": "ingest", "state": "STAGE_STATE_SUCCEEDED", "message": "1 file"}]},
  "verdict": ["Nothing was forecast yet."],
  "backtest_id": "7", "backtest": {"backtest_id": "7", "state": "cancelled"},
  "walk_forward_id": "7", "walk_forward": {"state": "done"}, "walk_forwards": [{}],
  "search_id": "7", "search": {"state": "done"}, "searches": [{}],
  "policy_version": {"version": "0", "policy": {"max_per_bet": 0.03}},
  "forecasts": [{"match_id": "m", "home_team": "Arsenal", "away_team": "Chelsea"}]
})";

class Gateway {
 public:
  Gateway() {
    const auto answer = [](const httplib::Request& request, httplib::Response& response) {
      if (request.path.ends_with(":watch")) {
        response.set_content(fmt::format("data: {}\n\nevent: end\ndata: {{}}\n\n",
                                         nlohmann::json::parse(kAnswer).dump()),
                             "text/event-stream");
      } else if (request.path == "/v1/bets/export") {
        response.set_content("bet_id,odds\n", "text/csv");
      } else {
        response.set_content(kAnswer, "application/json");
      }
    };
    server_.Get(".*", answer);
    server_.Post(".*", answer);
    server_.Put(".*", answer);
    server_.Patch(".*", answer);
    server_.Delete(".*", answer);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~Gateway() {
    server_.stop();
    thread_.join();
  }
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  [[nodiscard]] std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

struct Ending {
  int code = -1;  // -1: by a signal
  std::string out, err;
};

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// An empty folder, gone with this object, in which the program is run.
class Desk {
 public:
  Desk() {
    std::string name = (fs::temp_directory_path() / "fairline-cli-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
    std::ofstream(folder_ / "bets.csv") << "bet_id,odds\n";
    program_ =
        (fs::read_symlink("/proc/self/exe").parent_path() / "../bin/fairline").lexically_normal();
    REQUIRE(fs::exists(program_));
  }
  ~Desk() { fs::remove_all(folder_); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  // `output`: where standard output goes, a descriptor that is closed here; -1: it is kept.
  [[nodiscard]] Ending Run(const Words& words, int output = -1) const {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      if (::chdir(folder_.c_str()) != 0) std::_Exit(99);
      const int out = output >= 0 ? output : ::open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
      const int err = ::open("err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
      ::dup2(out, STDOUT_FILENO);
      ::dup2(err, STDERR_FILENO);
      ::setenv("FAIRLINE_USERNAME", "somebody", 1);
      ::setenv("FAIRLINE_PASSWORD", "a password", 1);
      ::unsetenv("FAIRLINE_URL");
      Words texts = words;
      std::vector<char*> arguments;
      std::string name = program_.string();
      arguments.push_back(name.data());
      for (std::string& text : texts) arguments.push_back(text.data());
      arguments.push_back(nullptr);
      ::execv(name.c_str(), arguments.data());
      std::_Exit(98);
    }
    if (output >= 0) ::close(output);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            output >= 0 ? "" : ReadAll(folder_ / "out"), ReadAll(folder_ / "err")};
  }

 private:
  fs::path folder_;
  fs::path program_;
};

// The words of an example, as a shell takes them; quotes are around whole words.
Words WordsOf(std::string_view text) {
  Words words;
  while (!text.empty()) {
    const bool quoted = text.front() == '\'' || text.front() == '"';
    const char until = quoted ? text.front() : ' ';
    if (quoted) text.remove_prefix(1);
    const std::size_t end = std::min(text.find(until), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

int UnreadPipe() {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  ::close(ends[0]);
  return ends[1];
}

template <typename Check>
void ForEachCommand(const Check& check) {
  std::size_t tried = 0;
  for (const Command& command : AllCommands()) {
    if (command.declare == nullptr || !command.needs_server) continue;
    CAPTURE(command.path);
    ++tried;
    check(command);
  }
  CHECK(tried > 40);
}

TEST_CASE("each command takes the program's options before it and after it, and prints JSON",
          "[cli][program]") {
  const Gateway gateway;
  const Desk desk;
  ForEachCommand([&](const Command& command) {
    const Words path = WordsOf(command.path), example = WordsOf(command.example);
    const Ending before = desk.Run(Words{"--json", "--url", gateway.url()} + path + example);
    CHECK(before.code == 0);
    CHECK(before.err.empty());
    CHECK(nlohmann::json::accept(before.out));
    const Ending after =
        desk.Run(path + example + Words{"--url=" + gateway.url(), "--state-dir", ".", "--json"});
    CHECK(after.code == 0);
    CHECK(after.err.empty());
    CHECK(nlohmann::json::accept(after.out));
    const Ending text = desk.Run(path + example + Words{"--url", gateway.url()});
    CHECK(text.code == 0);
    CHECK_FALSE(text.out.empty());
    CHECK_FALSE(nlohmann::json::accept(text.out));
  });
}

TEST_CASE("no command hides that its output was not written", "[cli][program]") {
  const Gateway gateway;
  const Desk desk;
  ForEachCommand([&](const Command& command) {
    Words words = WordsOf(command.path) + WordsOf(command.example) + Words{"--url", gateway.url()};
    for (const bool json : {false, true}) {
      if (json) words.emplace_back("--json");
      const Ending full = desk.Run(words, ::open("/dev/full", O_WRONLY));
      CHECK(full.code == kExitFailed);
      CHECK(full.err == "fairline: standard output: No space left on device\n");
      const Ending unread = desk.Run(words, UnreadPipe());
      CHECK(unread.code == kExitReaderGone);
      CHECK(unread.err.empty());
    }
  });
}

TEST_CASE("text that is not UTF-8 is refused by its option, in every command", "[cli][program]") {
  const Desk desk;
  std::size_t options = 0;
  for (const Command& command : AllCommands()) {
    if (command.declare == nullptr || !command.needs_server) continue;
    CAPTURE(command.path);
    CLI::App app;
    const Action action = command.declare(app);
    const Words path = WordsOf(command.path), example = WordsOf(command.example);
    for (const CLI::Option* option : app.get_options()) {
      const bool takes_text = option->get_items_expected_max() > 0 && !option->get_lnames().empty();
      if (!takes_text || option->get_type_name() == command_line::kFile) continue;
      CAPTURE(option->get_name());
      ++options;
      const Ending refused =
          desk.Run(path + example + Words{option->get_name(), "d\xE9j\xE0", "--url", "http://x"});
      CHECK(refused.code == kExitFailed);
      CHECK_THAT(refused.err, Catch::Contains(option->get_name() + ": is not UTF-8 text"));
    }
    for (std::size_t i = 0; i < example.size(); ++i) {
      if (example[i].starts_with('-') || example[i].ends_with(".csv")) continue;
      Words changed = example;
      changed[i] = "d\xE9j\xE0";
      const Ending refused = desk.Run(path + changed + Words{"--url", "http://x"});
      CHECK(refused.code == kExitFailed);
      CHECK_THAT(refused.err, Catch::Contains("is not UTF-8 text"));
    }
  }
  CHECK(options > 60);
}

TEST_CASE("a mistyped command is named with the one that was meant", "[cli][program]") {
  const Desk desk;
  for (const Command& command : AllCommands()) {
    Words words = WordsOf(command.path);
    CAPTURE(command.path);
    std::string& last = words.back();
    last.insert(last.size() / 2, 1, 'x');
    const Ending refused = desk.Run(words);
    CHECK(refused.code == kExitUsage);
    CHECK_THAT(refused.err, Catch::Contains(fmt::format("\"fairline {}\"", fmt::join(words, " "))));
    CHECK_THAT(refused.err,
               Catch::Contains(fmt::format("did you mean \"fairline {}\"?", command.path)));
  }
  const Ending bogus = desk.Run({"bogus"});
  CHECK(bogus.code == kExitUsage);
  CHECK_THAT(bogus.err, Catch::Contains("there is no command \"fairline bogus\""));
}

TEST_CASE("every command has help, and each group names its commands", "[cli][program]") {
  const Desk desk;
  for (const Command& command : AllCommands()) {
    CAPTURE(command.path);
    if (!command.needs_server) continue;
    const Ending help = desk.Run(WordsOf(command.path) + Words{"--help"});
    CHECK(help.code == 0);
    CHECK_THAT(help.out, Catch::Contains(std::string(command.meaning)));
  }
  CHECK(desk.Run({"--version"}).out == fmt::format("fairline {}\n", Version()));
  CHECK(desk.Run({"bets", "list", "--version"}).out == fmt::format("fairline {}\n", Version()));
  CHECK_THAT(desk.Run({"--help"}).out, Catch::Contains("Exit codes: 0 done"));
}

}  // namespace
}  // namespace fairline::cli
