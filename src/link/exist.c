/* The existence check: one select a side and batch, whatever the number of pairs. */
#include "link/exist.h"

#include <stdlib.h>

#define MISSING_TOLD_MAX 10

static int compare_keys(const void *a, const void *b)
{
    return weft_value_compare(a, b);
}

static size_t drop_doubles(weft_value *keys, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !weft_value_equal(&keys[kept - 1], &keys[i])) {
            keys[kept++] = keys[i];
        }
    }
    return kept;
}

/* Of the left side they are, as the pairs are. */
static bool is_sorted(const weft_value *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (weft_value_compare(&keys[i - 1], &keys[i]) > 0) {
            return false;
        }
    }
    return true;
}

static weft_value key_of(const weft_link_pair *pair, bool is_right)
{
    return is_right ? pair->works[0]->right : pair->works[0]->left;
}

static weft_code gather_keys(weft_link_batch *batch, weft_link_exist_side *side, weft_error *error)
{
    side->keys = WEFT_ARENA_ARRAY(batch->scratch, weft_value, batch->count);
    side->is_found = WEFT_ARENA_ARRAY(batch->scratch, bool, batch->count);
    if (!side->keys || !side->is_found) {
        return weft_fail_arena(error, batch->scratch);
    }
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->pairs[i].validate) {
            side->keys[count++] = key_of(&batch->pairs[i], side->is_right);
        }
    }
    if (!is_sorted(side->keys, count)) {
        qsort(side->keys, count, sizeof(*side->keys), compare_keys);
    }
    side->key_count = drop_doubles(side->keys, count);
    return WEFT_OK;
}

static bool *find_mark(const weft_link_exist_side *side, const weft_value *key)
{
    const weft_value *found = bsearch(key, side->keys, side->key_count, sizeof(*side->keys), compare_keys);
    return found ? &side->is_found[found - side->keys] : NULL;
}

static weft_code meet_record(void *ctx, const weft_value *values, weft_error *error)
{
    (void)error;
    weft_link_exist_side *side = ctx;
    bool *is_found = side->next < side->key_count && weft_value_equal(&side->keys[side->next], &values[0])
                         ? &side->is_found[side->next]
                         : find_mark(side, &values[0]);
    if (is_found) {
        *is_found = true;
        side->next = (size_t)(is_found - side->is_found) + 1;
    }
    return WEFT_OK;
}

static weft_code look_at_side(const weft_link_exist *exist,
                              weft_link_looks *looks,
                              weft_link_exist_side *side,
                              weft_error *error)
{
    weft_link_batch *batch = exist->batch;
    const weft_model *model = side->side->model;
    const bool is_here = model->store == batch->link->model->store;
    weft_connection *connection = batch->connection;
    if (!is_here) {
        WEFT_TRY(weft_session_connection(batch->session, model->store, &connection, error));
    }
    const weft_link_select select = {.schema = model->schema,
                                     .table = model->table,
                                     .outputs = &side->side->key,
                                     .output_count = 1,
                                     .column = side->side->key,
                                     .deleted_at = exist->with_deleted ? NULL : model->deleted_at,
                                     .rows = batch->session->rows,
                                     .model = model,
                                     .keys = side->keys,
                                     .key_count = side->key_count,
                                     .lock_shared = is_here};
    weft_link_look look = {.meet = meet_record, .ctx = side};
    WEFT_TRY(weft_link_select_statement(
        &select, weft_connection_dialect(connection), batch->scratch, &look.statement, error));
    if (is_here) {
        weft_link_looks_add(looks, look);
        return WEFT_OK;
    }
    weft_link_looks there = {0};
    weft_link_looks_add(&there, look);
    return weft_link_looks_run(&there, connection, error);
}

static weft_code begin_side(const weft_link_exist *exist,
                            weft_link_looks *looks,
                            weft_link_exist_side *side,
                            weft_error *error)
{
    if (exist->with_deleted && !weft_row_scope_rule_side(exist->batch->session->rows, side->side)) {
        return WEFT_OK;
    }
    WEFT_TRY(gather_keys(exist->batch, side, error));
    return side->key_count > 0 ? look_at_side(exist, looks, side, error) : WEFT_OK;
}

weft_code weft_link_exist_begin(weft_link_batch *batch,
                                weft_link_looks *looks,
                                weft_link_exist *exist,
                                weft_error *error)
{
    *exist = (weft_link_exist){.batch = batch, .with_deleted = exist->with_deleted};
    exist->sides[0].side = &batch->link->left;
    exist->sides[1].side = &batch->link->right;
    exist->sides[1].is_right = true;
    WEFT_TRY(begin_side(exist, looks, &exist->sides[0], error));
    return begin_side(exist, looks, &exist->sides[1], error);
}

static bool is_missing(const weft_link_exist_side *side, const weft_link_pair *pair)
{
    const weft_value key = key_of(pair, side->is_right);
    const bool *is_found = pair->validate && side->key_count > 0 ? find_mark(side, &key) : NULL;
    return is_found && !*is_found;
}

bool weft_link_exist_has_both(const weft_link_exist *exist, const weft_link_pair *pair)
{
    return !is_missing(&exist->sides[0], pair) && !is_missing(&exist->sides[1], pair);
}

/* The change that comes first in the request, among those with an absent end. */
static const weft_link_work *first_missing(const weft_link_exist *exist)
{
    const weft_link_work *first = NULL;
    for (size_t i = 0; i < exist->batch->count; i++) {
        const weft_link_pair *pair = &exist->batch->pairs[i];
        if ((is_missing(&exist->sides[0], pair) || is_missing(&exist->sides[1], pair)) &&
            (!first || pair->works[0] < first)) {
            first = pair->works[0];
        }
    }
    return first;
}

static size_t tell_missing(const weft_link_exist_side *side, size_t count, weft_buf *buf)
{
    for (size_t i = 0; i < side->key_count; i++) {
        if (side->is_found[i]) {
            continue;
        }
        if (count < MISSING_TOLD_MAX) {
            weft_buf_add_text(buf, count ? ", " : "");
            weft_buf_add_str(buf, side->side->model->name);
            weft_buf_add_char(buf, ' ');
            weft_json_add_value(buf, &side->keys[i]);
        }
        count++;
    }
    return count;
}

static bool has_all(const weft_link_exist_side *side)
{
    for (size_t i = 0; i < side->key_count; i++) {
        if (!side->is_found[i]) {
            return false;
        }
    }
    return true;
}

weft_code weft_link_exist_end(const weft_link_exist *exist, weft_error *error)
{
    if (has_all(&exist->sides[0]) && has_all(&exist->sides[1])) {
        return WEFT_OK;
    }
    const weft_link_work *first = first_missing(exist);
    weft_buf buf;
    weft_buf_init_arena(&buf, exist->batch->scratch);
    size_t count = tell_missing(&exist->sides[0], 0, &buf);
    count = tell_missing(&exist->sides[1], count, &buf);
    if (count > MISSING_TOLD_MAX) {
        weft_buf_add_format(&buf, " and %zu more", count - MISSING_TOLD_MAX);
    }
    const weft_code code = weft_fail(error, WEFT_MISSING_RECORD, "cannot link non-existent entities");
    weft_error_set_detail(error, "%.*s", WEFT_STR_ARG(weft_buf_str(&buf)));
    if (first) {
        weft_error_set_where(error, "%.*s", WEFT_STR_ARG(first->where));
    }
    return code;
}
