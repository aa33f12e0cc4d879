#include "actors/identity_core.hpp"

#include "actors/gateway_core.hpp"
#include "messages/ebts/writer.hpp"
#include "tests/actors/people.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;

TEST_CASE("identity_core: the first record says which booking it is, whatever follows it") {
  const principal agency{"desk 1", role::lea, "TX0000001"}, bureau{"desk 3", role::sib, "TX"};
  const bytes whole = ebts::write_transaction(sample_transaction());
  const booking_id booking = must(admit({agency, whole}, {}, "20111122")).booking;
  CHECK(must(identity_of(agency, whole)) == booking);
  CHECK(must(identity_of(bureau, whole)) == booking);
  const byte_view view(whole);
  const std::size_t first = whorl::test::to_text(whole).find('\x1c') + 1;
  CHECK(must(identity_of(agency, view.first(first))) == booking);
  CHECK(code_of(identity_of(agency, view.first(first - 1))) == "invalid_input");
  CHECK(code_of(identity_of(agency, {})) == "invalid_input");
}

TEST_CASE("identity_core: nobody asks for another, and what names nobody is named") {
  const bytes whole = ebts::write_transaction(sample_transaction());
  const principal other{"desk 2", role::lea, "TX0000002"}, examiner{"e", role::examiner, ""};
  CHECK(refused(identity_of(other, whole), errc::forbidden, {"desk 2", "TX0000001"}));
  CHECK(code_of(identity_of(examiner, whole)) == "forbidden");
  ebts::transaction no_agency = sample_transaction(), short_number = sample_transaction();
  set_field(no_agency, 1, 8, "tx0000001");
  CHECK(refused(check_identity(other, no_agency), errc::invalid_input, {"1.008", "tx0000001"}));
  set_field(short_number, 1, 9, "123456789");
  CHECK(refused(check_identity(other, short_number), errc::invalid_input, {"1.009", "10 to 40"}));
}
