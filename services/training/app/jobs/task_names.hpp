#pragma once
// The names of kinds and states, in the database and for readers.

#include <string_view>

#include "libs/core/status.hpp"
#include "services/training/app/jobs/tasks.hpp"

namespace fairline::training {

[[nodiscard]] std::string_view NameOf(JobKind kind);
[[nodiscard]] std::string_view NameOf(JobState state);
[[nodiscard]] std::string_view NameOf(TaskKind kind);
// Internal for a name that no migration allows.
[[nodiscard]] absl::StatusOr<JobKind> ParseJobKind(std::string_view name);
[[nodiscard]] absl::StatusOr<JobState> ParseJobState(std::string_view name);
[[nodiscard]] absl::StatusOr<TaskKind> ParseTaskKind(std::string_view name);

}  // namespace fairline::training
