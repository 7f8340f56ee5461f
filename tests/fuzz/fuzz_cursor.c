/* Cursors of every kind of order: what is refused is told properly, and what is read is what was written.
 *
 *      byte 0   the order, of those below; with its high bit the page is read backward
 *      byte 1   'c': the rest is a cursor as it came; else the rest is its values, which are put into a cursor of that
 *               order, so that the search need not guess base64 and what the cursor is of */
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "query/query.h"
#include "unit/query/shop.h"
#include "json/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const orders[] = {
    "{}",
    "{\"title\":\"ASC\",\"rank\":\"DESC\"}",
    "{\"price\":\"DESC\",\"weight\":\"ASC\",\"active\":\"ASC\"}",
    "{\"released\":\"ASC\"}",
    "{\"metadata.size\":\"ASC\"}",
    "{\"maintainer.name\":\"DESC\"}",
    "{\"blog_posts.$count\":\"ASC\"}",
    "{\"blog_posts.$sum.views\":\"DESC\"}",
    "{\"blog_posts.$avg.views\":\"ASC\",\"blog_posts.$max.title\":\"ASC\"}",
};

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void add_base64(weft_buf *buf, weft_str bytes)
{
    for (size_t i = 0; i < bytes.len * 8; i += 6) {
        unsigned bits = 0;
        for (size_t bit = i; bit < i + 6; bit++) {
            const size_t at = bit / 8;
            const unsigned byte = at < bytes.len ? (unsigned char)bytes.data[at] : 0;
            bits = bits << 1 | (byte >> (7 - bit % 8) & 1);
        }
        weft_buf_add_char(buf, digits[bits]);
    }
}

static weft_str read_base64(weft_str text, weft_arena *keep)
{
    char *bytes = weft_arena_alloc(keep, text.len + 1);
    size_t len = 0;
    unsigned bits = 0;
    WEFT_CHECK(bytes != NULL);
    for (size_t i = 0; i < text.len; i++) {
        const char *digit = memchr(digits, text.data[i], sizeof(digits) - 1);
        WEFT_CHECK(digit != NULL);
        bits = bits << 6 | (unsigned)(digit - digits);
        if (i % 4 > 0) {
            bytes[len++] = (char)(unsigned char)(bits >> (6 - 2 * (i % 4)) & 255);
        }
    }
    return (weft_str){bytes, len};
}

/* A page that was asked for; the query borrows from the request. */
typedef struct page {
    weft_request *request;
    weft_query *query;
} page;

/* A page of products; `cursor` empty: from the start, or end. Its request must be done with, also on failure. */
static weft_code resolve(uint8_t which, weft_str cursor, weft_arena *keep, page *ret_page, weft_error *error)
{
    weft_buf text;
    *ret_page = (page){NULL, NULL};
    const weft_catalog *shop = test_shop_make(keep);
    WEFT_CHECK(shop != NULL);
    weft_buf_init_arena(&text, keep);
    weft_buf_add_format(&text,
                        "{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"take\":2,\"order\":%s,\"%s\":",
                        orders[(which & 127) % WEFT_COUNT_OF(orders)],
                        which & 128 ? "before" : "after");
    if (cursor.len > 0) {
        weft_json_add_text(&text, cursor);
    } else {
        weft_buf_add_text(&text, "null");
    }
    weft_buf_add_text(&text, "}}");
    weft_code code = weft_request_parse(weft_buf_str(&text), NULL, keep, &ret_page->request, error);
    if (code == WEFT_OK) {
        code = weft_query_resolve(
            &(weft_query_input){.catalog = shop, .request = ret_page->request}, keep, keep, &ret_page->query, error);
    }
    return code;
}

/* A cursor of the order with `values`, as JSON between the brackets. */
static weft_str make_cursor(uint8_t which, weft_str values, weft_arena *keep)
{
    static const weft_value nothing[2 * WEFT_ORDER_TERMS_MAX] = {{.kind = WEFT_VALUE_NULL}};
    weft_error error = {0};
    page start;
    weft_buf made;
    weft_buf json;
    weft_buf cursor;
    WEFT_CHECK(resolve(which, (weft_str){NULL, 0}, keep, &start, &error) == WEFT_OK);
    weft_buf_init_arena(&made, keep);
    weft_buf_init_arena(&json, keep);
    weft_buf_init_arena(&cursor, keep);
    weft_cursor_add(start.query->root, nothing, &made);
    weft_request_done(start.request);
    const weft_str whole = read_base64(weft_buf_str(&made), keep);
    weft_buf_add_str(&json, weft_str_slice(whole, 0, weft_str_find(whole, '[') + 1));
    weft_buf_add_str(&json, values);
    weft_buf_add_text(&json, "]}");
    add_base64(&cursor, weft_buf_str(&json));
    WEFT_CHECK(!made.failed && !json.failed && !cursor.failed);
    return weft_buf_str(&cursor);
}

static bool is_same(const weft_value *a, const weft_value *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case WEFT_VALUE_NULL:
        return true;
    case WEFT_VALUE_BOOLEAN:
        return a->as.boolean == b->as.boolean;
    case WEFT_VALUE_INTEGER:
        return a->as.integer == b->as.integer;
    case WEFT_VALUE_DOUBLE:
        return !(a->as.real < b->as.real) && !(a->as.real > b->as.real);
    case WEFT_VALUE_TIME:
        return a->as.time_us == b->as.time_us;
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_DECIMAL:
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        break;
    }
    return weft_str_equal(a->as.text, b->as.text);
}

/* What was read has the kinds of the order, and comes back the same when it is written and read again. */
static void check_values(uint8_t which, const weft_selection *root, weft_arena *keep)
{
    weft_error error = {0};
    page again;
    weft_buf cursor;
    size_t at = 0;
    weft_buf_init_arena(&cursor, keep);
    weft_cursor_add(root, root->cursor, &cursor);
    WEFT_CHECK(resolve(which, weft_buf_str(&cursor), keep, &again, &error) == WEFT_OK);
    WEFT_CHECK(again.query->root->cursor != NULL);
    for (size_t i = 0; i < root->order_count; i++) {
        for (size_t part = 0; part < weft_order_part_count(&root->order[i]); part++, at++) {
            const weft_value_kind kind = root->cursor[at].kind;
            WEFT_CHECK(kind == WEFT_VALUE_NULL || kind == weft_order_part_kind(&root->order[i], part));
            WEFT_CHECK(is_same(&root->cursor[at], &again.query->root->cursor[at]));
        }
    }
    weft_request_done(again.request);
}

static void try_cursor(uint8_t which, weft_str cursor, weft_arena *keep)
{
    weft_error error = {0};
    page asked;
    const weft_code code = resolve(which, cursor, keep, &asked, &error);
    if (code == WEFT_OK) {
        WEFT_CHECK(asked.query->root->cursor != NULL);
        check_values(which, asked.query->root, keep);
    } else {
        WEFT_CHECK(code == error.code && asked.query == NULL && code != WEFT_NO_MEMORY && code != WEFT_MISUSE);
        WEFT_CHECK(error.message[0] != '\0' && strpbrk(error.message, "\n\r\033") == NULL);
    }
    weft_request_done(asked.request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    weft_arena keep;
    if (size < 3) {
        return 0;
    }
    const weft_str rest = {(const char *)data + 2, size - 2};
    weft_arena_init(&keep, NULL, 0);
    try_cursor(data[0], data[1] == 'c' ? rest : make_cursor(data[0], rest, &keep), &keep);
    weft_arena_done(&keep);
    return 0;
}
