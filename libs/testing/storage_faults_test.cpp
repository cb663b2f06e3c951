// libs/storage beside a PostgreSQL that hangs, is locked, is full or takes no changes.
#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <pwd.h>
#include <sys/mount.h>
#include <unistd.h>

#include "libs/core/call_scope.hpp"
#include "libs/storage/database.hpp"
#include "libs/testing/postgres.hpp"

namespace fairline::storage {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr char kSchema[] =
    "CREATE SCHEMA s; CREATE TABLE s.schema_migrations (version int);"
    "CREATE TABLE s.purse (id int PRIMARY KEY, n int NOT NULL CHECK (n >= 0));"
    "INSERT INTO s.purse SELECT i, 0 FROM generate_series(1, 20) i";

std::chrono::milliseconds Since(Steady::time_point begun) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - begun);
}

Moment In(std::chrono::milliseconds time) { return std::chrono::system_clock::now() + time; }

struct World {
  World() { postgres->Execute(kSchema); }
  std::unique_ptr<Database> Open(int connections) const {
    return Database::Open({postgres->OwnerUrl(), connections, "s", 0}).value();
  }
  // Outside a transaction.
  void Alone(const char* sql) const {
    pqxx::connection connection(postgres->OwnerUrl());
    pqxx::nontransaction(connection).exec(sql);
  }
  std::unique_ptr<testing::PrivatePostgres> postgres = testing::PrivatePostgres::StartEmpty();
};

absl::Status Add(Database& database, int purse) {
  return database.Transact({}, [&](pqxx::work& work) {
    work.exec_params("UPDATE s.purse SET n = n + 1 WHERE id = $1", purse);
    return absl::OkStatus();
  });
}

absl::Status Run(Database& database, const std::string& sql) {
  return database.Transact({}, [&](pqxx::work& work) {
    work.exec(sql);
    return absl::OkStatus();
  });
}

absl::Status ReadOne(Database& database) {
  return database.Read([](pqxx::nontransaction& query) {
    query.exec("SELECT 1");
    return absl::OkStatus();
  });
}

TEST_CASE("a frozen server holds nobody beyond the deadline, and is not called healthy", "[db]") {
  World world;
  const auto database = world.Open(4);
  REQUIRE(database->CheckHealth().ok());
  REQUIRE(ReadOne(*database).ok());  // one connection is open, the others are made while it hangs
  {
    const testing::PrivatePostgres::Freeze freeze(*world.postgres);
    std::vector<std::thread> callers;
    std::atomic<int> late{0};
    std::atomic<int> honest{0};
    for (int i = 0; i < 8; ++i) {
      callers.emplace_back([&, i] {
        const CallScope scope(In(1s), "user " + std::to_string(i));
        const auto begun = Steady::now();
        const absl::Status status = i % 2 == 0 ? ReadOne(*database) : Add(*database, i);
        if (Since(begun) > 2s) ++late;
        if (absl::IsDeadlineExceeded(status) || absl::IsUnavailable(status)) ++honest;
      });
    }
    const auto begun = Steady::now();
    CHECK(absl::IsUnavailable(database->CheckHealth()));
    CHECK(Since(begun) < 3s);
    for (std::thread& caller : callers) caller.join();
    CHECK(late == 0);
    CHECK(honest == 8);
  }
  const auto thawed = Steady::now();
  while (!database->CheckHealth().ok()) REQUIRE(Since(thawed) < 5s);
  CHECK(Add(*database, 1).ok());
  CHECK(ReadOne(*database).ok());
}

TEST_CASE("what ends with the process does not wait for a frozen server", "[db]") {
  World world;
  const auto database = world.Open(2);
  REQUIRE(Add(*database, 1).ok());
  const testing::PrivatePostgres::Freeze freeze(*world.postgres);
  const auto begun = Steady::now();
  std::thread ending([&] {
    std::this_thread::sleep_for(200ms);
    database->EndBy(In(300ms));
  });
  CHECK_FALSE(Add(*database, 1).ok());  // has a quarter of an hour by itself
  CHECK(Since(begun) < 3s);
  ending.join();
  CHECK_FALSE(Add(*database, 1).ok());
  CHECK(Since(begun) < 4s);
}

