/* Requests and link changes made by functions instead of written as JSON. What comes out is that JSON, so that there is
 * one grammar (docs/queries.md, docs/links.md), one checker and one set of errors; values are escaped here, so that no
 * text of a user becomes part of the request's structure.
 *
 *      weft_query_builder *builder = weft_query_builder_new(NULL, "product");
 *      weft_query_builder_field(builder, "title");
 *      weft_query_builder_field(builder, "blog_posts.title");
 *      weft_query_builder_filter(builder, "status", "$eq", weft_value_text("published"));
 *      weft_query_builder_open(builder, "blog_posts");
 *      weft_query_builder_filter(builder, "views", "$gt", weft_value_integer(10));
 *      weft_query_builder_close(builder);
 *      weft_query_builder_take(builder, 20);
 *      weft_query_builder_text(builder, &request, &error);
 *      weft_query_builder_free(builder);
 *
 * Its functions remember the first failure, which weft_…_builder_text tells: nothing needs to be checked in between, a
 * NULL builder included.
 *
 * Parameters: `builder` is one of these, or NULL, and then nothing happens.
 * Ownership: texts and values given to a builder are copied.
 * Threads: one at a time with one builder; the values are anybody's. */
#ifndef WEFT_BUILD_H
#define WEFT_BUILD_H

#include <string.h>

#include "weft/weft.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The null value.
 *
 * Returns: the value. */
static inline weft_value weft_value_null(void)
{
    weft_value value;
    memset(&value, 0, sizeof(value));
    return value;
}

/* A `boolean` as a value.
 *
 * Returns: the value. */
static inline weft_value weft_value_boolean(bool boolean)
{
    weft_value value = weft_value_null();
    value.kind = WEFT_VALUE_BOOLEAN;
    value.as.boolean = boolean;
    return value;
}

/* An `integer` as a value.
 *
 * Returns: the value. */
static inline weft_value weft_value_integer(int64_t integer)
{
    weft_value value = weft_value_null();
    value.kind = WEFT_VALUE_INTEGER;
    value.as.integer = integer;
    return value;
}

/* A `real` number as a value.
 *
 * Returns: the value. */
static inline weft_value weft_value_double(double real)
{
    weft_value value = weft_value_null();
    value.kind = WEFT_VALUE_DOUBLE;
    value.as.real = real;
    return value;
}

/* A time as a value: `time_us` is in microseconds since 1970-01-01T00:00:00Z; it is written in milliseconds.
 *
 * Returns: the value. */
static inline weft_value weft_value_time_us(int64_t time_us)
{
    weft_value value = weft_value_null();
    value.kind = WEFT_VALUE_TIME;
    value.as.time_us = time_us;
    return value;
}

/* A `text` as a value.
 *
 * Returns: the value; the null value for NULL.
 * Ownership: `text` is borrowed until the value was given to a function. */
static inline weft_value weft_value_text(const char *text)
{
    weft_value value = weft_value_null();
    if (text) {
        value.kind = WEFT_VALUE_TEXT;
        value.as.text.data = text;
        value.as.text.len = strlen(text);
    }
    return value;
}

/* The text `json` as a value of any kind; what is not JSON is taken as a text.
 *
 * Returns: the value; the null value for NULL.
 * Ownership: `json` is borrowed until the value was given to a function. */
static inline weft_value weft_value_json(const char *json)
{
    weft_value value = weft_value_text(json);
    if (json) {
        value.kind = WEFT_VALUE_JSON;
    }
    return value;
}

/* A graph request while it is made. */
typedef struct weft_query_builder weft_query_builder;

/* A request for `entity`. `allocator` NULL: the C library's.
 *
 * Returns: the builder; NULL when there is no memory.
 * Ownership: the caller's, for weft_query_builder_free; `allocator` must outlive it, and the texts made with it. */
WEFT_API weft_query_builder *weft_query_builder_new(const weft_allocator *allocator, const char *entity);

/* Free `builder`. NULL is fine. */
WEFT_API void weft_query_builder_free(weft_query_builder *builder);

/* Ask for the field at `path`, "blog_posts.title". */
WEFT_API void weft_query_builder_field(weft_query_builder *builder, const char *path);

/* A condition on the field at `path`; all of them must hold, but inside a group that says otherwise. `operator_name` is
 * "$eq" or any other of docs/queries.md, and `value` its operand; it is the request that is checked, not the builder.
 */
WEFT_API void weft_query_builder_filter(weft_query_builder *builder,
                                        const char *path,
                                        const char *operator_name,
                                        weft_value value);

/* A condition on the field at `path` whose `operator_name` takes a list of `count` `values`: "$in", "$nin",
 * "$contains",
 * "$overlap". */
WEFT_API void weft_query_builder_filter_list(
    weft_query_builder *builder, const char *path, const char *operator_name, const weft_value *values, size_t count);

/* Conditions up to the matching close form a `group`: "$or" (one of them must hold), "$and", "$not" (not all of them
 * hold), or an edge, "blog_posts" (they speak of one and the same partner). At most 64 groups in each other. */
WEFT_API void weft_query_builder_open(weft_query_builder *builder, const char *group);
WEFT_API void weft_query_builder_close(weft_query_builder *builder);

/* Order by the field at `path`, descending if `is_descending`; called again, by that within. */
WEFT_API void weft_query_builder_order(weft_query_builder *builder, const char *path, bool is_descending);

/* Leave out the first `skip` records; return at most `take`. */
WEFT_API void weft_query_builder_skip(weft_query_builder *builder, uint64_t skip);
WEFT_API void weft_query_builder_take(weft_query_builder *builder, uint64_t take);

/* The page behind a `cursor` of an earlier answer; "" is the first page. */
WEFT_API void weft_query_builder_after(weft_query_builder *builder, const char *cursor);

/* The request as JSON. The builder may be used on. Here NULL for `builder` is an error.
 *
 * Errors: WEFT_MISUSE: a NULL builder or name, a group that was not opened or not closed; WEFT_NO_MEMORY: now or in a
 * function before.
 * Ownership: `*ret_request` is the caller's, for weft_text_free. */
WEFT_API weft_code weft_query_builder_text(const weft_query_builder *builder,
                                           weft_text *ret_request,
                                           weft_error *error);

/* Changes of links while they are made. */
typedef struct weft_link_builder weft_link_builder;

/* Changes for weft_link_create_json and its neighbours. `allocator` NULL: the C library's.
 *
 * Returns: the builder; NULL when there is no memory.
 * Ownership: the caller's, for weft_link_builder_free; `allocator` must outlive it, and the texts made with it. */
WEFT_API weft_link_builder *weft_link_builder_new(const weft_allocator *allocator);

/* Free `builder`. NULL is fine. */
WEFT_API void weft_link_builder_free(weft_link_builder *builder);

/* A pair of the link called `link`, by the keys of its sides, `left` and `right`. */
WEFT_API void weft_link_builder_pair(weft_link_builder *builder, const char *link, weft_value left, weft_value right);

/* The `value` of an extra `column` of the pair added last. */
WEFT_API void weft_link_builder_data(weft_link_builder *builder, const char *column, weft_value value);

/* The changes as JSON. The builder may be used on. Here NULL for `builder` is an error.
 *
 * Errors: WEFT_MISUSE: a NULL builder or name, data without a pair, no pair; WEFT_NO_MEMORY: now or in a function
 * before.
 * Ownership: `*ret_changes` is the caller's, for weft_text_free. */
WEFT_API weft_code weft_link_builder_text(const weft_link_builder *builder, weft_text *ret_changes, weft_error *error);

#ifdef __cplusplus
}
#endif
#endif
