/* The statements of a plan's steps. */
#ifndef WEFT_SQL_STEP_H
#define WEFT_SQL_STEP_H

#include "sql/render.h"

/* The statement of `step`. ROOT: the page (is_incremental set unless `take` bounds it within limits->batch_rows).
 * Other kinds: `keys` (count, all of the kind of the joined field, none NULL, no duplicates) become the list parameter;
 * rows come ordered by the parent key and then by the selection's order (TARGET: unordered; the THROUGH rows rule).
 * Soft-deleted link rows and targets are left out unless the selection says with_deleted (which concerns the target;
 * link rows of a LINK edge stay live ones; of a LINK_ROW edge it concerns the link rows themselves). */
weft_code weft_sql_step_statement(const weft_step *step,
                                  const weft_dialect *dialect,
                                  const weft_value *keys,
                                  size_t key_count,
                                  weft_arena *keep,
                                  weft_statement *ret_statement,
                                  weft_error *error);

/* How a look is asked the other way round: which parent keys does it find at all? */
typedef struct weft_sql_probe {
    const weft_value *keys; /* THROUGH: of the targets that match */
    size_t key_count;
    uint64_t limit;
} weft_sql_probe;

/* SELECT DISTINCT the key of `step` (DIRECT, JOINED, THROUGH: what meets the parent's; TARGET: its own), of at most
 * `limit` rows that match. */
weft_code weft_sql_probe_statement(const weft_step *step,
                                   const weft_dialect *dialect,
                                   const weft_sql_probe *probe,
                                   weft_arena *keep,
                                   weft_statement *ret_statement,
                                   weft_error *error);

/* SELECT the keys of the records that `drive` finds, from its far side; one key more than few, and each once a partner.
 */
weft_code weft_sql_drive_statement(const weft_drive *drive,
                                   const weft_dialect *dialect,
                                   weft_arena *keep,
                                   weft_statement *ret_statement,
                                   weft_error *error);

/* Of an AGGREGATE step: SELECT its aggregates, the parent key … GROUP BY the parent key. */
weft_code weft_sql_aggregate_statement(const weft_step *step,
                                       const weft_dialect *dialect,
                                       const weft_value *keys,
                                       size_t key_count,
                                       weft_arena *keep,
                                       weft_statement *ret_statement,
                                       weft_error *error);

/* What an edge that is merged (weft_step_is_merged) is read from, beside the root. */
typedef enum weft_sql_stream {
    WEFT_SQL_STREAM_LINKS = 1, /* (key of the parent, key of the target) of each live link row, ordered by both */
    WEFT_SQL_STREAM_TARGETS    /* the key of each target there may be, in no order */
} weft_sql_stream;

/* Of all of `stream`, for `step`, which is JOINED or THROUGH: incremental. */
weft_code weft_sql_stream_statement(const weft_step *step,
                                    weft_sql_stream stream,
                                    const weft_dialect *dialect,
                                    weft_arena *keep,
                                    weft_statement *ret_statement,
                                    weft_error *error);

/* SELECT count(*) under the root's filter. */
weft_code weft_sql_count_statement(const weft_plan *plan,
                                   const weft_dialect *dialect,
                                   weft_arena *keep,
                                   weft_statement *ret_statement,
                                   weft_error *error);

/* A filter over one model's own fields as an expression on `alias`; used by steps, and by record and link lists. */
weft_code weft_sql_filter(
    const weft_filter *filter, weft_str alias, weft_arena *keep, const weft_sql_expr **ret_expr, weft_error *error);

#endif
