#include "services/prediction/app/serving/predictor.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "libs/names/name_finder.hpp"
#include "libs/staking/advise.hpp"

namespace fairline::prediction {
namespace {

constexpr int kPageSize = 100;

// Where a match stands in the lists: day, kick-off, id.
using ListKey = std::array<std::int64_t, 3>;

ListKey KeyOf(const ComingMatch& match) {
  return {match.match_date.time_since_epoch().count(),
          match.kickoff.value_or(Instant::max()).time_since_epoch().count(), match.id.value};
}

absl::Status NoModel(const SnapshotKeeper& keeper) {
  if (keeper.AnyLoadError()) {
    return absl::UnavailableError(
        "the production model is not loaded; the serving model's last_load_error says why");
  }
  return absl::FailedPreconditionError("no production model yet: run the pipeline");
}

// Empty means all; null then.
absl::StatusOr<const Competition*> FilterBy(const SeasonData& season_data,
                                            std::string_view competition) {
  if (competition.empty()) return nullptr;
  const Competition* found = season_data.FindCompetition(competition);
  if (found == nullptr) {
    return InvalidField(
        "competition",
        names::NotKnown(competition, "", season_data.NearestCompetitions(competition)));
  }
  return found;
}

absl::StatusOr<MatchPage> ListMatching(const std::shared_ptr<const Snapshot>& snapshot,
                                       const PageRequest& page, Instant now,
                                       const std::function<bool(const MatchView&)>& wanted) {
  ASSIGN_OR_RETURN(const int size, PageSize(page.size, kPageSize));
  ASSIGN_OR_RETURN(const std::optional<ListKey> after, ParsePageToken<3>(page.token));
  MatchPage out;
  const std::vector<ComingMatch>& matches = snapshot->season_data().coming();
  for (std::size_t i = 0; i < matches.size(); ++i) {
    if (after && KeyOf(matches[i]) <= *after) continue;
    if (!snapshot->coming()[i] || !matches[i].ComingAt(now)) continue;
    MatchView view = ViewOf(snapshot, i);
    if (!wanted(view)) continue;
    if (static_cast<int>(out.matches.size()) == size) {
      out.next_token = PageToken(KeyOf(*out.matches.back().match));
      break;
    }
    out.matches.push_back(std::move(view));
  }
  return out;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Snapshot>> Predictor::Latest() const {
  std::shared_ptr<const Snapshot> snapshot = keeper_.Current();
  if (snapshot == nullptr) return absl::UnavailableError("starting: no data has been read yet");
  return snapshot;
}

absl::StatusOr<MatchView> Predictor::PredictMatch(std::string_view competition,
                                                  std::string_view home_team,
                                                  std::string_view away_team) const {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> snapshot, Latest());
  const SeasonData& season_data = snapshot->season_data();
  if (competition.empty()) return InvalidField("competition", "must not be empty");
  ASSIGN_OR_RETURN(const Competition* where, FilterBy(season_data, competition));
  const auto find_team = [&](std::string_view field,
                             std::string_view name) -> absl::StatusOr<const Team*> {
    if (const Team* team = season_data.FindTeam(*where, name)) return team;
    return InvalidField(field,
                        names::NotKnown(name, where->name, season_data.NearestTeams(*where, name)));
  };
  ASSIGN_OR_RETURN(const Team* home, find_team("home_team", home_team));
  ASSIGN_OR_RETURN(const Team* away, find_team("away_team", away_team));
  if (home == away) return InvalidField("away_team", "must be another team than home_team");
  std::shared_ptr<const SportModel> model = snapshot->ModelOf(where->sport);
  if (model == nullptr) return NoModel(keeper_);

  const Instant now = keeper_.as_of().Now();
  if (const auto index = season_data.FindComing(where->id, home->id, away->id, now)) {
    return ViewOf(snapshot, *index);
  }
  MatchView view;
  const Day today = std::chrono::floor<std::chrono::days>(now);
  ASSIGN_OR_RETURN(view.pairing,
                   snapshot->ForecastPairing(*model, *where, home->id, away->id, today));
  view.snapshot = snapshot;
  view.model = std::move(model);
  view.competition = where;
  view.home = home;
  view.away = away;
  return view;
}

absl::StatusOr<MatchView> Predictor::FindMatch(MatchId id) const {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> snapshot, Latest());
  if (snapshot->models().empty()) return NoModel(keeper_);
  const SeasonData& season_data = snapshot->season_data();
  const auto index = season_data.FindMatch(id);
  if (!index || !snapshot->coming()[*index] ||
      !season_data.coming()[*index].ComingAt(keeper_.as_of().Now())) {
    return absl::NotFoundError(fmt::format("match {} is not among the coming matches", id.value));
  }
  return ViewOf(snapshot, *index);
}

absl::StatusOr<MatchPage> Predictor::ListForecasts(std::string_view competition,
                                                   const PageRequest& page) const {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> snapshot, Latest());
  ASSIGN_OR_RETURN(const Competition* only, FilterBy(snapshot->season_data(), competition));
  if (snapshot->models().empty()) return NoModel(keeper_);
  return ListMatching(snapshot, page, keeper_.as_of().Now(), [&](const MatchView& view) {
    return only == nullptr || view.competition == only;
  });
}

