// Arduino on the virtual board: the class String.
#ifndef OTARU_SKETCH_WSTRING_H
#define OTARU_SKETCH_WSTRING_H

#include <string>

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "avr/pgmspace.h"

class __FlashStringHelper;
#define F(literal) (reinterpret_cast<const __FlashStringHelper*>(literal))

/// As Arduino's; an index that is out of reach reads as 0.
class String {
 public:
  String() {}
  String(const char* text) : text_(text != nullptr ? text : "") {}
  String(const __FlashStringHelper* text) : String(reinterpret_cast<const char*>(text)) {}
  explicit String(char letter) : text_(1, letter) {}
  explicit String(unsigned char number, unsigned char base = 10);
  explicit String(int number, unsigned char base = 10);
  explicit String(unsigned int number, unsigned char base = 10);
  explicit String(long number, unsigned char base = 10);
  explicit String(unsigned long number, unsigned char base = 10);
  explicit String(float number, unsigned char decimals = 2);
  explicit String(double number, unsigned char decimals = 2);

  unsigned int length() const { return static_cast<unsigned int>(text_.size()); }
  const char* c_str() const { return text_.c_str(); }
  unsigned char reserve(unsigned int size);
  explicit operator bool() const { return true; }

  template <class T>
  unsigned char concat(const T& more) {
    text_ += String(more).text_;
    return 1;
  }
  template <class T>
  String& operator+=(const T& more) {
    concat(more);
    return *this;
  }

  int compareTo(const String& other) const { return text_.compare(other.text_); }
  unsigned char equals(const String& other) const { return text_ == other.text_; }
  unsigned char equalsIgnoreCase(const String& other) const;
  unsigned char startsWith(const String& prefix, unsigned int from = 0) const;
  unsigned char endsWith(const String& suffix) const;

  char charAt(unsigned int index) const { return index < text_.size() ? text_[index] : '\0'; }
  void setCharAt(unsigned int index, char letter);
  char operator[](unsigned int index) const { return charAt(index); }
  char& operator[](unsigned int index);
  void getBytes(unsigned char* buffer, unsigned int size, unsigned int from = 0) const;
  void toCharArray(char* buffer, unsigned int size, unsigned int from = 0) const;

  /// -1 if it is not there.
  int indexOf(char letter, unsigned int from = 0) const;
  int indexOf(const String& part, unsigned int from = 0) const;
  int lastIndexOf(char letter) const;
  int lastIndexOf(const String& part) const;
  String substring(unsigned int begin) const { return substring(begin, length()); }
  String substring(unsigned int begin, unsigned int end) const;

  void replace(char old_letter, char new_letter);
  void replace(const String& old_part, const String& new_part);
  void remove(unsigned int from);
  void remove(unsigned int from, unsigned int count);
  void toLowerCase();
  void toUpperCase();
  void trim();

  long toInt() const;
  float toFloat() const;

 private:
  explicit String(const std::string& text) : text_(text) {}

  std::string text_;
};

template <class T>
String operator+(String left, const T& right) {
  left.concat(right);
  return left;
}
inline String operator+(const char* left, const String& right) {
  return String(left) += right;
}

inline bool operator==(const String& a, const String& b) {
  return a.compareTo(b) == 0;
}
inline bool operator!=(const String& a, const String& b) {
  return a.compareTo(b) != 0;
}
inline bool operator<(const String& a, const String& b) {
  return a.compareTo(b) < 0;
}
inline bool operator>(const String& a, const String& b) {
  return a.compareTo(b) > 0;
}
inline bool operator<=(const String& a, const String& b) {
  return a.compareTo(b) <= 0;
}
inline bool operator>=(const String& a, const String& b) {
  return a.compareTo(b) >= 0;
}

#endif
