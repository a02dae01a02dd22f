#include "WString.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace {

template <class Number>
std::string digits(Number number, unsigned char base) {
  std::array<char, 72> text{};
  const int radix = base >= 2 && base <= 36 ? base : 10;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, radix).ptr;
  std::string made(text.data(), end);
  std::ranges::transform(made, made.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return made;
}

std::string decimals_of(double number, unsigned char decimals) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), "%.*f", static_cast<int>(decimals), number);
  return text.data();
}

int position(std::string::size_type at) {
  return at == std::string::npos ? -1 : static_cast<int>(at);
}

}  // namespace

String::String(unsigned char number, unsigned char base)
    : text_(digits(static_cast<unsigned>(number), base)) {}
String::String(int number, unsigned char base) : text_(digits(number, base)) {}
String::String(unsigned int number, unsigned char base) : text_(digits(number, base)) {}
String::String(long number, unsigned char base) : text_(digits(number, base)) {}
String::String(unsigned long number, unsigned char base) : text_(digits(number, base)) {}
String::String(float number, unsigned char decimals)
    : text_(decimals_of(static_cast<double>(number), decimals)) {}
String::String(double number, unsigned char decimals) : text_(decimals_of(number, decimals)) {}

unsigned char String::reserve(unsigned int size) {
  text_.reserve(size);
  return 1;
}

unsigned char String::equalsIgnoreCase(const String& other) const {
  return std::ranges::equal(text_, other.text_, [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  });
}

unsigned char String::startsWith(const String& prefix, unsigned int from) const {
  return from <= text_.size() && text_.compare(from, prefix.text_.size(), prefix.text_) == 0;
}

unsigned char String::endsWith(const String& suffix) const {
  return text_.ends_with(suffix.text_);
}

void String::setCharAt(unsigned int index, char letter) {
  if (index < text_.size()) text_[index] = letter;
}

char& String::operator[](unsigned int index) {
  static char nowhere;
  nowhere = '\0';
  return index < text_.size() ? text_[index] : nowhere;
}

void String::getBytes(unsigned char* buffer, unsigned int size, unsigned int from) const {
  if (buffer == nullptr || size == 0) return;
  const std::string part = from < text_.size() ? text_.substr(from, size - 1) : std::string();
  std::ranges::copy(part, buffer);
  buffer[part.size()] = '\0';
}

void String::toCharArray(char* buffer, unsigned int size, unsigned int from) const {
  getBytes(static_cast<unsigned char*>(static_cast<void*>(buffer)), size, from);
}

int String::indexOf(char letter, unsigned int from) const {
  return position(text_.find(letter, from));
}
int String::indexOf(const String& part, unsigned int from) const {
  return position(text_.find(part.text_, from));
}
int String::lastIndexOf(char letter) const {
  return position(text_.rfind(letter));
}
int String::lastIndexOf(const String& part) const {
  return position(text_.rfind(part.text_));
}

String String::substring(unsigned int begin, unsigned int end) const {
  if (begin > end) std::swap(begin, end);
  return begin < text_.size() ? String(text_.substr(begin, end - begin)) : String();
}

void String::replace(char old_letter, char new_letter) {
  std::ranges::replace(text_, old_letter, new_letter);
}

void String::replace(const String& old_part, const String& new_part) {
  if (old_part.text_.empty()) return;
  for (auto at = text_.find(old_part.text_); at != std::string::npos;
       at = text_.find(old_part.text_, at + new_part.text_.size()))
    text_.replace(at, old_part.text_.size(), new_part.text_);
}

void String::remove(unsigned int from) {
  if (from < text_.size()) text_.erase(from);
}
void String::remove(unsigned int from, unsigned int count) {
  if (from < text_.size()) text_.erase(from, count);
}

void String::toLowerCase() {
  std::ranges::transform(text_, text_.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
}
void String::toUpperCase() {
  std::ranges::transform(text_, text_.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
}

void String::trim() {
  constexpr const char* kSpaces = " \t\n\v\f\r";
  text_.erase(0, std::min(text_.find_first_not_of(kSpaces), text_.size()));
  text_.erase(text_.find_last_not_of(kSpaces) + 1);
}

long String::toInt() const {
  return std::strtol(text_.c_str(), nullptr, 10);
}
float String::toFloat() const {
  return std::strtof(text_.c_str(), nullptr);
}
