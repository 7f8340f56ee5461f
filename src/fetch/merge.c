/* Merging: of a root that is read whole, and longer than a batch, partners are not looked up; two streams walk beside
 * it.
 *
 *      root      p1 ───── p2 ───── p3 …        in key order, batch by batch
 *      links     p1,b7 ── p1,b9 ── p3,b2 …     one statement, in the order of both keys
 *      targets   b2 b7 b9 …                    read first, into a set of keys; a link row whose target is not among
 * them is passed over
 *
 *      waiting ──the first batch is not the last──▶ reading targets ──all are there──▶ merging
 *                                                     └─ they are too many ──▶ given up: batches, as ever
 *
 * Few records beside many targets must not wait for them all. So with every batch only as many targets are read as cost
 * what looking up the link rows does, those found so far and those to be expected; until all are there, batches are
 * looked up as ever. Nothing else differs, and the answer is the same. Fails as stores do. */
#include "fetch/state.h"

#include "base/check.h"
#include "base/vec.h"
#include "fetch/key_set.h"

/* Looking up a link row and its target costs as much as reading so many targets: about 40 on PostgreSQL, 15 on SQLite.
 */
#define TARGETS_A_LINK 32
/* What the keys of targets may take: a part of the memory, and no more than that. */
#define MEMORY_PART 8
#define TARGETS_MAX ((size_t)10 << 20)
/* Members are made in blocks. */
#define BLOCK_MEMBERS 256

typedef enum phase { WAITING = 0, READING_TARGETS, MERGING, GIVEN_UP } phase;

/* Link rows whose targets are looked for together. */
typedef struct waiting_links {
    weft_str targets[WEFT_KEY_SET_BLOCK];
    size_t parents[WEFT_KEY_SET_BLOCK]; /* their numbers in the batch */
    size_t count;
    char texts[WEFT_KEY_SET_BLOCK][WEFT_KEY_SET_BYTES_MAX];
} waiting_links;

struct weft_merge {
    phase phase;
    weft_statement statements[2]; /* by weft_sql_stream, less one; made once */
    weft_key_set targets;
    uint64_t records_before; /* in batches that were looked up */
    weft_rows *reading;      /* the targets, then the links; NULL otherwise */
    const weft_value *link;  /* the next link row; NULL at the end */
    waiting_links *waiting;
};

/* A partner: its row is its key. */
typedef struct member {
    weft_row row;
    weft_value key;
} member;

/* The partners of one batch in the order of their parents. */
typedef struct member_list {
    WEFT_VEC(const weft_row *) rows;
    size_t *counts; /* by parent */
    member *block;  /* the next ones */
    size_t left;
} member_list;

static weft_code make_merge(weft_fetch *fetch, weft_step_state *state, size_t merge_count, weft_error *error)
{
    weft_merge *merge = WEFT_ARENA_NEW(&fetch->keep, weft_merge);
    waiting_links *waiting = WEFT_ARENA_NEW(&fetch->keep, waiting_links);
    if (!merge || !waiting) {
        return weft_fail_arena(error, &fetch->keep);
    }
    merge->waiting = waiting;
    const size_t part = fetch->memory_max / MEMORY_PART;
    weft_key_set_init(
        &merge->targets, fetch->session->allocator, (part < TARGETS_MAX ? part : TARGETS_MAX) / merge_count);
    state->merge = merge;
    return WEFT_OK;
}

/* Make what the plan merges, once. */
static weft_code make_all(weft_fetch *fetch, weft_error *error)
{
    const weft_step *root = fetch->plan->root;
    size_t count = 0;
    for (size_t i = 0; i < root->child_count; i++) {
        count += weft_step_is_merged(root->children[i]);
    }
    for (size_t i = 0; i < root->child_count; i++) {
        weft_step_state *state = &fetch->states[root->children[i]->number];
        const bool is_new = !state->merge && weft_step_is_merged(state->step);
        WEFT_TRY(is_new ? make_merge(fetch, state, count, error) : WEFT_OK);
    }
    return WEFT_OK;
}

static const weft_step *target_step(const weft_step *step)
{
    return step->kind == WEFT_STEP_THROUGH ? step->children[0] : step;
}

static weft_code open_stream(weft_fetch *fetch, weft_step_state *state, weft_sql_stream stream, weft_error *error)
{
    weft_merge *merge = state->merge;
    weft_statement *statement = &merge->statements[stream - 1];
    const weft_edge *edge = state->step->edge;
    const weft_store_def *store = stream == WEFT_SQL_STREAM_LINKS ? edge->through->store : edge->to->store;
    weft_connection *connection = NULL;
    WEFT_TRY(weft_session_connection(fetch->session, store, &connection, error));
    if (statement->sql.len == 0) {
        const weft_dialect *dialect = weft_connection_dialect(connection);
        WEFT_TRY(weft_sql_stream_statement(state->step, stream, dialect, &fetch->keep, statement, error));
    }
    return weft_connection_run(connection, statement, 1, &merge->reading, error);
}

