#include "tools/evaluate/html/report.hpp"

#include <limits>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tools/evaluate/html/charts.hpp"
#include "tools/evaluate/report_json.hpp"
#include "tools/evaluate/report_text.hpp"
#include "tools/evaluate/sentences.hpp"

namespace fairline::evaluate {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

evaluation::Comparison LogLossGap(double mean, double lower, double upper) {
  return {.log_loss = {.mean = mean, .lower = lower, .upper = upper, .matches = 900, .blocks = 40},
          .rps = {}};
}

evaluation::ScoreboardEntry Entry(std::string name) {
  evaluation::ScoreboardEntry entry{.forecaster = std::move(name), .scores = {}, .against = {}};
  entry.scores.matches = 900;
  entry.scores.log_loss = 1.0 / 3.0;
  entry.scores.classes.resize(3);
  entry.scores.confusion.assign(3, {100, 100, 100});
  entry.scores.calibration_intercepts = {0.1, 0.0, -0.1};
  entry.scores.reliability[9] = {.count = 2'700, .mean_forecast = 0.47, .frequency = 0.45};
  return entry;
}

Judgement Small() {
  Judgement judgement;
  judgement.sport = "football";
  judgement.recipe = "a <recipe>";
  judgement.outcomes = {"home", "draw", "away"};
  judgement.served = {"with_odds"};
  judgement.competitions = {"E0", "F1"};
  judgement.first_season = 2019;
  judgement.last_season = 2020;
  evaluation::ScoreboardEntry model = Entry("with_odds");
  model.against["base_rate"] = LogLossGap(-0.07, -0.08, -0.06);
  model.against["market"] = LogLossGap(-0.0005, -0.001, 0.0001);
  model.against["closing"] = LogLossGap(0.003, 0.002, 0.004);
  const Slice all{"ALL", 900, {Entry("base_rate"), Entry("market"), model}};
  judgement.groups = {all};
  judgement.seasons = {{"2019-20", 400, all.entries}, {"2020-21", 500, all.entries}};
  judgement.competition_slices = {{"E0", 900, all.entries}};
  judgement.figures.push_back({.forecaster = "with_odds", .own = {}, .against = {}});
  judgement.pool_weights = {{"with_odds", 2019, {{"trees", 0.4}, {"logistic", 0.6}}},
                            {"with_odds", 2020, {{"trees", 0.5}, {"logistic", 0.5}}}};
  EdgeBoard board{.forecaster = "with_odds", .price = "best", .buckets = {}, .flagged = {}};
  board.buckets.push_back({.from = 0.12,
                           .to = kNoUpperEdge,
                           .record = {.bets = 1'234,
                                      .claimed = 0.2,
                                      .returned = {0.01, -0.02, 0.04},
                                      .closing_value = {kNan, kNan, kNan},
                                      .with_closing = 0,
                                      .pinnacle_share = 0.0}});
  judgement.edges = {board};
  return judgement;
}

TEST_CASE("findings say what is beaten and what is not", "[evaluate][report]") {
  const auto findings = Findings(Small());
  REQUIRE(findings.size() == 3);
  CHECK(findings[0].headline == "Beaten: the base rate");
  CHECK(findings[0].detail == "with_odds has a log loss 0.07000 lower (95 %: 0.06000 to 0.08000).");
  CHECK(findings[1].headline == "Neither beaten nor lost to: the average line before the match");
  CHECK(findings[1].detail.find("(95 %: -0.00100 to +0.00010)") != std::string::npos);
  CHECK(findings[2].headline == "Not beaten: the closing line");
  CHECK(findings[2].verdict == Verdict::kWorse);
}

TEST_CASE("numbers and names read well", "[evaluate][report]") {
  CHECK(Thousands(7) == "7");
  CHECK(Thousands(1'234) == "1,234");
  CHECK(Thousands(12'345'678) == "12,345,678");
  CHECK(BucketName({.from = 0.02, .to = 0.04, .record = {}}) == "2 to 4 %");
  CHECK(BucketName(Small().edges[0].buckets[0]) == "over 12 %");
  CHECK(SeasonLabel(1999) == "1999-00");
  CHECK(Escaped("a<b & \"c\"") == "a&lt;b &amp; &quot;c&quot;");
}

TEST_CASE("JSON keeps every digit, and what is not known is null", "[evaluate][report]") {
  const auto json = nlohmann::json::parse(ToJson(Small()));
  CHECK(json["metrics"]["with_odds.log_loss"] == 1.0 / 3.0);
  CHECK(json["metrics"]["with_odds.vs_closing.log_loss_low"] == 0.002);
  CHECK(json["metrics"]["leak_suspected"] == 0.0);
  CHECK(json["groups"][0]["forecasters"][2]["against"]["market"]["log_loss"]["low"] == -0.001);
  CHECK(json["pool_weights"][0]["weights"]["trees"] == 0.4);
  const auto& bucket = json["edges"][0]["buckets"][0];
  CHECK(bucket["to"].is_null());
  CHECK(bucket["closing_value"]["mean"].is_null());
  CHECK(bucket["claim_holds"] == false);
}

TEST_CASE("the text names every forecaster and difference", "[evaluate][report]") {
  const std::string text = ToText(Small());
  CHECK(text.find("-5.0 [-10.0,+1.0]") != std::string::npos);
  CHECK(text.find("Not beaten: the closing line") != std::string::npos);
  CHECK(text.find("LEAK ALARM") == std::string::npos);
}

TEST_CASE("the page stands alone, escapes what it is given, and shows no NaN",
          "[evaluate][report]") {
  Judgement judgement = Small();
  std::string page = ToHtml(judgement);
  CHECK(page.find("http") == std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("a &lt;recipe&gt;") != std::string::npos);
  CHECK(page.find("nan") == std::string::npos);
  CHECK(page.find("inf,") == std::string::npos);
  CHECK(page.find("Leak alarm: silent") != std::string::npos);
  CHECK(page.find("id=pools") != std::string::npos);
  CHECK(page.find("id=months") == std::string::npos);
  judgement.suspicions = {{"with_odds", "too good"}};
  judgement.months = judgement.seasons;
  page = ToHtml(judgement);
  CHECK(page.find("with_odds: too good") != std::string::npos);
  CHECK(page.find("Leak alarm: silent") == std::string::npos);
  CHECK(page.find("id=months") != std::string::npos);
}

TEST_CASE("a chart draws a bar for an interval and none where a series has no value",
          "[evaluate][report]") {
  const auto bars = [](const std::string& svg) {
    std::size_t count = 0;
    for (std::size_t at = svg.find("class=\"bar\""); at != std::string::npos;
         at = svg.find("class=\"bar\"", at + 1)) {
      ++count;
    }
    return count;
  };
  const statistics::Interval wide{0.5, 0.4, 0.6};
  const statistics::Interval point{0.5, 0.5, 0.5};
  CHECK(bars(SeriesChart({"a", "b"}, {{"s", 0, {wide, std::nullopt}}, {"t", 1, {wide, point}}}, 1.0,
                         "x", false)) == 2);
  CHECK(bars(ForestChart({{"a", wide, 0}, {"b", point, 1}}, 1.0, "x")) == 1);
  CHECK(bars(ReliabilityChart(Entry("a").scores.reliability, 0)) == 1);
}

}  // namespace
}  // namespace fairline::evaluate
