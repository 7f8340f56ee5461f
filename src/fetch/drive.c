/* Driving the root by a condition: the keys of the records that have such partners, asked for before the root, take the
 * condition's place in its filter.
 *
 *      partners that match ─▶ keys of their records ─▶ few: root WHERE from_field = any of them AND the rest
 *                                                    └ many, or the same again and again: EXISTS, as the plan said
 *
 * Nobody knows how many they are before they are read, so that reading stops at the first too many. What was read
 * until then is the price of a wrong guess, and it is bounded. Both ways give the same answer, from one snapshot.
 * Fails as stores do. */
#include "base/vec.h"
#include "fetch/state.h"

/* After so many rows it is seen whether they name different records: else EXISTS finds a partner of each at once. */
#define ROWS_BEFORE_LOOK 1000
#define ROWS_A_KEY_MAX   4
/* What a key may take, of a memory limit, in the batch that is to come. */
#define KEY_BYTES 512

typedef WEFT_VEC(weft_value) key_list;

static weft_code count_distinct(weft_fetch *fetch, const key_list *keys, weft_key_index *ret_index, weft_error *error)
{
    weft_key_index index = {0};
    if (!weft_key_index_init(&index, keys->count, &fetch->batch_arena)) {
        return weft_fail_arena(error, &fetch->batch_arena);
    }
    for (size_t i = 0; i < keys->count; i++) {
        (void)weft_key_index_add(&index, &keys->items[i]);
    }
    *ret_index = index;
    return WEFT_OK;
}

/* False when EXISTS would find a partner of each record at once. */
static weft_code may_go_on(weft_fetch *fetch, const key_list *keys, bool *ret_may, weft_error *error)
{
    weft_key_index index = {0};
    *ret_may = true;
    if (keys->count != ROWS_BEFORE_LOOK) {
        return WEFT_OK;
    }
    WEFT_TRY(count_distinct(fetch, keys, &index, error));
    *ret_may = index.count * ROWS_A_KEY_MAX >= keys->count;
    return WEFT_OK;
}

static weft_code add_key(weft_fetch *fetch, const weft_value *key, key_list *keys, weft_error *error)
{
    weft_value copy = {.kind = WEFT_VALUE_NULL};
    if (key->kind == WEFT_VALUE_NULL) {
        return WEFT_OK;
    }
    return weft_value_copy(&fetch->keep, *key, &copy) && weft_vec_push(&fetch->batch_arena, keys, copy)
               ? WEFT_OK
               : weft_fail_no_memory(error);
}

/* Every key, or as many as show that there are too many. */
static weft_code read_keys(weft_fetch *fetch,
                           weft_rows *rows,
                           const weft_drive *drive,
                           key_list *keys,
                           weft_probe_report *report,
                           weft_error *error)
{
    bool may_go = true;
    while (may_go) {
        const weft_value *values = NULL;
        WEFT_TRY(weft_rows_next(rows, &values, error));
        if (!values) {
            report->is_complete = true;
            return WEFT_OK;
        }
        report->cost.rows++;
        report->cost.bytes += weft_values_text_bytes(values, 1);
        WEFT_TRY(add_key(fetch, values, keys, error));
        WEFT_TRY(may_go_on(fetch, keys, &may_go, error));
        may_go = may_go && report->cost.rows <= drive->rows_max;
    }
    return WEFT_OK;
}

static weft_code ask(
    weft_fetch *fetch, const weft_drive *drive, key_list *keys, weft_probe_report *report, weft_error *error)
{
    weft_connection *connection = NULL;
    weft_statement statement = {0};
    weft_rows *rows = NULL;
    WEFT_TRY(weft_session_connection(fetch->session, fetch->plan->root->store, &connection, error));
    WEFT_TRY(weft_sql_drive_statement(drive, weft_connection_dialect(connection), &fetch->keep, &statement, error));
    WEFT_TRY(weft_connection_run(connection, &statement, 1, &rows, error));
    const weft_code code = read_keys(fetch, rows, drive, keys, report, error);
    weft_rows_close(rows);
    return code;
}

/* `filter` of the root, with `keys` instead of the condition. NULL when out of memory. */
static const weft_filter *replace(const weft_filter *filter,
                                  const weft_filter *condition,
                                  const weft_key_index *keys,
                                  weft_arena *keep)
{
    const bool is_and = filter->kind == WEFT_FILTER_AND;
    const size_t count = is_and ? filter->child_count : 1;
    weft_filter *all = WEFT_ARENA_NEW(keep, weft_filter);
    weft_filter *named = WEFT_ARENA_NEW(keep, weft_filter);
    weft_value *values = WEFT_ARENA_ARRAY(keep, weft_value, keys->count);
    const weft_filter **children = WEFT_ARENA_ARRAY(keep, const weft_filter *, count);
    if (!all || !named || !values || !children) {
        return NULL;
    }
    for (size_t i = 0; i < keys->count; i++) {
        values[i] = keys->items[i];
    }
    *named = (weft_filter){.kind = WEFT_FILTER_COMPARE,
                           .field = condition->edge->from_field,
                           .op = WEFT_OP_IN,
                           .values = values,
                           .value_count = keys->count};
    for (size_t i = 0; i < count; i++) {
        const weft_filter *child = is_and ? filter->children[i] : filter;
        children[i] = child == condition ? named : child;
    }
    *all = (weft_filter){.kind = WEFT_FILTER_AND, .children = children, .child_count = count};
    return all;
}

static weft_code use(weft_fetch *fetch, const weft_drive *drive, const weft_key_index *keys, weft_error *error)
{
    const weft_filter *filter = replace(fetch->plan->root->filter, drive->condition, keys, &fetch->keep);
    weft_step *root = NULL;
    if (!filter) {
        return weft_fail_arena(error, &fetch->keep);
    }
    WEFT_TRY(weft_fetch_change_root(fetch, &root, error));
    root->filter = filter;
    return WEFT_OK;
}

static weft_code drive_root(weft_fetch *fetch, const weft_drive *drive, weft_probe_report *report, weft_error *error)
{
    key_list keys = {0};
    weft_key_index index = {0};
    const int64_t started_us = weft_fetch_started(fetch);
    WEFT_TRY(ask(fetch, drive, &keys, report, error));
    WEFT_TRY(count_distinct(fetch, &keys, &index, error));
    report->cost.statements = 1;
    report->key_count = index.count;
    weft_fetch_add_duration(fetch, started_us, &report->cost);
    return report->is_complete ? use(fetch, drive, &index, error) : WEFT_OK;
}

weft_code weft_fetch_drive(weft_fetch *fetch, weft_error *error)
{
    weft_drive drive = {0};
    if (weft_plan_find_drive(fetch->plan, &drive) != WEFT_DRIVE_WORTH) {
        return WEFT_OK;
    }
    const size_t affordable = fetch->memory_max / KEY_BYTES;
    drive.rows_max = drive.rows_max < fetch->probe_keys ? drive.rows_max : fetch->probe_keys;
    drive.rows_max = drive.rows_max < affordable ? drive.rows_max : affordable;
    fetch->probes = WEFT_ARENA_NEW(&fetch->keep, weft_probe_report);
    if (!fetch->probes) {
        return weft_fail_arena(error, &fetch->keep);
    }
    fetch->probes->condition = drive.condition;
    const weft_code code = drive_root(fetch, &drive, fetch->probes, error);
    fetch->probe_count = 1;
    weft_arena_reset(&fetch->batch_arena);
    return code;
}
