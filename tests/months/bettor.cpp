#include "tests/months/bettor.hpp"

#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <httplib.h>

namespace fairline::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr char kPassword[] = "Correct-Horse-7";
constexpr int kPage = 200;

std::unique_ptr<httplib::Client> Connect(const std::string& url, const std::string& token) {
  auto client = std::make_unique<httplib::Client>(url);
  client->set_read_timeout(30s);
  if (!token.empty()) client->set_bearer_token_auth(token);
  return client;
}

json Parsed(const std::string& body) { return json::parse(body, nullptr, false); }

}  // namespace

Bettor::Bettor(std::string url, std::string username, std::int64_t bankroll)
    : url_(std::move(url)), username_(std::move(username)), deposited_(bankroll) {
  const json account{{"username", username_},
                     {"password", kPassword},
                     {"bankroll_minor_units", std::to_string(bankroll)},
                     {"risk", "RISK_HIGH"},
                     {"of_legal_age", true}};
  const Answer made = Post("/v1/accounts", "sign-up-" + username_, account);
  if (made.status != 200) throw std::runtime_error("sign-up refused: " + made.body.dump());
  const Answer session =
      Post("/v1/sessions", "", {{"username", username_}, {"password", kPassword}});
  if (session.status != 200) throw std::runtime_error("sign-in refused: " + session.body.dump());
  token_ = session.body["access_token"];
}

Bettor::Answer Bettor::Post(const std::string& path, const std::string& key,
                            const json& body) const {
  httplib::Headers headers;
  if (!key.empty()) headers.emplace("Idempotency-Key", key);
  const auto response =
      Connect(url_, token_)->Post(path.c_str(), headers, body.dump(), "application/json");
  if (!response) return {};
  return {response->status, Parsed(response->body)};
}

Bettor::Answer Bettor::PostBet(const OwnBet& bet) const {
  return Post("/v1/bets", bet.key,
              {{"match_id", bet.match_id},
               {"market", "MARKET_" + bet.wager.market},
               {"outcome", "OUTCOME_" + bet.wager.outcome},
               {"line_quarters", bet.wager.line_quarters},
               {"side", "BET_SIDE_" + bet.wager.side},
               {"bookmaker", bet.bookmaker},
               {"odds", bet.wager.odds},
               {"stake_minor_units", std::to_string(bet.wager.stake)},
               {"commission_basis_points", bet.wager.commission_basis_points},
               {"probability", bet.probability},
               {"model_version", bet.model_version}});
}

void Bettor::Remember(OwnBet bet, const Answer& answer) {
  if (answer.status != 200) {
    throw std::runtime_error(fmt::format("{}: a bet on {} was refused: {} {}", username_,
                                         bet.match.name(), answer.status, answer.body.dump()));
  }
  bet.bet_id = answer.body["bet"]["bet_id"];
  bets_.push_back(std::move(bet));
}

void Bettor::Place(OwnBet bet) {
  bet.key = fmt::format("{}-{}", username_, bets_.size());
  const Answer first = PostBet(bet);
  const Answer second = PostBet(bet);
  if (first.status == 200 && second.body["bet"]["bet_id"] != first.body["bet"]["bet_id"]) {
    throw std::runtime_error("one key made two bets: " + bet.key);
  }
  Remember(std::move(bet), first);
}

void Bettor::PlaceStubbornly(OwnBet bet) {
  bet.key = fmt::format("{}-{}", username_, bets_.size());
  for (int attempt = 0; attempt < 600; ++attempt) {
    const Answer answer = PostBet(bet);
    if (answer.status != 0 && answer.status < 500) return Remember(std::move(bet), answer);
    std::this_thread::sleep_for(100ms);
  }
  throw std::runtime_error("the service did not come back");
}

bool Bettor::HasBetOn(const PastMatch& match) const {
  for (const OwnBet& bet : bets_) {
    if (bet.match.division == match.division && bet.match.name() == match.name()) return true;
  }
  return false;
}

json Bettor::Get(const std::string& path) const {
  const auto response = Connect(url_, token_)->Get(path.c_str());
  if (!response || response->status != 200) {
    throw std::runtime_error(fmt::format("GET {}: {}", path, response ? response->body : "none"));
  }
  return json::parse(response->body);
}

json Bettor::All(const std::string& path, const std::string& field) const {
  json items = json::array();
  std::string token;
  do {
    const char joint = path.find('?') == std::string::npos ? '?' : '&';
    const json page = Get(fmt::format("{}{}page_size={}{}", path, joint, kPage,
                                      token.empty() ? "" : "&page_token=" + token));
    for (const json& item : page[field]) items.push_back(item);
    token = page.value("next_page_token", "");
  } while (!token.empty());
  return items;
}

}  // namespace fairline::testing