TEST_CASE("one locked account leaves the pool to the others", "[db]") {
  World world;
  const auto database = world.Open(8);
  pqxx::connection holder(world.postgres->OwnerUrl());
  pqxx::work lock(holder);
  lock.exec("SELECT 1 FROM s.purse WHERE id = 1 FOR UPDATE");

  std::vector<std::thread> waiting;
  std::atomic<int> ended{0};
  for (int i = 0; i < 12; ++i) {
    waiting.emplace_back([&] {
      const CallScope scope(In(4s), "user 1");
      const auto begun = Steady::now();
      const absl::Status status = Add(*database, 1);
      if (!status.ok() && Since(begun) < 5s) ++ended;
    });
  }
  std::this_thread::sleep_for(300ms);
  for (int other = 2; other < 10; ++other) {
    const CallScope scope(In(4s), "user " + std::to_string(other));
    const auto begun = Steady::now();
    CHECK(Add(*database, other).ok());
    CHECK(Since(begun) < 1s);
  }
  CHECK(database->CheckHealth().ok());
  for (std::thread& each : waiting) each.join();
  CHECK(ended == 12);
  lock.commit();
  const CallScope scope(In(4s), "user 1");
  CHECK(Add(*database, 1).ok());
}

TEST_CASE("a lock that does not come in time is told before the deadline", "[db]") {
  World world;
  const auto database = world.Open(2);
  pqxx::connection holder(world.postgres->OwnerUrl());
  pqxx::work lock(holder);
  lock.exec("SELECT 1 FROM s.purse WHERE id = 1 FOR UPDATE");
  const CallScope scope(In(2s), "user 1");
  const auto begun = Steady::now();
  const absl::Status status = Add(*database, 1);
  CHECK(absl::IsUnavailable(status));
  CHECK(MessageOf(status) == "what this would change is held by another change; try again shortly");
  CHECK(Since(begun) < 1500ms);
}

TEST_CASE("the server stops a query whose client has gone", "[db]") {
  World world;
  const auto database = world.Open(2);
  {
    // Statement after statement: none alone takes too long, and a read sets no time-out.
    const CallScope scope(In(500ms), "user 1");
    const absl::Status status = database->Read([](pqxx::nontransaction& query) {
      query.exec("SELECT pg_sleep(60) /* left behind */");
      return absl::OkStatus();
    });
    CHECK(absl::IsDeadlineExceeded(status));
  }
  pqxx::connection owner(world.postgres->OwnerUrl());
  pqxx::nontransaction look(owner);
  const auto begun = Steady::now();
  while (!look.exec("SELECT 1 FROM pg_stat_activity WHERE query LIKE '%left behind%' AND "
                    "pid <> pg_backend_pid() AND state = 'active'")
              .empty()) {
    REQUIRE(Since(begun) < 5s);
    std::this_thread::sleep_for(50ms);
  }
}

TEST_CASE("connections that the server has closed while idle are not lent", "[db]") {
  World world;
  const auto database = world.Open(3);
  REQUIRE(ReadOne(*database).ok());
  world.postgres->Restart();
  CHECK(ReadOne(*database).ok());
}

TEST_CASE("every kind of database error has its code and says nothing of the inside", "[db]") {
  World world;
  const auto database = world.Open(2);
  const auto raise = [&](const std::string& state) {
    return Run(*database, "DO $$BEGIN RAISE EXCEPTION 'at /var/secret' USING ERRCODE = '" + state +
                              "'; END$$ -- secret");
  };
  using Code = absl::StatusCode;
  const std::pair<const char*, Code> kStates[] = {
      {"40001", Code::kAborted},           {"40P01", Code::kAborted},
      {"40000", Code::kAborted},           {"23505", Code::kAlreadyExists},
      {"57014", Code::kDeadlineExceeded},  {"53100", Code::kResourceExhausted},
      {"53200", Code::kResourceExhausted}, {"53400", Code::kResourceExhausted},
      {"55P03", Code::kUnavailable},       {"25006", Code::kUnavailable},
      {"08006", Code::kUnavailable},       {"57P01", Code::kUnavailable},
      {"53300", Code::kUnavailable},       {"40003", Code::kUnavailable},
      {"23514", Code::kInternal},          {"42601", Code::kInternal},
      {"42P01", Code::kInternal},          {"22012", Code::kInternal},
      {"58030", Code::kInternal},          {"P0001", Code::kInternal},
      {"XX000", Code::kInternal}};
  std::vector<absl::Status> seen;
  for (const auto& [state, code] : kStates) {
    CAPTURE(state);
    seen.push_back(raise(state));
    CHECK(seen.back().code() == code);
  }
  seen.push_back(Run(*database, "SELECT secret FROM nowhere"));
  seen.push_back(Run(*database, "UPDATE s.purse SET n = -1 WHERE id = 1"));
  seen.push_back(Run(*database, "INSERT INTO s.purse VALUES (1, 0)"));
  seen.push_back(Run(*database, "SELECT pg_terminate_backend(pg_backend_pid())"));
  for (const auto& throwing : std::vector<std::function<void()>>{
           [] { throw pqxx::in_doubt_error("secret"); },
           [] { throw pqxx::broken_connection("connection to server on socket secret"); },
           [] { throw pqxx::usage_error("secret"); },
           [] { throw pqxx::conversion_error("secret"); },
           [] { throw pqxx::unexpected_rows("secret"); },
           [] { throw pqxx::internal_error("secret"); },
           [] { throw std::runtime_error("secret"); }}) {
    seen.push_back(database->Transact({}, [&](pqxx::work&) {
      throwing();
      return absl::OkStatus();
    }));
  }
  testing::PrivatePostgres* const server = world.postgres.get();
  const std::string nowhere = "host=/nowhere/secret user=secret dbname=secret";
  seen.push_back(Database::Open({nowhere, 1, "s", 0}).status());
  seen.push_back(Database::Open({server->Url("secret"), 1, "s", 0}).status());
  for (const absl::Status& status : seen) {
    CHECK_FALSE(status.ok());
    CHECK_THAT(MessageOf(status), !Catch::Contains("secret") && !Catch::Contains("s.purse") &&
                                      !Catch::Contains("ERROR") && !Catch::Contains("socket") &&
                                      !Catch::Contains("/"));
  }
}

