/* The inside of an engine, and the frame every walk stands in.
 *
 * An engine is immutable after opening but for what carries its own lock: the pools, the id source, the replies that
 * are kept and the counter of the deterministic clock. */
#ifndef WEFT_ENGINE_ENGINE_H
#define WEFT_ENGINE_ENGINE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/fail.h"
#include "define/define.h"
#include "model/rows.h"
#include "store/session.h"
#include "weft/weft.h"

/* Replies that were read and may serve again (kept.h). */
#define WEFT_KEPT_MAX 16

typedef struct weft_kept {
    pthread_mutex_t lock;
    bool has_lock;
    weft_reply *replies[WEFT_KEPT_MAX];
    size_t count;
    uint64_t puts;
} weft_kept;

bool weft_kept_init(weft_kept *kept);
void weft_kept_done(weft_kept *kept);

struct weft_engine {
    weft_engine
        *whole; /* itself; of a scoped engine the one it stands for, whose pools, ids and kept replies it uses */
    weft_row_scope *rows; /* which records exist for its caller; NULL: all */
    const weft_allocator *allocator;
    weft_observer observer;
    weft_limits limits; /* every one settled */
    weft_arena keep;    /* the catalog */
    const weft_catalog *catalog;
    bool has_project_text;             /* opened from a text: there is no weft.yaml */
    weft_pool *pools[WEFT_STORES_MAX]; /* by store index; a pool opens nothing before it is asked */
    weft_clock clock;
    bool is_deterministic;
    atomic_int_fast64_t ticks; /* of the deterministic clock */
    weft_ulid_source ulids;
    weft_kept kept;
    volatile int stop; /* cancels what has no flag of its own */
};

/* WEFT_FORBIDDEN from a scoped engine, for `what` ("migrating") is not about the records of one caller. */
weft_code weft_engine_must_be_whole(const weft_engine *engine, const char *what, weft_error *error);

/* NULL for the machine's. */
const weft_clock *weft_engine_clock(const weft_engine *engine);

/* The monotonic time at which work that begins now must end. */
int64_t weft_engine_deadline_us(const weft_engine *engine);

/* A session on the engine's pools, with its clock, ids and allocator. */
void weft_engine_session(weft_engine *engine,
                         weft_transaction transaction,
                         const volatile int *cancel,
                         weft_session *ret_session);

/* Cancel the statements of the sessions that have this flag; from any thread, while they read it. */
void weft_engine_cancel(volatile int *flag);

/* What a walk that ends before its function returns works with. */
typedef struct weft_frame {
    weft_engine *engine;
    weft_arena keep;
    weft_arena scratch;
    weft_session session;
    weft_buf text; /* the answer being made */
} weft_frame;

void weft_frame_init(weft_frame *frame, weft_engine *engine, weft_transaction transaction);
/* Roll back what was not committed and free everything. */
void weft_frame_done(weft_frame *frame);

/* Commit, and move the frame's text to the caller. The text is made whole first, so that what is committed is also
 * told.
 */
weft_code weft_frame_commit(weft_frame *frame, weft_text *ret_text, weft_error *error);

/* Where the texts of a reply come from. */
const weft_allocator *weft_reply_allocator(const weft_reply *reply);

/* Move the text of `buf` to the caller; WEFT_NO_MEMORY when it is not whole. */
weft_code weft_text_take(weft_buf *buf, weft_text *ret_text, weft_error *error);

#endif
