#include "services/auth_gateway/http/connection_pool.hpp"

namespace fairline::auth_gateway {
namespace {

thread_local bool refusing = false;

}  // namespace

ConnectionPool::ConnectionPool(std::size_t threads, std::size_t max_queued)
    : max_queued_(max_queued) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

void ConnectionPool::enqueue(std::function<void()> connection) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() < max_queued_) {
      queue_.push_back(std::move(connection));
      wake_.notify_one();
      return;
    }
  }
  refusing = true;
  connection();
  refusing = false;
}

void ConnectionPool::shutdown() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

bool ConnectionPool::Refusing() { return refusing; }

bool ConnectionPool::Crowded() const {
  const std::lock_guard lock(mutex_);
  return !queue_.empty();
}

void ConnectionPool::Work() {
  for (;;) {
    std::function<void()> connection;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      connection = std::move(queue_.front());
      queue_.pop_front();
    }
    connection();
  }
}

}  // namespace fairline::auth_gateway
