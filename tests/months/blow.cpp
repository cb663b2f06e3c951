#include "tests/months/blow.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

namespace fairline::testing {

void Strike(Installation& fairline, const Blow& blow, const std::function<void()>& act) {
  {
    pqxx::connection connection(fairline.OwnerUrl());
    pqxx::work lock(connection);
    lock.exec0(fmt::format("LOCK TABLE {} IN SHARE MODE", blow.table));
    act();
    Await(fmt::format("{} to write to {}", blow.service, blow.table), [&] {
      return fairline.Count(
                 fmt::format("SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
                             "WHERE NOT granted AND usename = '{}' AND relation = '{}'::regclass",
                             blow.writer, blow.table)) > 0;
    });
    fairline.Kill(blow.service);
  }
  fairline.Start(blow.service);
  fairline.AwaitHealthy(blow.service);
}

}  // namespace fairline::testing
