#include "services/accounts/app/identity/account.hpp"

#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "libs/testing/fake_clock.hpp"
#include "services/accounts/app/identity/password_hasher.hpp"
#include "services/accounts/app/identity/session_tokens.hpp"
#include "services/accounts/app/identity/sign_in_limiter.hpp"

namespace fairline::accounts {
namespace {

const Instant kNow = ParseInstant("2026-01-30T09:00:00Z").value();

TEST_CASE("a password needs eight characters of four kinds", "[accounts][accounts]") {
  CHECK(CheckPassword("password", "Passw0rd!").ok());
  CHECK(CheckPassword("password", "aB3_efgh").ok());
  for (const char* weak : {"", "aB3_efg", "password1!", "PASSWORD1!", "Password!", "Passw0rdx",
                           "Passw0rd$", "Passw0rd "}) {
    CAPTURE(weak);
    const absl::Status status = CheckPassword("password", weak);
    CHECK(absl::IsInvalidArgument(status));
    CHECK(status.message().find("password: ") == 0);
  }
  CHECK_FALSE(CheckPassword("password", "Passw0rd!" + std::string(300, 'x')).ok());
}

TEST_CASE("a password's characters are counted, not its bytes", "[accounts][accounts]") {
  CHECK_FALSE(CheckPassword("password", "Aa1!\u00FC\u20AC").ok());           // 6
  CHECK_FALSE(CheckPassword("password", "Aa1!u\u0308o\u0308a\u0308").ok());  // 7, typed as 10
  CHECK(CheckPassword("password", "P\u00E4sswort1!").ok());
  CHECK(CheckPassword("password", "\u00C4\u00D6\u00E4\u00F6\u00FC\u00DF1!").ok());
  CHECK(CheckPassword("password", "Aa1!" + std::string(252, 'x')).ok());
  CHECK_FALSE(CheckPassword("password", "Aa1!" + std::string(253, 'x')).ok());
  std::string wide = "Aa1!";
  for (int i = 0; i < 252; ++i) wide += "\u20AC";
  CHECK(CheckPassword("password", wide).ok());
  CHECK_FALSE(CheckPassword("password", "Passw0rd!\n").ok());
}

TEST_CASE("a username is 3 to 64 plain characters", "[accounts][accounts]") {
  CHECK(CheckUsername("username", "eve").ok());
  CHECK(CheckUsername("username", "eve.smith_1-x@example.org").ok());
  for (const std::string& bad : {std::string("ev"), std::string(65, 'a'), std::string("e ve"),
                                 std::string("<b>bob"), std::string("Zoë1")}) {
    CAPTURE(bad);
    CHECK_FALSE(CheckUsername("username", bad).ok());
  }
}

TEST_CASE("a hash verifies its own password only, and salts differ", "[accounts][accounts]") {
  PasswordHasher hasher;
  const std::string hash = hasher.Hash("Passw0rd!").value();
  CHECK(hash.rfind("$argon2id$v=19$m=19456,t=2,p=1$", 0) == 0);
  CHECK(hasher.Verify("Passw0rd!", hash).value());
  CHECK_FALSE(hasher.Verify("Passw0rd?", hash).value());
  CHECK(hasher.Hash("Passw0rd!").value() != hash);
  CHECK_FALSE(hasher.Verify("Passw0rd!", "not a hash").ok());
}

TEST_CASE("a password opens however its accents and spaces were sent", "[accounts][accounts]") {
  PasswordHasher hasher;
  const std::string composed = "P\u00E4ss wort1!";
  const std::string decomposed = "Pa\u0308ss wort1!";
  for (const std::string& made_with : {composed, decomposed}) {
    const std::string hash = hasher.Hash(made_with).value();
    CHECK(hasher.Verify(composed, hash).value());
    CHECK(hasher.Verify(decomposed, hash).value());
    CHECK(hasher.Verify("P\u00E4ss\u00A0wort1!", hash).value());
    CHECK_FALSE(hasher.Verify("Pass wort1!", hash).value());
  }
}

TEST_CASE("a hash from before passwords were normalised still opens", "[accounts][accounts]") {
  // Made by libargon2 over the decomposed bytes of "Pässwört1!", as Debian's argon2 makes it:
  // printf 'Pa\xcc\x88sswo\xcc\x88rt1!' | argon2 0123456789abcdef -id -t 2 -k 19456 -p 1 -l 32 -e
  const std::string hash =
      "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$egpeEz"
      "KXkKGWRlXY4fxPVBWIAelh/wo0MDV/r++kaPM";
  PasswordHasher hasher;
  CHECK(hasher.Verify("Pa\u0308sswo\u0308rt1!", hash).value());
  CHECK_FALSE(hasher.Verify("Passwort1!", hash).value());
}

TEST_CASE("hashing beyond its queue is refused, not piled up", "[accounts][accounts]") {
  PasswordHasher hasher(1, 1);
  std::atomic<int> done{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto hash = hasher.Hash("Passw0rd!");
      ++(hash.ok() ? done : refused);
      if (!hash.ok()) CHECK(absl::IsResourceExhausted(hash.status()));
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(done + refused == 8);
  CHECK(done >= 1);
  CHECK(hasher.Hash("Passw0rd!").ok());
}

TEST_CASE("a token lives 60 minutes and only under its own key", "[accounts][accounts]") {
  testing::FakeClock clock(kNow);
  const SessionTokens tokens(std::string(32, 'k'), clock);
  const std::string token = tokens.Issue(UserId{7}, 3).value();
  const SessionClaims claims = tokens.Verify(token).value();
  CHECK(claims.user_id == UserId{7});
  CHECK(claims.token_version == 3);
  CHECK(claims.session.size() == 24);

  const SessionTokens others(std::string(32, 'x'), clock);
  CHECK(absl::IsUnauthenticated(others.Verify(token).status()));
  clock.Set(kNow + std::chrono::minutes(59));
  CHECK(tokens.Verify(token).ok());
  clock.Set(kNow + std::chrono::minutes(60));
  CHECK(absl::IsUnauthenticated(tokens.Verify(token).status()));
}

TEST_CASE("forged tokens are refused", "[accounts][accounts]") {
  testing::FakeClock clock(kNow);
  const SessionTokens tokens(std::string(32, 'k'), clock);
  const std::string token = tokens.Issue(UserId{7}, 3).value();
  // {"alg":"none"}
  const std::string body = token.substr(token.find('.'), token.rfind('.') - token.find('.') + 1);
  for (const std::string& forged :
       {std::string(), std::string("x"), std::string("a.b.c"), "eyJhbGciOiJub25lIn0" + body,
        token + "x", token.substr(0, token.size() - 2), std::string(10'000, 'a')}) {
    CAPTURE(forged);
    CHECK(absl::IsUnauthenticated(tokens.Verify(forged).status()));
  }
}

TEST_CASE("ten failures of one name from one address close the door for five minutes",
          "[accounts][accounts]") {
  testing::FakeClock clock(kNow);
  SignInLimiter limiter(clock);
  for (std::size_t i = 0; i < SignInLimiter::kFailures; ++i) {
    CHECK(limiter.Check("Eve", "10.0.0.1").ok());
    limiter.Failed("Eve", "10.0.0.1");
  }
  CHECK(absl::IsResourceExhausted(limiter.Check("eve", "10.0.0.1")));
  CHECK(limiter.Check("eve", "10.0.0.2").ok());
  CHECK(limiter.Check("bob", "10.0.0.1").ok());
  clock.Set(kNow + SignInLimiter::kWindow);
  CHECK(limiter.Check("eve", "10.0.0.1").ok());
}

TEST_CASE("the limiter's memory is bounded", "[accounts][accounts]") {
  testing::FakeClock clock(kNow);
  SignInLimiter limiter(clock, 10);
  for (int i = 0; i < 1000; ++i) limiter.Failed("name" + std::to_string(i), "10.0.0.1");
  for (std::size_t i = 0; i < SignInLimiter::kFailures; ++i) limiter.Failed("eve", "10.0.0.1");
  CHECK_FALSE(limiter.Check("eve", "10.0.0.1").ok());
}

}  // namespace
}  // namespace fairline::accounts
