/* Making and passing on errors. weft_fail is the only way an error is made. */
#ifndef WEFT_BASE_FAIL_H
#define WEFT_BASE_FAIL_H

#include "base/str.h"

/* Fill `error` (which may be NULL) with a code and a message, everything else cleared, and return the code. */
weft_code weft_fail(weft_error *error, weft_code code, const char *format, ...) WEFT_PRINTF(3, 4);

/* The two failures that need no words. */
weft_code weft_fail_no_memory(weft_error *error);
/* NO_MEMORY, or LIMIT_EXCEEDED naming memory_bytes_max when `arena` met its ceiling. */
weft_code weft_fail_arena(weft_error *error, const weft_arena *arena);

/* Add to an error that was just made; all accept NULL. */
void weft_error_set_where(weft_error *error, const char *format, ...) WEFT_PRINTF(2, 3);
/* Put text in front of what `where` says: "/3" before "/title". */
void weft_error_prefix_where(weft_error *error, const char *format, ...) WEFT_PRINTF(2, 3);
void weft_error_set_detail(weft_error *error, const char *format, ...) WEFT_PRINTF(2, 3);
void weft_error_set_hint(weft_error *error, const char *format, ...) WEFT_PRINTF(2, 3);
/* Of WEFT_LIMIT_EXCEEDED and WEFT_TIMEOUT: `detail` names the limit of weft_limits and its value, `hint` says how to
 * live with it. */
void weft_error_set_limit(weft_error *error, const char *name, size_t value);
void weft_error_set_store(weft_error *error, weft_str store);
/* "did you mean \"…\"?" when a candidate is near; else leaves the hint. */
void weft_error_suggest(weft_error *error, weft_str name, const weft_str *candidates, size_t count);
/* Put context in front of the message: "while reading x.yaml: …". */
void weft_error_wrap(weft_error *error, const char *format, ...) WEFT_PRINTF(2, 3);
void weft_error_clear(weft_error *error);

/* Return from the calling function with the code of a failed call. */
#define WEFT_TRY(call)                                                                                                 \
    do {                                                                                                               \
        const weft_code weft_try_code = (call);                                                                        \
        if (weft_try_code != WEFT_OK) {                                                                                \
            return weft_try_code;                                                                                      \
        }                                                                                                              \
    } while (0)

#endif
