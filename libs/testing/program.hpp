#pragma once
// A service's real program as a process of its own, to be killed.

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace fairline::testing {

// A TCP port of the loopback that nothing listens on. Throws std::runtime_error.
[[nodiscard]] int FreePort();

class Program {
 public:
  // Starts `program` with these variables alone ("NAME=value"); its standard error goes to `log`.
  // Throws std::runtime_error when it cannot be started.
  Program(const std::string& program, const std::vector<std::string>& environment,
          std::filesystem::path log);
  ~Program() { Kill(); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // As kill -9 does; waits until it is gone.
  void Kill();

  [[nodiscard]] pid_t pid() const { return pid_; }

  // "127.0.0.1:PORT" from the line that it logs once it listens. Throws after 30 seconds.
  [[nodiscard]] std::string Address() const;

 private:
  std::filesystem::path log_;
  pid_t pid_ = 0;
};

}  // namespace fairline::testing