absl::StatusOr<MatchPage> Predictor::ListTodaysForecasts(const PageRequest& page) const {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> snapshot, Latest());
  if (snapshot->models().empty()) return NoModel(keeper_);
  const Instant now = keeper_.as_of().Now();
  const Day today = std::chrono::floor<std::chrono::days>(now);
  return ListMatching(snapshot, page, now,
                      [&](const MatchView& view) { return view.match->match_date == today; });
}

absl::StatusOr<AdvicePage> Predictor::ListAdvice(std::string_view competition, bool only_bets,
                                                 const Account& account,
                                                 const PageRequest& page) const {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> snapshot, Latest());
  ASSIGN_OR_RETURN(const Competition* only, FilterBy(snapshot->season_data(), competition));
  if (snapshot->models().empty()) return NoModel(keeper_);
  ASSIGN_OR_RETURN(const AccountStakes stakes, AccountStakes::Make(snapshot, account));
  AdvicePage out;
  ASSIGN_OR_RETURN(out.page,
                   ListMatching(snapshot, page, keeper_.as_of().Now(), [&](const MatchView& view) {
                     if (only != nullptr && view.competition != only) return false;
                     if (!view.advice->quoted()) return false;
                     return !only_bets || stakes.Of(view).has_bet;
                   }));
  for (const MatchView& view : out.page.matches) out.staked.push_back(stakes.Of(view));
  ASSIGN_OR_RETURN(out.days, stakes.Days());
  return out;
}

absl::StatusOr<ValuePage> Predictor::ListValue(std::string_view competition, ValueFilter filter,
                                               const PageRequest& page) const {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> snapshot, Latest());
  ASSIGN_OR_RETURN(filter.competition, FilterBy(snapshot->season_data(), competition));
  if (snapshot->models().empty()) return NoModel(keeper_);
  return prediction::ListValue(snapshot, keeper_.as_of().Now(), filter, page);
}

absl::StatusOr<std::vector<OwnStake>> Predictor::ComputeStake(
    const std::vector<double>& probabilities, const std::vector<double>& odds,
    const Account& account) const {
  if (probabilities.size() != 2 && probabilities.size() != 3) {
    return InvalidField("probabilities", "two or three outcomes are needed");
  }
  if (odds.size() != probabilities.size()) {
    return InvalidField("odds", "one per probability is needed");
  }
  staking::MatchForecast forecast{.probabilities = {}, .anchored = true};
  std::vector<staking::Offer> offers;
  std::vector<domain::DecimalOdds> book;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    ASSIGN_OR_RETURN(
        const auto probability,
        domain::Probability::Make(probabilities[i], fmt::format("probabilities[{}]", i)));
    ASSIGN_OR_RETURN(const auto price, domain::RoundedOdds(odds[i], fmt::format("odds[{}]", i)));
    book.push_back(price);
    forecast.probabilities.push_back(probability);
    offers.push_back({.best = price, .average = std::nullopt, .bookmakers = 1});
  }
  RETURN_IF_ERROR(domain::CheckBook(book));
  staking::StakingPolicy policy = keeper_.CurrentPolicy();
  policy.model_weight = 1.0;
  policy.min_edge_single_book = 0.0;
  policy.max_odds = policy.max_best_to_average = std::numeric_limits<double>::infinity();
  ASSIGN_OR_RETURN(const std::vector<staking::OutcomeAdvice> advice,
                   staking::Advise(forecast, offers, policy, account.risk));
  std::vector<OwnStake> stakes;
  for (std::size_t i = 0; i < advice.size(); ++i) {
    stakes.push_back({.edge = *advice[i].edge,
                      .full_kelly = advice[i].full_kelly,
                      .fraction = advice[i].stake,
                      .stake = staking::StakeInMoney(advice[i].stake, account.bankroll, policy),
                      .explanation = staking::Sentence(advice[i], offers[i], policy)});
  }
  return stakes;
}

absl::StatusOr<ServingModel> Predictor::GetServingModel(std::string_view sport) const {
  const auto sports = features::ReplaySports();
  if (std::find(sports.begin(), sports.end(), sport) == sports.end()) {
    return InvalidField("sport", fmt::format("\"{}\" is not served", sport));
  }
  const std::shared_ptr<const Snapshot> snapshot = keeper_.Current();
  return ServingModel{snapshot ? snapshot->ModelOf(sport) : nullptr, keeper_.LastLoadError(sport)};
}

}  // namespace fairline::prediction
