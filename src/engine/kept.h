/* Replies that are kept after they were read: a request that differs from an earlier one only in the text of values its
 * filter compares with takes that one's plan, statements and memory, and nothing is parsed, planned or written again.
 *
 *      read to its end ──put──▶ kept ──take, for a request of the same bytes but for the holes──▶ open again
 *                                 └─ room is needed: the one that rested longest goes
 *
 * A hole is the text of an equality on an id or a text field. It can be filled with any text of the same length that is
 * written in JSON as it is: nothing that is decided before a store is asked depends on it. Row rules are no holes: a
 * reply serves callers under the very same rules and nobody else. A kept reply belongs to nobody; the lock guards the
 * table only. */
#ifndef WEFT_ENGINE_KEPT_H
#define WEFT_ENGINE_KEPT_H

#include "engine/engine.h"
#include "reply/reply.h"

#define WEFT_KEPT_HOLES_MAX 4

/* A place of the request's text, and where the plan reads it. */
typedef struct weft_kept_hole {
    size_t at;
    size_t len;
    const char *value;
} weft_kept_hole;

struct weft_reply {
    weft_engine *engine;  /* whole, for a reply outlives the scoped one it was opened on */
    weft_row_scope *rows; /* which records exist for the caller; NULL: all */
    weft_arena keep;
    weft_request *request;
    weft_plan plan;
    weft_session session;
    weft_fetch *fetch;
    weft_reply_writer writer;
    weft_reply_format format;
    volatile int cancel;
    bool is_given; /* a chunk was given out */
    bool is_retried;
    weft_error failure; /* of an earlier read; code OK while there is none */
    /* Kept with: */
    weft_str text;                             /* the request as first written; empty: it will not be kept */
    weft_kept_hole holes[WEFT_KEPT_HOLES_MAX]; /* in the order of their places */
    size_t hole_count;
    uint64_t kept_at;
    pthread_t user; /* who gave it back */
};

/* Find the holes of a reply that was opened for `text`; nothing happens to a request that cannot be kept. */
void weft_kept_prepare(weft_reply *reply, weft_str text);
/* What a reply is asked for. */
typedef struct weft_kept_wish {
    weft_str text;
    weft_reply_format format;
    const weft_row_scope *rows; /* the same, or the reply is somebody else's */
} weft_kept_wish;

/* A kept reply that answers the wish, its holes filled; NULL when there is none. It is the caller's. */
weft_reply *weft_kept_take(weft_kept *kept, const weft_kept_wish *wish);
/* Keep a rewound reply; false when it is too large, and stays the caller's. */
bool weft_kept_put(weft_kept *kept, weft_reply *reply);

/* query.c */
void weft_reply_free(weft_reply *reply);

#endif
