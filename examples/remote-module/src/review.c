/* The module of reviews: its model, and the functions that read it from an API. Nothing here is ever written. */
#include <stdio.h>
#include <string.h>
#include <weft/define.h>

#include "review_api.h"

WEFT_MODULE("review",
            WEFT_MODEL("review",
                       WEFT_FIELDS(WEFT_TEXT("id", .primary_key = true),
                                   WEFT_TEXT("author"),
                                   WEFT_NUMBER("rating"),
                                   WEFT_TEXT("body", .nullable = true)),
                       .no_timestamps = true,
                       .no_soft_delete = true));

#define PATH_BYTES 4096
#define BODY_BYTES 65536

/* Ask the API, in the time the query still has, and hand its JSON on. */
static weft_code ask(const char *path, char *body, weft_sink *sink, weft_error *error)
{
    const int status = review_api_get(path, weft_sink_time_left_ms(sink), body, BODY_BYTES);
    if (status != 200) {
        (void)snprintf(error->message, sizeof(error->message), "the review API answered %d", status);
        return WEFT_STORE_UNAVAILABLE;
    }
    return weft_sink_json(sink, body, strlen(body), error);
}

/* GET /reviews?ids=r1,r2 */
static weft_code list_by_keys(void *ctx, const weft_value *keys, size_t key_count, weft_sink *sink, weft_error *error)
{
    char path[PATH_BYTES] = "/reviews?ids=";
    char body[BODY_BYTES];
    size_t len = strlen(path);
    (void)ctx;
    for (size_t i = 0; i < key_count; i++) {
        const weft_str id = keys[i].as.text;
        len += (size_t)snprintf(path + len, sizeof(path) - len, "%s%.*s", i > 0 ? "," : "", (int)id.len, id.data);
        if (len >= sizeof(path)) {
            (void)snprintf(error->message, sizeof(error->message), "an id is too long for the review API");
            return WEFT_UNSUPPORTED;
        }
    }
    return ask(path, body, sink, error);
}

/* GET /reviews?after=r2&limit=3&rating=5: of all conditions the API knows one; weft sees to the others. */
static weft_code list_by_filter(void *ctx, const weft_listing *listing, weft_sink *sink, weft_error *error)
{
    enum { PAGE_ROWS = 3 };
    char path[PATH_BYTES];
    char body[BODY_BYTES];
    char last[REVIEW_ID_BYTES];
    (void)ctx;
    int len = snprintf(path, sizeof(path), "/reviews?after=%s&limit=%d", listing->page ? listing->page : "", PAGE_ROWS);
    for (size_t i = 0; i < listing->condition_count; i++) {
        const weft_listing_condition *condition = &listing->conditions[i];
        if (strcmp(condition->field, "rating") == 0 && condition->op == WEFT_LISTING_EQ) {
            len += snprintf(
                path + len, sizeof(path) - (size_t)len, "&rating=%lld", (long long)condition->values[0].as.integer);
        }
    }
    const weft_code code = ask(path, body, sink, error);
    if (code != WEFT_OK || review_api_last(body, last) < PAGE_ROWS) {
        return code;
    }
    return weft_sink_set_next_page(sink, last, error);
}

WEFT_CALLBACKS(.model = "review.review",
               .list_by_keys = list_by_keys,
               .list_by_filter = list_by_filter,
               .keys_max = 100,
               .orders = WEFT_TEXTS("id"));
