/* LIKE by PostgreSQL's rules, for stores whose own LIKE has others. */
#ifndef WEFT_STORE_LIKE_H
#define WEFT_STORE_LIKE_H

#include "base/str.h"

typedef enum weft_like { WEFT_LIKE_NO = 0, WEFT_LIKE_YES, WEFT_LIKE_BAD_PATTERN } weft_like;

/* `%` any text, `_` one character, a backslash takes the next character as it is; BAD_PATTERN when the pattern ends in
 * a lone backslash. `folds_case` compares ASCII letters without case. */
weft_like weft_like_match(weft_str value, weft_str pattern, bool folds_case);

#endif
