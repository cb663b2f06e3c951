#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "tools/fairline/arguments.hpp"
#include "tools/fairline/backtest_options.hpp"
#include "tools/fairline/backtest_text.hpp"
#include "tools/fairline/context.hpp"
#include "tools/fairline/event_stream.hpp"
#include "tools/fairline/forecasts.hpp"
#include "tools/fairline/match_detail.hpp"
#include "tools/fairline/portfolio.hpp"
#include "tools/fairline/programs.hpp"
#include "tools/fairline/runs.hpp"
#include "tools/fairline/staking.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

TEST_CASE("columns are as wide as their widest cell, also with letters beyond ASCII", "[cli]") {
  Table table({"team", ">odds"});
  table.Add({"Süper", "2.10"});
  table.Add({"Arsenal", "10.00"});
  CHECK(table.Render() ==
        "team      odds\n"
        "Süper     2.10\n"
        "Arsenal  10.00\n");
}

TEST_CASE("proto JSON is read with its strings for int64 and its absent fields", "[cli]") {
  const nlohmann::json object{
      {"big", "9007199254740993"}, {"small", 7}, {"state", "RUN_STATE_QUEUED"}, {"rate", 0.25}};
  CHECK(Integer(object, "big") == 9007199254740993);
  CHECK(Integer(object, "small") == 7);
  CHECK(Integer(object, "absent") == 0);
  CHECK(Number(object, "rate") == 0.25);
  CHECK(Text(object, "absent").empty());
  CHECK(EnumText(object, "state", "RUN_STATE_") == "queued");
}

