/* Roots of a deletion that others have made already, by notes of the outbox. Not for other rooms. */
#ifndef WEFT_CASCADE_NOTED_H
#define WEFT_CASCADE_NOTED_H

#include "cascade/outbox.h"
#include "cascade/walk.h"

/* What became of a record since it was noted. */
typedef enum weft_noted_state {
    WEFT_NOTED_ABSENT = 0, /* its row has left the table */
    WEFT_NOTED_MARKED,     /* it has a deleted_at that others gave it */
    WEFT_NOTED_LIVE,       /* it is back: the note is void */
    WEFT_NOTED_OWN         /* its deleted_at is that of a deletion of weft's: the note is void */
} weft_noted_state;

typedef struct weft_noted_root {
    const weft_value *keys;
    weft_str key_text;
    weft_noted_state state;
    int64_t deleted_at; /* MARKED */
} weft_noted_root;

typedef struct weft_noted {
    const weft_model *model;
    WEFT_VEC(weft_noted_root) roots; /* each key once */
    weft_map by_key;                 /* key_text → its place in roots */
    size_t void_count;
    weft_str keys; /* those that are not void, as the journal tells them */
} weft_noted;

/* Fill walk->work with what hangs on the records of these notes that are still deleted. Fails as a walk does, and with
 * WEFT_INVALID_JSON or WEFT_STORE_ERROR when a note holds no key of the model. */
weft_code weft_noted_walk(weft_cascade_walk *walk,
                          const weft_model *model,
                          const weft_note *notes,
                          const bool *claimed,
                          size_t count,
                          weft_noted *ret_noted,
                          weft_error *error);

/* WEFT_STORE_BUSY when a record that was absent is there by now: what was walked may be links of the new one. */
weft_code weft_noted_check(const weft_cascade_walk *walk, const weft_noted *noted, weft_error *error);

#endif
