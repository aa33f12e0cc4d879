#include "gallery_fixture.hpp"

namespace whorl::test {

const subject_record& person(std::uint64_t id) {
  static std::map<std::uint64_t, subject_record> made;
  auto place = made.find(id);
  if (place == made.end()) place = made.emplace(id, make_record(id)).first;
  return place->second;
}

void gallery_fixture::open(std::uint32_t index) {
  partitions.push_back(must(storage::open_gallery_partition(
      folder.path().string() + "/" + std::to_string(index), {gallery_kind::criminal, index}, count,
      *keys, {256ull << 20, false})));
}

void gallery_fixture::reopen() {
  partitions.clear();
  for (std::uint32_t i = 0; i < count; ++i) open(i);
}

subject_enrolled gallery_fixture::enrolment(const subject_record& record) {
  const storage::seal_request wanted{{record.subject.value, key_purpose::record_criminal},
                                     wire::encode(record)};
  auto sealed = must(keys->seal(std::span(&wanted, 1)));
  return {record.subject, {1}, {1000}, "test", std::move(sealed.front())};
}

void gallery_fixture::apply(const fact& what) {
  const std::uint64_t seq = stream.add(what);
  for (const auto& partition : partitions) must(partition->apply(stream.from(seq)));
}

void gallery_fixture::encounter(std::uint64_t id, std::uint64_t booking) {
  encounter_added met;
  met.subject = {id};
  met.booking = {booking};
  met.ori = "FL0130000";
  met.who = closed_payload(booking, key_purpose::biographics);
  apply(met);
}

std::map<std::uint64_t, std::uint64_t> gallery_fixture::seen(std::uint64_t after_seq) {
  std::map<std::uint64_t, std::uint64_t> found;
  for (const auto& partition : partitions) {
    const auto view = must(partition->view());
    must(view->visit(after_seq, [&](subject_id s, byte_view entry) {
      CHECK(entry.size() % 8 == 0);
      CHECK(reinterpret_cast<std::uintptr_t>(entry.data()) % 8 == 0);
      CHECK(found.emplace(s.value, must(view->identity_of(s)).value).second);
      return true;
    }));
  }
  return found;
}

}  // namespace whorl::test
