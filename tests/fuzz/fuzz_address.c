/* Addresses of servers: one that is taken apart shows nothing of its user, and what it shows is an address again that
 * shows itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/address.h"
#include "model/catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static weft_str describe(weft_str url, weft_arena *arena)
{
    const weft_store_def store = {.kind = WEFT_STORE_POSTGRES, .url = url};
    return weft_store_def_describe(&store, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    const weft_str url = weft_str_copy(&arena, (weft_str){size > 0 ? (const char *)data : "", size});
    weft_address address = {0};
    weft_address again = {0};
    const bool is_read = weft_address_read(url, &address) == NULL;
    const weft_str shown = describe(url, &arena);
    const bool is_hidden = weft_str_equal_text(shown, "postgres://***");
    const bool is_stable = weft_address_read(shown, &again) == NULL && weft_str_equal(describe(shown, &arena), shown);
    if (is_read ? !is_stable || weft_str_find(shown, '@') < shown.len : !is_hidden) {
        abort();
    }
    weft_arena_done(&arena);
    return 0;
}
