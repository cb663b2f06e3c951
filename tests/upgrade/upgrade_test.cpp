// An install of commit 785effa (README.md here) under this tree's migrations and programs: the
// record still verifies, the ledger balances, and every answer that was written down then is the
// same now. Fields that were added since are no difference; one that is gone or has another value
// is.

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "libs/testing/data.hpp"
#include "tests/integration/installation.hpp"
#include "tools/fairline/bets.hpp"
#include "tools/fairline/verify.hpp"

namespace fairline::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path Kept(const char* file) { return SourceDir() / "tests/upgrade" / file; }

// Adds to `differences` where `now` lacks what `former` has, with the path to it.
void Compare(const json& former, const json& now, const std::string& path,
             std::vector<std::string>& differences) {
  if (former.is_object() && now.is_object()) {
    for (const auto& [field, value] : former.items()) {
      Compare(value, now.contains(field) ? now[field] : json(), path + "." + field, differences);
    }
  } else if (former.is_array() && now.is_array() && former.size() == now.size()) {
    for (std::size_t i = 0; i < former.size(); ++i) {
      Compare(former[i], now[i], fmt::format("{}[{}]", path, i), differences);
    }
  } else if (former.is_number_float() && now.is_number()) {
    // The C library's exp and log have other last bits on another processor.
    const double difference = now.get<double>() - former.get<double>();
    if (!(std::abs(difference) <= 1e-12)) {
      differences.push_back(fmt::format("{}: was {}, is {}", path, former.dump(), now.dump()));
    }
  } else if (former != now) {
    differences.push_back(fmt::format("{}: was {}, is {}", path, former.dump(), now.dump()));
  }
}

// 785effa counted yen in hundredths. Since then amounts are whole yen, so that they show what they
// showed: what was answered then, in yen. Adds to `differences` where an amount of `now` is none of
// these, by more than the yen that rounding moves between the two entries of a corrected bet, and
// takes what is right for it, so that all else is compared.
void InYen(json& former, const json& now, const std::string& path,
           std::vector<std::string>& differences) {
  if (former.is_array()) {
    for (std::size_t i = 0; i < former.size(); ++i) {
      InYen(former[i], now.is_array() && i < now.size() ? now[i] : json(),
            fmt::format("{}[{}]", path, i), differences);
    }
    return;
  }
  if (!former.is_object()) return;
  for (auto& [field, value] : former.items()) {
    const json is = now.is_object() && now.contains(field) ? now[field] : json();
    if (!field.ends_with("_minor_units") || !value.is_string() || !is.is_string()) {
      InYen(value, is, path + "." + field, differences);
      continue;
    }
    const auto yen = std::llround(std::stod(value.get<std::string>()) / 100.0);
    const auto tolerance = field == "amount_minor_units" ? 1 : 0;
    if (std::llabs(std::stoll(is.get<std::string>()) - yen) > tolerance) {
      differences.push_back(fmt::format("{}.{}: was {} yen, is {}", path, field, yen, is.dump()));
    }
    value = is;
  }
}

// The entry that says what was rounded is new.
json WithoutRounding(const json& entries) {
  json rest = json::array();
  for (const json& entry : entries) {
    if (!entry.value("note", "").starts_with("rounding: ")) rest.push_back(entry);
  }
  return rest;
}

// A folder that the web server may show; an upgrade fetches nothing.
class EmptySite {
 public:
  EmptySite() {
    char name[] = "/tmp/fairline-site-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder_ = name;
  }
  ~EmptySite() { fs::remove_all(folder_); }
  EmptySite(const EmptySite&) = delete;
  EmptySite& operator=(const EmptySite&) = delete;
  [[nodiscard]] const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

json ReadFigures() {
  std::ifstream in(Kept("figures-785effa.json"));
  return json::parse(in);
}

// What is answered to a question now.
json Ask(cli::ApiClient& api, const json& question) {
  const std::string path = question["path"], list = question["list"];
  constexpr std::size_t kAll = 100'000;
  const auto answer =
      list.empty() ? api.Get(path) : api.GetAll(path, list, {{"page_size", "200"}}, kAll);
  INFO(path << ": " << answer.status().ToString());
  REQUIRE(answer.ok());
  return *answer;
}

// Prediction is healthy before it serves: it asks the registry again with each look at its sources.
void AwaitModel(cli::ApiClient& api) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  for (;;) {
    const auto serving = api.Get("/v1/serving-model");
    if (serving.ok() && serving->value("version", 0) != 0) return;
    INFO(serving.status().ToString());
    REQUIRE(std::chrono::steady_clock::now() < until);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

TEST_CASE("an install of 785effa goes on in place with every figure that it had", "[upgrade]") {
  const json figures = ReadFigures();
  const EmptySite site;
  Installation fairline({.site = site.folder(),
                         .now = figures["now"],
                         .dump = Kept("install-785effa.sql.gz"),
                         .lake = Kept("bundle-785effa.tar.gz")});

  AwaitModel(fairline.api());
  cli::Context context{fairline.api()};
  std::string newest_seal;
  std::vector<std::string> differences;
  std::map<std::string, cli::ApiClient> people;
  for (const json& question : figures["answers"]) {
    const std::string name = question["as"];
    if (!people.contains(name) && name != "admin") {
      people.emplace(name, fairline.ApiAs(name, figures["password"]));
    }
    cli::ApiClient& api = name == "admin" ? fairline.api() : people.at(name);
    json former = question["answer"];
    json now = Ask(api, question);
    const std::string path = fmt::format("{} {}", name, question["path"].dump());
    // The curve adds up what was rounded, which the yen of its days need not divide into.
    if (name == "yuki" && question["path"] == "/v1/bankroll/curve") continue;
    if (name == "yuki") {
      if (question["path"] == "/v1/account/journal") {
        CHECK(now.size() == former.size() + 1);
        now = WithoutRounding(now);
      }
      InYen(former, now, path, differences);
    }
    if (question["path"] == "/v1/users") {
      for (std::size_t i = 0; i < former.size() && i < now.size(); ++i) {
        if (former[i]["currency"] == "JPY") InYen(former[i], now[i], path, differences);
      }
    }
    Compare(former, now, path, differences);
    if (question["path"] == "/v1/record/seals") newest_seal = former.back()["sha256"];
  }
  for (const std::string& difference : differences) FAIL_CHECK(difference);

  CHECK_FALSE(newest_seal.empty());
  const absl::Status verified = cli::VerifyRecord(context, newest_seal);
  INFO(verified.ToString());
  CHECK(verified.ok());
  const absl::Status balanced = cli::CheckLedger(context);
  INFO(balanced.ToString());
  CHECK(balanced.ok());
}

}  // namespace
}  // namespace fairline::testing
