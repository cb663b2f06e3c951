#include "libs/core/program.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fairline {
namespace {

struct Ending {
  int code = -1;  // negative: by a signal
  std::string said;
};

// A program whose standard output is `output`, a descriptor that is closed here, or -1 for none.
Ending End(int output, const std::function<int()>& body, const char* argument = nullptr) {
  int note[2];
  REQUIRE(::pipe(note) == 0);
  std::fflush(stdout);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(STDOUT_FILENO);
    if (output >= 0) ::dup2(output, STDOUT_FILENO);
    ::dup2(note[1], STDERR_FILENO);
    std::string name = "program", given = argument == nullptr ? "" : argument;
    char* arguments[] = {name.data(), given.data(), nullptr};
    std::_Exit(RunProgram(name, argument == nullptr ? 1 : 2, arguments, body));
  }
  ::close(note[1]);
  if (output >= 0) ::close(output);
  Ending ending;
  char byte = 0;
  while (::read(note[0], &byte, 1) == 1) ending.said += byte;
  ::close(note[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  ending.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ending;
}

int DevNull() { return ::open("/dev/null", O_WRONLY); }

int PrintALot() {
  for (int line = 0; line < 100'000; ++line) fmt::print("line {}\n", line);
  return 0;
}

TEST_CASE("what a program throws becomes a message and an exit code", "[program]") {
  CHECK(End(DevNull(), [] { return 3; }).code == 3);
  const Ending thrown = End(DevNull(), []() -> int { throw std::runtime_error("no such luck"); });
  CHECK(thrown.code == kExitFailed);
  CHECK(thrown.said == "program: no such luck\n");
  CHECK(End(DevNull(), []() -> int { throw 7; }).said == "program: an unknown exception\n");
  CHECK(End(DevNull(), []() -> int { throw std::bad_alloc(); }).said == "program: out of memory\n");
  const Ending elsewhere = End(DevNull(), [] {
    std::thread([] { throw std::runtime_error("on a thread"); }).join();
    return 0;
  });
  CHECK(elsewhere.code == kExitFailed);
  CHECK(elsewhere.said == "program: on a thread\n");
}

TEST_CASE("output that cannot be written is a failure", "[program]") {
  for (const auto& [body, few] : {std::pair<int (*)(), bool>{[] {
                                                               fmt::print("one line\n");
                                                               return 0;
                                                             },
                                                             true},
                                  std::pair<int (*)(), bool>{PrintALot, false}}) {
    CAPTURE(few);
    const Ending full = End(::open("/dev/full", O_WRONLY), body);
    CHECK(full.code == kExitFailed);
    CHECK(full.said == "program: standard output: No space left on device\n");
    const Ending closed = End(-1, body);
    CHECK(closed.code == kExitFailed);
    CHECK(closed.said == "program: standard output: Bad file descriptor\n");
    int unread[2];
    REQUIRE(::pipe(unread) == 0);
    ::close(unread[0]);
    const Ending gone = End(unread[1], body);
    CHECK(gone.code == kExitReaderGone);
    CHECK(gone.said.empty());
  }
  CHECK(End(::open("/dev/full", O_WRONLY), [] {
          fmt::print("a report\n");
          return 3;
        }).code == 3);
}

TEST_CASE("output that comes bit by bit ends when nobody reads it", "[program]") {
  int unread[2];
  REQUIRE(::pipe(unread) == 0);
  ::close(unread[0]);
  const Ending gone = End(unread[1], []() -> int {
    while (true) {
      fmt::print(".");
      FlushOutput();
    }
  });
  CHECK(gone.code == kExitReaderGone);
  CHECK(gone.said.empty());
}

TEST_CASE("a file opened by a program without standard output does not become it", "[program]") {
  CHECK(End(-1, [] { return ::open("/dev/null", O_WRONLY) > STDERR_FILENO ? 0 : 9; }).code == 0);
}

TEST_CASE("every program tells its version", "[program]") {
  int told[2];
  REQUIRE(::pipe(told) == 0);
  CHECK(End(
            told[1], [] { return 9; }, "--version")
            .code == 0);
  char text[64] = {};
  CHECK(::read(told[0], text, sizeof text - 1) > 0);
  ::close(told[0]);
  CHECK(std::string(text) == fmt::format("program {}\n", Version()));
  CHECK(Version().find('.') != std::string_view::npos);
}

}  // namespace
}  // namespace fairline
