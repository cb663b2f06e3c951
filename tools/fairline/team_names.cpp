#include "tools/fairline/team_names.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

constexpr char kHeldNames[] = "/v1/ingest/held-names";
constexpr char kMerges[] = "/v1/ingest/team-merges";
constexpr std::size_t kAll = 10'000;
constexpr std::size_t kShownRows = 3;

bool IsId(const std::string& text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void PutTeam(const std::string& text, const std::string& field, json& body) {
  if (IsId(text)) {
    body[field + "_id"] = text;
  } else {
    body[field] = text;
  }
}

std::string SeasonText(const json& held) {
  const std::int64_t start = Integer(held, "season_start");
  return fmt::format("{}-{:02}", start, (start + 1) % 100);
}

void PrintHeld(const json& held) {
  fmt::print("{}  \"{}\" in {} {}: {}\n", Text(held, "held_name_id"), Text(held, "name"),
             Text(held, "competition_code"), SeasonText(held), Text(held, "reason"));
  const std::string team = Text(held, "team");
  if (!team.empty()) {
    fmt::print("    is {} (team {}), said {}\n", team, Text(held, "team_id"),
               Text(held, "decided_by"));
  }
  const json rows = held.value("rows", json::array());
  for (std::size_t i = 0; i < std::min(rows.size(), kShownRows); ++i) {
    fmt::print("    {}  {} - {}  ({}, line {})\n", Text(rows[i], "match_date"),
               Text(rows[i], "home_team"), Text(rows[i], "away_team"), Text(rows[i], "file"),
               Text(rows[i], "line"));
  }
  const std::int64_t more =
      Integer(held, "row_count") - static_cast<std::int64_t>(std::min(rows.size(), kShownRows));
  if (more > 0) fmt::print("    and {} rows more\n", more);
  for (const json& candidate : held.value("candidates", json::array())) {
    std::string evidence;
    for (const json& sentence : candidate.value("evidence", json::array())) {
      evidence += (evidence.empty() ? ": " : "; ") + sentence.get<std::string>();
    }
    fmt::print("    may be {} (team {}){}\n", Text(candidate, "team"), Text(candidate, "team_id"),
               evidence);
  }
}

absl::Status Decide(Context& context, const HeldNameChoice& choice, const char* decision) {
  json body{{"decision", fmt::format("HELD_NAME_STATE_{}", decision)}};
  if (!choice.team.empty()) PutTeam(choice.team, "team", body);
  ASSIGN_OR_RETURN(const json answer,
                   context.api.Post(fmt::format("{}/{}:decide", kHeldNames, choice.id), body));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json held = answer.value("held_name", json::object());
  if (EnumText(held, "state", "HELD_NAME_STATE_") == "rejected") {
    fmt::print("\"{}\" is no team's; {} rows stay out.\n", Text(held, "name"),
               Integer(held, "row_count"));
    return absl::OkStatus();
  }
  fmt::print("\"{}\" is {} (team {}): {} matches added, {} changed, {} prices added.\n",
             Text(held, "name"), Text(held, "team"), Text(held, "team_id"),
             Integer(answer, "matches_added"), Integer(answer, "matches_updated"),
             Integer(answer, "quotes_added"));
  if (Integer(answer, "rows_waiting") > 0) {
    fmt::print("{} rows wait for the name of the opponent.\n", Integer(answer, "rows_waiting"));
  }
  return absl::OkStatus();
}

void PrintMerge(const json& merge) {
  fmt::print("merge {}: {} (team {}) is part of {} (team {}), with {} matches",
             Text(merge, "merge_id"), Text(merge, "team"), Text(merge, "team_id"),
             Text(merge, "into_team"), Text(merge, "into_team_id"), Integer(merge, "match_count"));
  if (Integer(merge, "set_aside_count") > 0) {
    fmt::print("; {} that both had show once", Integer(merge, "set_aside_count"));
  }
  fmt::print(".\n");
}

}  // namespace

absl::Status ListHeldNames(Context& context, const HeldNamesOptions& options) {
  std::string state = UpperCase(options.state);
  std::replace(state.begin(), state.end(), '-', '_');
  ASSIGN_OR_RETURN(const json names, context.api.GetAll(kHeldNames, "held_names",
                                                        {{"state", "HELD_NAME_STATE_" + state},
                                                         {"competition", options.competition}},
                                                        kAll));
  if (context.json) {
    PrintJson(names);
    return absl::OkStatus();
  }
  for (const json& held : names) PrintHeld(held);
  if (!names.empty() && options.state == "held") {
    fmt::print("To decide: fairline names confirm ID TEAM, names new ID, or names reject ID\n");
  }
  if (names.empty()) fmt::print("There are none.\n");
  return absl::OkStatus();
}

absl::Status ConfirmHeldName(Context& context, const HeldNameChoice& choice) {
  return Decide(context, choice, "KNOWN_TEAM");
}

absl::Status AcceptHeldName(Context& context, const HeldNameChoice& choice) {
  return Decide(context, choice, "NEW_TEAM");
}

absl::Status RejectHeldName(Context& context, const HeldNameChoice& choice) {
  return Decide(context, choice, "REJECTED");
}

absl::Status MergeTeams(Context& context, const MergeOptions& options) {
  json body{{"competition", options.competition}, {"reason", options.reason}};
  PutTeam(options.team, "team", body);
  PutTeam(options.into, "into_team", body);
  ASSIGN_OR_RETURN(const json answer, context.api.Post("/v1/ingest/teams:merge", body));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json merge = answer.value("merge", json::object());
  PrintMerge(merge);
  fmt::print("To take it back: fairline teams unmerge {}\n", Text(merge, "merge_id"));
  return absl::OkStatus();
}

absl::Status UnmergeTeams(Context& context, const MergeChoice& choice) {
  ASSIGN_OR_RETURN(const json answer,
                   context.api.Post(fmt::format("{}/{}:undo", kMerges, choice.id), json::object()));
  if (context.json) {
    PrintJson(answer);
    return absl::OkStatus();
  }
  const json merge = answer.value("merge", json::object());
  fmt::print("{} and {} are two teams again.\n", Text(merge, "team"), Text(merge, "into_team"));
  return absl::OkStatus();
}

absl::Status ListTeamMerges(Context& context) {
  ASSIGN_OR_RETURN(const json merges, context.api.GetAll(kMerges, "merges", {}, kAll));
  if (context.json) {
    PrintJson(merges);
    return absl::OkStatus();
  }
  Table table({">merge", "team", "is part of", ">matches", "merged", "by", "undone", "reason"});
  for (const json& merge : merges) {
    table.Add({Text(merge, "merge_id"), Text(merge, "team"), Text(merge, "into_team"),
               Text(merge, "match_count"), Text(merge, "merge_time"), Text(merge, "merged_by"),
               Text(merge, "undo_time"), Text(merge, "reason")});
  }
  fmt::print("{}", table.Render());
  return absl::OkStatus();
}

}  // namespace fairline::cli
