// Workers on a store in memory: what they do with a task, whatever the task is.
#include "services/training/app/jobs/workers.hpp"

#include <atomic>
#include <future>

#include <catch2/catch.hpp>

#include "services/training/tests/fake_tasks.hpp"

namespace fairline::training {
namespace {

using std::chrono::milliseconds;

// Plans five tasks; a forecast takes until it may end.
class SlowWork final : public TaskWork {
 public:
  absl::StatusOr<TaskOutcome> Run(const Task& task, const TaskObserver& observer) override {
    TaskOutcome outcome;
    if (task.spec.kind == TaskKind::kPlan) {
      for (int season = 1; season <= 5; ++season) {
        outcome.next.push_back({.kind = TaskKind::kForecast, .stage = 1, .season = season});
      }
      outcome.next.push_back({.kind = TaskKind::kEvaluate, .stage = 2, .season = 5});
      return outcome;
    }
    if (task.spec.kind == TaskKind::kEvaluate) {
      CHECK(finished == 5);
      outcome.summary = "{}";
      return outcome;
    }
    ++begun;
    while (!may_end) {
      if (!observer(0.5)) {
        ++stopped;
        return absl::CancelledError("stopped");
      }
      std::this_thread::sleep_for(milliseconds(1));
    }
    int season = task.spec.season;
    if (cut_off_in.compare_exchange_strong(season, 0)) return absl::UnavailableError("away");
    if (task.spec.season == fails_in) return absl::InvalidArgumentError("a bad season");
    ++finished;
    return outcome;
  }

  std::atomic<int> begun{0};
  std::atomic<int> finished{0};
  std::atomic<int> stopped{0};
  std::atomic<bool> may_end{false};
  std::atomic<int> cut_off_in{0};
  int fails_in = 0;
};

struct Shop {
  std::unique_ptr<Workers> Open(int threads) {
    return std::make_unique<Workers>(tasks, Workers::WorkByKind{{JobKind::kWalkForward, &work}},
                                     WorkersConfig{.threads = threads,
                                                   .name = "shop",
                                                   .look_every = milliseconds(20),
                                                   .renew_every = milliseconds(5)},
                                     [this] { ++idle; });
  }
  std::int64_t Start() {
    return tasks.StartJob("request", {.kind = JobKind::kWalkForward, .sport = "football"}).value();
  }
  JobView View(std::int64_t id) { return tasks.GetJob(JobKind::kWalkForward, id).value(); }

  // What is waited for happens on another thread.
  template <typename Condition>
  static bool WaitFor(const Condition& condition) {
    for (int attempt = 0; attempt < 10'000; ++attempt) {
      if (condition()) return true;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return false;
  }

  FakeTaskStore tasks;
  SlowWork work;
  std::atomic<int> idle{0};
};

}  // namespace

TEST_CASE("tasks are worked on side by side, and what waits for them afterwards",
          "[training][workers]") {
  Shop shop;
  const std::int64_t id = shop.Start();
  const auto workers = shop.Open(3);
  REQUIRE(Shop::WaitFor([&] { return shop.work.begun == 3; }));
  CHECK(shop.View(id).running.size() == 3);
  shop.work.may_end = true;
  REQUIRE(Shop::WaitFor([&] { return shop.View(id).state == JobState::kDone; }));
  CHECK(shop.work.finished == 5);
  CHECK(Shop::WaitFor([&] { return shop.idle > 0; }));
}

TEST_CASE("a cancelled job stops its workers in the middle of their tasks", "[training][workers]") {
  Shop shop;
  const std::int64_t id = shop.Start();
  const auto workers = shop.Open(2);
  REQUIRE(Shop::WaitFor([&] { return shop.work.begun == 2; }));
  REQUIRE(shop.tasks.CancelJob(JobKind::kWalkForward, id).ok());
  CHECK(Shop::WaitFor([&] { return shop.work.stopped == 2; }));
  CHECK(Shop::WaitFor([&] { return shop.idle > 0; }));
  CHECK(shop.View(id).state == JobState::kCancelled);
  CHECK(shop.View(id).running.empty());
  CHECK(shop.work.begun == 2);
}

TEST_CASE("a process that ends gives its tasks back", "[training][workers]") {
  Shop shop;
  const std::int64_t id = shop.Start();
  {
    const auto workers = shop.Open(2);
    REQUIRE(Shop::WaitFor([&] { return shop.work.begun == 2; }));
  }
  CHECK(shop.work.stopped == 2);
  CHECK(shop.View(id).running.empty());
  CHECK(shop.View(id).state == JobState::kRunning);
  shop.work.may_end = true;
  const auto others = shop.Open(1);
  CHECK(Shop::WaitFor([&] { return shop.View(id).state == JobState::kDone; }));
}

TEST_CASE("a task that fails ends its job and stops the others", "[training][workers]") {
  Shop shop;
  shop.work.fails_in = 2;
  shop.work.may_end = true;
  const std::int64_t id = shop.Start();
  const auto workers = shop.Open(1);
  CHECK(Shop::WaitFor([&] { return shop.View(id).state == JobState::kFailed; }));
  CHECK(shop.View(id).error == "a bad season");
  CHECK(shop.work.begun == 2);
}

TEST_CASE("a task that an outage interrupts is given back when the store answers again",
          "[training][workers]") {
  Shop shop;
  shop.work.may_end = true;
  shop.work.cut_off_in = 3;
  shop.tasks.away = 2;
  const auto workers = shop.Open(1);
  const std::int64_t id = shop.Start();
  CHECK(Shop::WaitFor([&] { return shop.View(id).state == JobState::kDone; }));
}

}  // namespace fairline::training
