/* Steps that deleting, restoring and recovering share. Not for other rooms. */
#ifndef WEFT_CASCADE_STEPS_H
#define WEFT_CASCADE_STEPS_H

#include "cascade/cascade.h"
#include "cascade/part.h"

/* A deletion or a restore on its way. */
typedef struct weft_cascade_run {
    const weft_catalog *catalog;
    weft_session *session;
    weft_arena *scratch;
    weft_deletion home;             /* the home store's row */
    bool is_other[WEFT_STORES_MAX]; /* by store index: takes part and is not home */
    weft_tidings tidings[WEFT_STORES_MAX];
} weft_cascade_run;

/* Finish what was cut off, lock every store that a deletion of records of `model` may touch, and settle its time. */
weft_code weft_cascade_enter(weft_cascade_run *run, const weft_model *model, weft_error *error);

/* Fill home's row of the journal: its id, the keys that were named (JSON array; `.data` NULL when out of memory), who
 * takes part, and the work of the others. */
weft_code weft_cascade_describe(
    weft_cascade_run *run, const weft_model *model, weft_str keys, const weft_cascade_work *work, weft_error *error);

/* Every store's part of the work, nothing committed. */
weft_code weft_cascade_apply(weft_cascade_run *run, const weft_cascade_work *work, weft_error *error);

/* Where what happens in `store` is written for the observer; NULL when nobody listens. */
weft_tidings *weft_cascade_tidings_of(weft_cascade_run *run, const weft_store_def *store);

/* Commit home first, then the others. Until home is committed everything is rolled back by the session's end; after it,
 * what could not be committed is finished as recovering does, at once. Then home's row says `finished`. Stores that are
 * in the session's transaction but take no part are rolled back. */
weft_code weft_cascade_commit(weft_cascade_run *run, weft_deletion_state finished, weft_error *error);

/* Carry an unfinished deletion or restore of home's row to its end. Does nothing twice. */
weft_code weft_cascade_finish(weft_cascade_run *run, weft_error *error);

/* restore.c: fill `home` with the home store's row of the deletion; no transaction is left open. A store that cannot be
 * reached matters only when no other has the answer. WEFT_NOT_FOUND. */
weft_code weft_cascade_find_home(weft_cascade_run *run, weft_str id, weft_error *error);

/* Read `home.others` into is_other. WEFT_UNKNOWN_ENTITY: a store that weft.yaml does not have. */
weft_code weft_cascade_read_others(weft_cascade_run *run, weft_error *error);

/* Finish what was cut off whose home is `store`, if it can be; what cannot is left for weft_cascade_recover. */
weft_code weft_cascade_finish_store(const weft_catalog *catalog,
                                    const weft_store_def *store,
                                    weft_session *session,
                                    weft_arena *scratch,
                                    weft_error *error);

/* The unfinished deletions whose home is `store`; begins a transaction and ends it. */
weft_code weft_cascade_unfinished(const weft_catalog *catalog,
                                  const weft_store_def *store,
                                  weft_session *session,
                                  weft_arena *keep,
                                  weft_deletion_list *ret_found,
                                  weft_error *error);

/* End the transaction the session has in `store`, if it has one. */
void weft_cascade_roll_back(const weft_session *session, const weft_store_def *store);
weft_code weft_cascade_commit_store(const weft_session *session, const weft_store_def *store, weft_error *error);

/* The clock in milliseconds, which every store keeps. */
int64_t weft_cascade_now_us(const weft_session *session);

#endif
