#include "services/accounts/app/ledger/known_bets.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "libs/text/unicode.hpp"

namespace fairline::accounts {
namespace {

using Key = std::tuple<std::int64_t, domain::Market, domain::Outcome, int, domain::BetSide,
                       std::string, std::int64_t, std::int64_t>;

// "Bet 365" is bet365.
std::string BookmakerKey(const std::string& bookmaker) {
  std::string key = text::FoldForSearch(bookmaker);
  std::erase(key, ' ');
  return key;
}

Key KeyOf(const NewBet& order) {
  return {order.match_id.value,
          order.selection.market,
          order.selection.outcome,
          order.selection.line_quarters,
          order.terms.side,
          BookmakerKey(order.bookmaker),
          order.terms.odds_millionths,
          order.terms.stake.minor_units};
}

}  // namespace

std::vector<std::optional<std::size_t>> FindKnownBets(const std::vector<NewBet>& orders,
                                                      const std::vector<Bet>& logged,
                                                      const std::set<std::int64_t>& taken) {
  std::map<Key, std::vector<std::size_t>> left;
  for (std::size_t i = 0; i < logged.size(); ++i) {
    if (taken.count(logged[i].bet_id) == 0) left[KeyOf(logged[i].order)].push_back(i);
  }
  std::vector<std::optional<std::size_t>> known(orders.size());
  // Those with a time choose first: the others take what is left.
  for (const bool with_time : {true, false}) {
    for (std::size_t i = 0; i < orders.size(); ++i) {
      if (orders[i].placed_time.has_value() != with_time) continue;
      const auto found = left.find(KeyOf(orders[i]));
      if (found == left.end()) continue;
      std::vector<std::size_t>& same = found->second;
      const auto one = std::find_if(same.begin(), same.end(), [&](std::size_t at) {
        return !with_time || logged[at].order.placed_time == orders[i].placed_time;
      });
      if (one == same.end()) continue;
      known[i] = *one;
      same.erase(one);
    }
  }
  return known;
}

}  // namespace fairline::accounts
