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
 * number in every record of one place of the answer, so that a loop may look it up once. */
#ifndef WEFT_RECORD_H
#define WEFT_RECORD_H

#include "weft/weft.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Copy it freely. `row` NULL: there is none. */
typedef struct weft_record {
    const struct weft_shape *shape;
    const struct weft_row *row;
} weft_record;

/* No member has that name. Every function below takes it, and answers as for a member that is null. */
#define WEFT_NO_MEMBER ((size_t)-1)

/* The next record of a reply opened with WEFT_FORMAT_RECORDS; ret_record->row is NULL at the end. Fails as
 * weft_reply_read does, and an error is answered again by every later call. WEFT_MISUSE: the reply has another format.
 */
WEFT_API weft_code weft_reply_next(weft_reply *reply, weft_record *ret_record, weft_error *error);

/* How many root records there are under the filter, after the last was read: what JSON says in metadata.count.
 * WEFT_MISUSE: the request asked for no count (it has neither "skip" nor a cursor, or says "count": false), or the end
 * was not reached. */
WEFT_API weft_code weft_reply_count(weft_reply *reply, uint64_t *ret_count, weft_error *error);

WEFT_API size_t weft_record_member_count(weft_record record);
/* {NULL, 0} past the end. */
WEFT_API weft_str weft_record_member_name(weft_record record, size_t member);
/* The member of that name, or WEFT_NO_MEMBER. */
WEFT_API size_t weft_record_member(weft_record record, const char *name);

/* The value of a field or an aggregate, NULL kind for a path into json and for an edge. A JSON or ARRAY value is JSON
 * as its store writes it, not canonical: weft_record_json is. */
WEFT_API weft_value weft_record_value(weft_record record, size_t member);
/* The same by name, of one kind; what is null, of another kind or not there is {NULL, 0}, 0, 0 or false. TEXT also
 * gives the digits of a bigNumber. */
WEFT_API weft_str weft_record_text(weft_record record, const char *name);
WEFT_API int64_t weft_record_integer(weft_record record, const char *name);
WEFT_API double weft_record_double(weft_record record, const char *name);
WEFT_API bool weft_record_boolean(weft_record record, const char *name);
/* Microseconds since 1970-01-01T00:00:00Z. */
WEFT_API int64_t weft_record_time_us(weft_record record, const char *name);

/* The partners over an edge, in their order; of a to-one edge none or one. */
WEFT_API size_t weft_record_partner_count(weft_record record, size_t member);
/* `row` NULL past the end. */
WEFT_API weft_record weft_record_partner(weft_record record, size_t member, size_t at);

/* Any member as the JSON of weft_reply_read: the same bytes. The caller frees the text. WEFT_NO_MEMORY. */
WEFT_API weft_code
weft_record_json(weft_reply *reply, weft_record record, size_t member, weft_text *ret_json, weft_error *error);

#ifdef __cplusplus
}
#endif
#endif
