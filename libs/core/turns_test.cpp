#include "libs/core/turns.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

namespace fairline {
namespace {

std::chrono::system_clock::time_point Now() { return std::chrono::system_clock::now(); }

TEST_CASE("an asker has its share and leaves the other places to others", "[turns]") {
  Turns turns(4, 2);
  const auto first = turns.Take("a", Now());
  const auto second = turns.Take("a", Now());
  CHECK(first.has_value());
  CHECK(second.has_value());
  CHECK_FALSE(turns.Take("a", Now()).has_value());
  CHECK(turns.Take("b", Now()).has_value());  // and given back at once
  const auto own = turns.Take("", Now());
  const auto more = turns.Take("", Now());
  CHECK(more.has_value());
  CHECK_FALSE(turns.Take("", Now()).has_value());
  CHECK_FALSE(turns.Take("b", Now()).has_value());
}

TEST_CASE("a place that is given back goes to the first who may have it", "[turns]") {
  Turns turns(2, 1);
  auto a = turns.Take("a", Now());
  auto b = turns.Take("b", Now());
  std::atomic<int> next{0};
  int of_a = 0;
  int of_c = 0;
  const auto far = Now() + std::chrono::minutes(1);
  std::thread waiting_a([&] {
    const auto turn = turns.Take("a", far);
    of_a = ++next;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  std::thread waiting_c([&] {
    const auto turn = turns.Take("c", far);
    of_c = ++next;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  b.reset();  // "a" came first and has its share: it is the turn of "c"
  waiting_c.join();
  CHECK(of_c == 1);
  a.reset();
  waiting_a.join();
  CHECK(of_a == 2);
}

TEST_CASE("no place is lost among many threads", "[turns]") {
  Turns turns(3, 2);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> served{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&, i] {
      const std::string asker = i % 3 == 0 ? "" : "asker " + std::to_string(i % 4);
      for (int k = 0; k < 200; ++k) {
        const auto turn =
            turns.Take(asker, Now() + std::chrono::milliseconds(k % 5 == 0 ? 0 : 9999));
        if (!turn) continue;
        const int now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        ++served;
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(most <= 3);
  CHECK(served >= 12 * 160);
  std::vector<Turns::Turn> all;
  for (int i = 0; i < 3; ++i) all.push_back(turns.Take("", Now()).value());
}

}  // namespace
}  // namespace fairline
