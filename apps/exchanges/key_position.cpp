#include "apps/exchanges/key_position.hpp"

namespace whorl::apps::exchanges {

void key_position::begin_again() {
  feed_ = 0;
  listed_.reset();
  first_next_.reset();
}

void key_position::took(const key_page& page, std::optional<key_id> last) {
  if (!lists()) {
    next_ = page.next;
    if (page.next >= page.last) level_ = asked_;
    return;
  }
  if (!first_next_) first_next_ = page.next;
  listed_ = last;
  if (!page.whole) return;
  feed_ = page.feed;
  next_ = *first_next_;
}

}  // namespace whorl::apps::exchanges
