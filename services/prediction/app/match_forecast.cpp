#include "services/prediction/app/match_forecast.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "libs/core/sha256.hpp"

namespace fairline::prediction {
namespace {

constexpr std::string_view kAverageCode = "average";

std::vector<domain::Probability> AsProbabilities(const std::vector<double>& values,
                                                 absl::Status& status) {
  std::vector<domain::Probability> out;
  for (const double value : values) {
    const auto probability = domain::Probability::Make(value);
    status.Update(probability.status());
    if (probability.ok()) out.push_back(*probability);
  }
  return out;
}

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

domain::Market MarketOf(std::size_t outcomes) {
  return outcomes == 3 ? domain::Market::kMatchResult : domain::Market::kMoneyline;
}

std::vector<domain::Outcome> OutcomesOf(domain::Market market) {
  if (market == domain::Market::kMatchResult) {
    return {domain::Outcome::kHome, domain::Outcome::kDraw, domain::Outcome::kAway};
  }
  return {domain::Outcome::kHome, domain::Outcome::kAway};
}

absl::StatusOr<domain::DecimalOdds> PrintedOdds(float price) {
  char text[32];
  const char* end = std::to_chars(text, text + sizeof text, price).ptr;
  double printed = 0.0;
  std::from_chars(text, end, printed);
  return domain::DecimalOdds::Make(printed);
}

std::optional<std::vector<domain::DecimalOdds>> PricesOf(const features::Line& line,
                                                         std::size_t outcomes) {
  std::vector<domain::DecimalOdds> prices;
  for (std::size_t i = 0; i < outcomes; ++i) {
    const auto odds = PrintedOdds(line[i]);
    if (!odds.ok()) return std::nullopt;
    prices.push_back(*odds);
  }
  return prices;
}

std::vector<BestOffer> BestOffers(std::span<const BookPrices> quoted, std::size_t outcomes) {
  std::vector<BestOffer> best(outcomes);
  features::Line average = features::kNoLine;
  std::vector<const BookPrices*> books;
  for (const BookPrices& book : quoted) {
    if (book.code == kAverageCode) average = book.prices;
    if (book.kind == BookKind::kBookmaker) books.push_back(&book);
  }
  std::sort(books.begin(), books.end(),
            [](const BookPrices* a, const BookPrices* b) { return a->code < b->code; });
  for (std::size_t i = 0; i < outcomes; ++i) {
    if (const auto odds = PrintedOdds(average[i]); odds.ok()) {
      best[i].offer.average = *odds;
    }
    for (const BookPrices* book : books) {
      const auto odds = PrintedOdds(book->prices[i]);
      if (!odds.ok()) continue;
      ++best[i].offer.bookmakers;
      if (best[i].offer.best && *odds <= *best[i].offer.best) continue;
      best[i].offer.best = *odds;
      best[i].bookmaker_code = book->code;
      best[i].bookmaker_name = book->name;
      best[i].captured_at = book->captured_at;
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

std::size_t RiskIndex(domain::RiskLevel risk) { return static_cast<std::size_t>(risk) - 1; }

bool MatchAdvice::quoted() const {
  return std::any_of(offers.begin(), offers.end(),
                     [](const BestOffer& best) { return best.offer.best.has_value(); });
}

double MatchAdvice::TotalStake(domain::RiskLevel risk) const {
  double total = 0.0;
  for (const domain::OutcomeAdvice& outcome : at_risk[RiskIndex(risk)]) total += outcome.stake;
  return total;
}

absl::StatusOr<MatchAdvice> AdviseMatch(const MatchForecast& forecast, const ComingMatch& match,
                                        const domain::StakingPolicy& policy) {
  absl::Status status;
  const domain::MatchForecast to_weigh = {
      .probabilities = AsProbabilities(forecast.probabilities, status),
      .anchored = forecast.anchored,
      .probability_sd = forecast.deviations};
  RETURN_IF_ERROR(status);
  MatchAdvice advice;
  advice.offers = BestOffers(match.books, forecast.probabilities.size());
  std::vector<domain::Offer> offers;
  for (const BestOffer& best : advice.offers) offers.push_back(best.offer);
  for (const domain::RiskLevel risk : kAllRisks) {
    ASSIGN_OR_RETURN(advice.at_risk[RiskIndex(risk)],
                     domain::Advise(to_weigh, offers, policy, risk));
  }
  return advice;
}

void CapDay(const std::vector<MatchAdvice*>& day, const domain::StakingPolicy& policy) {
  for (const domain::RiskLevel risk : kAllRisks) {
    double total = 0.0;
    for (const MatchAdvice* advice : day) total += advice->TotalStake(risk);
    const double scale = domain::DayScale(total, policy);
    if (scale >= 1.0) continue;
    for (MatchAdvice* advice : day) {
      for (domain::OutcomeAdvice& outcome : advice->at_risk[RiskIndex(risk)]) {
        if (outcome.stake <= 0.0) continue;
        outcome.stake *= scale;
        outcome.capped = true;
      }
    }
  }
}

}  // namespace fairline::prediction
