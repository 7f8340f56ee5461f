/* Typed results: the records of a reply and their partners, without JSON between.
 *
 *      weft_reply *reply = NULL;
 *      weft_query_open(engine, request, strlen(request), WEFT_FORMAT_RECORDS, &reply, &error);
 *      weft_record product;
 *      while (weft_reply_next(reply, &product, &error) == WEFT_OK && product.row) {
 *          const weft_str title = weft_record_text(product, "title");
 *          const size_t posts = weft_record_member(product, "blog_posts");
 *          for (size_t i = 0; i < weft_record_partner_count(product, posts); i++) {
 *              const weft_record post = weft_record_partner(product, posts, i);
 *          }
 *      }
 *      weft_reply_close(reply);
 *
 * A record is a view: it and all that is reached from it (texts too) live until the next weft_reply_next or the close
 * of its reply, and belong to the reply's thread. Its members are the request's fields in the order asked for, by the
 * names they have in JSON: "title", "metadata.color", "blog_posts", "$count.blog_posts". The same member has the same
 * number in every record of one place of the answer, so that a loop may look it up once.
 *
 * Ownership: what is reached from a record is its reply's, until the next weft_reply_next or weft_reply_close.
 * Threads: the one that opened the reply. */
#ifndef WEFT_RECORD_H
#define WEFT_RECORD_H

#include "weft/weft.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A view of one record of a reply. Copy it freely. */
typedef struct weft_record {
    const struct weft_shape *shape; /* the library's own */
    const struct weft_row *row;     /* NULL: there is no record */
} weft_record;

/* No member has that name. Every function below takes it, and answers as for a member that is null. */
#define WEFT_NO_MEMBER ((size_t)-1)

/* The next record of a `reply` opened with WEFT_FORMAT_RECORDS; ret_record->row is NULL at the end. An error is
 * answered again by every later call.
 *
 * Errors: WEFT_MISUSE: the reply has another format; as weft_reply_read. */
WEFT_API weft_code weft_reply_next(weft_reply *reply, weft_record *ret_record, weft_error *error);

/* How many root records there are under the filter of `reply`, after the last was read: `*ret_count` is what JSON says
 * in metadata.count.
 *
 * Errors: WEFT_MISUSE: the request asked for no count (it has neither "skip" nor a cursor, or says "count": false), or
 * the end was not reached. */
WEFT_API weft_code weft_reply_count(weft_reply *reply, uint64_t *ret_count, weft_error *error);

/* How many members `record` has; the one that is not there at the end of a reply has those of the others, so that an
 * answer without records can have a header.
 *
 * Returns: the number; 0 of a partner that is not there. */
WEFT_API size_t weft_record_member_count(weft_record record);

/* The name of the `member`th member of `record`, counted from 0.
 *
 * Returns: the name; {NULL, 0} past the end. */
WEFT_API weft_str weft_record_member_name(weft_record record, size_t member);

/* The member of `record` that has that `name`.
 *
 * Returns: its number, counted from 0, or WEFT_NO_MEMBER. */
WEFT_API size_t weft_record_member(weft_record record, const char *name);

/* The value of a `member` of `record` that is a field or an aggregate. A JSON or ARRAY value is JSON as its store
 * writes it, not canonical: weft_record_json is.
 *
 * Returns: the value; its kind is NULL for a path into json, for an edge and past the end. */
WEFT_API weft_value weft_record_value(weft_record record, size_t member);

/* The value of the member of `record` that has that `name`, of one kind. Text also gives the digits of a bigNumber; a
 * time is in microseconds since 1970-01-01T00:00:00Z.
 *
 * Returns: the value; what is null, of another kind or not there is {NULL, 0}, 0, 0, false or 0. */
WEFT_API weft_str weft_record_text(weft_record record, const char *name);
WEFT_API int64_t weft_record_integer(weft_record record, const char *name);
WEFT_API double weft_record_double(weft_record record, const char *name);
WEFT_API bool weft_record_boolean(weft_record record, const char *name);
WEFT_API int64_t weft_record_time_us(weft_record record, const char *name);

/* How many partners `record` has over the edge `member`.
 *
 * Returns: the number; of a to-one edge 0 or 1; 0 of what is no edge. */
WEFT_API size_t weft_record_partner_count(weft_record record, size_t member);

/* The partner over the edge `member` that is the `at`th in their order, counted from 0.
 *
 * Returns: the partner; its row is NULL past the end. */
WEFT_API weft_record weft_record_partner(weft_record record, size_t member, size_t at);

/* Any `member` of a `record` of `reply` as the JSON of weft_reply_read: the same bytes. null past the end.
 *
 * Errors: none but the common ones.
 * Ownership: `*ret_json` is the caller's, for weft_text_free. */
WEFT_API weft_code
weft_record_json(weft_reply *reply, weft_record record, size_t member, weft_text *ret_json, weft_error *error);

#ifdef __cplusplus
}
#endif
#endif
