#include "libs/testing/postgres.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <pqxx/pqxx>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "deploy/migrations/schema_owners.hpp"
#include "libs/storage/migrations.hpp"
#include "libs/testing/data.hpp"

namespace fairline::testing {
namespace {

// As root, PostgreSQL runs as the user postgres; it refuses to run as root.
std::string AsServerUser(const std::string& command) {
  if (::geteuid() != 0) return command;
  return "cd / && setpriv --reuid=postgres --regid=postgres --init-groups env -i "
         "PATH=/usr/bin:/bin LANG=C.UTF-8 " +
         command;
}

void Shell(const std::string& command) {
  if (std::system(("( " + command + " )").c_str()) != 0) {
    throw std::runtime_error("failed: " + command);
  }
}

std::string BinaryFolder() {
  for (const char* version : {"15", "16", "17"}) {
    const std::string folder = fmt::format("/usr/lib/postgresql/{}/bin", version);
    if (std::filesystem::exists(folder + "/initdb")) return folder;
  }
  throw std::runtime_error("PostgreSQL is not installed: run tools/dev test");
}

std::string StopCommand(const std::string& folder) {
  return AsServerUser(fmt::format("{}/pg_ctl -D {}/data -m immediate -w stop >/dev/null 2>&1",
                                  BinaryFolder(), folder));
}

void StartServer(const std::string& folder) {
  Shell(AsServerUser(
      fmt::format("{0}/pg_ctl -D {1}/data -w -t 60 -l {1}/log -o \"-c listen_addresses='' -c "
                  "unix_socket_directories='{1}' -c unix_socket_permissions=0777 -c fsync=off -c "
                  "full_page_writes=off -c synchronous_commit=off -c max_connections=120 -c "
                  "shared_buffers=256MB -c max_wal_size=4GB -c autovacuum=off\" start >/dev/null",
                  BinaryFolder(), folder)));
}

}  // namespace

PrivatePostgres::PrivatePostgres(std::string folder) : folder_(std::move(folder)) {
  // Of its own session, so that what is sent to the test's group does not end it.
  const std::string watch = fmt::format(
      "exec 3<&0; setsid sh -c 'cat <&3; [ ! -d {0} ] || {{ ( {1} ); rm -rf {0}; }}' "
      "</dev/null >/dev/null 2>&1 &",
      folder_, StopCommand(folder_));
  watcher_ = ::popen(watch.c_str(), "we");
  if (watcher_ == nullptr) throw std::runtime_error("popen failed");
}

std::unique_ptr<PrivatePostgres> PrivatePostgres::StartEmpty() {
  char name[] = "/tmp/fairline-pg-XXXXXX";
  if (::mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp failed");
  const std::string folder = name;
  if (::geteuid() == 0) Shell("chown postgres:postgres " + folder);
  Shell("chmod 755 " + folder);
  std::unique_ptr<PrivatePostgres> postgres(new PrivatePostgres(folder));
  Shell(
      AsServerUser(fmt::format("{}/initdb -D {}/data -U fairline_owner -A trust -E UTF8 "
                               "--locale=C.UTF-8 --no-sync >/dev/null",
                               BinaryFolder(), folder)));
  StartServer(folder);
  return postgres;
}

std::unique_ptr<PrivatePostgres> PrivatePostgres::Start() {
  auto postgres = StartEmpty();
  postgres->Migrate();
  return postgres;
}

std::unique_ptr<PrivatePostgres> PrivatePostgres::StartFrom(const std::filesystem::path& dump) {
  auto postgres = StartEmpty();
  const std::string sql = postgres->folder_ + "/dump.sql";
  Shell(fmt::format("gzip -dc '{}' >'{}'", dump.string(), sql));
  Shell(
      fmt::format("{}/psql -X -q -v ON_ERROR_STOP=1 -h '{}' -U fairline_owner -d postgres "
                  "-f '{}' >/dev/null",
                  BinaryFolder(), postgres->folder_, sql));
  postgres->Migrate();
  return postgres;
}

void PrivatePostgres::Migrate() const {
  const absl::Status status = storage::Migrate(OwnerUrl(), kSchemaOwners, SourceDir() / "services",
                                               {}, [](std::string_view) {});
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

PrivatePostgres::~PrivatePostgres() {
  if (std::system(("( " + StopCommand(folder_) + " )").c_str()) != 0) {
    fmt::print(stderr, "could not stop PostgreSQL in {}\n", folder_);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
  ::pclose(watcher_);
}

std::string PrivatePostgres::Url(const std::string& role) const {
  return fmt::format("host={} user={} dbname=postgres", folder_, role);
}

void PrivatePostgres::Execute(const std::string& sql) const {
  pqxx::connection connection(OwnerUrl());
  pqxx::work transaction(connection);
  transaction.exec(sql);
  transaction.commit();
}

void PrivatePostgres::Restart() {
  Shell(StopCommand(folder_));
  StartServer(folder_);
}

PrivatePostgres::Freeze::Freeze(const PrivatePostgres& postgres) {
  pid_t postmaster = 0;
  std::ifstream(postgres.folder_ + "/data/postmaster.pid") >> postmaster;
  if (postmaster <= 0) throw std::runtime_error("no server to freeze");
  const auto stop = [&](pid_t process) {
    if (::kill(process, SIGSTOP) == 0) stopped_.push_back(process);
  };
  stop(postmaster);  // from now on there is no new process
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    pid_t process = 0;
    pid_t parent = 0;
    std::string name;
    char state = 0;
    std::ifstream(entry.path() / "stat") >> process >> name >> state >> parent;
    if (parent == postmaster) stop(process);
  }
}

PrivatePostgres::Freeze::~Freeze() {
  for (const pid_t process : stopped_) ::kill(process, SIGCONT);
}

}  // namespace fairline::testing
