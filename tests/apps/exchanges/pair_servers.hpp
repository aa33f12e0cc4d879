// What an exchange of the pair's world sees of the servers: each question travels there and back,
// and may be lost either way.
#pragma once

#include "tests/apps/exchanges/pair_world.hpp"

namespace whorl::test {

class remote_bucket final : public storage::coordination {
 public:
  remote_bucket(pair_world& world, std::string name) : world_(world), name_(std::move(name)) {}
  result<std::optional<storage::stored_value>> get(std::string_view key) const override {
    return ask<std::optional<storage::stored_value>>([&] { return world_.bucket_->get(key); });
  }
  result<std::uint64_t> create(std::string_view key, byte_view value) override {
    return ask<std::uint64_t>([&] { return world_.bucket_->create(key, value); });
  }
  result<std::uint64_t> update(std::string_view key, byte_view value, std::uint64_t seen) override {
    return ask<std::uint64_t>([&] { return world_.bucket_->update(key, value, seen); });
  }

 private:
  template <class T, class Ask>
  result<T> ask(Ask what) const {
    if (!world_.travel(name_)) return make_error(errc::unavailable, "the servers do not answer");
    result<T> out = what();
    if (!world_.travel(name_)) return make_error(errc::unavailable, "the servers did not answer");
    return out;
  }
  pair_world& world_;
  const std::string name_;
};

class remote_journal final : public storage::journal {
 public:
  /// `epoch`: of its process, for what the world checks; the servers know nothing of it. Not
  /// `travels`: answers at once.
  remote_journal(pair_world& world, std::string name, std::function<std::uint64_t()> epoch,
                 bool travels = true)
      : world_(world), name_(std::move(name)), epoch_(std::move(epoch)), travels_(travels) {}

  std::vector<result<storage::append_outcome>> append(
      std::span<const storage::append_request> batch) override {
    const storage::append_request& what = batch.front();
    const error no_answer{errc::unavailable, "the servers do not answer"};
    world_.freeze_in_append(name_);
    if (!world_.travel(name_)) return {no_answer};
    const result<storage::append_outcome> out = put(what);
    if (!world_.travel(name_)) return {no_answer};
    return {out};
  }
  result<std::vector<fact_record>> read(stream_id stream, std::uint64_t from_seq,
                                        std::size_t max_records) const override {
    if (travels_ && !world_.travel(name_))
      return make_error(errc::unavailable, "the servers do not answer");
    const auto& facts = world_.streams_[stream].facts;
    std::vector<fact_record> out;
    for (std::size_t i = from_seq - 1; i < facts.size() && out.size() < max_records; ++i)
      out.push_back(facts[i]);
    return out;
  }
  result<storage::stream_tail> tail(stream_id stream) const override {
    if (!world_.travel(name_)) return make_error(errc::unavailable, "the servers do not answer");
    return storage::stream_tail{world_.streams_[stream].facts.size(), {}};
  }
  result<std::optional<fact_record>> find(stream_id, std::string_view) const override {
    return make_error(errc::unavailable, "not asked for here");
  }

 private:
  result<storage::append_outcome> put(const storage::append_request& what) {
    auto& stream = world_.streams_[what.stream];
    if (const auto known = stream.by_id.find(what.message_id); known != stream.by_id.end())
      return storage::append_outcome{storage::append_kind::duplicate, known->second};
    if (what.expected_seq && *what.expected_seq != stream.facts.size()) {
      ++world_.fenced_;
      return make_error(errc::conflict, "the stream has moved on");
    }
    return world_.add(what.stream, what, epoch_());
  }
  pair_world& world_;
  const std::string name_;
  const std::function<std::uint64_t()> epoch_;
  const bool travels_;
};

}  // namespace whorl::test