static void close_stream(weft_merge *merge)
{
    weft_rows_close(merge->reading);
    merge->reading = NULL;
}

static void give_up(weft_merge *merge)
{
    close_stream(merge);
    weft_key_set_done(&merge->targets);
    merge->phase = GIVEN_UP;
}

static weft_code next_link(weft_merge *merge, weft_error *error)
{
    return weft_rows_next(merge->reading, &merge->link, error);
}

static weft_code start_merging(weft_fetch *fetch, weft_step_state *state, weft_error *error)
{
    weft_merge *merge = state->merge;
    fetch->states[target_step(state->step)->number].cost.statements++;
    close_stream(merge);
    WEFT_TRY(open_stream(fetch, state, WEFT_SQL_STREAM_LINKS, error));
    state->cost.statements++;
    merge->phase = MERGING;
    fetch->has_merged = true;
    return next_link(merge, error);
}

/* The link rows that were looked up. A step that joins them with their targets counts those it read of the stream too.
 */
static uint64_t links_found(const weft_step_state *state)
{
    const bool is_joined = target_step(state->step) == state->step;
    return state->cost.rows - (is_joined ? state->merge->targets.count : 0);
}

/* As many targets as may have been read before `records` are looked up. */
static uint64_t targets_due(const weft_step_state *state, uint64_t records)
{
    const weft_merge *merge = state->merge;
    const uint64_t found = links_found(state);
    const uint64_t usual = merge->records_before > 0 ? found * records / merge->records_before : 0;
    return (found + (usual > records ? usual : records)) * TARGETS_A_LINK;
}

static weft_code read_targets(weft_fetch *fetch, weft_step_state *state, uint64_t count, weft_error *error)
{
    weft_merge *merge = state->merge;
    weft_step_cost *cost = &fetch->states[target_step(state->step)->number].cost;
    while (merge->targets.count < count) {
        const weft_value *values = NULL;
        bool is_added = false;
        WEFT_TRY(weft_rows_next(merge->reading, &values, error));
        if (!values) {
            return start_merging(fetch, state, error);
        }
        WEFT_TRY(weft_key_set_add(&merge->targets, values[0].as.text, &is_added, error));
        if (!is_added) {
            give_up(merge);
            return WEFT_OK;
        }
        cost->rows++;
        cost->bytes += values[0].as.text.len;
    }
    return WEFT_OK;
}

static weft_code advance(weft_fetch *fetch, weft_step_state *state, weft_error *error)
{
    weft_merge *merge = state->merge;
    const size_t records = fetch->states[fetch->plan->root->number].rows.count;
    if (merge->phase == WAITING && !fetch->is_root_ended) {
        WEFT_TRY(open_stream(fetch, state, WEFT_SQL_STREAM_TARGETS, error));
        merge->phase = READING_TARGETS;
    } else if (merge->phase == READING_TARGETS && fetch->is_root_ended) {
        give_up(merge);
    }
    if (merge->phase != READING_TARGETS) {
        return WEFT_OK;
    }
    const int64_t started_us = weft_fetch_started(fetch);
    const weft_code code = read_targets(fetch, state, targets_due(state, records), error);
    merge->records_before += records;
    weft_fetch_add_duration(fetch, started_us, &fetch->states[target_step(state->step)->number].cost);
    return code;
}

weft_code weft_fetch_merge(weft_fetch *fetch, weft_error *error)
{
    const weft_step *root = fetch->plan->root;
    if (fetch->is_root_ended && !fetch->has_tried_merging) {
        return WEFT_OK;
    }
    if (!fetch->has_tried_merging) {
        fetch->has_tried_merging = true;
        WEFT_TRY(make_all(fetch, error));
    }
    for (size_t i = 0; i < root->child_count; i++) {
        weft_step_state *state = &fetch->states[root->children[i]->number];
        WEFT_TRY(state->merge ? advance(fetch, state, error) : WEFT_OK);
    }
    return WEFT_OK;
}

bool weft_fetch_is_merged(const weft_fetch *fetch, const weft_step_state *state)
{
    const weft_step *step = state->step->kind == WEFT_STEP_TARGET ? state->step->parent : state->step;
    const weft_merge *merge = fetch->states[step->number].merge;
    return merge && merge->phase == MERGING;
}

