#include "libs/features/catalogue.hpp"

#include <cstdint>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fairline::features {
namespace {

class Fnv1a64 {
 public:
  // Each text is closed by a byte that cannot occur in it, so that borders count.
  void Add(std::string_view text) {
    for (const char c : text) AddByte(static_cast<unsigned char>(c));
    AddByte(0xff);
  }
  [[nodiscard]] std::string Hex() const { return fmt::format("{:016x}", hash_); }

 private:
  void AddByte(unsigned char byte) {
    hash_ ^= byte;
    hash_ *= 0x100000001b3ULL;
  }
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

}  // namespace

std::string_view BlockName(Block block) {
  switch (block) {
    case Block::kRating:
      return "rating";
    case Block::kGoals:
      return "goals";
    case Block::kForm:
      return "form";
    case Block::kTable:
      return "table";
    case Block::kPastOdds:
      return "past_odds";
    case Block::kMarket:
      return "market";
  }
  return "";
}

FeatureCatalogue::FeatureCatalogue(std::string sport, std::string revision,
                                   std::vector<Feature> features)
    : sport_(std::move(sport)), revision_(std::move(revision)), features_(std::move(features)) {
  Fnv1a64 hash;
  hash.Add(sport_);
  hash.Add(revision_);
  for (const Feature& feature : features_) {
    hash.Add(feature.name);
    hash.Add(feature.meaning);
    hash.Add(feature.unit);
    hash.Add(feature.source);
    hash.Add(BlockName(feature.block));
  }
  hash_ = hash.Hex();
}

std::string FeatureCatalogue::ToJson() const {
  nlohmann::json features = nlohmann::json::array();
  for (const Feature& feature : features_) {
    features.push_back({{"name", feature.name},
                        {"meaning", feature.meaning},
                        {"unit", feature.unit},
                        {"source", feature.source},
                        {"block", BlockName(feature.block)}});
  }
  return nlohmann::json{
      {"sport", sport_}, {"revision", revision_}, {"hash", hash_}, {"features", features}}
      .dump();
}

}  // namespace fairline::features
