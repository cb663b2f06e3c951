// The chain under clocks that step back over midnight, run ahead for days, and disagree.
#include <filesystem>
#include <random>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "deploy/migrations/schema_owners.hpp"
#include "libs/storage/migrations.hpp"
#include "libs/testing/data.hpp"
#include "libs/testing/fake_clock.hpp"
#include "libs/testing/postgres.hpp"
#include "services/prediction/storage/pg_forecast_log.hpp"
#include "services/prediction/storage/pg_record.hpp"
#include "services/prediction/tests/fakes.hpp"

namespace fairline::prediction {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;
using std::chrono::hours;

constexpr int kRequiredVersion = 5;

// The database's clock stands where it is put: the role finds this function before PostgreSQL's.
constexpr char kFakeClock[] = R"sql(
  CREATE SCHEMA stepped;
  CREATE TABLE stepped.clock (stands_at timestamptz NOT NULL);
  INSERT INTO stepped.clock VALUES (now());
  CREATE FUNCTION stepped.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
    'SELECT stands_at FROM stepped.clock';
  GRANT USAGE ON SCHEMA stepped TO fairline_prediction;
  GRANT SELECT ON stepped.clock TO fairline_prediction;
  ALTER ROLE fairline_prediction SET search_path = stepped, pg_catalog, prediction;
)sql";

SealedForecast ForecastNumber(int number) {
  SealedForecast forecast;
  forecast.match = {100};
  forecast.competition_code = "E0";
  forecast.home_team = "Arsenal";
  forecast.away_team = "Chelsea";
  forecast.match_date = On("2026-01-30");
  forecast.model = "football";
  forecast.model_version = number;
  forecast.bundle_sha256 = std::string(64, 'a');
  forecast.information = "no_odds";
  forecast.market = domain::Market::kMatchResult;
  forecast.probabilities = {0.5, 0.3, 0.2};
  forecast.odds_hash = std::string(64, 'b');
  forecast.features_hash = std::string(64, 'c');
  forecast.as_of = kNow;
  forecast.state_as_of = kNow;
  return forecast;
}

class SteppedRecord {
 public:
  explicit SteppedRecord(std::unique_ptr<testing::PrivatePostgres> server)
      : server_(std::move(server)) {
    server_->Execute(kFakeClock);
    database_ = storage::Database::Open(
                    {server_->Url("fairline_prediction"), 4, "prediction", kRequiredVersion})
                    .value();
    log_.emplace(*database_);
    record_.emplace(*database_, host_clock_);
  }
  SteppedRecord() : SteppedRecord(testing::PrivatePostgres::Start()) {}

  // Both clocks.
  void StandAt(Instant moment) {
    StandDatabaseAt(moment);
    host_clock_.Set(moment);
  }
  void StandAt(const char* moment) { StandAt(At(moment)); }
  void StandDatabaseAt(Instant moment) {
    server_->Execute("UPDATE stepped.clock SET stands_at = '" + FormatInstant(moment) + "'");
  }
  void Seal() { REQUIRE(log_->Seal({ForecastNumber(++sealed_)}, Soon())->forecasts == 1); }
  std::int64_t CloseDays() { return record_->CloseDays(Soon()).value(); }

  // The days that have a seal, each with the number of its lines; the chain has to hold.
  std::vector<std::pair<std::string, std::int64_t>> Verify() {
    const auto seals = record_->ListSeals(std::nullopt, 1000, Soon()).value();
    CHECK(record::CheckChain(seals).ToString() == "OK");
    std::vector<std::pair<std::string, std::int64_t>> sealed;
    for (const record::Seal& seal : seals) {
      std::vector<std::string> hashes;
      const auto lines = record_->ListLines(seal.day, 0, 1000, kNow, Soon()).value();
      for (const PublicLine& line : lines) hashes.push_back(line.sha256);
      CHECK(record::CheckLines(seal, hashes).ToString() == "OK");
      sealed.emplace_back(FormatDay(seal.day), seal.lines);
    }
    return sealed;
  }
  std::size_t LinesOn(const char* day) {
    return record_->ListLines(On(day), 0, 1000, kNow, Soon())->size();
  }
  [[nodiscard]] int sealed() const { return sealed_; }
  [[nodiscard]] testing::PrivatePostgres& server() { return *server_; }

 private:
  testing::FakeClock host_clock_{kNow};
  std::unique_ptr<testing::PrivatePostgres> server_;
  std::unique_ptr<storage::Database> database_;
  std::optional<PgForecastLog> log_;
  std::optional<PgRecord> record_;
  int sealed_ = 0;
};

