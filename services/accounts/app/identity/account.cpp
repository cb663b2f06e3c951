#include "services/accounts/app/identity/account.hpp"

#include <algorithm>

#include "libs/text/unicode.hpp"

namespace fairline::accounts {
namespace {

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

constexpr std::string_view kPasswordSymbols = "@^/:;?!+*-_";
constexpr std::int64_t kMaxBankrollMinorUnits = 1'000'000'000'000'000;

}  // namespace

absl::Status CheckUsername(std::string_view field, std::string_view username) {
  const bool allowed = std::all_of(username.begin(), username.end(), [](char c) {
    return IsUpper(c) || IsLower(c) || IsDigit(c) || c == '.' || c == '_' || c == '-' || c == '@';
  });
  if (!allowed || username.size() < 3 || username.size() > 64) {
    return InvalidField(field, "must be 3 to 64 letters, digits or . _ - @");
  }
  return absl::OkStatus();
}

absl::Status CheckPassword(std::string_view field, std::string_view password) {
  const std::size_t characters = text::CountCharacters(password);
  if (characters > 256) return InvalidField(field, "must have at most 256 characters");
  const text::CharacterKinds kinds = text::KindsOf(password);
  if (kinds.control) return InvalidField(field, "must have no tab, line end or other control code");
  if (characters < 8 || !kinds.upper_case || !kinds.lower_case || !kinds.digit ||
      password.find_first_of(kPasswordSymbols) == std::string_view::npos) {
    return InvalidField(field,
                        "must have at least 8 characters, with an upper and a lower case letter, "
                        "a digit and one of @^/:;?!+*-_");
  }
  return absl::OkStatus();
}

absl::Status CheckCurrency(std::string_view field, std::string_view currency) {
  if (!FindCurrencyDigits(currency)) {
    return InvalidField(field, "must be the code of a currency in ISO 4217, like EUR or JPY");
  }
  return absl::OkStatus();
}

absl::Status CheckBankroll(std::string_view field, Money bankroll) {
  if (bankroll.minor_units < 0) return InvalidField(field, "must be 0 or more");
  if (bankroll.minor_units > kMaxBankrollMinorUnits) return InvalidField(field, "is too large");
  return absl::OkStatus();
}

}  // namespace fairline::accounts
