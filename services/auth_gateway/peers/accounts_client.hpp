#pragma once
// Asks the service accounts who a bearer token belongs to. Thread-safe.
//
// What a request needs to know about money is asked each time; requests of one session that wait at
// the same moment share a call, which begins after the last of them came. Whose session it is, and
// the role, is remembered for a second, so a revoked token is dead within that second.

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <unordered_map>

#include "fairline/accounts/v1/accounts.pb.h"

#include "libs/core/clock.hpp"
#include "services/auth_gateway/peers/signed_in.hpp"
#include "services/auth_gateway/peers/upstream.hpp"

namespace fairline::auth_gateway {

class AccountsClient {
 public:
  // What a request needs to know of its sender.
  enum class Facts { kMember, kPurse, kPurseWithOpenBets };

  // `channel` leads to accounts, `clock` is real time; `key` and `clock` outlive this.
  AccountsClient(std::shared_ptr<grpc::Channel> channel, const rpc::IdentityKey& key,
                 const Clock& clock);

  // Unauthenticated when the token is not valid, has expired or was revoked; Unavailable, in words
  // for the client, while accounts does not answer.
  [[nodiscard]] absl::StatusOr<SignedIn> Authenticate(const std::string& token, Facts facts);

  // To be called when a request of this member has changed something in accounts: what is
  // remembered of the account, or for an admin of anybody, is asked anew.
  void Forget(const Member& member);

 private:
  using Answer = absl::StatusOr<accounts::v1::AuthenticateResponse>;
  struct Flight {
    Instant begun;
    bool landed = false;
    std::condition_variable landing;
    Answer answer = absl::InternalError("no answer");
  };
  struct Lane {
    std::shared_ptr<Flight> under_way;
    std::shared_ptr<Flight> next;  // not begun: whoever comes may join
  };
  struct Remembered {
    Member member;
    Instant until;
  };
  // The token, what is asked, and how many changes had been seen: an answer from before a change is
  // for nobody who came after it.
  using Question = std::tuple<std::string, Facts, std::uint64_t>;

  [[nodiscard]] std::shared_ptr<const Flight> Ask(std::unique_lock<std::mutex>& lock,
                                                  const Question& question);
  [[nodiscard]] Answer Call(const std::string& token, Facts facts) const;

  const Upstream upstream_;
  const rpc::IdentityKey& key_;
  const Clock& clock_;

  std::mutex mutex_;
  std::map<Question, Lane> lanes_;
  std::unordered_map<std::string, Remembered> remembered_;  // by token
  std::uint64_t changes_ = 0;
};

}  // namespace fairline::auth_gateway
