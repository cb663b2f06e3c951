#pragma once
// The threads of this process that claim tasks and work on them.

#include <atomic>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "services/training/app/jobs/tasks.hpp"

namespace fairline::training {

struct WorkersConfig {
  int threads = 1;
  std::string name;                             // of this process, for readers
  std::chrono::milliseconds look_every{2000};   // for work that other processes started
  std::chrono::milliseconds renew_every{2000};  // leases; how soon a cancelled task is told
};

// Works from construction to destruction on the kinds of job that it has work for, on threads of
// the lowest priority: requests and training go first. One more thread renews the leases of all,
// however long a step of theirs takes. What is unfinished at the end is given back.
class Workers {
 public:
  using WorkByKind = std::map<JobKind, TaskWork*>;

  // The store and the works must outlive the workers. `went_idle` is called, from a worker, when
  // the last of them found nothing to do: what is kept between tasks may be let go.
  Workers(TaskStore& store, WorkByKind works, WorkersConfig config,
          std::function<void()> went_idle = {});
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // New work may have come: look now.
  void Wake();

 private:
  // A task in the hands of one worker.
  struct InHand {
    TaskClaim claim;
    std::atomic<double> share_done{0.0};
    std::atomic<bool> lost{false};
    std::chrono::steady_clock::time_point renewed;
  };

  void Work();
  void RenewLeases();
  // False when there was nothing to do.
  [[nodiscard]] absl::StatusOr<bool> WorkOnOne();
  [[nodiscard]] absl::Status End(const Task& task, const InHand& in_hand,
                                 const absl::StatusOr<TaskOutcome>& outcome);
  // Tries until the store answers, or all stop.
  [[nodiscard]] absl::Status GiveBack(const Task& task);
  [[nodiscard]] std::uint64_t wakes_seen();
  // Until woken, stopped or `time` has passed.
  void Rest(std::chrono::milliseconds time, std::uint64_t seen_wakes);

  TaskStore& store_;
  WorkByKind works_;
  std::vector<JobKind> kinds_;  // of works_
  WorkersConfig config_;
  std::function<void()> went_idle_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t wakes_ = 0;
  int busy_ = 0;
  std::list<InHand> in_hand_;
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

}  // namespace fairline::training
