/* Create or revive links. Every batch of pairs of one link goes
 *
 *      check (ends exist, no second partner) ─▶ insert ─▶ all created? done
 *                                                 ▲  │ some have a row
 *                                                 │  ▼
 *               its row went in the meantime ─ look at present rows, write what changes ─▶ done
 *
 * so that each outcome is what really happened, also when another writer made the same pair at the same moment: a
 * conflict waits for that writer, and the look that follows locks what it sees. Where a shape lacks a required column
 * the look comes first, since only a present row can do without. Cardinality is kept by partial unique indexes; who
 * loses a race meets one and is told the winner. */
#include "link/cardinality.h"
#include "link/exist.h"
#include "link/own.h"
#include "link/shape.h"

/* Rounds of insert and look before a pair that keeps appearing and disappearing is given up. */
#define ROUNDS_MAX 8

/* A batch of at most so many pairs is checked and inserted in one round trip. */
#define TOGETHER_PAIRS_MAX 100

static weft_code make_ids(const weft_link_groups *groups, weft_session *session, weft_arena *keep, weft_error *error)
{
    for (size_t i = 0; i < groups->count; i++) {
        const weft_link_group *group = &groups->items[i];
        weft_link_pair **ordered = weft_link_group_by_change(group, keep);
        if (!ordered) {
            return weft_fail_arena(error, keep);
        }
        for (size_t at = 0; at < group->count; at++) {
            ordered[at]->id = weft_ulid_next_id(session->ulids, group->link->id_prefix, keep);
            if (!ordered[at]->id.data) {
                return weft_fail_arena(error, keep);
            }
        }
    }
    return WEFT_OK;
}

static weft_code check_among(const weft_link_groups *groups, weft_arena *scratch, weft_error *error)
{
    for (size_t i = 0; i < groups->count; i++) {
        WEFT_TRY(weft_link_cardinality_among(&groups->items[i], scratch, error));
    }
    return WEFT_OK;
}

/* The checks in one round trip, and `together` (when it has pairs) in the same: its rows are rolled back with
 * everything else when a check fails, and a check's answer goes before what the insert says. */
static weft_code check_batch(weft_link_batch *batch, weft_link_shape *together, weft_error *error)
{
    weft_link_looks looks = {0};
    weft_link_exist exist = {0};
    weft_link_cardinality cardinality;
    weft_link_look insert = {0};
    WEFT_TRY(weft_link_exist_begin(batch, &looks, &exist, error));
    WEFT_TRY(weft_link_cardinality_begin(batch, &looks, &cardinality, error));
    if (together->count > 0) {
        WEFT_TRY(weft_link_insert_look(together, &insert, error));
        weft_link_looks_add(&looks, insert);
    }
    weft_error failure = {0};
    const weft_code code = weft_link_looks_run(&looks, batch->connection, &failure);
    if (code == WEFT_OK || code == WEFT_UNIQUE_VIOLATION) {
        WEFT_TRY(weft_link_exist_end(&exist, error));
        WEFT_TRY(weft_link_cardinality_end(&cardinality, error));
    }
    if (code != WEFT_OK && error) {
        *error = failure;
    }
    return code;
}

static weft_code fail_lacking(const weft_link_shape *shape, const weft_field *field, weft_error *error)
{
    const weft_code code = weft_fail(error,
                                     WEFT_REQUIRED_VALUE,
                                     "field \"%.*s\" of link \"%.*s\" must have a value",
                                     WEFT_STR_ARG(field->name),
                                     WEFT_STR_ARG(shape->batch->link->name));
    weft_error_set_where(error, "%.*s", WEFT_STR_ARG(shape->pairs[0]->works[0]->where));
    return code;
}

static weft_code settle_round(weft_link_shape *shape, bool looks_first, weft_error *error)
{
    const weft_field *lacking = weft_link_shape_lacks(shape);
    if (lacking || looks_first) {
        WEFT_TRY(weft_link_present_settle(shape, error));
    }
    if (shape->count == 0) {
        return WEFT_OK;
    }
    return lacking ? fail_lacking(shape, lacking, error) : weft_link_insert_settle(shape, error);
}

static weft_code settle_shape(weft_link_shape *shape, bool is_tried, weft_error *error)
{
    for (size_t round = 0; shape->count > 0 && round < ROUNDS_MAX; round++) {
        WEFT_TRY(settle_round(shape, is_tried || round > 0, error));
    }
    return shape->count == 0 ? WEFT_OK
                             : weft_fail(error,
                                         WEFT_STORE_BUSY,
                                         "could not create links of \"%.*s\": others keep changing them",
                                         WEFT_STR_ARG(shape->batch->link->name));
}

static weft_code settle_batch(weft_link_batch *batch, weft_error *error)
{
    for (;;) {
        weft_link_shape shape = {0};
        WEFT_TRY(weft_link_shape_next(batch, &shape, error));
        if (shape.count == 0) {
            return WEFT_OK;
        }
        WEFT_TRY(settle_shape(&shape, false, error));
    }
}

/* The pairs whose insert goes along with the checks: the first shape of a small batch, as for many pairs a round trip
 * is nothing and an insert in vain is much. */
static weft_code choose_together(weft_link_batch *batch, weft_link_shape *ret_shape, weft_error *error)
{
    if (batch->count > TOGETHER_PAIRS_MAX) {
        return WEFT_OK;
    }
    weft_link_shape shape = {0};
    WEFT_TRY(weft_link_shape_next(batch, &shape, error));
    if (!weft_link_shape_lacks(&shape)) {
        *ret_shape = shape;
    }
    return WEFT_OK;
}

static weft_code check_and_settle(weft_link_batch *batch, weft_error *error)
{
    weft_link_shape together = {.batch = batch};
    WEFT_TRY(choose_together(batch, &together, error));
    WEFT_TRY(check_batch(batch, &together, error));
    weft_link_shape_drop_settled(&together);
    WEFT_TRY(settle_shape(&together, true, error));
    return settle_batch(batch, error);
}

static weft_code create_batch(weft_link_batch *batch, weft_error *error)
{
    WEFT_TRY(weft_link_cardinality_take_turn(batch, error));
    const weft_code code = check_and_settle(batch, error);
    return code == WEFT_UNIQUE_VIOLATION && weft_link_is_constrained(batch->link)
               ? weft_link_cardinality_explain(batch, error)
               : code;
}

weft_code weft_link_create(
    weft_session *session, weft_link_work *works, size_t count, weft_arena *scratch, weft_error *error)
{
    weft_link_groups groups = {0};
    WEFT_TRY(weft_link_make_own(session, works, count, true, scratch, error));
    WEFT_TRY(weft_link_groups_make(works, count, scratch, &groups, error));
    WEFT_TRY(check_among(&groups, scratch, error));
    WEFT_TRY(make_ids(&groups, session, scratch, error));
    return weft_link_groups_each(session, &groups, scratch, create_batch, error);
}
