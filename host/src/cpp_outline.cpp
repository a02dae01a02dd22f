#include "cpp_outline.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace otaru::host {
namespace {

constexpr auto npos = std::string_view::npos;

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// The text with everything that is no code turned into spaces, at the same places.
class Blanked {
 public:
  explicit Blanked(std::string_view text) : code_(text), skeleton_(text) {
    while (at_ < text.size()) step(text);
  }

  /// Without comments and directives.
  const std::string& code() const noexcept { return code_; }
  /// Without literals, too.
  const std::string& skeleton() const noexcept { return skeleton_; }

 private:
  void step(std::string_view text) {
    const std::string_view rest = text.substr(at_);
    if (rest.starts_with("//")) return blank(line_end(text, false), true);
    if (rest.starts_with("/*")) return blank(after(text, "*/", at_ + 2), true);
    if (rest.starts_with("#") && fresh_line_) return blank(line_end(text, true), true);
    if (rest.starts_with("R\"") && (at_ == 0 || !is_word(text[at_ - 1]))) return blank(raw_end(text), false);
    if (rest[0] == '"' || (rest[0] == '\'' && !(at_ > 0 && is_word(text[at_ - 1]))))
      return blank(literal_end(text), false);
    if (rest[0] == '\n')
      fresh_line_ = true;
    else if (!is_space(rest[0]))
      fresh_line_ = false;
    ++at_;
  }

  void blank(std::size_t end, bool also_code) {
    for (; at_ < std::min(end, code_.size()); ++at_) {
      if (code_[at_] == '\n') continue;
      skeleton_[at_] = ' ';
      if (also_code) code_[at_] = ' ';
    }
  }

  std::size_t line_end(std::string_view text, bool may_go_on) const {
    std::size_t end = text.find('\n', at_);
    while (may_go_on && end != npos && text[end - 1] == '\\') end = text.find('\n', end + 1);
    return end;
  }

  static std::size_t after(std::string_view text, std::string_view what, std::size_t from) {
    const std::size_t found = text.find(what, from);
    return found == npos ? npos : found + what.size();
  }

  std::size_t raw_end(std::string_view text) const {
    const std::size_t open = text.find('(', at_);
    if (open == npos) return npos;
    return after(text, ")" + std::string(text.substr(at_ + 2, open - at_ - 2)) + "\"", open);
  }

  std::size_t literal_end(std::string_view text) const {
    for (std::size_t i = at_ + 1; i < text.size() && text[i] != '\n'; ++i) {
      if (text[i] == '\\')
        ++i;
      else if (text[i] == text[at_])
        return i + 1;
    }
    return line_end(text, false);
  }

  std::string code_;
  std::string skeleton_;
  std::size_t at_ = 0;
  bool fresh_line_ = true;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

bool contains_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != npos; at = text.find(word, at + 1)) {
    const bool starts = at == 0 || !is_word(text[at - 1]);
    const std::size_t end = at + word.size();
    if (starts && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

/// True for `type name(...)`, which is what stands before the brace of a function.
bool is_function(std::string_view head) {
  const std::size_t open = head.find('(');
  if (open == npos || head.back() != ')' || head.find('=') != npos) return false;
  for (const std::string_view word : {"template", "operator", "class", "namespace", "typedef", "using"})
    if (contains_word(head.substr(0, open), word)) return false;
  const std::string_view before = trimmed(head.substr(0, open));
  std::size_t name = before.size();
  while (name > 0 && is_word(before[name - 1])) --name;
  if (name == before.size() || before.substr(0, name).ends_with("::")) return false;
  if (trimmed(before.substr(0, name)).empty()) return false;  // a macro, such as ISR(x)
  // Nothing follows the arguments: no list of initialisers.
  int depth = 0;
  for (std::size_t i = open; i < head.size(); ++i) {
    if (head[i] == '(') ++depth;
    if (head[i] == ')' && --depth == 0) return i + 1 == head.size();
  }
  return false;
}

std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : trimmed(text)) {
    if (!is_space(c))
      line += c;
    else if (line.back() != ' ')
      line += ' ';
  }
  return line;
}

}  // namespace

std::vector<FunctionHeader> functions_of(std::string_view cpp) {
  const Blanked text(cpp);
  const std::string_view skeleton = text.skeleton();
  std::vector<FunctionHeader> functions;
  std::size_t begin = 0;  // of the declaration that is being read
  int braces = 0;
  int brackets = 0;
  for (std::size_t i = 0; i < skeleton.size(); ++i) {
    const char c = skeleton[i];
    if (c == '(') ++brackets;
    if (c == ')') --brackets;
    if (brackets > 0) continue;
    if (c == '{' && braces++ == 0) {
      const std::string_view head = skeleton.substr(begin, i - begin);
      if (is_function(trimmed(head))) {
        while (is_space(skeleton[begin])) ++begin;
        functions.push_back({begin, on_one_line(std::string_view(text.code()).substr(begin, i - begin))});
      }
    }
    if (c == '}') braces = std::max(0, braces - 1);
    if (braces == 0 && (c == ';' || c == '}')) begin = i + 1;
  }
  return functions;
}

}  // namespace otaru::host
