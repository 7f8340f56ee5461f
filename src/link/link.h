/* Link changes: create, dismiss and restore. Listing links is the graph query's work (a link's entry point is an
 * entity). Spec §6.
 *
 * Works inside the given WRITE session, all or nothing; the caller commits. */
#ifndef WEFT_LINK_LINK_H
#define WEFT_LINK_LINK_H

#include "model/operand.h"
#include "request/request.h"
#include "sql/step.h"
#include "store/session.h"
#include "json/canonical.h"

#define WEFT_LINK_BATCH_PAIRS ((size_t)10000) /* written by one statement */

typedef enum weft_link_outcome {
    WEFT_LINK_CREATED = 1,
    WEFT_LINK_UPDATED,
    WEFT_LINK_REVIVED,
    WEFT_LINK_UNCHANGED,
    WEFT_LINK_DISMISSED,
    WEFT_LINK_ABSENT /* dismiss of a pair that is not live, restore of one that has no row */
} weft_link_outcome;

weft_str weft_link_outcome_name(weft_link_outcome outcome); /* "created" … */

/* A change after it met the catalog. */
typedef struct weft_link_work {
    const weft_link *link;
    weft_value left, right;               /* keys, typed */
    const weft_field *const *data_fields; /* extra columns given */
    const weft_value *data_values;
    size_t data_count;
    bool validate;
    weft_str where;            /* in the request */
    weft_link_outcome outcome; /* filled */
    weft_str id;               /* of the link row, filled */
    bool is_repeat;            /* an earlier change of the call means the same row; filled */
} weft_link_work;

/* Find the link each change means (module order is free) and read its values.
 * WEFT_UNKNOWN_LINK (hint: what could be meant), WEFT_AMBIGUOUS_NAME (several links join these models: name one with
 * "link"), WEFT_UNKNOWN_FIELD in data, WEFT_TYPE_MISMATCH, WEFT_UNSUPPORTED for read-only links. */
weft_code weft_link_resolve(const weft_catalog *catalog,
                            const weft_link_changes *changes,
                            weft_arena *keep,
                            weft_link_work **ret_works,
                            weft_error *error);

/* The same from one row of an import: {"left":…, "right":…, extra columns…}; the link's own column names ("product_id")
 * may stand for left and right. `is_text`: strings are read as their fields' types (CSV). `where` of the work and of
 * errors is `where` ("line 3") and the field. Text borrows from `row`. WEFT_REQUIRED_VALUE: an end is missing. */
weft_code weft_link_work_from_row(const weft_link *link,
                                  const json_t *row,
                                  bool is_text,
                                  weft_str where,
                                  weft_arena *keep,
                                  weft_link_work *ret_work,
                                  weft_error *error);

/* Create or revive, in batches of WEFT_LINK_BATCH_PAIRS. A pair twice is one row, the later data winning. Ids live in
 * `scratch`. WEFT_MISSING_RECORD names the absent; WEFT_CARDINALITY_VIOLATION names record and present partner (and has
 * rolled back the session's transaction in the link's store when it was the database that refused);
 * WEFT_REQUIRED_VALUE: a new pair lacks an extra column that must have a value. */
weft_code weft_link_create(
    weft_session *session, weft_link_work *works, size_t count, weft_arena *scratch, weft_error *error);

/* Soft-delete live pairs. WEFT_INVALID_REQUEST: a change gives data. */
weft_code weft_link_dismiss(
    weft_session *session, weft_link_work *works, size_t count, weft_arena *scratch, weft_error *error);

/* Revive dismissed pairs, whose ends must exist and live; cardinality holds. Fails as creating does;
 * WEFT_INVALID_REQUEST: a change gives data. */
weft_code weft_link_restore(
    weft_session *session, weft_link_work *works, size_t count, weft_arena *scratch, weft_error *error);

/* Append the outcome rows: [{"link":…,"id":…,"left":…,"right":…,"outcome":"created"}, …], in the order of the changes.
 */
void weft_link_outcomes_write(const weft_link_work *works, size_t count, weft_buf *buf);
/* One of them. */
void weft_link_outcome_write(const weft_link_work *work, weft_buf *buf);

#endif
