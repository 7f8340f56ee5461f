/* Matching a pattern: walk both texts, and where they part go back to the last `%` and let it take one character more.
 * Only the last `%` ever needs to take more: what an earlier one could gain, the later one can too. */
#include "store/like.h"

#include "base/utf8.h"

static char fold(char byte, bool folds_case)
{
    return folds_case && byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool has_bad_end(weft_str pattern)
{
    size_t count = 0;
    while (count < pattern.len && pattern.data[pattern.len - 1 - count] == '\\') {
        count++;
    }
    return count % 2 == 1;
}

/* One element of the pattern that is not `%` against one place of the value: how far both move, or false. */
static bool match_one(weft_str value, size_t *value_at, weft_str pattern, size_t *pattern_at, bool folds_case)
{
    size_t at = *pattern_at;
    if (at >= pattern.len) {
        return false;
    }
    if (pattern.data[at] == '_') {
        *value_at += weft_utf8_char_len(value, *value_at);
        *pattern_at = at + 1;
        return true;
    }
    at += pattern.data[at] == '\\';
    if (fold(pattern.data[at], folds_case) != fold(value.data[*value_at], folds_case)) {
        return false;
    }
    *value_at += 1;
    *pattern_at = at + 1;
    return true;
}

weft_like weft_like_match(weft_str value, weft_str pattern, bool folds_case)
{
    size_t value_at = 0;
    size_t pattern_at = 0;
    size_t retry_value = 0;
    size_t retry_pattern = SIZE_MAX; /* behind the last `%` */
    if (has_bad_end(pattern)) {
        return WEFT_LIKE_BAD_PATTERN;
    }
    while (value_at < value.len) {
        if (pattern_at < pattern.len && pattern.data[pattern_at] == '%') {
            retry_pattern = ++pattern_at;
            retry_value = value_at;
        } else if (!match_one(value, &value_at, pattern, &pattern_at, folds_case)) {
            if (retry_pattern == SIZE_MAX) {
                return WEFT_LIKE_NO;
            }
            retry_value += weft_utf8_char_len(value, retry_value);
            value_at = retry_value;
            pattern_at = retry_pattern;
        }
    }
    while (pattern_at < pattern.len && pattern.data[pattern_at] == '%') {
        pattern_at++;
    }
    return pattern_at == pattern.len ? WEFT_LIKE_YES : WEFT_LIKE_NO;
}
