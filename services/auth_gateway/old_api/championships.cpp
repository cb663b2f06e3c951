#include "services/auth_gateway/old_api/championships.hpp"

#include <algorithm>

#include "fairline/ingest/v1/ingest.pb.h"

namespace fairline::auth_gateway {
namespace {

constexpr std::chrono::seconds kFresh{5};
constexpr int kPageSize = 500;
constexpr char kIngest[] = "fairline.ingest.v1.IngestService";

}  // namespace

absl::StatusOr<std::shared_ptr<const Championships>> ChampionshipList::Get(
    const rpc::Outgoing& outgoing) {
  const std::lock_guard lock(mutex_);
  if (known_ != nullptr && std::chrono::steady_clock::now() < fresh_until_) return known_;
  ASSIGN_OR_RETURN(Championships loaded, Load(outgoing));
  known_ = std::make_shared<const Championships>(std::move(loaded));
  fresh_until_ = std::chrono::steady_clock::now() + kFresh;
  return known_;
}

absl::StatusOr<Championships> ChampionshipList::Load(const rpc::Outgoing& outgoing) {
  Championships championships;
  ingest::v1::ListCompetitionsRequest competitions;
  competitions.set_sport("football");  // the old API knows no other
  competitions.set_page_size(kPageSize);
  do {
    ASSIGN_OR_RETURN(const auto page, upstream_.Call<ingest::v1::ListCompetitionsResponse>(
                                          kIngest, "ListCompetitions", competitions, "", outgoing));
    for (const auto& competition : page.competitions()) {
      championships.push_back(
          {competition.code(), competition.name(), competition.current_season(), {}});
    }
    competitions.set_page_token(page.next_page_token());
  } while (!competitions.page_token().empty());

  for (Championship& championship : championships) {
    ingest::v1::ListTeamsRequest teams;
    teams.set_competition_code(championship.code);
    teams.set_page_size(kPageSize);
    do {
      ASSIGN_OR_RETURN(const auto page, upstream_.Call<ingest::v1::ListTeamsResponse>(
                                            kIngest, "ListTeams", teams, "", outgoing));
      for (const auto& team : page.teams()) championship.teams.push_back(team.name());
      teams.set_page_token(page.next_page_token());
    } while (!teams.page_token().empty());
  }
  return championships;
}

const Championship* FindChampionship(const Championships& championships, const std::string& name) {
  const auto found =
      std::find_if(championships.begin(), championships.end(),
                   [&](const Championship& one) { return one.name == name || one.code == name; });
  return found == championships.end() ? nullptr : &*found;
}

}  // namespace fairline::auth_gateway