TEST_CASE("money is taken as it was typed, or not at all", "[cli]") {
  CHECK(ExactMoney("stake", 10.55, "EUR").value() == Money{1'055});
  CHECK(ExactMoney("stake", 0.07, "EUR").value() == Money{7});
  CHECK(ExactMoney("stake", 12'345'678.91, "EUR").value() == Money{1'234'567'891});
  const auto refused = ExactMoney("stake", 10.555, "EUR");
  CHECK(refused.status().message() == "stake: must have at most two decimals");
  CHECK_FALSE(ExactMoney("stake", 1e300, "EUR").ok());
  CHECK(ExactMoney("stake", 1'500, "JPY").value() == Money{1'500});
  CHECK(ExactMoney("stake", 10.5, "JPY").status().message() == "stake: must be whole JPY");
}

TEST_CASE("a policy is changed field by field, and what is no field is refused by name", "[cli]") {
  const nlohmann::json policy{{"max_per_bet", 0.03}, {"compatibility_multipliers", false}};
  const auto changed = WithChanges(policy, {"max_per_bet=0.02", "max_price_age_minutes=none",
                                            "compatibility_multipliers=true"})
                           .value();
  CHECK(changed["max_per_bet"] == 0.02);
  CHECK(changed["max_price_age_minutes"] == "Infinity");
  CHECK(changed["compatibility_multipliers"] == true);
  for (const char* change : {"max_per_bets=0.02", "max_per_bet=2%", "max_per_bet="}) {
    INFO(change);
    const absl::Status status = WithChanges(policy, {change}).status();
    const std::string message = MessageOf(status);
    CHECK(message.starts_with(std::string(change).substr(0, std::string(change).find('=')) + ":"));
  }
  CHECK_FALSE(WithChanges(policy, {"max_per_bet"}).ok());
}

TEST_CASE("events are read from bytes that are cut anywhere", "[cli]") {
  const std::string bytes =
      ": open\n\nid: 3\ndata: {\"a\":\ndata: 1}\n\nevent: end\r\ndata: {}\r\n\r\ndata: cut";
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    std::vector<ServerSentEvent> events;
    EventStream stream([&](const ServerSentEvent& event) { events.push_back(event); });
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      stream.Feed(std::string_view(bytes).substr(at, size));
    }
    REQUIRE(events.size() == 2);
    CHECK(events[0].type == "message");
    CHECK(events[0].id == "3");
    CHECK(events[0].data == "{\"a\":\n1}");
    CHECK(events[1].type == "end");
    CHECK(events[1].id.empty());
  }
}

TEST_CASE("options of a backtest become settings of the service", "[cli]") {
  BacktestOptions options;
  CHECK(SettingsOf(options)->empty());
  options.bookmaker = "bet365";
  options.seasons = "2019-2024";
  options.bankroll = 250.0;
  options.sweep_prices = {"best", "maximum"};
  const nlohmann::json settings = SettingsOf(options).value();
  CHECK(settings["price_source"] == "PRICE_SOURCE_BOOKMAKER");
  CHECK(settings["bankroll_minor_units"] == "25000");
  CHECK(settings["first_season_start"] == 2019);
  CHECK(settings["sweep_price_sources"][1] == "PRICE_SOURCE_MAXIMUM");
}

TEST_CASE("a backtest without bets or intervals prints without them", "[cli]") {
  const auto text = BacktestText(nlohmann::json::parse(
      R"({"sweep_warning": "", "report": {"verdict": "No bet.", "price_note": "Prices.",
          "notes": ["A note."], "bets": "0", "worst_fall": null, "yield": null}})"));
  CHECK(text == "No bet.\n\n  Prices.\n  - A note.\n");
  const nlohmann::json report{{"yield", {{"value", 0.015}, {"low", nullptr}}}};
  CHECK(RangeText(report, "yield") == "+1.50 %");
  CHECK(RangeText(report, "absent") == "-");
}

TEST_CASE("own matches are read from the command line and from rows of outcomes", "[cli]") {
  const auto match = ParseMatch("0.5, 0.3,0.2@2.2,0,4").value();
  CHECK(match["probabilities"] == nlohmann::json{.5, .3, .2});
  CHECK(match["odds"] == nlohmann::json{2.2, 0.0, 4.0});
  const auto rows = ParseMatchRows(
                        "match,probability,odds,lay_odds,day\r\n"
                        "a,0.5,2.2,,1\r\nb,0.6,,1.7,2\r\nb,0.4,2.6,,2\r\n")
                        .value();
  REQUIRE(rows.size() == 2);
  CHECK(rows[1]["probabilities"] == nlohmann::json{.6, .4});
  CHECK(rows[1]["odds"] == nlohmann::json{0.0, 2.6});
  CHECK(rows[1]["lay_odds"] == nlohmann::json{1.7, 0.0});
  CHECK(rows[1]["day"] == 2);
  const auto message = [](const absl::Status& status) { return MessageOf(status); };
  CHECK(message(ParseMatch("0.5,0.5").status()).starts_with("match: "));
  CHECK(message(ParseMatch("0.5,x@2,2").status()).starts_with("match: \"x\""));
  CHECK(message(ParseMatchRows("match,odds\n").status()).starts_with("file: "));
  CHECK(message(ParseMatchRows("match,probability,odds\na,,2\n").status())
            .starts_with("line 2, probability: "));
}

TEST_CASE("own matches are read as spreadsheets save them", "[cli]") {
  const auto plain = ParseMatch("0.55,0.45@2.2,1.7").value();
  for (const std::string& file : std::vector<std::string>{
           "\xEF\xBB\xBFmatch,probability,odds\r\n1,0.55,2.2\r\n1,0.45,1.7\r\n",
           "match,probability,odds\n\"Leeds, Arsenal\",0.55,2.2\n\"Leeds, Arsenal\",0.45,1.7\n",
           "match,outcome,bookmaker,probability,odds\n1,home,bet365,0.55,2.2\n1,away,,0.45,1.7\n",
           "sep=;\r\nMatch;Probability;Odds;;\r\n1;0,55;2,2;;\r\n1;0,45;1,7;;\r\n;;;;\r\n",
           "match\tprobability\todds\r1\t0,55\t2,2\r1\t0,45\t1,7\r",
           "match,probability,odds\nmerged,55%,2.2\n,45 %,1.7\n",
       }) {
    CAPTURE(file);
    const auto rows = ParseMatchRows(file);
    INFO(rows.status().ToString());
    REQUIRE(rows.ok());
    CHECK(*rows == nlohmann::json::array({plain}));
  }
  const auto refusal = [](const std::string& file) {
    return MessageOf(ParseMatchRows(file).status());
  };
  CHECK(refusal("<html></html>") == "file: is a web page, not CSV");
  CHECK(refusal("match,probability,odds\na,0.5,\"2\n").starts_with("file: line 2: a quote"));
  CHECK(refusal("match,odds,probability,odds\n") == "file: its first line names odds twice");
  CHECK(refusal("match,probability,odds\na,0.5,inf\n") == "line 2, odds: \"inf\" is not a number");
  CHECK(refusal("match,probability,odds\na,0.5,2,1\n").empty());
  CHECK(refusal("match,probability,odds\n,0.5,2\n") == "line 2, match: is empty");
  CHECK(refusal("match,probability,odds\na,0.5,2%\n") == "line 2, odds: \"2%\" is not a number");
  // The rows of a match need not stand together.
  CHECK(ParseMatchRows("match,probability,odds\na,0.55,2.2\nb,0.6,3\na,0.45,1.7\n").value() ==
        nlohmann::json::array({plain, {{"probabilities", {0.6}}, {"odds", {3.0}}}}));
}

TEST_CASE("odds are read as people write them, and no price is none", "[cli]") {
  CHECK(OddsOrNone("2.2", "odds").value() == 2.2);
  CHECK(OddsOrNone(" +120", "odds").value() == 2.2);
  CHECK(OddsOrNone("-105", "odds").value() == 1.952381);
  CHECK(OddsOrNone("20/21", "odds").value() == 1.952381);
  CHECK(OddsOrNone("0", "odds").value() == 0.0);
  CHECK(OddsOrNone("", "odds").value() == 0.0);
  for (const char* text : {"+2.2", "-99", "1", "0.9", "nan", "2,2", "x"}) {
    CAPTURE(text);
    CHECK(MessageOf(OddsOrNone(text, "odds").status()).starts_with("odds"));
  }
}

TEST_CASE("matches to stake may have American and fractional odds", "[cli]") {
  const auto plain = ParseMatch("0.55,0.45@2.2,1.7").value();
  CHECK(ParseMatch("0.55,0.45@+120,7/10").value() == plain);
  CHECK(ParseMatchRows("match,probability,odds\n1,0.55,+120\n1,0.45,7/10\n").value() ==
        nlohmann::json::array({plain}));
  CHECK(MessageOf(ParseMatchRows("match,probability,odds\n1,0.55,+12\n").status())
            .starts_with("line 2, odds"));
}

TEST_CASE("a cell that several loads could not read is listed once", "[cli]") {
  const auto row = [](int id, int line, const char* column) {
    return nlohmann::json{
        {"rejected_row_id", id}, {"file", "2526/E0.csv"}, {"line", line}, {"column", column}};
  };
  const nlohmann::json loads = {row(1, 7, "FTHG"), row(2, 7, "FTAG"), row(3, 7, "FTHG"),
                                row(4, 8, "FTHG")};
  CHECK(EachCellOnce(loads, 50) ==
        nlohmann::json{row(4, 8, "FTHG"), row(3, 7, "FTHG"), row(2, 7, "FTAG")});
  CHECK(EachCellOnce(loads, 1) == nlohmann::json::array({row(4, 8, "FTHG")}));
  CHECK(EachCellOnce(nlohmann::json::array(), 50).empty());
}

TEST_CASE("a run is about what up was given, where nothing else is said", "[cli]") {
  std::string folder = (std::filesystem::temp_directory_path() / "fairline-cli-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  std::ofstream(folder + "/options") << "data_url=\ncompetitions=E0,SC0\nseasons=2023-2025\n";
  const StartOptions up = TakeOver({}, folder);
  CHECK(up.competitions == std::vector<std::string>{"E0", "SC0"});
  CHECK(up.seasons == "2023-2025");
  const StartOptions own = TakeOver({.competitions = {"F1"}, .seasons = "all"}, folder);
  CHECK(own.competitions == std::vector<std::string>{"F1"});
  CHECK(own.seasons.empty());
  CHECK(TakeOver({.competitions = {"all"}}, folder).competitions.empty());
  CHECK(TakeOver({.stages = {"train"}}, folder).competitions.empty());
  CHECK(TakeOver({}, "").competitions.empty());
  CHECK(TakeOver({}, folder + "/none").seasons.empty());
  std::filesystem::remove_all(folder);
}

TEST_CASE("a pairing is split at its dash, and names may have hyphens", "[cli]") {
  CHECK(SplitPairing("Arsenal - Chelsea").value().second == "Chelsea");
  CHECK(SplitPairing(" Saint-Etienne  -  Paris SG ").value().first == "Saint-Etienne");
  CHECK(SplitPairing("Nott'm Forest – Crystal Palace").value().second == "Crystal Palace");
  for (const char* text : {"", "Arsenal", "Arsenal-Chelsea", "Arsenal - ", " - Chelsea"}) {
    INFO(text);
    CHECK(SplitPairing(text).status().code() == absl::StatusCode::kNotFound);
  }
}

TEST_CASE("path segments are percent-encoded", "[cli]") {
  CHECK(PercentEncode("Süper Lig/1") == "S%C3%BCper%20Lig%2F1");
}

TEST_CASE("a command that is a program of its own says so when it was not built", "[cli]") {
  // It would lie beside this test.
  const absl::Status status = BecomeProgram("not-there", {});
  CHECK(status.code() == absl::StatusCode::kNotFound);
  CHECK(status.message().find("fairline-not-there") != std::string::npos);
}

}  // namespace
}  // namespace fairline::cli
