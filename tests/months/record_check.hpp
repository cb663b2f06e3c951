#pragma once
// The sealed record against the files.

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/months/data_site.hpp"

namespace fairline::testing {

// The last forecast of a match before it began, as the service answered at the time.
struct Forecast {
  Listing listing;
  Moment made;
  std::vector<double> probabilities;
};

// What the public record must be, collected step by step.
class RecordCheck {
 public:
  explicit RecordCheck(const DataSite& site) : site_(site) {}

  // `forecasts`: all that the service answers at `moment`. Each coming match has one, no other has.
  void Forecasts(Moment moment, const nlohmann::json& forecasts);
  // `scored`: all of /v1/record/forecasts. Exactly the matches that are over, each once, by the
  // last forecast before kick-off, with the files' results and prices.
  void Scored(Moment moment, const nlohmann::json& scored) const;
  // `record`: /v1/record, on the same matches.
  void TrackRecord(Moment moment, const nlohmann::json& record, const nlohmann::json& scored) const;

  [[nodiscard]] std::size_t forecasts() const { return forecasts_.size(); }
  // Of matches that were not played when they were announced.
  [[nodiscard]] std::size_t WithdrawnAt(Moment moment) const;

 private:
  // Division, home, away: no pairing is played twice in these weeks.
  using Pairing = std::tuple<std::string, std::string, std::string>;

  [[nodiscard]] static bool PlayedAsAnnounced(const Forecast& forecast);
  void CheckScored(const Forecast& forecast, const nlohmann::json& scored) const;

  const DataSite& site_;
  std::map<Pairing, Forecast> forecasts_;
};

}  // namespace fairline::testing
