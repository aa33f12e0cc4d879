#include "messages/planted_bug.hpp"

namespace whorl {

#ifdef WHORL_PLANTED
planted_bug& planted_now() {
  static planted_bug now = planted_bug::none;
  return now;
}
#endif

}  // namespace whorl