TEST_CASE("a database that takes no changes is not healthy until it does", "[db]") {
  World world;
  const auto database = world.Open(2);
  REQUIRE(database->CheckHealth().ok());
  SECTION("read only") {
    world.Alone("ALTER SYSTEM SET default_transaction_read_only = on");
    world.Alone("SELECT pg_reload_conf()");
    const auto switched = Steady::now();
    while (database->CheckHealth().ok()) REQUIRE(Since(switched) < 5s);
    CHECK(absl::IsUnavailable(Add(*database, 1)));
    world.Alone("ALTER SYSTEM RESET default_transaction_read_only");
    world.Alone("SELECT pg_reload_conf()");
    const auto back = Steady::now();
    while (!database->CheckHealth().ok()) REQUIRE(Since(back) < 10s);
    CHECK(Add(*database, 1).ok());
  }
  SECTION("no room for a table: raised by a trigger, as a full disk would") {
    world.postgres->Execute(
        "CREATE FUNCTION s.no_room() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION "
        "'could not extend file' USING ERRCODE = '53100'; END$$;"
        "CREATE TRIGGER no_room BEFORE UPDATE ON s.purse EXECUTE FUNCTION s.no_room()");
    const absl::Status status = Add(*database, 1);
    CHECK(absl::IsResourceExhausted(status));
    CHECK(MessageOf(status) == "the disk of the database is full");
    CHECK_FALSE(database->CheckHealth().ok());
  }
  SECTION("no room for temporary files: their limit, as a full disk would") {
    world.postgres->Execute("ALTER ROLE fairline_owner SET temp_file_limit = '100kB'");
    const auto limited = world.Open(2);
    CHECK(absl::IsResourceExhausted(limited->CheckHealth()));
  }
}

// Two megabytes of memory as a disk; needs the right to mount.
class SmallDisk {
 public:
  explicit SmallDisk(std::string folder) : folder_(std::move(folder)) {
    std::filesystem::create_directory(folder_);
    const passwd* server = ::getpwnam("postgres");
    const std::string options =
        "size=2m,mode=700,uid=" + std::to_string(server == nullptr ? ::geteuid() : server->pw_uid);
    mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
    std::filesystem::remove(folder_);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
  bool mounted_ = false;
};

TEST_CASE("a full disk is told by its name and is not healthy until there is room", "[db]") {
  const SmallDisk disk("/tmp/fairline-full-disk-" + std::to_string(::getpid()));
  if (!disk.mounted()) {
    WARN("skipped: no right to mount a small disk");
    return;
  }
  World world;
  world.Alone(("CREATE TABLESPACE small LOCATION '" + disk.folder() + "'").c_str());
  world.postgres->Execute(
      "CREATE TABLE s.big (t text) TABLESPACE small;"
      "ALTER TABLE s.big ALTER t SET STORAGE EXTERNAL;"
      "ALTER ROLE fairline_owner SET temp_tablespaces = small");
  const auto database = world.Open(2);
  REQUIRE(database->CheckHealth().ok());
  absl::Status status;
  for (int i = 0; i < 1000 && status.ok(); ++i) {
    status =
        Run(*database, "INSERT INTO s.big SELECT repeat('x', 7000) FROM generate_series(1, 8)");
  }
  CHECK(absl::IsResourceExhausted(status));
  CHECK(MessageOf(status) == "the disk of the database is full");
  std::this_thread::sleep_for(6s);  // the failure itself is old news by now: it is asked anew
  CHECK(absl::IsResourceExhausted(database->CheckHealth()));
  CHECK(ReadOne(*database).ok());
  world.postgres->Execute("DROP TABLE s.big");
  const auto freed = Steady::now();
  while (!database->CheckHealth().ok()) REQUIRE(Since(freed) < 8s);
}

}  // namespace
}  // namespace fairline::storage
