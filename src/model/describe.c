/* The printable form of a store: of the address of a server only where it is, never who asks and with which settings.
 * An address that cannot be taken apart with certainty is hidden whole. */
#include "base/buf.h"
#include "model/address.h"
#include "model/catalog.h"

/* Where the server is may also be told behind the "?". */
static bool is_place(weft_str key)
{
    static const char *const keys[] = {"host", "hostaddr", "port", "dbname"};
    bool is_one = false;
    for (size_t i = 0; i < WEFT_COUNT_OF(keys); i++) {
        is_one = is_one || weft_str_equal_text(key, keys[i]);
    }
    return is_one;
}

static void add_address(weft_buf *buf, const weft_address *address)
{
    weft_str rest = address->parameters;
    weft_str key = {0};
    weft_str value = {0};
    char before = '?';
    weft_buf_add_format(buf, "%.*s://%.*s", WEFT_STR_ARG(address->scheme), WEFT_STR_ARG(address->hosts));
    if (address->database.data != NULL && address->database.len > 0) {
        weft_buf_add_format(buf, "/%.*s", WEFT_STR_ARG(address->database));
    }
    while (weft_address_next(&rest, &key, &value)) {
        if (is_place(key)) {
            weft_buf_add_format(buf, "%c%.*s=%.*s", before, WEFT_STR_ARG(key), WEFT_STR_ARG(value));
            before = '&';
        }
    }
}

weft_str weft_store_def_describe(const weft_store_def *store, weft_arena *keep)
{
    weft_buf buf;
    weft_address address = {0};
    weft_buf_init_arena(&buf, keep);
    if (store->kind != WEFT_STORE_POSTGRES) {
        weft_buf_add_str(&buf, store->url);
    } else if (weft_address_read(store->url, &address) != NULL) {
        weft_buf_add_text(&buf, "postgres://***");
    } else {
        add_address(&buf, &address);
    }
    return buf.failed ? (weft_str){NULL, 0} : weft_buf_str(&buf);
}
