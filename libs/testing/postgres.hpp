#pragma once
// A private PostgreSQL for tests: real server, real migrations, thrown away afterwards, also when
// the test program is killed.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace fairline::testing {

class PrivatePostgres {
 public:
  // Makes a cluster under /tmp on a unix socket and applies all services' migrations. Throws
  // std::runtime_error when that fails: a test cannot go on. Takes about two seconds.
  [[nodiscard]] static std::unique_ptr<PrivatePostgres> Start();
  // The same over what a gzipped dump in plain SQL holds, which makes its roles itself.
  [[nodiscard]] static std::unique_ptr<PrivatePostgres> StartFrom(
      const std::filesystem::path& dump);
  // Without any migration.
  [[nodiscard]] static std::unique_ptr<PrivatePostgres> StartEmpty();
  ~PrivatePostgres();
  PrivatePostgres(const PrivatePostgres&) = delete;
  PrivatePostgres& operator=(const PrivatePostgres&) = delete;

  // The connection string of a role, e.g. "fairline_ingest".
  [[nodiscard]] std::string Url(const std::string& role) const;
  [[nodiscard]] std::string OwnerUrl() const { return Url("fairline_owner"); }

  // Runs SQL as the owner, e.g. to put rows that another service would have written.
  void Execute(const std::string& sql) const;

  // Stops at once and starts again, as after a crash.
  void Restart();

  // While it lives, all of the server's processes stand still (SIGSTOP): connections are taken by
  // the kernel and nobody answers, as with a disk that hangs.
  class Freeze {
   public:
    explicit Freeze(const PrivatePostgres& postgres);
    ~Freeze();
    Freeze(const Freeze&) = delete;
    Freeze& operator=(const Freeze&) = delete;

   private:
    std::vector<pid_t> stopped_;
  };

 private:
  // Applies the migrations that are missing.
  void Migrate() const;

  explicit PrivatePostgres(std::string folder);
  std::string folder_;
  // Of a process that ends the server when this one has died: then its end of the pipe is closed.
  std::FILE* watcher_ = nullptr;
};

}  // namespace fairline::testing
