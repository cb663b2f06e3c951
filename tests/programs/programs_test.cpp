// What holds for every program of the build: it ends with an exit code and a message, never by a
// signal, whatever its arguments and wherever its output goes.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libs/core/program.hpp"

namespace fairline {
namespace {

namespace fs = std::filesystem;

struct Ending {
  int code = -1;  // -1: by a signal
  std::string out, err;
};

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// An empty folder in which programs run without settings; gone with this object.
class Desk {
 public:
  Desk() {
    std::string name = (fs::temp_directory_path() / "fairline-programs-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~Desk() { fs::remove_all(folder_); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  // `arguments` are a shell's, redirections of standard output included.
  [[nodiscard]] Ending Run(const fs::path& program, const std::string& arguments) const {
    const std::string line =
        fmt::format("cd '{}' && : >out && env -i HOME=. '{}' {} 2>err </dev/null", folder_.string(),
                    program.string(), arguments);
    const int status = std::system(line.c_str());
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    const bool by_signal = code >= 128 && code != kExitReaderGone;
    return {by_signal ? -1 : code, ReadAll(folder_ / "out"), ReadAll(folder_ / "err")};
  }

 private:
  fs::path folder_;
};

std::vector<fs::path> Programs() {
  std::vector<fs::path> programs;
  const fs::path folder = fs::read_symlink("/proc/self/exe").parent_path() / "../bin";
  for (const auto& entry : fs::directory_iterator(folder.lexically_normal())) {
    if (entry.is_regular_file() && ::access(entry.path().c_str(), X_OK) == 0) {
      programs.push_back(entry.path());
    }
  }
  REQUIRE(programs.size() >= 14);
  return programs;
}

TEST_CASE("every program tells its version, or that it cannot", "[programs]") {
  const Desk desk;
  for (const fs::path& program : Programs()) {
    CAPTURE(program);
    const Ending told = desk.Run(program, "--version >out");
    CHECK(told.code == kExitDone);
    CHECK_THAT(told.out, Catch::EndsWith(fmt::format(" {}\n", Version())));
    CHECK(told.err.empty());
    const Ending full = desk.Run(program, "--version >/dev/full");
    CHECK(full.code == kExitFailed);
    CHECK_THAT(full.err, Catch::EndsWith("standard output: No space left on device\n"));
    const Ending closed = desk.Run(program, "--version >&-");
    CHECK(closed.code == kExitFailed);
    CHECK_THAT(closed.err, Catch::EndsWith("standard output: Bad file descriptor\n"));
  }
}

TEST_CASE("no program ends by a signal over its arguments", "[programs]") {
  const Desk desk;
  for (const fs::path& program : Programs()) {
    CAPTURE(program);
    if (program.filename().string().ends_with("_bench")) continue;  // they measure, unasked
    for (const char* arguments :
         {"--help >out", "--no-such-option >out", "$(printf 'd\\351j\\340') >out",
          "--data /nowhere --train /nowhere --out /dev/null/nowhere >out",
          "$(printf '/no\\351') $(printf '/no\\351') $(printf '/no\\351') >out"}) {
      CAPTURE(arguments);
      const Ending ended = desk.Run(program, arguments);
      CHECK(ended.code >= 0);
      CHECK(ended.code <= kExitUsage);
      if (ended.code != kExitDone) CHECK_FALSE((ended.err.empty() && ended.out.empty()));
    }
  }
}

}  // namespace
}  // namespace fairline
