// The thread beside the connections': order, its bound, its end.
#include "apps/http/side_thread.hpp"

#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <vector>

namespace whorl::test {

using apps::http::side_thread;

TEST_CASE("side thread: one after the other, as they came; one more than may wait is refused") {
  side_thread beside(2);
  std::promise<void> begun, go, done;
  std::vector<int> order;
  REQUIRE(beside.post([&] {
    begun.set_value();
    go.get_future().wait();
    order.push_back(1);
  }));
  begun.get_future().wait();  // so that it does not wait any more
  CHECK(beside.post([&] { order.push_back(2); }));
  CHECK(beside.post([&] {
    order.push_back(3);
    done.set_value();
  }));
  CHECK_FALSE(beside.post([&] { order.push_back(4); }));
  go.set_value();
  done.get_future().wait();
  CHECK(order == std::vector<int>{1, 2, 3});
}

TEST_CASE("side thread: at its end what is being done ends, and what waits is dropped and freed") {
  const auto held = std::make_shared<int>(0);
  std::promise<void> begun, go;
  bool ended = false;
  {
    side_thread beside(8);
    REQUIRE(beside.post([&] {
      begun.set_value();
      go.get_future().wait();
      ended = true;
    }));
    begun.get_future().wait();
    REQUIRE(beside.post([held] { *held += 1; }));
    go.set_value();
  }
  CHECK(ended);
  CHECK(held.use_count() == 1);
}

}  // namespace whorl::test