using Sealed = std::vector<std::pair<std::string, std::int64_t>>;

TEST_CASE("a clock that steps back over midnight puts no line behind a seal",
          "[prediction][chain][db]") {
  SteppedRecord record;
  record.StandAt("2026-03-01T23:59:00Z");
  record.Seal();
  record.StandAt("2026-03-02T00:01:00Z");
  CHECK(record.CloseDays() == 1);
  record.StandAt("2026-03-01T23:58:00Z");
  record.Seal();
  CHECK(record.CloseDays() == 0);
  CHECK(record.Verify() == Sealed{{"2026-03-01", 1}});
  record.StandAt("2026-03-02T12:00:00Z");
  record.Seal();
  record.StandAt("2026-03-03T00:01:00Z");
  CHECK(record.CloseDays() == 1);
  CHECK(record.Verify() == Sealed{{"2026-03-01", 1}, {"2026-03-02", 2}});
}

TEST_CASE("after a clock that ran days ahead every line is sealed", "[prediction][chain][db]") {
  SteppedRecord record;
  record.StandAt("2026-03-01T12:00:00Z");
  record.Seal();
  record.StandAt("2026-03-05T12:00:00Z");
  record.Seal();
  record.StandAt("2026-03-06T12:00:00Z");
  record.Seal();
  CHECK(record.CloseDays() == 2);
  for (const char* moment : {"2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z", "2026-03-04T12:00:00Z",
                             "2026-03-06T12:00:00Z"}) {
    record.StandAt(moment);
    record.Seal();
    CHECK(record.CloseDays() == 0);  // 6 March is not over
  }
  record.StandAt("2026-03-07T00:00:00Z");
  CHECK(record.CloseDays() == 1);
  CHECK(record.Verify() == Sealed{{"2026-03-01", 1}, {"2026-03-05", 1}, {"2026-03-06", 5}});
}

TEST_CASE("lines that a clock dated into days to come are sealed with the day they came back on",
          "[prediction][chain][db]") {
  SteppedRecord record;
  record.StandAt("2026-03-01T12:00:00Z");
  record.Seal();
  record.StandAt("2036-03-05T12:00:00Z");
  record.Seal();
  record.StandAt("2026-03-02T12:00:00Z");
  record.Seal();
  CHECK(record.CloseDays() == 1);
  record.StandAt("2026-03-03T00:00:00Z");
  CHECK(record.CloseDays() == 1);
  CHECK(record.Verify() == Sealed{{"2026-03-01", 1}, {"2026-03-02", 2}});
}

TEST_CASE("a clock that ran years ahead does not stop the seals for years",
          "[prediction][chain][db]") {
  SteppedRecord record;
  for (const char* moment :
       {"2026-03-01T12:00:00Z", "2036-03-04T12:00:00Z", "2036-03-05T12:00:00Z"}) {
    record.StandAt(moment);
    record.Seal();
  }
  CHECK(record.CloseDays() == 2);
  for (int day = 2; day <= 4; ++day) {
    record.StandAt(At(fmt::format("2026-03-0{}T12:00:00Z", day).c_str()));
    CHECK(record.CloseDays() == 1);
    record.Seal();
    CHECK(record.CloseDays() == 0);
  }
  CHECK(record.Verify() == Sealed{{"2026-03-01", 1},
                                  {"2036-03-04", 1},
                                  {"2036-03-05", 1},
                                  {"2036-03-06", 1},
                                  {"2036-03-07", 1}});
}

TEST_CASE("a day is not closed before both clocks say that it is over", "[prediction][chain][db]") {
  SteppedRecord record;
  record.StandAt("2026-03-01T12:00:00Z");
  record.Seal();
  record.StandDatabaseAt(At("2026-03-02T12:00:00Z"));
  CHECK(record.CloseDays() == 0);
  record.StandAt("2026-03-02T00:00:00Z");
  CHECK(record.CloseDays() == 1);
}

TEST_CASE("a line of a sealed day is refused whoever adds it", "[prediction][chain][db]") {
  SteppedRecord record;
  record.StandAt("2026-03-01T12:00:00Z");
  record.Seal();
  record.StandAt("2026-03-02T12:00:00Z");
  CHECK(record.CloseDays() == 1);
  CHECK_THROWS_WITH(
      record.server().Execute(
          "INSERT INTO prediction.record_lines (day, sealed_at, kind, match_id, hidden_until, "
          "line, sha256) SELECT day, sealed_at, kind, match_id, hidden_until, line, sha256 FROM "
          "prediction.record_lines"),
      Catch::Contains("the record is sealed up to 2026-03-01"));
}

