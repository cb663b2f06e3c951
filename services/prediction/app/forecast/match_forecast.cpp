#include "services/prediction/app/forecast/match_forecast.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "libs/core/sha256.hpp"

namespace fairline::prediction {
namespace {

constexpr std::string_view kAverageCode = "average";

}  // namespace

ProbabilityInterval IntervalOf(double probability, double deviation) {
  const double spread = probability * (1.0 - probability);
  if (spread <= 0.0) return {probability, probability};
  constexpr double kNinthDecile = 1.2815515655446004;  // of the standard normal distribution
  const double log_odds = std::log(probability / (1.0 - probability));
  const double reach = kNinthDecile * deviation / spread;  // the delta method
  const auto inverse = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
  return {inverse(log_odds - reach), inverse(log_odds + reach)};
}

std::optional<std::vector<domain::DecimalOdds>> PricesOf(const features::Line& line,
                                                         std::size_t outcomes) {
  std::vector<domain::DecimalOdds> prices;
  for (std::size_t i = 0; i < outcomes; ++i) {
    const auto odds = domain::PrintedOdds(line[i]);
    if (!odds.ok()) return std::nullopt;
    prices.push_back(*odds);
  }
  return prices;
}

std::optional<double> AgeMinutes(const BookPrices& book, Instant now) {
  if (!book.seen_at) return std::nullopt;
  const std::chrono::duration<double, std::ratio<60>> age = now - *book.seen_at;
  return std::max(0.0, age.count());
}

std::vector<BestOffer> BestOffers(std::span<const BookPrices> quoted, std::size_t outcomes,
                                  const std::optional<PriceAges>& ages) {
  std::vector<BestOffer> best(outcomes);
  features::Line average = features::kNoLine;
  std::vector<const BookPrices*> books;
  for (const BookPrices& book : quoted) {
    if (book.code == kAverageCode) average = book.prices;
    if (book.kind == BookKind::kBookmaker) books.push_back(&book);
  }
  std::sort(books.begin(), books.end(),
            [](const BookPrices* a, const BookPrices* b) { return a->code < b->code; });
  const auto too_old = [&](const std::optional<double>& age) {
    return ages && age && *age > ages->max_minutes;
  };
  for (std::size_t i = 0; i < outcomes; ++i) {
    staking::Offer& offer = best[i].offer;
    if (const auto odds = domain::PrintedOdds(average[i]); odds.ok()) offer.average = *odds;
    for (const BookPrices* book : books) {
      const auto odds = domain::PrintedOdds(book->prices[i]);
      if (!odds.ok()) continue;
      const std::optional<double> age = ages ? AgeMinutes(*book, ages->now) : std::nullopt;
      ++offer.bookmakers;
      if (offer.best &&
          std::pair(!too_old(age), *odds) <= std::pair(!too_old(offer.age_minutes), *offer.best)) {
        continue;
      }
      offer.best = *odds;
      offer.age_minutes = age;
      best[i].bookmaker_code = book->code;
      best[i].bookmaker_name = book->name;
      best[i].captured_at = book->captured_at;
      best[i].seen_at = book->seen_at;
    }
  }
  return best;
}

std::string OddsHash(const ComingMatch& match) {
  std::vector<std::string> lines;
  for (const BookPrices& book : match.books) {
    lines.push_back(
        fmt::format("{} {} {} {}\n", book.code, book.prices[0], book.prices[1], book.prices[2]));
  }
  std::sort(lines.begin(), lines.end());
  std::string text = match.kickoff ? FormatInstant(*match.kickoff) + '\n' : std::string();
  for (const std::string& line : lines) text += line;
  return Sha256Hex(text);
}

}  // namespace fairline::prediction
