/* Small types that the public functions share: text views, values, the allocator, limits and the observer. */
#ifndef WEFT_TYPES_H
#define WEFT_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "weft/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A view of UTF-8 text: not owned, not NUL-terminated. {NULL, 0} is the empty text. */
typedef struct weft_str {
    const char *data;
    size_t len; /* bytes */
} weft_str;

/* Where memory comes from. `resize` behaves as realloc does: `memory` NULL allocates, `size_new` 0 frees and returns
 * NULL; `size_old` is what was asked for before. It returns NULL when there is no memory. It may be called by several
 * threads at once. A NULL weft_allocator means the C library's. */
typedef struct weft_allocator {
    void *(*resize)(void *ctx, void *memory, size_t size_old, size_t size_new);
    void *ctx; /* for `resize` */
} weft_allocator;

/* What a value is. TEXT covers ids, enums and text; DECIMAL is the exact digits of a bigNumber; JSON is JSON text;
 * ARRAY is JSON text of an array of strings. */
typedef enum weft_value_kind {
    WEFT_VALUE_NULL = 0, /* as: none */
    WEFT_VALUE_BOOLEAN,  /* as.boolean */
    WEFT_VALUE_INTEGER,  /* as.integer */
    WEFT_VALUE_DOUBLE,   /* as.real */
    WEFT_VALUE_TEXT,     /* as.text, and so the three after TIME */
    WEFT_VALUE_TIME,     /* as.time_us */
    WEFT_VALUE_DECIMAL,
    WEFT_VALUE_JSON,
    WEFT_VALUE_ARRAY
} weft_value_kind;

/* One value. Text, decimal, JSON and array borrow their bytes from whoever made the value. */
typedef struct weft_value {
    weft_value_kind kind; /* says which of `as` is there */
    union {
        bool boolean;
        int64_t integer;
        double real;
        int64_t time_us; /* microseconds since 1970-01-01T00:00:00Z */
        weft_str text;
    } as; /* boolean, integer, real, time_us (microseconds since 1970-01-01T00:00:00Z) or text */
} weft_value;

/* Every limit a request meets. Zero means "the default". A limit that is passed is WEFT_LIMIT_EXCEEDED with the
 * limit's name in `detail`; the time limit is WEFT_TIMEOUT. */
typedef struct weft_limits {
    size_t request_bytes_max; /* bytes of a request; default 1 MiB */
    size_t depth_max;         /* edges from the root to the deepest field or condition; default 16, at most 64 */
    size_t fields_max;        /* fields, conditions and edges in `with` a request may have of each; default 1000 */
    size_t values_max;        /* operands in one $in or $nin; default 10000 */
    size_t rows_max;          /* root records one request may return; default 0 = unlimited */
    size_t memory_bytes_max;  /* memory one query may hold; default 256 MiB */
    size_t batch_rows;        /* root records joined at a time; default 1000. Never changes an answer */
    size_t changes_bytes_max; /* bytes of the records or links one call changes; default 32 MiB */
    uint32_t time_ms;         /* wall time of one query; default 30000 */
} weft_limits;

/* What an observer can be told. */
typedef enum weft_event_kind {
    WEFT_EVENT_STATEMENT = 1, /* a store ran a statement */
    WEFT_EVENT_RECONNECT,     /* a lost connection was opened again */
    WEFT_EVENT_PROGRESS,      /* done of total units of a long work (total 0: not known) */
    WEFT_EVENT_NOTICE,        /* something a person should read */
    WEFT_EVENT_ATTACHED,      /* a link lives that did not: created, imported, revived or restored, and committed */
    WEFT_EVENT_DETACHED       /* a link lives no more: dismissed, or gone with a deletion, and that is committed */
} weft_event_kind;

/* What an observer is told; all of it lives until notify returns. */
typedef struct weft_event {
    weft_event_kind kind;
    const char *store;    /* name of the store, or NULL */
    weft_str text;        /* SQL, the notice, or of a link its outcome row as JSON: link, id, left, right, outcome, and
                             where a deletion took it or its restore gave it back, deletion; valid during the call only */
    uint64_t rows;        /* STATEMENT: rows returned or changed */
    uint64_t duration_us; /* STATEMENT: microseconds */
    uint64_t done, total; /* PROGRESS */
} weft_event;

/* Receives events; the library itself never prints. `notify` is called on the thread that does the work, by several at
 * once when several work, and must not call weft. Zeroed: nobody is told. */
typedef struct weft_observer {
    void (*notify)(void *ctx, const weft_event *event);
    void *ctx; /* for `notify` */
} weft_observer;

/* A row rule: of the records of `model` those alone exist whose `field` equals `value`. */
typedef struct weft_row_rule {
    const char *model; /* as an entity is named; NULL: every model that has the field */
    const char *field;
    const char *value; /* as text, "acme" or "7"; never empty */
} weft_row_rule;

/* What exists for a caller: weft_open_scoped. */
typedef struct weft_row_rules {
    const weft_row_rule *rules; /* a record must meet every one that speaks of its model */
    size_t rule_count;
    const char *const *open; /* models that no rule speaks of and that exist whole; every other such model is refused */
    size_t open_count;
} weft_row_rules;

#ifdef __cplusplus
}
#endif
#endif
