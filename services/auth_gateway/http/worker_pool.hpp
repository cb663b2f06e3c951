#pragma once
// A bounded pool of threads for connections.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <httplib.h>

namespace fairline::auth_gateway {

class ConnectionPool final : public httplib::TaskQueue {
 public:
  ConnectionPool(std::size_t threads, std::size_t max_queued);

  // Runs `connection` on a thread of the pool; when the queue is full, at once on this thread with
  // Refusing() true.
  void enqueue(std::function<void()> connection) override;
  // Runs what is queued, then joins.
  void shutdown() override;

  // True inside a connection that must be turned away.
  [[nodiscard]] static bool Refusing();
  // Whether connections wait for a thread.
  [[nodiscard]] bool Crowded() const;

 private:
  void Work();

  const std::size_t max_queued_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace fairline::auth_gateway
