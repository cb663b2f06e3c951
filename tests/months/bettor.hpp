#pragma once
// An account that logs bets over REST and keeps its own book of them, which the product's must
// equal.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/months/tally.hpp"

namespace fairline::testing {

struct OwnBet {
  Wager wager;
  std::string match_id;
  std::string bookmaker;
  double probability = 0;
  int model_version = 0;
  PastMatch match;            // as it was played in the end
  std::chrono::sys_days day;  // as it was announced when the bet was made
  std::string key;
  std::string bet_id;
};

class Bettor {
 public:
  // Signs up at `url` with that bankroll. Throws std::runtime_error when refused.
  Bettor(std::string url, std::string username, std::int64_t bankroll);

  // Logs the bet under its own key and, as a nervous client does, once more.
  void Place(OwnBet bet);
  // The same while the service may die: asks again until there is an answer.
  void PlaceStubbornly(OwnBet bet);
  [[nodiscard]] bool HasBetOn(const PastMatch& match) const;

  [[nodiscard]] nlohmann::json Get(const std::string& path) const;
  // Every item of a paged list.
  [[nodiscard]] nlohmann::json All(const std::string& path, const std::string& field) const;

  [[nodiscard]] const std::vector<OwnBet>& bets() const { return bets_; }
  [[nodiscard]] std::int64_t deposited() const { return deposited_; }
  [[nodiscard]] const std::string& username() const { return username_; }

 private:
  // Status 0 when the service cannot be reached.
  struct Answer {
    int status = 0;
    nlohmann::json body;
  };
  [[nodiscard]] Answer Post(const std::string& path, const std::string& key,
                            const nlohmann::json& body) const;
  [[nodiscard]] Answer PostBet(const OwnBet& bet) const;
  void Remember(OwnBet bet, const Answer& answer);

  std::string url_;
  std::string username_;
  std::string token_;
  std::int64_t deposited_;
  std::vector<OwnBet> bets_;
};

}  // namespace fairline::testing
