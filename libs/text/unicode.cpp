#include "libs/text/unicode.hpp"

#include <algorithm>
#include <memory>
#include <mutex>

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace fairline::text {
namespace {

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Calls `take` with each code point; false at the first byte that is not well-formed.
template <typename Take>
bool ForEachCodePoint(std::string_view text, Take take) {
  const char* bytes = text.data();
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 code = 0;
    U8_NEXT(bytes, at, size, code);
    if (code < 0) return false;
    take(code);
  }
  return true;
}

bool IsUtf8(std::string_view text) {
  return ForEachCodePoint(text, [](UChar32) {});
}

icu::UnicodeString ToUtf16(std::string_view text) {
  return icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
}

std::string ToUtf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

// `text` when ICU cannot say: its data are part of the library, so only memory can be short.
icu::UnicodeString NormalizedC(const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* form_c = icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error)) return text;
  icu::UnicodeString normalized = form_c->normalize(text, error);
  return U_FAILURE(error) ? text : normalized;
}

// A transliterator is costly to make, and one at a time may use it.
class Folder {
 public:
  Folder() {
    UErrorCode error = U_ZERO_ERROR;
    // Case is folded after this: a capital I whose dot is gone folds to "i".
    rules_.reset(icu::Transliterator::createInstance(
        "NFKD; [:Nonspacing Mark:] Remove; Latin-ASCII; NFKC", UTRANS_FORWARD, error));
    if (U_FAILURE(error)) rules_ = nullptr;
  }
  void Fold(icu::UnicodeString& text) {
    const std::lock_guard lock(mutex_);
    if (rules_) rules_->transliterate(text);
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<icu::Transliterator> rules_;
};

std::string OneSpaceBetween(const icu::UnicodeString& text) {
  icu::UnicodeString out;
  bool blank = false;
  for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const UChar32 code = text.char32At(at);
    if (u_isUWhiteSpace(code) != 0) {
      blank = true;
      continue;
    }
    if (blank && !out.isEmpty()) out.append(UChar32{' '});
    blank = false;
    out.append(code);
  }
  return ToUtf8(out);
}

}  // namespace

std::string Nfc(std::string_view text) {
  if (IsAscii(text) || !IsUtf8(text)) return std::string(text);
  return ToUtf8(NormalizedC(ToUtf16(text)));
}

std::string FoldForSearch(std::string_view text) {
  if (!IsUtf8(text)) return std::string(text);
  icu::UnicodeString folded = ToUtf16(text);
  if (!IsAscii(text)) {
    static Folder folder;
    folder.Fold(folded);
  }
  folded.foldCase();
  return OneSpaceBetween(folded);
}

std::string OpaqueString(std::string_view text) {
  if (IsAscii(text) || !IsUtf8(text)) return std::string(text);
  icu::UnicodeString spaced;
  ForEachCodePoint(text, [&spaced](UChar32 code) {
    spaced.append(u_charType(code) == U_SPACE_SEPARATOR ? UChar32{' '} : code);
  });
  return ToUtf8(NormalizedC(spaced));
}

std::size_t CountCharacters(std::string_view text) {
  if (IsAscii(text) || !IsUtf8(text)) return text.size();
  return static_cast<std::size_t>(NormalizedC(ToUtf16(text)).countChar32());
}

CharacterKinds KindsOf(std::string_view text) {
  CharacterKinds kinds;
  ForEachCodePoint(text, [&kinds](UChar32 code) {
    if (u_isUUppercase(code) != 0) kinds.upper_case = true;
    if (u_isULowercase(code) != 0) kinds.lower_case = true;
    if (u_isdigit(code) != 0) kinds.digit = true;
    if (u_charType(code) == U_CONTROL_CHAR) kinds.control = true;
  });
  return kinds;
}

}  // namespace fairline::text
