#include "services/training/app/jobs/workers.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libs/telemetry/log.hpp"

namespace fairline::training {
namespace {

// Linux keeps a nice value for each thread.
// Says nothing about the work itself: a stop, a database or a peer that is away, slow or full.
bool IsOutage(const absl::Status& status) {
  return absl::IsCancelled(status) || absl::IsUnavailable(status) ||
         absl::IsResourceExhausted(status) || absl::IsDeadlineExceeded(status);
}

void TakeLowestPriority() { setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), 19); }

}  // namespace

Workers::Workers(TaskStore& store, WorkByKind works, WorkersConfig config,
                 std::function<void()> went_idle)
    : store_(store),
      works_(std::move(works)),
      config_(std::move(config)),
      went_idle_(std::move(went_idle)),
      busy_(config_.threads) {
  for (const auto& [kind, work] : works_) kinds_.push_back(kind);
  for (int i = 0; i < config_.threads; ++i) {
    threads_.emplace_back([this] {
      TakeLowestPriority();
      Work();
    });
  }
  threads_.emplace_back([this] { RenewLeases(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::Wake() {
  {
    const std::lock_guard lock(mutex_);
    ++wakes_;
  }
  changed_.notify_all();
}

void Workers::Rest(std::chrono::milliseconds time, std::uint64_t seen_wakes) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [&] { return stop_ || wakes_ != seen_wakes; });
}

void Workers::Work() {
  while (!stop_) {
    const std::uint64_t seen_wakes = wakes_seen();
    const auto worked = WorkOnOne();
    if (!worked.ok() && !stop_) {
      telemetry::Warn("task interrupted", {{"error", worked.status().ToString()}});
    }
    if (worked.ok() && *worked) {
      Wake();  // what waited for this task is free now
      continue;
    }
    bool all_idle = false;
    {
      const std::lock_guard lock(mutex_);
      all_idle = --busy_ == 0;
    }
    if (all_idle && went_idle_) went_idle_();
    Rest(config_.look_every, seen_wakes);
    const std::lock_guard lock(mutex_);
    ++busy_;
  }
}

absl::StatusOr<bool> Workers::WorkOnOne() {
  ASSIGN_OR_RETURN(const std::optional<Task> task, store_.ClaimTask(config_.name, kinds_));
  if (!task) return false;
  std::list<InHand>::iterator in_hand;
  {
    const std::lock_guard lock(mutex_);
    in_hand = in_hand_.emplace(in_hand_.end());
    in_hand->claim = task->claim;
    in_hand->renewed = std::chrono::steady_clock::now();
  }
  const auto observer = [&](double share) {
    in_hand->share_done = share;
    return !stop_ && !in_hand->lost;
  };
  const absl::StatusOr<TaskOutcome> outcome =
      works_.find(task->job.kind)->second->Run(*task, observer);
  const absl::Status ended = End(*task, *in_hand, outcome);
  {
    const std::lock_guard lock(mutex_);
    in_hand_.erase(in_hand);
  }
  if (stop_) changed_.notify_all();
  RETURN_IF_ERROR(ended);
  return true;
}

absl::Status Workers::End(const Task& task, const InHand& in_hand,
                          const absl::StatusOr<TaskOutcome>& outcome) {
  if (in_hand.lost) return GiveBack(task);  // cancelled, or another's after an outage
  absl::Status status = outcome.status();
  if (status.ok()) status = store_.CompleteTask(task, *outcome);
  if (status.ok() || absl::IsAborted(status)) return absl::OkStatus();
  if (IsOutage(status)) {
    RETURN_IF_ERROR(GiveBack(task));
    return status;
  }
  const absl::Status failed = store_.FailTask(task, MessageOf(status));
  return absl::IsAborted(failed) ? absl::OkStatus() : failed;
}

absl::Status Workers::GiveBack(const Task& task) {
  while (true) {
    const absl::Status given_back = store_.GiveBackTask(task.claim);
    if (given_back.ok() || absl::IsAborted(given_back)) return absl::OkStatus();
    if (stop_ || !IsOutage(given_back)) return given_back;
    Rest(config_.look_every, wakes_seen());
  }
}

std::uint64_t Workers::wakes_seen() {
  const std::lock_guard lock(mutex_);
  return wakes_;
}

void Workers::RenewLeases() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      const bool over =
          changed_.wait_for(lock, config_.renew_every, [&] { return stop_ && in_hand_.empty(); });
      if (over) return;
    }
    std::vector<std::pair<TaskClaim, double>> held;
    {
      const std::lock_guard lock(mutex_);
      for (const InHand& task : in_hand_) {
        if (!task.lost) held.emplace_back(task.claim, task.share_done.load());
      }
    }
    for (const auto& [claim, share] : held) {
      const absl::Status renewed = store_.RenewTask(claim, share);
      const auto now = std::chrono::steady_clock::now();
      const std::lock_guard lock(mutex_);
      const auto task = std::find_if(in_hand_.begin(), in_hand_.end(), [&](const InHand& each) {
        return each.claim.task_id == claim.task_id;
      });
      if (task == in_hand_.end()) continue;
      if (renewed.ok()) task->renewed = now;
      // A database that does not answer loses nothing before the lease has run out.
      if (absl::IsAborted(renewed) || now - task->renewed > kTaskLease) task->lost = true;
    }
  }
}

}  // namespace fairline::training
