// Accounts in every currency, and those whose code is none, on a real PostgreSQL.
#include "services/accounts/tests/bets_fixture.hpp"

namespace fairline::accounts {
namespace {

struct CurrencyFixture : BetsFixture {
  UserId OpenIn(const std::string& name, const std::string& currency, std::int64_t bankroll) {
    NewAccount account;
    account.username = name;
    account.password_hash = "x";
    account.currency = currency;
    account.bankroll = Money{bankroll};
    return account_store.Create(account, "").value().user_id;
  }
};

TEST_CASE_METHOD(CurrencyFixture, "an account opens in a currency of ISO 4217 alone",
                 "[accounts][db]") {
  SignUpForm form;
  form.username = "bitcoiner";
  form.password = "Secret-123";
  for (const char* code : {"XYZ", "BTC", "eur", "XAU", "EURO"}) {
    form.currency = code;
    const absl::Status refused = accounts.Open(form).status();
    CHECK(absl::IsInvalidArgument(refused));
    CHECK(ViolationsOf(refused).front().field == "currency");
  }
  form.currency = "KWD";
  CHECK(accounts.Open(form).ok());
}

TEST_CASE_METHOD(CurrencyFixture, "amounts in yen are whole wherever they are written",
                 "[accounts][db]") {
  const UserId user = OpenIn("yen", "JPY", 999);
  CHECK_THAT(MessageOf(bets.Place(user, On(2), "").status()),
             Catch::Contains("the bankroll of 999 JPY is smaller than the 1000 JPY"));
  REQUIRE(bets.Place(user, On(2, 500), "").ok());
  CHECK_THAT(bets.Export(user).value(), Catch::Contains(",2.1,500,0,,JPY,"));
}

TEST_CASE_METHOD(CurrencyFixture, "an unknown code takes no bet until its currency is named",
                 "[accounts][db]") {
  const UserId user = OpenIn("nameless", "XYZ", 100'050);
  CHECK(accounts.Get(user)->bankroll == Money{100'050});
  const absl::Status refused = bets.Place(user, On(8), "").status();
  CHECK(absl::IsFailedPrecondition(refused));
  CHECK(ViolationsOf(refused).front().field == "currency");
  CHECK(absl::IsInvalidArgument(accounts.SetCurrency(user, "BTC").status()));
  const auto named = accounts.SetCurrency(user, "JPY");
  INFO(MessageOf(named.status()));
  REQUIRE(named.ok());
  CHECK(named->currency == "JPY");
  CHECK(named->bankroll == Money{1'001});  // 1,000.50
  CHECK(bets.Place(user, On(8, 1'000), "").ok());
  CHECK(accounts.SetCurrency(user, "JPY").ok());
  CHECK(absl::IsFailedPrecondition(accounts.SetCurrency(user, "EUR").status()));
  const UserId empty = OpenIn("penniless", "EUR", 0);
  CHECK(accounts.SetCurrency(empty, "KWD")->currency == "KWD");
}

TEST_CASE_METHOD(CurrencyFixture, "what does not divide is rounded, and the rounding is an entry",
                 "[accounts][db]") {
  const UserId user = OpenIn("hundredths", "EUR", 30'000);
  // Bets of 10.33, one won, one lost, one corrected to a half loss, one open; a withdrawal of 0.49.
  for (const int match : {41, 42, 43, 44}) REQUIRE(bets.Place(user, On(match, 1'033), "").ok());
  NewBet quarter = On(43, 1'033);
  quarter.selection = {domain::Market::kAsianHandicap, domain::Outcome::kHome, -1};
  REQUIRE(bets.Place(user, quarter, "").ok());
  REQUIRE(own_limits.Set(user, {LimitKind::kLoss, LimitPeriod::kDay, Money{99'999}}).ok());
  REQUIRE(own_limits.Withdraw(user, Money{49}, "").ok());
  Postgres().Execute(ResultSql(41, 1, 0));
  Postgres().Execute(ResultSql(42, 0, 1));
  Postgres().Execute(ResultSql(43, 1, 0));
  Settle();
  Postgres().Execute(ResultSql(43, 0, 0, 6));
  Settle();
  const std::int64_t before = Bankroll(user).minor_units;
  Postgres().Execute(
      fmt::format("UPDATE accounts.users SET currency = 'XYZ' WHERE user_id = {}", user.value));
  accounts.Changed(user);
  REQUIRE(accounts.SetCurrency(user, "JPY").ok());
  CHECK(Bankroll(user) == Money{(before + 50) / 100});
  CHECK(Exposed(user) == Money{10});
  CHECK(own_limits.List(user)->front().amount == Money{999});
  const auto entries = account_store.ListJournal(user, {}).value();
  CHECK_THAT(entries.front().note, Catch::StartsWith("rounding: "));
  const auto listed = bets.List(user, {}, {}).value();
  CHECK(listed.size() == 5);
  for (const BetWithLine& one : listed) CHECK(one.bet.exposure == Money{10});
  // And back into thousandths, which always divide.
  Postgres().Execute(
      fmt::format("UPDATE accounts.users SET currency = 'XYZ' WHERE user_id = {}", user.value));
  accounts.Changed(user);
  const std::int64_t yen = Bankroll(user).minor_units;
  REQUIRE(accounts.SetCurrency(user, "KWD").ok());
  CHECK(Bankroll(user) == Money{yen * 10});
}

}  // namespace
}  // namespace fairline::accounts