TEST_CASE("months of a clock that steps to and fro leave one chain over every line",
          "[prediction][chain][db]") {
  SteppedRecord record;
  std::mt19937 random(7);
  const auto upto = [&](int most) { return static_cast<int>(random() % (most + 1)); };
  Instant truth = At("2026-03-01T00:00:00Z");
  for (int step = 0; step < 400; ++step) {
    truth += hours(upto(12));
    Instant shown = truth;
    if (upto(3) == 0) shown += hours(upto(240) - 120);
    if (upto(60) == 0) shown += days(365);
    record.StandAt(shown);
    if (upto(9) > 0) record.Seal();
    if (upto(2) == 0) {
      record.CloseDays();
    }
  }
  record.Verify();
  // The clock is right from now on.
  for (int day = 1; day <= 10; ++day) {
    record.StandAt(truth + days(day));
    record.CloseDays();
  }
  std::int64_t lines = 0;
  for (const auto& [day, count] : record.Verify()) lines += count;
  CHECK(lines == record.sealed());
}

// A record that an older version broke: day 1 was sealed over one line and holds two, day 2 was
// passed over; and day 4 was sealed over another line than it holds.
constexpr char kBroken[] = R"sql(
  INSERT INTO prediction.record_lines (day, sealed_at, kind, match_id, hidden_until, line, sha256)
  SELECT day, day + time '12:00', 1, 1, day, name, encode(sha256(name::bytea), 'hex')
  FROM (VALUES (1, date '2026-03-01', 'a'), (2, '2026-03-03', 'b'), (3, '2026-03-01', 'late'),
               (4, '2026-03-02', 'passed over'), (5, '2026-03-04', 'c'), (6, '2026-03-04', 'd'))
    AS lines (number, day, name) ORDER BY number;
)sql";

std::string SealRow(const record::Seal& seal) {
  return fmt::format("INSERT INTO prediction.seals VALUES ('{}', {}, '{}', '{}', '{}');",
                     FormatDay(seal.day), seal.lines, seal.lines_sha256, seal.previous_sha256,
                     seal.sha256);
}

void MigrateUpTo(const testing::PrivatePostgres& server, int last) {
  const fs::path folder = fs::temp_directory_path() / fmt::format("fairline-chain-{}", ::getpid());
  for (const storage::SchemaOwner& owner : kSchemaOwners) {
    const fs::path of_service = fs::path(owner.service) / "migrations";
    fs::create_directories(folder / of_service);
    for (const auto& file :
         fs::directory_iterator(testing::SourceDir() / "services" / of_service)) {
      const std::string name = file.path().filename();
      if (owner.schema == "prediction" && std::stoi(name.substr(1)) > last) continue;
      fs::copy_file(file.path(), folder / of_service / name);
    }
  }
  const absl::Status migrated =
      storage::Migrate(server.OwnerUrl(), kSchemaOwners, folder, {}, [](std::string_view) {});
  fs::remove_all(folder);
  REQUIRE(migrated.ToString() == "OK");
}

TEST_CASE("a chain that a clock broke before the upgrade holds after it, and no other does",
          "[prediction][chain][db]") {
  auto server = testing::PrivatePostgres::StartEmpty();
  MigrateUpTo(*server, 5);
  server->Execute(kBroken);
  const auto seal = [](const char* day, const char* line, std::string_view before) {
    return record::MakeSeal(On(day), std::vector{record::LineHash(line)}, before);
  };
  const record::Seal first = seal("2026-03-01", "a", record::kNoSeal);
  const record::Seal second = seal("2026-03-03", "b", first.sha256);
  server->Execute(SealRow(first) + SealRow(second));
  const bool forged = GENERATE(false, true);
  if (forged) server->Execute(SealRow(seal("2026-03-04", "never written", second.sha256)));
  MigrateUpTo(*server, 1000);

  SteppedRecord record(std::move(server));
  record.StandAt("2026-03-06T12:00:00Z");
  if (forged) {
    CHECK(record.LinesOn("2026-03-04") == 2);
  } else {
    CHECK(record.CloseDays() == 1);
    CHECK(record.Verify() == Sealed{{"2026-03-01", 1}, {"2026-03-03", 1}, {"2026-03-04", 4}});
  }
}

}  // namespace
}  // namespace fairline::prediction
