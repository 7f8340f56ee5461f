/* Deleting with all that hangs on a record: what it would touch, doing it, taking it back, finishing what was cut off.
 * Spec §7; docs/deleting.md says what is promised and what is not.
 *
 *      delete    keys ─walk under locks▶ work ─one part a store, uncommitted▶ commit home ▶ commit the others ▶ done
 *      impact    keys ─walk in a snapshot▶ work ─print▶ JSON
 *      recover   unfinished deletions of every store ─missing parts▶ done
 *                notes of deletes by plain SQL ─walk under locks▶ work ─as deleting▶ done
 *      restore   rows a deletion wrote down ─one part a store, uncommitted▶ commit home ▶ commit the others ▶ restored
 *
 * Home is the store of the model that was named. Its part and the journal row, which holds the work of the other
 * stores, are one transaction: a deletion has begun when that is committed, and from then on can only go forward. */
#ifndef WEFT_CASCADE_CASCADE_H
#define WEFT_CASCADE_CASCADE_H

#include "base/buf.h"
#include "model/catalog.h"
#include "store/session.h"

#define WEFT_CASCADE_RECORDS_MAX ((size_t)10000)

typedef struct weft_cascade_request {
    const weft_model *model;
    const weft_str *keys; /* as text; of a composite key a JSON array */
    size_t key_count;
    size_t records_max; /* rows a deletion may touch; 0: WEFT_CASCADE_RECORDS_MAX */
} weft_cascade_request;

/* What deleting these records would do, as JSON; the session is a READ one, nothing changes. WEFT_NOT_FOUND,
 * WEFT_TYPE_MISMATCH (a key), WEFT_RESTRICTED (who holds it, in `detail`), WEFT_LIMIT_EXCEEDED (records_max),
 * WEFT_UNSUPPORTED (records of that model are not weft's to delete). */
weft_code weft_cascade_impact(const weft_catalog *catalog,
                              const weft_cascade_request *request,
                              weft_session *session,
                              weft_arena *scratch,
                              weft_buf *ret_json,
                              weft_error *error);

/* Delete them. The session is a WRITE one without open transactions, and the function commits: `ret_json` is that of
 * the impact with the deletion's id in front. Fails as the impact does, and as stores do; when the home store had
 * committed by then, `hint` says that recovering finishes the deletion. */
weft_code weft_cascade_delete(const weft_catalog *catalog,
                              const weft_cascade_request *request,
                              weft_session *session,
                              weft_arena *scratch,
                              weft_buf *ret_json,
                              weft_error *error);

/* Revive what the deletion `id` removed, and commit. WEFT_NOT_FOUND: no store knows the deletion, or it is restored
 * already. WEFT_UNIQUE_VIOLATION, WEFT_CARDINALITY_VIOLATION: something took the place of a row meanwhile; nothing is
 * restored. */
weft_code weft_cascade_restore(const weft_catalog *catalog,
                               weft_str id,
                               weft_session *session,
                               weft_arena *scratch,
                               weft_buf *ret_json,
                               weft_error *error);

/* Mark, by model index, every model whose rows the deletion `id` marked, removed or changed: what restoring it would
 * touch. The session is a READ one. WEFT_NOT_FOUND: no store knows the deletion; WEFT_UNKNOWN_ENTITY: it touched a
 * table that the catalog does not have any more. */
weft_code weft_cascade_touched(const weft_catalog *catalog,
                               weft_str id,
                               weft_session *session,
                               weft_arena *scratch,
                               bool *is_touched,
                               weft_error *error);

/* How far recovering goes; zeroed: all the way. */
typedef struct weft_cascade_recovery {
    size_t records_max; /* rows the cascade of one delete by plain SQL may touch; 0: WEFT_CASCADE_RECORDS_MAX */
    uint64_t notes_max; /* of an outbox, at most so many are tried; 0: all */
} weft_cascade_recovery;

/* Finish every deletion and restore that was cut off, then drain every outbox; appends
 * {"finished":[…],"pending":[…],"outbox":[…]}, the last where an outbox held anything. The code is that of the first
 * store that could not be reached, of the first deletion that could not be finished, or of the first note that was
 * refused; the others are finished all the same. */
weft_code weft_cascade_recover(const weft_catalog *catalog,
                               const weft_cascade_recovery *options,
                               weft_session *session,
                               weft_arena *scratch,
                               weft_buf *ret_json,
                               weft_error *error);

/* Mark, by model index, every model whose rows a deletion of records of `model` may mark, remove, change or look at:
 * what an impact may tell of. False when out of memory. */
bool weft_cascade_touches(const weft_catalog *catalog, const weft_model *model, weft_arena *scratch, bool *is_touched);

#endif
