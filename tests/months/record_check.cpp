#include "tests/months/record_check.hpp"

#include <cmath>
#include <set>

#include <catch2/catch.hpp>

#include "libs/core/date.hpp"
#include "tests/months/tally.hpp"

namespace fairline::testing {
namespace {

using nlohmann::json;

// The prices of the files pass through PostgreSQL's real, of 24 bits.
Approx Near(double value) { return Approx(value).epsilon(0).margin(1e-6); }

std::vector<double> Numbers(const json& array) { return array.get<std::vector<double>>(); }

void CheckVector(const std::vector<double>& actual, const std::vector<double>& expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t k = 0; k < actual.size(); ++k) CHECK(actual[k] == Near(expected[k]));
}

// Means over a list, by what is measured.
class Means {
 public:
  void Add(const std::string& name, double value) {
    auto& [sum, count] = sums_[name];
    sum += value;
    ++count;
  }
  [[nodiscard]] double Of(const std::string& name) const {
    const auto& [sum, count] = sums_.at(name);
    return sum / static_cast<double>(count);
  }
  [[nodiscard]] int Count(const std::string& name) const {
    const auto found = sums_.find(name);
    return found == sums_.end() ? 0 : found->second.second;
  }

 private:
  std::map<std::string, std::pair<double, int>> sums_;
};

double Count(const json& object, const char* field) {
  return std::stod(object.value(field, std::string("0")));
}

}  // namespace

bool RecordCheck::PlayedAsAnnounced(const Forecast& forecast) {
  return forecast.listing.kickoff == forecast.listing.match.kickoff;
}

void RecordCheck::Forecasts(Moment moment, const json& forecasts) {
  std::map<Pairing, Listing> expected;
  for (const Listing& listing : site_.ListedAt(moment)) {
    expected.emplace(Pairing{listing.match.division, listing.match.home, listing.match.away},
                     listing);
  }
  std::set<Pairing> seen;
  for (const json& forecast : forecasts) {
    const Pairing pairing{forecast["competition_code"], forecast["home_team"],
                          forecast["away_team"]};
    INFO(forecast.dump());
    const auto listing = expected.find(pairing);
    REQUIRE(listing != expected.end());
    CHECK(seen.insert(pairing).second);
    CHECK(forecast["match_date"] == DayText(listing->second.day));
    CHECK(forecast["kickoff_time"] == MomentText(listing->second.kickoff));
    Forecast& last = forecasts_[pairing];
    last = {listing->second, moment, {}};
    for (const json& outcome : forecast["outcomes"]) {
      last.probabilities.push_back(outcome["probability"]);
    }
    REQUIRE(last.probabilities.size() == 3);
  }
  CHECK(seen.size() == expected.size());
}

std::size_t RecordCheck::WithdrawnAt(Moment moment) const {
  std::size_t count = 0;
  for (const auto& [pairing, forecast] : forecasts_) {
    if (!PlayedAsAnnounced(forecast) && forecast.listing.kickoff <= moment) ++count;
  }
  return count;
}

void RecordCheck::CheckScored(const Forecast& forecast, const json& scored) const {
  // Corrected a week later, which is an award: forecasts are scored by the first result.
  const PastMatch match = site_.PublishedAt(forecast.listing.match, forecast.listing.match.over());
  CHECK(scored["match_date"] == DayText(match.day));
  CHECK(scored["home_score"] == match.home_goals);
  CHECK(scored["away_score"] == match.away_goals);
  CHECK(scored["result"] == ResultOf(match.home_goals, match.away_goals));
  CHECK(Numbers(scored["probabilities"]) == forecast.probabilities);

  std::vector<double> average;
  for (const char* column : {"AvgH", "AvgD", "AvgA"}) {
    const double price = match.Number(column).value_or(0);
    average.push_back(forecast.listing.early ? std::round(price * 104) / 100 : price);
  }
  CheckVector(Numbers(scored["market_probabilities"]), FairByPower(average));
  CheckVector(Numbers(scored["closing_probabilities"]), FairClosing(match, "MATCH_RESULT", 0));
  CHECK(scored["closing_source"] == (match.Number("PSCH") ? "pinnacle" : "average"));
  for (const json& bet : scored["bets"]) {
    CHECK(bet["won"] == (bet["outcome"] == scored["result"]));
    const double probability = forecast.probabilities.at(bet["outcome"].get<std::size_t>());
    CHECK(bet["edge"].get<double>() <= probability * bet["price"].get<double>() - 1 + 1e-9);
  }
}

