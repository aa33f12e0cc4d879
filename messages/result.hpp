// result<T>: a value or an error, shaped like C++23's std::expected (which g++ 12 lacks in C++20).
// Errors are values here: each outer edge (LMDB, kj, OpenSSL, CAF) converts once, inside.
#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "messages/error.hpp"
#include "messages/invariant.hpp"

namespace whorl {

template <class T>
class [[nodiscard]] result {
 public:
  using value_type = T;
  result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  result(whorl::error failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return INVARIANT(has_value()), std::get<0>(state_); }
  const T& value() const& { return INVARIANT(has_value()), std::get<0>(state_); }
  T&& value() && { return INVARIANT(has_value()), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const whorl::error& error() const& { return INVARIANT(!has_value()), std::get<1>(state_); }
  whorl::error&& error() && { return INVARIANT(!has_value()), std::get<1>(std::move(state_)); }

  template <class U>
  T value_or(U&& other) const& {
    return has_value() ? std::get<0>(state_) : static_cast<T>(std::forward<U>(other));
  }

 private:
  std::variant<T, whorl::error> state_;
};

template <>
class [[nodiscard]] result<void> {
 public:
  using value_type = void;
  result() = default;
  result(whorl::error failure) : failure_(std::move(failure)), failed_(true) {}

  bool has_value() const { return !failed_; }
  explicit operator bool() const { return has_value(); }
  const whorl::error& error() const& { return INVARIANT(failed_), failure_; }
  whorl::error&& error() && { return INVARIANT(failed_), std::move(failure_); }

 private:
  whorl::error failure_;
  bool failed_ = false;
};

using status = result<void>;

}  // namespace whorl

/// Returns the error of `expression` from the enclosing function, else goes on.
#define WHORL_TRY(expression)                                                                 \
  do {                                                                                        \
    if (auto try_outcome = (expression); !try_outcome) return std::move(try_outcome).error(); \
  } while (false)

#define WHORL_CONCAT_(a, b) a##b
#define WHORL_CONCAT(a, b) WHORL_CONCAT_(a, b)
/// `WHORL_ASSIGN(auto x, f());` returns f's error from the enclosing function or binds its value.
#define WHORL_ASSIGN(declaration, expression)                                                      \
  auto WHORL_CONCAT(assign_, __LINE__) = (expression);                                             \
  if (!WHORL_CONCAT(assign_, __LINE__)) return std::move(WHORL_CONCAT(assign_, __LINE__)).error(); \
  declaration = *std::move(WHORL_CONCAT(assign_, __LINE__))
