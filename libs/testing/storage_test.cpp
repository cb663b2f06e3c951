// libs/storage on a real PostgreSQL; it lives here because the server comes from this library.
#include <array>
#include <filesystem>
#include <fstream>
#include <thread>

#include <catch2/catch.hpp>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deploy/migrations/schema_owners.hpp"
#include "libs/storage/database.hpp"
#include "libs/storage/migrations.hpp"
#include "libs/testing/postgres.hpp"

namespace fairline::storage {
namespace {

testing::PrivatePostgres& Server() {
  static const auto server = testing::PrivatePostgres::StartEmpty();
  return *server;
}

std::filesystem::path ServicesWith(const std::string& sql) {
  const std::filesystem::path services =
      "/tmp/fairline-migrations-test-" + std::to_string(::getpid());
  std::filesystem::remove_all(services);
  for (const SchemaOwner& owner : kSchemaOwners) {
    std::filesystem::create_directories(services / std::string(owner.service) / "migrations");
  }
  std::ofstream(services / "ingest/migrations/V001__create_t.sql") << sql;
  return services;
}

DatabaseConfig Config(int required_version) {
  return {Server().Url("fairline_ingest"), 3, "sports", required_version};
}

constexpr char kMigration[] =
    "CREATE TABLE t (id int PRIMARY KEY, n bigint NOT NULL);"
    "GRANT SELECT, INSERT, UPDATE ON t TO fairline_ingest;";

// The number of migrations that were applied.
absl::StatusOr<int> MigrateWith(const std::string& sql) {
  int steps = 0;
  RETURN_IF_ERROR(Migrate(Server().OwnerUrl(), kSchemaOwners, ServicesWith(sql), {},
                          [&](std::string_view) { ++steps; }));
  return steps;
}

TEST_CASE("migrations run once and may not be changed afterwards", "[db]") {
  CHECK(MigrateWith(kMigration).value() == 1);
  CHECK(MigrateWith(kMigration).value() == 0);
  CHECK(MigrateWith(std::string(kMigration) + " ").status().code() ==
        absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("transactions on a real server", "[db]") {
  REQUIRE(MigrateWith(kMigration).ok());
  auto database = Database::Open(Config(1)).value();

  SECTION("an older schema is refused and a service may not change its own") {
    CHECK(Database::Open(Config(2)).status().code() == absl::StatusCode::kFailedPrecondition);
    CHECK_FALSE(database
                    ->Transact({},
                               [](pqxx::work& t) {
                                 t.exec("DROP TABLE sports.t");
                                 return absl::OkStatus();
                               })
                    .ok());
  }

  SECTION("an error rolls back and a unique violation is AlreadyExists") {
    CHECK(database
              ->Transact({},
                         [](pqxx::work& t) {
                           t.exec("INSERT INTO t VALUES (5, 0)");
                           return absl::FailedPreconditionError("no");
                         })
              .code() == absl::StatusCode::kFailedPrecondition);
    const auto insert = [](pqxx::work& t) {
      t.exec("INSERT INTO t VALUES (5, 0)");
      return absl::OkStatus();
    };
    CHECK(database->Transact({}, insert).ok());
    CHECK(database->Transact({}, insert).code() == absl::StatusCode::kAlreadyExists);
  }

  SECTION("serialisation failures are retried until every increment counts") {
    REQUIRE(database
                ->Transact({},
                           [](pqxx::work& t) {
                             t.exec("INSERT INTO t VALUES (1, 0)");
                             return absl::OkStatus();
                           })
                .ok());
    std::vector<std::thread> threads;
    std::atomic<int> done{0};
    for (int i = 0; i < 6; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 20; ++k) {
          if (database
                  ->Transact({},
                             [](pqxx::work& t) {
                               t.exec("UPDATE t SET n = n + 1 WHERE id = 1");
                               return absl::OkStatus();
                             })
                  .ok()) {
            ++done;
          }
        }
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(done == 120);
    std::int64_t n = 0;
    REQUIRE(database
                ->Read([&](pqxx::nontransaction& q) {
                  n = q.exec1("SELECT n FROM t WHERE id = 1")[0].as<std::int64_t>();
                  return absl::OkStatus();
                })
                .ok());
    CHECK(n == 120);
  }

  SECTION("a deadline stops a slow statement") {
    TransactionOptions options;
    options.deadline = std::chrono::system_clock::now() + std::chrono::milliseconds(100);
    CHECK(database
              ->Transact(options,
                         [](pqxx::work& t) {
                           t.exec("SELECT pg_sleep(5)");
                           return absl::OkStatus();
                         })
              .code() == absl::StatusCode::kDeadlineExceeded);
  }

  SECTION("the as-of setting holds for one transaction") {
    TransactionOptions options;
    options.as_of = *ParseInstant("2026-01-30T09:00:00Z");
    std::string seen;
    REQUIRE(database
                ->Transact(
                    options,
                    [&](pqxx::work& t) {
                      seen =
                          t.exec1("SELECT current_setting('fairline.as_of')")[0].as<std::string>();
                      return absl::OkStatus();
                    })
                .ok());
    CHECK(seen == "2026-01-30T09:00:00Z");
  }

  SECTION("after a crash of the server the pool heals") {
    REQUIRE(database->CheckHealth().ok());
    Server().Restart();
    CHECK(database->CheckHealth().code() == absl::StatusCode::kUnavailable);
    CHECK(database->CheckHealth().ok());
  }
  Server().Execute("DELETE FROM sports.t");
}

TEST_CASE("a killed test program leaves no server of its own", "[testing][db]") {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto server = testing::PrivatePostgres::StartEmpty();
    const std::string url = server->Url("x");
    (void)!::write(pipe[1], url.data(), url.size());
    ::pause();
  }
  std::array<char, 200> url{};
  REQUIRE(::read(pipe[0], url.data(), url.size() - 1) > 0);
  const std::string text = url.data();  // host=FOLDER user=x ...
  const std::filesystem::path folder = text.substr(5, text.find(' ') - 5);
  std::ifstream stream(folder / "data" / "postmaster.pid");
  pid_t postmaster = 0;
  REQUIRE(stream >> postmaster);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  for (int tries = 0; tries < 300 && std::filesystem::exists(folder); ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  CHECK_FALSE(std::filesystem::exists(folder));
  // Gone, or dead and not yet waited for by whoever inherited it: then it has no command line.
  std::ifstream command("/proc/" + std::to_string(postmaster) + "/cmdline");
  CHECK(command.peek() == std::ifstream::traits_type::eof());
  ::close(pipe[0]);
  ::close(pipe[1]);
}

}  // namespace
}  // namespace fairline::storage