static int compare_keys(weft_str a, weft_str b)
{
    const int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* NULL when out of memory. */
static member *take_member(weft_arena *arena, member_list *members)
{
    if (members->left == 0) {
        members->block = WEFT_ARENA_ARRAY(arena, member, BLOCK_MEMBERS);
        members->left = members->block ? BLOCK_MEMBERS : 0;
    }
    if (members->left == 0) {
        return NULL;
    }
    members->left--;
    return members->block++;
}

static weft_code add_member(weft_fetch *fetch, member_list *members, size_t parent, weft_str key, weft_error *error)
{
    member *made = take_member(&fetch->batch_arena, members);
    if (!made) {
        return weft_fail_arena(error, &fetch->batch_arena);
    }
    made->key = weft_value_from_text(key);
    made->row = (weft_row){&made->key, NULL};
    members->counts[parent]++;
    return weft_vec_push(&fetch->batch_arena, &members->rows, &made->row) ? WEFT_OK
                                                                          : weft_fail_arena(error, &fetch->batch_arena);
}

/* Make members of the links that wait, those whose targets are there. */
static weft_code add_waiting(weft_fetch *fetch, weft_merge *merge, member_list *members, weft_error *error)
{
    waiting_links *waiting = merge->waiting;
    weft_str found[WEFT_KEY_SET_BLOCK];
    weft_key_set_find(&merge->targets, waiting->targets, waiting->count, found);
    for (size_t i = 0; i < waiting->count; i++) {
        const bool is_there = found[i].data != NULL;
        WEFT_TRY(is_there ? add_member(fetch, members, waiting->parents[i], found[i], error) : WEFT_OK);
    }
    waiting->count = 0;
    return WEFT_OK;
}

/* A key that is too long is not among the targets. */
static void add_link(waiting_links *waiting, size_t parent, weft_str target)
{
    if (target.len <= WEFT_KEY_SET_BYTES_MAX) {
        char *text = waiting->texts[waiting->count];
        memcpy(text, target.data, target.len);
        waiting->targets[waiting->count] = (weft_str){text, target.len};
        waiting->parents[waiting->count] = parent;
        waiting->count++;
    }
}

/* Read the links past those of the parent `key`, which is the one of that number. */
static weft_code read_links(
    weft_fetch *fetch, weft_step_state *state, size_t parent, weft_str key, member_list *members, weft_error *error)
{
    weft_merge *merge = state->merge;
    while (merge->link) {
        const int order = compare_keys(merge->link[0].as.text, key);
        if (order > 0) {
            break;
        }
        if (order == 0) {
            add_link(merge->waiting, parent, merge->link[1].as.text);
            state->cost.rows++;
        }
        if (merge->waiting->count == WEFT_KEY_SET_BLOCK) {
            WEFT_TRY(add_waiting(fetch, merge, members, error));
        }
        WEFT_TRY(next_link(merge, error));
    }
    return WEFT_OK;
}

static void give_groups(weft_fetch *fetch, const weft_step_state *state, const member_list *members)
{
    const weft_row_list *parents = &fetch->states[state->step->parent->number].rows;
    const weft_row **next = members->rows.items;
    for (size_t i = 0; i < parents->count; i++) {
        const size_t count = members->counts[i];
        const size_t shown = count > 1 && !state->step->edge->is_list ? 1 : count;
        if (shown > 0) {
            parents->items[i]->groups[state->place] = (weft_group){next, shown};
            next += count;
        }
    }
}

static weft_code join_all(weft_fetch *fetch, weft_step_state *state, weft_error *error)
{
    const weft_row_list *parents = &fetch->states[state->step->parent->number].rows;
    member_list members = {.counts = WEFT_ARENA_ARRAY(&fetch->batch_arena, size_t, parents->count)};
    if (!members.counts) {
        return weft_fail_arena(error, &fetch->batch_arena);
    }
    state->merge->waiting->count = 0;
    for (size_t i = 0; i < parents->count; i++) {
        const weft_value *key = &parents->items[i]->values[state->step->parent_key_field];
        WEFT_TRY(read_links(fetch, state, i, key->as.text, &members, error));
    }
    WEFT_TRY(add_waiting(fetch, state->merge, &members, error));
    give_groups(fetch, state, &members);
    return WEFT_OK;
}

weft_code weft_fetch_join_merged(weft_fetch *fetch, weft_step_state *state, weft_error *error)
{
    if (state->step->kind == WEFT_STEP_TARGET) {
        return WEFT_OK; /* its link rows have given them */
    }
    const int64_t started_us = weft_fetch_started(fetch);
    const weft_code code = join_all(fetch, state, error);
    weft_fetch_add_duration(fetch, started_us, &state->cost);
    return code;
}

void weft_fetch_stop_merging(weft_fetch *fetch, size_t kept_bytes_max)
{
    for (size_t i = 0; i < fetch->plan->step_count; i++) {
        weft_merge *merge = fetch->states[i].merge;
        if (merge) {
            close_stream(merge);
            merge->phase = WAITING;
            merge->link = NULL;
            merge->records_before = 0;
            weft_key_set_clear(&merge->targets);
        }
        if (merge && weft_key_set_held(&merge->targets) > kept_bytes_max) {
            weft_key_set_done(&merge->targets);
        }
    }
    fetch->has_merged = false;
    fetch->has_tried_merging = false;
}
