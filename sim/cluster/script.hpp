// What happens in a run, written by hand: steps in order, each done once what it waits for holds;
// and what must hold at a step, all the time, and at the end. The seed still decides who runs next.
// Words to write steps with: script_words.hpp.
//
//   script s;
//   const auto one = s.booking(nobody);
//   s.then(send(one)).when(acknowledged(one), kill_exchange());
//   s.at_the_end(no_hit(one, gallery_kind::criminal));
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/cluster/scripted_world.hpp"

namespace whorl::sim {

/// Something that holds in a world or does not, and how to say it.
struct look {
  std::string words;
  std::function<bool(const scripted_world&)> holds;
};
using deed = std::function<void(scripted_world&)>;

class script {
 public:
  /// One more booking of this person (scenario.hpp), by an agency whose jurisdiction is in this
  /// mode, full or inactive, at the start. It is sent when a deed sends it.
  std::size_t booking(std::size_t person, jurisdiction_mode mode = jurisdiction_mode::full);

  template <class... Deeds>
  script& when(look it, Deeds... deeds) {
    return add({std::move(it), {deeds...}, 0, false});
  }
  /// At once after the step before.
  template <class... Deeds>
  script& then(Deeds... deeds) {
    return after_ms(0, std::move(deeds)...);
  }
  /// So long after the step before.
  template <class... Deeds>
  script& after_ms(std::int64_t ms, Deeds... deeds) {
    return add({std::nullopt, {deeds...}, ms, false});
  }
  /// Must hold right after the step before.
  script& expect(look it) { return add({std::move(it), {}, 0, true}); }
  /// Must hold at every moment of the run.
  script& always(look it) { return always_.push_back(std::move(it)), *this; }
  /// Must hold once the healed world is at rest.
  script& at_the_end(look it) { return at_the_end_.push_back(std::move(it)), *this; }

 private:
  friend class script_player;
  struct step {
    std::optional<look> waits_for;
    std::vector<deed> deeds;
    std::int64_t after_ms = 0;
    bool expected = false;  ///< what it waits for must hold by now
  };
  script& add(step one) { return steps_.push_back(std::move(one)), *this; }

  std::vector<std::size_t> planned_;  ///< indexes into scenario::bookings, in the script's order
  std::vector<step> steps_;
  std::vector<look> always_, at_the_end_;
};

/// Plays one script in one world.
class script_player {
 public:
  script_player(script played, scripted_world world)
      : script_(std::move(played)), world_(std::move(world)) {}

  static std::vector<client_record> clients_of(const script& played);
  scripted_world& world() { return world_; }
  /// Between two steps of the world.
  void go_on();
  bool over() const { return next_ == script_.steps_.size(); }
  /// When a step is due by time alone.
  std::optional<moment> next_due() const;
  /// Once all is at rest: what was not as expected.
  std::vector<std::string> unexpected();

 private:
  bool due(const script::step& one) const;

  script script_;
  scripted_world world_;
  std::size_t next_ = 0;
  std::int64_t since_ms_ = 0;  ///< when the step before was done
  std::vector<std::string> unexpected_;
};

}  // namespace whorl::sim
