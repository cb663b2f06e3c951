#pragma once
// The full judgement of a recipe: each of the past seasons forecast by a fit on what came before
// it. Runs in the background, a season at a time; what is finished survives a crash, and its fits
// are shared with training through the checkpoints.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "libs/core/clock.hpp"
#include "libs/core/status.hpp"
#include "services/training/app/fitting.hpp"
#include "services/training/app/ports.hpp"
#include "services/training/app/recipe.hpp"

namespace fairline::training {

struct WalkForwardPorts {
  MatchSource& matches;
  CheckpointStore& checkpoints;
  WalkForwardStore& store;
  const Clock& as_of;
};

class WalkForwardRunner {
 public:
  // The ports must outlive the runner.
  WalkForwardRunner(WalkForwardPorts ports, Recipe recipe, std::string code_version)
      : ports_(ports), recipe_(std::move(recipe)), code_version_(std::move(code_version)) {}

  // Works on the oldest open walk-forward to its end; false when there was none. An error of the
  // work itself is kept with the walk-forward; one of the store is returned. Cancelled when
  // `stop` became true: the walk-forward is then taken up again later.
  [[nodiscard]] absl::StatusOr<bool> RunOne(const std::atomic<bool>& stop);

 private:
  [[nodiscard]] absl::Status Run(const WalkForwardTask& task, const std::atomic<bool>& stop);
  [[nodiscard]] absl::StatusOr<std::vector<int>> SeasonsOf(const WalkForwardTask& task,
                                                           const Dataset& dataset,
                                                           Instant as_of) const;
  [[nodiscard]] absl::StatusOr<std::vector<ForecastSet>> ForecastOneSeason(
      const Fitter& fitter, int season, const std::function<bool()>& go_on) const;

  WalkForwardPorts ports_;
  Recipe recipe_;
  std::string code_version_;
};

// Runs a WalkForwardRunner on a thread of the lowest priority from construction to destruction.
class WalkForwardThread {
 public:
  explicit WalkForwardThread(WalkForwardRunner& runner);
  ~WalkForwardThread();
  WalkForwardThread(const WalkForwardThread&) = delete;
  WalkForwardThread& operator=(const WalkForwardThread&) = delete;

  // New work may have come: look now.
  void Wake();

 private:
  void Loop();

  WalkForwardRunner& runner_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace fairline::training
