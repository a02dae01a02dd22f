// A value or the reason why there is none.
#pragma once

#include <otaru/status.hpp>

namespace otaru {

/// A `T`, or the Status that says why there is none; the shape of C++23's std::expected<T, Status>.
/// `T` is default constructible. Never throws: reading the value of a failed Result gives a default `T`.
template <class T>
class [[nodiscard]] Result {
 public:
  constexpr Result(T value) noexcept : value_(value), status_(Status::ok) {}
  constexpr Result(Status error) noexcept : value_{}, status_(error) {}

  constexpr bool has_value() const noexcept { return status_ == Status::ok; }
  constexpr explicit operator bool() const noexcept { return has_value(); }
  constexpr Status error() const noexcept { return status_; }
  constexpr const T& value() const noexcept { return value_; }
  constexpr const T& operator*() const noexcept { return value_; }
  constexpr const T* operator->() const noexcept { return &value_; }

 private:
  T value_;
  Status status_;
};

}  // namespace otaru
