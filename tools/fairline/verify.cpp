#include "tools/fairline/verify.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "libs/record/chain.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

struct Counts {
  std::int64_t lines = 0;
  std::int64_t shown = 0;
  std::int64_t hidden = 0;
  std::int64_t hindsight = 0;  // sealed after the match had begun, in real time
};

absl::StatusOr<std::vector<record::Seal>> FetchSeals(Context& context) {
  ASSIGN_OR_RETURN(const json items,
                   context.api.GetAll("/v1/record/seals", "seals", {{"page_size", "500"}}, kAll));
  std::vector<record::Seal> seals;
  for (const json& item : items) {
    ASSIGN_OR_RETURN(const Day day, ParseDay(Text(item, "day")));
    seals.push_back({.day = day,
                     .lines = Integer(item, "lines"),
                     .lines_sha256 = Text(item, "lines_sha256"),
                     .previous_sha256 = Text(item, "previous_sha256"),
                     .sha256 = Text(item, "sha256")});
  }
  return seals;
}

// Whether a forecast's own words say that it was sealed after its match had begun.
bool IsHindsight(const std::string& line) {
  const json content = json::parse(line, nullptr, false);
  if (content.is_discarded() || Text(content, "kind") != "forecast") return false;
  const auto sealed_at = ParseInstant(Text(content, "sealed_at"));
  const auto kickoff = content["kickoff_time"].is_string()
                           ? ParseInstant(Text(content, "kickoff_time"))
                           : ParseInstant(Text(content, "match_date") + "T23:59:59Z");
  return sealed_at.ok() && kickoff.ok() && *sealed_at >= *kickoff;
}

absl::Status VerifyDay(Context& context, const record::Seal& seal, Counts& counts) {
  const std::string day = FormatDay(seal.day);
  ASSIGN_OR_RETURN(const json lines,
                   context.api.GetAll(fmt::format("/v1/record/seals/{}/lines", day), "lines",
                                      {{"page_size", "500"}}, kAll));
  std::vector<std::string> hashes;
  for (const json& item : lines) {
    hashes.push_back(Text(item, "sha256"));
    const std::string line = Text(item, "line");
    ++counts.lines;
    if (line.empty()) {
      ++counts.hidden;
      continue;
    }
    ++counts.shown;
    if (record::LineHash(line) != hashes.back()) {
      return absl::DataLossError(
          fmt::format("{}: line {} is not what its hash was taken of", day, hashes.size()));
    }
    if (IsHindsight(line)) ++counts.hindsight;
  }
  return record::CheckLines(seal, hashes);
}

std::string Percent(const json& interval, const char* field) {
  return fmt::format("{:+.1f} %", 100.0 * Number(interval, field));
}

std::string WithInterval(const json& interval) {
  const std::string mean = Percent(interval, "mean");
  if (Number(interval, "low") == Number(interval, "high")) {
    return mean + " (too few weeks for an interval)";
  }
  return fmt::format("{} ({} to {})", mean, Percent(interval, "low"), Percent(interval, "high"));
}

absl::Status CheckSeals(Context& context, const std::vector<record::Seal>& seals,
                        const std::string& known_seal, Counts& counts) {
  RETURN_IF_ERROR(record::CheckChain(seals));
  if (!known_seal.empty() &&
      std::none_of(seals.begin(), seals.end(),
                   [&](const record::Seal& seal) { return seal.sha256 == known_seal; })) {
    return absl::DataLossError(
        fmt::format("the seal {} is not part of this chain: the record was rewritten", known_seal));
  }
  for (const record::Seal& seal : seals) RETURN_IF_ERROR(VerifyDay(context, seal, counts));
  return absl::OkStatus();
}

void Print(const std::vector<record::Seal>& seals, const Counts& counts) {
  if (seals.empty()) {
    fmt::print("No day has been sealed yet: a day is sealed when it is over (UTC).\n");
    return;
  }
  fmt::print("{} days from {} to {}, {} lines: the chain holds.\n", seals.size(),
             FormatDay(seals.front().day), FormatDay(seals.back().day), counts.lines);
  fmt::print(
      "{} lines are public and have the hashes they were sealed under; {} stay hidden until "
      "their match begins.\n",
      counts.shown, counts.hidden);
  if (counts.hindsight > 0) {
    fmt::print(
        "{} were sealed after their match had begun, by a clock that stands in the past: "
        "they prove nothing about foresight.\n",
        counts.hindsight);
  }
  fmt::print(
      "Keep the last seal, and the next look can tell whether anything was changed:\n"
      "    fairline verify --seal {}\n",
      seals.back().sha256);
}

// `checked`: whether the chain holds.
void PrintAsJson(const std::vector<record::Seal>& seals, const Counts& counts,
                 const absl::Status& checked) {
  json found{{"holds", checked.ok()},         {"days", seals.size()},
             {"lines", counts.lines},         {"public_lines", counts.shown},
             {"hidden_lines", counts.hidden}, {"hindsight_lines", counts.hindsight}};
  if (!checked.ok()) found["reason"] = MessageOf(checked);
  if (!seals.empty()) {
    found["first_day"] = FormatDay(seals.front().day);
    found["last_day"] = FormatDay(seals.back().day);
    found["last_seal"] = seals.back().sha256;
  }
  PrintJson(found);
}

}  // namespace

absl::Status VerifyRecord(Context& context, const std::string& known_seal) {
  ASSIGN_OR_RETURN(const std::vector<record::Seal> seals, FetchSeals(context));
  Counts counts;
  absl::Status checked = CheckSeals(context, seals, known_seal, counts);
  if (context.json) {
    PrintAsJson(seals, counts, checked);
  } else if (checked.ok()) {
    Print(seals, counts);
  }
  return checked;
}

absl::Status ShowRecord(Context& context, const std::string& competition) {
  Query query;
  if (!competition.empty()) query.emplace_back("competition", competition);
  ASSIGN_OR_RETURN(const json record, context.api.Get("/v1/record", query));
  if (context.json) {
    PrintJson(record);
    return absl::OkStatus();
  }
  for (const json& sentence : record.value("verdict", json::array())) {
    fmt::print("{}\n", sentence.get<std::string>());
  }
  Table table({"forecasts", ">matches", ">log loss", ">RPS", ">Brier", ">right", ">slope"});
  for (const json& skill : record.value("skills", json::array())) {
    const std::string name = Text(skill, "information");
    table.Add({name.empty() ? "all" : name, Text(skill, "matches"),
               fmt::format("{:.4f}", Number(skill, "log_loss")),
               fmt::format("{:.4f}", Number(skill, "rps")),
               fmt::format("{:.4f}", Number(skill, "brier")),
               fmt::format("{:.1f} %", 100.0 * Number(skill, "accuracy")),
               fmt::format("{:.2f}", Number(skill, "calibration_slope"))});
  }
  if (Integer(record, "matches") > 0) fmt::print("\n{}", table.Render());
  const json value = record.value("bets", json::object()).value("closing_line_value", json());
  if (value.is_object()) {
    fmt::print("\nClosing-line value of the advised bets: {}.\n", WithInterval(value));
  }
  const std::int64_t withdrawn = Integer(record, "withdrawn_matches");
  const std::int64_t waiting = Integer(record, "waiting_matches");
  if (withdrawn > 0 || waiting > 0) {
    fmt::print(
        "\n{} more matches were forecast and not played on the day they were announced for; {} "
        "wait for a result.\n",
        withdrawn, waiting);
  }
  return absl::OkStatus();
}

}  // namespace fairline::cli
