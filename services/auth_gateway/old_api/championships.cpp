#include "services/auth_gateway/old_api/championships.hpp"

#include <utility>

#include "fairline/ingest/v1/ingest.pb.h"

#include "libs/names/name_finder.hpp"

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
    for (const auto& other : page.other_names()) {
      for (Championship& championship : championships) {
        if (championship.code == other.competition_code()) {
          championship.other_names.push_back(other.name());
        }
      }
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

absl::StatusOr<const Championship*> FindChampionship(const Championships& championships,
                                                     const std::string& name) {
  std::vector<names::KnownName> known;
  for (std::size_t i = 0; i < championships.size(); ++i) {
    const auto id = static_cast<std::int64_t>(i);
    known.push_back({id, championships[i].name, false, true});
    known.push_back({id, championships[i].code, true, true});
    for (const std::string& other : championships[i].other_names) {
      known.push_back({id, other, true, true});
    }
  }
  const names::FoundName found = names::NameFinder(std::move(known)).Find(name);
  if (found.id) return &championships[static_cast<std::size_t>(*found.id)];
  return absl::InvalidArgumentError("unknown championship: " +
                                    names::NotKnown(name, "", found.nearest));
}

}  // namespace fairline::auth_gateway
