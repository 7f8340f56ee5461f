/* The walk from the records named to everything their deletion touches. Not for other rooms. */
#ifndef WEFT_CASCADE_WALK_H
#define WEFT_CASCADE_WALK_H

#include "cascade/cascade.h"
#include "cascade/rules.h"
#include "cascade/work.h"

/* The other end of a link row that goes: it may be left an orphan, or it may be what holds the record. */
typedef struct weft_cascade_end {
    const weft_link *link;
    const weft_link_side *side; /* the one whose record this is */
    weft_value key;
    weft_cascade_row *from; /* the record being deleted */
    bool is_held;           /* an orphan's: a live link row remains */
} weft_cascade_end;

typedef WEFT_VEC(weft_cascade_end) weft_cascade_ends;

/* A row that points at one being removed. */
typedef struct weft_cascade_dependent {
    const weft_edge *edge;
    const weft_value *keys;
    weft_value target;
} weft_cascade_dependent;

typedef struct weft_cascade_walk {
    weft_session *session;
    weft_cascade_work *work;
    weft_arena *scratch;
    bool locks; /* rows are locked as they are found */
    weft_cascade_ends orphans;
    weft_cascade_ends holders;
    WEFT_VEC(weft_cascade_dependent) clearing;
    WEFT_VEC(weft_cascade_dependent) refusing;
} weft_cascade_walk;

/* WEFT_UNSUPPORTED: records of this model are not weft's to delete. */
weft_code weft_cascade_check_root(const weft_model *model, weft_error *error);

/* Fill walk->work. Fails as weft_cascade_impact does. */
weft_code weft_cascade_walk_run(weft_cascade_walk *walk, const weft_cascade_request *request, weft_error *error);

/* The same from rows that are in the work already. */
weft_code weft_cascade_walk_on(weft_cascade_walk *walk, weft_error *error);

/* Rows of a table by values of one field, ordered by key: each is the model's keys, then `more`. */
typedef struct weft_cascade_look {
    const weft_model *model;
    const weft_field *field;
    const weft_value *values;
    size_t count;
    const weft_field *more[2];
    size_t more_count;
    bool wants_deleted; /* rows that are marked as well */
} weft_cascade_look;

typedef struct weft_cascade_found {
    const weft_value *values; /* in walk->scratch */
    size_t count;
    size_t width;
} weft_cascade_found;

weft_code weft_cascade_look_run(const weft_cascade_walk *walk,
                                const weft_cascade_look *look,
                                weft_cascade_found *ret_found,
                                weft_error *error);
/* Those that exist for the caller, by whole keys; `rows` holds count × key_count values. */
weft_code weft_cascade_look_at_keys(const weft_cascade_walk *walk,
                                    const weft_model *model,
                                    const weft_value *rows,
                                    size_t count,
                                    weft_cascade_found *ret_found,
                                    weft_error *error);

/* The same, marked ones too: behind its keys, deleted_at of each if the model has it. Rows of a table that weft does
 * not manage are not locked. */
weft_code weft_cascade_look_at_all(const weft_cascade_walk *walk,
                                   const weft_model *model,
                                   const weft_value *const *keys,
                                   size_t count,
                                   weft_cascade_found *ret_found,
                                   weft_error *error);

static inline const weft_value *weft_cascade_found_row(const weft_cascade_found *found, size_t index)
{
    return found->values + index * found->width;
}

/* The first key of every row from `from` to those just seen that was live, as the values of `look`. Only models with
 * one key field have relations and links. */
weft_code weft_cascade_live_keys(const weft_cascade_walk *walk,
                                 const weft_cascade_table *table,
                                 size_t from,
                                 weft_cascade_look *look,
                                 weft_error *error);

/* links.c: what the link rows of the rows from `from` to those just seen lead to. */
weft_code weft_cascade_walk_links(weft_cascade_walk *walk,
                                  const weft_cascade_table *table,
                                  size_t from,
                                  weft_error *error);
/* Records that no live link row holds any more join the work; *ret_has_grown when there are any. */
weft_code weft_cascade_walk_orphans(weft_cascade_walk *walk, bool *ret_has_grown, weft_error *error);
/* WEFT_RESTRICTED when a live record that stays holds one that goes. */
weft_code weft_cascade_check_holders(weft_cascade_walk *walk, weft_error *error);

#define WEFT_CASCADE_HOLDERS_TOLD_MAX 10

/* WEFT_RESTRICTED: `holders` names the first of `count` that hold it. */
weft_code weft_cascade_fail_restricted(const weft_cascade_row *held,
                                       const weft_buf *holders,
                                       size_t count,
                                       weft_error *error);

/* references.c: rows that point at those removed, from `from` to those just seen. */
weft_code weft_cascade_walk_references(weft_cascade_walk *walk,
                                       const weft_cascade_table *table,
                                       size_t from,
                                       weft_error *error);
/* Foreign keys to clear become work; WEFT_RESTRICTED when a row that stays points at one that is removed. */
weft_code weft_cascade_settle_references(weft_cascade_walk *walk, weft_error *error);

#endif
