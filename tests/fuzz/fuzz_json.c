/* Any bytes as JSON: reading never crashes, and what was read has one canonical form, which reads as itself. */
#include <stdint.h>
#include <stdlib.h>

#include "base/check.h"
#include "json/canonical.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fixpoint(const json_t *value)
{
    weft_buf first;
    weft_buf second;
    weft_buf_init(&first, NULL);
    weft_buf_init(&second, NULL);
    weft_json_add_canonical_value(&first, value);
    json_t *again = NULL;
    WEFT_CHECK(!first.failed);
    WEFT_CHECK(weft_json_read(weft_buf_str(&first), 0, &again, NULL) == WEFT_OK);
    weft_json_add_canonical_value(&second, again);
    WEFT_CHECK(weft_str_equal(weft_buf_str(&first), weft_buf_str(&second)));
    json_decref(again);
    weft_buf_done(&first);
    weft_buf_done(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const weft_str text = {(const char *)data, size};
    weft_error error = {0};
    json_t *value = NULL;
    if (weft_json_read(text, (size_t)1 << 20, &value, &error) == WEFT_OK) {
        check_fixpoint(value);
        json_decref(value);
    } else {
        WEFT_CHECK(error.code == WEFT_INVALID_JSON || error.code == WEFT_LIMIT_EXCEEDED);
    }
    /* Whatever the bytes were, an answer that holds them stays JSON; only a NUL, which we never read, is written. */
    weft_buf answer;
    weft_buf_init(&answer, NULL);
    weft_json_add_canonical(&answer, text);
    json_t *read_back = NULL;
    const bool has_nul = weft_str_find(text, '\0') < size;
    WEFT_CHECK(has_nul || weft_json_read(weft_buf_str(&answer), 0, &read_back, NULL) == WEFT_OK);
    json_decref(read_back);
    weft_buf_done(&answer);
    return 0;
}
