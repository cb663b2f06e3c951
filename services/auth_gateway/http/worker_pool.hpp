#pragma once
// Threads for the handlers, which wait for others: first come, first served.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace fairline::auth_gateway {

class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t max_queued);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs `work` on a thread of the pool; false when `max_queued` wait already, or it is stopped.
  // `work` throws nothing.
  [[nodiscard]] bool Run(std::function<void()> work);
  // Runs what is queued, then joins. Idempotent.
  void Stop();

 private:
  void Work();

  const std::size_t max_queued_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace fairline::auth_gateway
