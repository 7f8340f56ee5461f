/* Paging: following `next` from the very start, and `previous` from the very end, must give every record once, in the
 * order of the answer without a page; every page but the last is full, the last is not empty, and each knows the number
 * of all records. */
#include "property/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define PAGES_MAX 200

/* The answer as JSON, or NULL with *ret_code. */
static json_t *ask(const world *w, const request *q, weft_engine *engine, weft_arena *scratch, weft_error *error)
{
    weft_buf text;
    weft_text answer = {0};
    weft_buf_init_arena(&text, scratch);
    request_write(w, q, &text);
    if (weft_query_json(engine, text.data, text.len, &answer, error) != WEFT_OK) {
        return NULL;
    }
    json_t *json = json_loads(answer.data, JSON_DECODE_INT_AS_REAL, NULL);
    weft_text_free(&answer);
    return json;
}

static void put_page(json_t *all, const json_t *page, bool is_backward)
{
    const size_t count = json_array_size(page);
    for (size_t i = 0; i < count; i++) {
        json_t *record = json_array_get(page, is_backward ? count - 1 - i : i);
        (void)(is_backward ? json_array_insert(all, 0, record) : json_array_append(all, record));
    }
}

/* What a page says beside its records must be true. */
static bool is_told(const request *q, const json_t *page, size_t count, bool has_more)
{
    const size_t size = json_array_size(json_object_get(page, "data"));
    const json_t *told = json_object_get(json_object_get(page, "metadata"), "count");
    if (size == (has_more ? q->root.take : size) && (size > 0 || count == 0) &&
        (q->is_counted ? (size_t)json_number_value(told) == count : told == NULL)) {
        return true;
    }
    (void)fprintf(stderr, "# a page of %zu of %zu%s\n", size, count, has_more ? ", and more" : "");
    return false;
}

/* Every page of `count` records in all, one after the other; NULL when one failed. */
static json_t *read_pages(
    const world *w, const request *q, weft_engine *engine, size_t count, weft_arena *scratch, weft_error *error)
{
    request paged = *q;
    const bool is_backward = !strcmp(q->root.cursor_key, "before");
    json_t *all = json_array();
    for (int i = 0; i < PAGES_MAX; i++) {
        json_t *page = ask(w, &paged, engine, scratch, error);
        if (!page) {
            json_decref(all);
            return NULL;
        }
        put_page(all, json_object_get(page, "data"), is_backward);
        const json_t *metadata = json_object_get(page, "metadata");
        const char *cursor = json_string_value(json_object_get(metadata, is_backward ? "previous" : "next"));
        paged.root.cursor = cursor ? weft_str_copy(scratch, weft_str_from(cursor)).data : NULL;
        if (!is_told(q, page, count, cursor != NULL)) {
            json_array_clear(all);
            cursor = NULL;
        }
        json_decref(page);
        if (!cursor) {
            break;
        }
    }
    return all;
}

static bool is_same(const world *w, const request *q, weft_engine *engine, const json_t *whole, weft_arena *scratch)
{
    weft_error error = {0};
    json_t *all = read_pages(w, q, engine, json_array_size(whole), scratch, &error);
    if (!all) {
        (void)fprintf(stderr, "# paging fails: %s\n", error.message);
        return false;
    }
    const bool is_equal = json_equal(all, whole);
    if (!is_equal) {
        char *text = json_dumps(all, JSON_COMPACT);
        (void)fprintf(stderr, "# paged %s by %zu: %s\n", q->root.cursor_key, q->root.take, text);
        free(text);
    }
    json_decref(all);
    return is_equal;
}

bool pages_agree(const world *w, const request *q, weft_engine *engine, size_t take)
{
    weft_arena scratch;
    weft_error error = {0};
    request paged = *q;
    weft_arena_init(&scratch, NULL, 0);
    paged.is_counted = false;
    paged.root.has_skip = false;
    paged.root.has_take = false;
    json_t *whole = ask(w, &paged, engine, &scratch, &error);
    bool agrees = whole != NULL || error.code == WEFT_LIMIT_EXCEEDED;
    paged.root.has_take = true;
    paged.root.take = take;
    static const char *const keys[] = {"after", "before"};
    for (size_t i = 0; whole && agrees && i < 2; i++) {
        paged.root.cursor_key = keys[i];
        paged.root.cursor = NULL;
        paged.is_counted = (take + i) % 2 == 0;
        agrees = is_same(w, &paged, engine, json_object_get(whole, "data"), &scratch);
    }
    json_decref(whole);
    weft_arena_done(&scratch);
    return agrees;
}
