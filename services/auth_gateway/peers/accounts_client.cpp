#include "services/auth_gateway/peers/accounts_client.hpp"

namespace fairline::auth_gateway {
namespace {

namespace pb = accounts::v1;

constexpr char kService[] = "fairline.accounts.v1.AccountsService";
constexpr std::chrono::seconds kCallTimeout{5};
constexpr std::chrono::seconds kRememberFor{1};
constexpr std::size_t kMaxRemembered = 10'000;

Member MemberOf(const pb::AuthenticateResponse& answer) {
  return {UserId{answer.account().user_id()}, answer.account().username(),
          domain::RoleFromNumber(answer.account().role()).value_or(Role::kFree), answer.session(),
          answer.exclusion_notice()};
}

Purse PurseOf(pb::AuthenticateResponse& answer) {
  const pb::Account& account = answer.account();
  Purse purse;
  purse.risk = static_cast<RiskLevel>(account.risk());
  purse.bankroll = Money{account.bankroll_minor_units()};
  purse.currency = account.currency();
  purse.open_exposure = Money{account.open_exposure_minor_units()};
  purse.open_bets.Swap(answer.mutable_open_bets());
  return purse;
}

}  // namespace

AccountsClient::AccountsClient(std::shared_ptr<grpc::Channel> channel, const rpc::IdentityKey& key,
                               const Clock& clock)
    : upstream_(
          std::map<std::string, std::shared_ptr<grpc::Channel>>{{kService, std::move(channel)}}),
      key_(key),
      clock_(clock) {}

absl::StatusOr<SignedIn> AccountsClient::Authenticate(const std::string& token, Facts facts) {
  std::unique_lock lock(mutex_);
  if (facts != Facts::kMember) {
    ASSIGN_OR_RETURN(pb::AuthenticateResponse answer, Ask(lock, {token, facts, 0})->answer);
    Member member = MemberOf(answer);
    return SignedIn{std::move(member), PurseOf(answer)};
  }
  const auto found = remembered_.find(token);
  if (found != remembered_.end() && clock_.Now() < found->second.until) {
    return SignedIn{found->second.member, std::nullopt};
  }
  const std::uint64_t changes = changes_;
  const auto flight = Ask(lock, {token, facts, changes});
  RETURN_IF_ERROR(flight->answer.status());
  SignedIn signed_in{MemberOf(*flight->answer), std::nullopt};
  if (changes == changes_) {
    if (remembered_.size() >= kMaxRemembered) remembered_.clear();
    remembered_.insert_or_assign(token, Remembered{signed_in.member, flight->begun + kRememberFor});
  }
  return signed_in;
}

void AccountsClient::Forget(const Member& member) {
  const std::lock_guard lock(mutex_);
  ++changes_;
  if (member.role == Role::kAdmin) {
    remembered_.clear();
  } else {
    std::erase_if(remembered_,
                  [&](const auto& entry) { return entry.second.member.user_id == member.user_id; });
  }
}

// Holds `lock` when it returns.
std::shared_ptr<const AccountsClient::Flight> AccountsClient::Ask(
    std::unique_lock<std::mutex>& lock, const Question& question) {
  const auto& [token, facts, changes] = question;
  Lane& lane = lanes_[question];
  // A call under way may have begun before the bet that this request must see; of a member it has
  // seen all changes that this door knows of.
  const auto joined = facts == Facts::kMember ? lane.under_way : lane.next;
  if (joined) {
    joined->landing.wait(lock, [&] { return joined->landed; });
    return joined;
  }
  const auto flight = std::make_shared<Flight>();
  if (const auto before = lane.under_way) {
    lane.next = flight;
    before->landing.wait(lock, [&] { return before->landed; });
    lane.next.reset();
  }
  lane.under_way = flight;
  flight->begun = clock_.Now();
  lock.unlock();
  Answer answer = Call(token, facts);
  lock.lock();
  flight->answer = std::move(answer);
  flight->landed = true;
  lane.under_way.reset();
  if (!lane.next) lanes_.erase(question);
  flight->landing.notify_all();
  return flight;
}

AccountsClient::Answer AccountsClient::Call(const std::string& token, Facts facts) const {
  pb::AuthenticateRequest request;
  request.set_access_token(token);
  // What is remembered here must not have been remembered there before.
  request.set_fresh(facts == Facts::kMember);
  request.set_with_open_bets(facts == Facts::kPurseWithOpenBets);
  const auto deadline = std::chrono::system_clock::now() + kCallTimeout;
  Answer answer = absl::InternalError("no answer");
  try {
    answer = upstream_.Call<pb::AuthenticateResponse>(
        kService, "Authenticate", request, "", rpc::AsService("auth_gateway", key_, deadline));
  } catch (const std::exception& error) {
    // Others wait for this call: it has to end.
    return absl::InternalError(std::string("exception: ") + error.what());
  }
  if (absl::IsUnavailable(answer.status()) || absl::IsDeadlineExceeded(answer.status())) {
    return absl::UnavailableError(
        "accounts cannot be asked who you are just now; try again shortly");
  }
  return answer;
}

}  // namespace fairline::auth_gateway
