#include "libs/testing/program.hpp"

#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fairline::testing {

int FreePort() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  sockaddr* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound =
      ::bind(listener, generic, size) == 0 && ::getsockname(listener, generic, &size) == 0;
  ::close(listener);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

Program::Program(const std::string& program, const std::vector<std::string>& environment,
                 std::filesystem::path log)
    : log_(std::move(log)) {
  std::vector<std::string> variables = environment;
  std::vector<char*> pointers;
  for (std::string& variable : variables) pointers.push_back(variable.data());
  pointers.push_back(nullptr);
  std::string name = program;
  std::array<char*, 2> arguments = {name.data(), nullptr};
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log_.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int failed =
      posix_spawn(&pid_, arguments[0], &files, nullptr, arguments.data(), pointers.data());
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) throw std::runtime_error("cannot start " + program);
}

void Program::Kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

std::string Program::Address() const {
  static const std::regex kListening(R"re("listening","port":"(\d+)")re");
  for (int attempt = 0; attempt < 600; ++attempt) {
    std::ifstream in(log_);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    std::smatch found;
    if (std::regex_search(text, found, kListening)) return "127.0.0.1:" + found[1].str();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("the program does not listen; its log is " + log_.string());
}

}  // namespace fairline::testing
