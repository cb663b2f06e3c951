#include "libs/core/program.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace fairline {
namespace {

// For the handler of std::terminate, which takes no argument.
std::string& ProgramName() {
  static std::string name;
  return name;
}

void Complain(std::string_view what) noexcept {
  WriteNote(ProgramName());
  WriteNote(": ");
  WriteNote(what);
  WriteNote("\n");
}

// A descriptor that is closed would be given to the next file or socket, and what is printed with
// it. Written to, standard output fails as if it were still closed.
void OpenStandardStreams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    const int opened = ::open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY);
    if (opened >= 0 && opened != descriptor) {
      ::dup2(opened, descriptor);
      ::close(opened);
    }
  }
}

// The exit code for standard output that failed with `error`.
int OutputFailed(const std::error_code& error) noexcept {
  if (error == std::errc::broken_pipe) return kExitReaderGone;
  try {
    Complain("standard output: " + error.message());
  } catch (...) {
    Complain("standard output could not be written");
  }
  return kExitFailed;
}

// The exit code for the exception that is being handled.
int Failed() noexcept {
  try {
    throw;
  } catch (const std::system_error& error) {
    if (std::ferror(stdout) != 0) return OutputFailed(error.code());
    Complain(error.what());
  } catch (const std::bad_alloc&) {
    Complain("out of memory");
  } catch (const std::exception& error) {
    Complain(error.what());
  } catch (...) {
    Complain("an unknown exception");
  }
  return kExitFailed;
}

[[noreturn]] void EndProcess() noexcept {
  if (std::current_exception()) std::_Exit(Failed());
  Complain("ended without an exception");
  std::_Exit(kExitFailed);
}

int Guarded(const std::function<int()>& body) noexcept {
  try {
    return body();
  } catch (...) {
    return Failed();
  }
}

}  // namespace

std::string_view Version() { return FAIRLINE_VERSION; }

int RunProgram(std::string_view name, int argc, char** argv, const std::function<int()>& body) {
  ProgramName() = name;
  std::set_terminate(EndProcess);
  std::signal(SIGPIPE, SIG_IGN);
  OpenStandardStreams();
  const bool version = argc == 2 && std::string_view(argv[1]) == "--version";
  int code = Guarded([&] {
    if (!version) return body();
    fmt::print("{} {}\n", name, Version());
    return kExitDone;
  });
  if (std::fflush(stdout) != 0 && code == kExitDone) {
    code = OutputFailed({errno, std::generic_category()});
  }
  return code;
}

int EndWith(const absl::Status& status) {
  if (status.ok()) return kExitDone;
  Complain(MessageOf(status));
  return kExitFailed;
}

void FlushOutput() {
  if (std::fflush(stdout) != 0) {
    throw std::system_error(errno, std::generic_category(), "standard output");
  }
}

void WriteNote(std::string_view text) noexcept {
  // Whoever cannot read a note goes without it.
  [[maybe_unused]] const std::size_t written = std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace fairline