void RecordCheck::Scored(Moment moment, const json& scored) const {
  std::set<Pairing> due;
  for (const auto& [pairing, forecast] : forecasts_) {
    if (PlayedAsAnnounced(forecast) && forecast.listing.match.over() <= moment) due.insert(pairing);
  }
  for (const json& one : scored) {
    INFO(MomentText(moment) << " " << one.dump());
    const Pairing pairing{one["competition"], one["home_team"], one["away_team"]};
    REQUIRE(due.erase(pairing) == 1);
    CheckScored(forecasts_.at(pairing), one);
  }
  for (const auto& [division, home, away] : due) {
    INFO(MomentText(moment) << ": not scored: " << division << " " << home << " - " << away);
    CHECK(false);
  }
}

void RecordCheck::TrackRecord(Moment moment, const json& record, const json& scored) const {
  Means means;
  int won = 0;
  std::map<std::string, int> months;
  std::set<std::int64_t> weeks;
  for (const json& one : scored) {
    const std::size_t result = one["result"];
    const Scores scores = ScoresOf(Numbers(one["probabilities"]), result);
    means.Add("log_loss", scores.log_loss);
    means.Add("rps", scores.rps);
    means.Add("brier", scores.brier);
    means.Add("accuracy", scores.right);
    const std::string day = one["match_date"];
    ++months[day.substr(0, 7)];
    // The first of January 1970 was a Thursday, and weeks begin on Monday.
    weeks.insert((ParseDay(day).value().time_since_epoch().count() + 3) / 7);

    const auto& former = site_.FormerResults(one["competition"]);
    std::vector<double> base;
    for (const int count : former) {
      base.push_back((count + 1.0) / (former[0] + former[1] + former[2] + 3.0));
    }
    const auto compare = [&](const std::string& name, const std::vector<double>& reference) {
      if (reference.empty()) return;
      const Scores other = ScoresOf(reference, result);
      means.Add(name + ".log_loss", scores.log_loss - other.log_loss);
      means.Add(name + ".rps", scores.rps - other.rps);
      means.Add(name + ".brier", scores.brier - other.brier);
    };
    compare("base_rate", base);
    compare("market", Numbers(one["market_probabilities"]));
    compare("closing", Numbers(one["closing_probabilities"]));
    for (const json& bet : one["bets"]) {
      const bool hit = bet["outcome"] == one["result"];
      const double price = bet["price"];
      won += hit ? 1 : 0;
      means.Add("yield", hit ? price - 1 : -1);
      means.Add("edge", bet["edge"]);
      const auto closing = Numbers(one["closing_probabilities"]);
      if (!closing.empty()) means.Add("clv", price * closing.at(bet["outcome"]) - 1);
    }
  }
  INFO(record.dump(2));
  const auto matches = static_cast<double>(scored.size());
  const bool too_few_weeks = weeks.size() < 8;
  CHECK(Count(record, "matches") == matches);
  // Sealed in these days with a clock that stands in the past: the record must own up to that.
  CHECK(Count(record, "hindsight_matches") == matches);
  CHECK(Count(record, "withdrawn_matches") == static_cast<double>(WithdrawnAt(moment)));
  CHECK(Count(record, "waiting_matches") == 0);
  const json& all = record["skills"][0];
  CHECK(Count(all, "matches") == matches);
  for (const char* name : {"log_loss", "rps", "brier", "accuracy"}) {
    CHECK(all[name].get<double>() == Near(means.Of(name)));
  }
  CHECK(all["against"].size() == 3);
  for (const json& against : all["against"]) {
    const std::string name = against["reference"];
    CHECK(Count(against, "matches") == means.Count(name + ".log_loss"));
    for (const std::string score : {"log_loss", "rps", "brier"}) {
      const json& interval = against[score];
      CHECK(interval["mean"].get<double>() == Near(means.Of(name + "." + score)));
      const double mean = interval["mean"], low = interval["low"], high = interval["high"];
      CHECK(((low < mean && mean < high) || (low == high && low == mean && too_few_weeks)));
    }
  }
  const json& bets = record["bets"];
  REQUIRE(Count(bets, "bets") == means.Count("yield"));
  CHECK(Count(bets, "won") == won);
  CHECK(Count(bets, "with_closing_line") == means.Count("clv"));
  if (means.Count("yield") > 0) {
    CHECK(bets["yield"]["mean"].get<double>() == Near(means.Of("yield")));
    CHECK(bets["claimed_edge"].get<double>() == Near(means.Of("edge")));
    CHECK(bets["closing_line_value"]["mean"].get<double>() == Near(means.Of("clv")));
  }
  REQUIRE(record["months"].size() == months.size());
  for (const json& month : record["months"]) {
    CHECK(Count(month, "matches") == months.at(month["month"]));
  }
}

}  // namespace fairline::testing
