/* The journal of deletions, two tables in every store that took part in one:
 *
 *      weft_deletions        one row a deletion and store
 *      weft_deletion_rows    one row a row that was changed: what restoring needs, and nothing else
 *
 * The row of the home store says how far the whole is and keeps the work of the other stores; that of another store
 * says that its part is done.
 *
 *      home:   prepared ─▶ done ─▶ restoring ─▶ restored        (done and restored at once where one store has it all)
 *      others:             done ─▶ restored
 *
 * Not for other rooms. */
#ifndef WEFT_CASCADE_JOURNAL_H
#define WEFT_CASCADE_JOURNAL_H

#include "cascade/select.h"
#include "cascade/work.h"
#include "store/session.h"

typedef enum weft_deletion_state {
    WEFT_DELETION_NONE = 0, /* no row */
    WEFT_DELETION_PREPARED,
    WEFT_DELETION_DONE,
    WEFT_DELETION_RESTORING,
    WEFT_DELETION_RESTORED
} weft_deletion_state;

/* A row of weft_deletions. */
typedef struct weft_deletion {
    weft_str id;
    const weft_store_def *store; /* whose row this is */
    const weft_store_def *home;
    weft_deletion_state state;
    weft_str entity;
    weft_str keys;      /* JSON array of what was named */
    weft_str others;    /* JSON array of the names of the other stores that took part */
    weft_str work;      /* theirs, cascade/work.h; empty in their own rows */
    int64_t deleted_at; /* the time that marks this deletion's rows */
    int64_t created_at;
} weft_deletion;

/* One changed row. */
typedef struct weft_deletion_row {
    weft_str table;
    weft_str key_text;
    weft_cascade_change change;
    weft_str column; /* CLEAR: which */
    weft_str row;    /* REMOVE: {"column":value,…}; CLEAR: the value before; else empty */
} weft_deletion_row;

/* Begin a transaction of the session in `store`, take the lock that deletions in one store share, and make the tables
 * if migrating has not. `ret_connection` may be NULL. */
weft_code weft_deletions_enter(weft_session *session,
                               const weft_store_def *store,
                               weft_arena *scratch,
                               weft_connection **ret_connection,
                               weft_error *error);

/* The latest deleted_at that any deletion used; 0 when there is none. */
weft_code weft_deletions_latest(weft_connection *connection,
                                weft_arena *scratch,
                                int64_t *ret_time_us,
                                weft_error *error);

weft_code weft_deletions_insert(weft_connection *connection,
                                const weft_deletion *deletion,
                                weft_arena *scratch,
                                weft_error *error);
weft_code weft_deletions_insert_rows(weft_connection *connection,
                                     const weft_deletion *deletion,
                                     const weft_deletion_row *rows,
                                     size_t count,
                                     weft_arena *scratch,
                                     weft_error *error);
/* `at_us` becomes finished_at. */
weft_code weft_deletions_set_state(weft_connection *connection,
                                   const weft_deletion *deletion,
                                   weft_deletion_state state,
                                   int64_t at_us,
                                   weft_arena *scratch,
                                   weft_error *error);

/* Which rows of weft_deletions: `id` empty is any; those of `store` as home that are unfinished, or one by its id. */
typedef WEFT_VEC(weft_deletion) weft_deletion_list;
weft_code weft_deletions_find(weft_connection *connection,
                              const weft_catalog *catalog,
                              const weft_store_def *store,
                              weft_str id,
                              weft_arena *keep,
                              weft_deletion_list *ret_found,
                              weft_error *error);

typedef WEFT_VEC(weft_deletion_row) weft_deletion_rows;
weft_code weft_deletions_read_rows(weft_connection *connection,
                                   const weft_deletion *deletion,
                                   const weft_store_def *store,
                                   weft_arena *keep,
                                   weft_deletion_rows *ret_rows,
                                   weft_error *error);

#endif
