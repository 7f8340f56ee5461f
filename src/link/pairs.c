/* Works become pairs: sorted by store, link, left and right, so that doubles stand side by side, an index is walked in
 * its own order, and two callers lock rows in the same order. WEFT_NO_MEMORY is the only failure. */
#include "link/pairs.h"

#include <stdlib.h>

int weft_link_pair_compare(const weft_link_pair *a, const weft_link_pair *b)
{
    const int order = weft_value_compare(&a->left, &b->left);
    return order != 0 ? order : weft_value_compare(&a->right, &b->right);
}

static int compare_links(const weft_link *a, const weft_link *b)
{
    const uint32_t left = a->model->store->index;
    const uint32_t right = b->model->store->index;
    return left != right ? (left > right) - (left < right) : (a->index > b->index) - (a->index < b->index);
}

static int compare_keys(const weft_link_work *a, const weft_link_work *b)
{
    int order = compare_links(a->link, b->link);
    order = order != 0 ? order : weft_value_compare(&a->left, &b->left);
    return order != 0 ? order : weft_value_compare(&a->right, &b->right);
}

/* Works stand in one array, so that their addresses keep the order of the changes. */
static int compare_works(const void *a, const void *b)
{
    const weft_link_work *left = *(weft_link_work *const *)a;
    const weft_link_work *right = *(weft_link_work *const *)b;
    const int order = compare_keys(left, right);
    return order != 0 ? order : (left > right) - (left < right);
}

/* A key as the link's column holds it: a number may be kept as text there. */
static bool column_value(const weft_link_side *side, weft_value key, weft_arena *keep, weft_value *ret_value)
{
    *ret_value = key;
    if (key.kind != WEFT_VALUE_INTEGER || weft_link_column_kind(side->column) != WEFT_VALUE_TEXT) {
        return true;
    }
    *ret_value = weft_value_from_text(weft_str_format(keep, "%lld", (long long)key.as.integer));
    return ret_value->as.text.data != NULL;
}

/* Fields and values of several works, by field index. */
typedef struct merged_data {
    const weft_field **fields;
    weft_value *values;
    size_t count;
} merged_data;

static void merge_value(merged_data *merged, const weft_field *field, weft_value value)
{
    size_t at = 0;
    while (at < merged->count && merged->fields[at]->index < field->index) {
        at++;
    }
    if (at == merged->count || merged->fields[at] != field) {
        for (size_t i = merged->count++; i > at; i--) {
            merged->fields[i] = merged->fields[i - 1];
            merged->values[i] = merged->values[i - 1];
        }
    }
    merged->fields[at] = field;
    merged->values[at] = value;
}

static bool merge_data(weft_link_pair *pair, weft_arena *keep)
{
    size_t room = 0;
    for (size_t i = 0; i < pair->work_count; i++) {
        room += pair->works[i]->data_count;
    }
    merged_data merged = {
        WEFT_ARENA_ARRAY(keep, const weft_field *, room), WEFT_ARENA_ARRAY(keep, weft_value, room), 0};
    if (!merged.fields || !merged.values) {
        return false;
    }
    for (size_t i = 0; i < pair->work_count; i++) {
        const weft_link_work *work = pair->works[i];
        for (size_t j = 0; j < work->data_count; j++) {
            merge_value(&merged, work->data_fields[j], work->data_values[j]);
        }
    }
    pair->data_fields = merged.fields;
    pair->data_values = merged.values;
    pair->data_count = merged.count;
    return true;
}

static bool make_pair(weft_link_work *const *works, size_t count, weft_arena *keep, weft_link_pair *pair)
{
    const weft_link_work *first = works[0];
    pair->works = works;
    pair->work_count = count;
    pair->data_fields = first->data_fields;
    pair->data_values = first->data_values;
    pair->data_count = first->data_count;
    for (size_t i = 0; i < count; i++) {
        pair->validate = pair->validate || works[i]->validate;
    }
    return column_value(&first->link->left, first->left, keep, &pair->left) &&
           column_value(&first->link->right, first->right, keep, &pair->right) &&
           (count == 1 || merge_data(pair, keep));
}

static int compare_pairs(const void *a, const void *b)
{
    return weft_link_pair_compare(a, b);
}

/* The pairs of works[0 … count), which are of one link and sorted. */
static bool make_group(weft_link_work *const *works, size_t count, weft_arena *keep, weft_link_group *group)
{
    group->link = works[0]->link;
    group->pairs = WEFT_ARENA_ARRAY(keep, weft_link_pair, count);
    if (!group->pairs) {
        return false;
    }
    bool is_sorted = true;
    for (size_t from = 0, to = 0; from < count; from = to) {
        for (to = from + 1; to < count && compare_keys(works[from], works[to]) == 0;) {
            to++;
        }
        weft_link_pair *pair = &group->pairs[group->count++];
        if (!make_pair(works + from, to - from, keep, pair)) {
            return false;
        }
        is_sorted = is_sorted && (group->count < 2 || weft_link_pair_compare(pair - 1, pair) < 0);
    }
    if (!is_sorted) {
        qsort(group->pairs, group->count, sizeof(*group->pairs), compare_pairs);
    }
    return true;
}

weft_code weft_link_groups_make(
    weft_link_work *works, size_t count, weft_arena *keep, weft_link_groups *ret_groups, weft_error *error)
{
    weft_link_work **sorted = WEFT_ARENA_ARRAY(keep, weft_link_work *, count);
    WEFT_VEC(weft_link_group) groups = {0};
    if (!sorted) {
        return weft_fail_arena(error, keep);
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = &works[i];
    }
    if (count > 1) {
        qsort(sorted, count, sizeof(weft_link_work *), compare_works);
    }
    for (size_t from = 0, to = 0; from < count; from = to) {
        for (to = from + 1; to < count && sorted[to]->link == sorted[from]->link;) {
            to++;
        }
        weft_link_group group = {0};
        if (!make_group(sorted + from, to - from, keep, &group) || !weft_vec_push(keep, &groups, group)) {
            return weft_fail_arena(error, keep);
        }
    }
    *ret_groups = (weft_link_groups){groups.items, groups.count};
    return WEFT_OK;
}

static int compare_first_works(const void *a, const void *b)
{
    const weft_link_work *left = (*(weft_link_pair *const *)a)->works[0];
    const weft_link_work *right = (*(weft_link_pair *const *)b)->works[0];
    return (left > right) - (left < right);
}

weft_link_pair **weft_link_group_by_change(const weft_link_group *group, weft_arena *keep)
{
    weft_link_pair **ordered = WEFT_ARENA_ARRAY(keep, weft_link_pair *, group->count);
    for (size_t i = 0; ordered && i < group->count; i++) {
        ordered[i] = &group->pairs[i];
    }
    if (ordered && group->count > 1) {
        qsort(ordered, group->count, sizeof(weft_link_pair *), compare_first_works);
    }
    return ordered;
}

static int64_t now_ms_us(const weft_session *session)
{
    const int64_t now_us = weft_clock_now_us(session->clock);
    return now_us - ((now_us % 1000) + 1000) % 1000;
}

/* Batches of one group. */
static weft_code each_batch(weft_link_batch batch,
                            const weft_link_group *group,
                            weft_code (*run)(weft_link_batch *batch, weft_error *error),
                            weft_error *error)
{
    for (size_t from = 0; from < group->count; from += WEFT_LINK_BATCH_PAIRS) {
        const size_t left = group->count - from;
        batch.pairs = group->pairs + from;
        batch.count = left < WEFT_LINK_BATCH_PAIRS ? left : WEFT_LINK_BATCH_PAIRS;
        WEFT_TRY(run(&batch, error));
    }
    return WEFT_OK;
}

weft_code weft_link_groups_each(weft_session *session,
                                const weft_link_groups *groups,
                                weft_arena *scratch,
                                weft_code (*run)(weft_link_batch *batch, weft_error *error),
                                weft_error *error)
{
    const int64_t now_us = now_ms_us(session);
    for (size_t i = 0; i < groups->count; i++) {
        const weft_link_group *group = &groups->items[i];
        weft_link_batch batch = {.session = session, .link = group->link, .now_us = now_us, .scratch = scratch};
        WEFT_TRY(weft_session_connection(session, group->link->model->store, &batch.connection, error));
        WEFT_TRY(each_batch(batch, group, run, error));
    }
    return WEFT_OK;
}

void weft_link_pair_settle(weft_link_pair *pair, weft_link_outcome outcome, weft_str id)
{
    pair->outcome = outcome;
    pair->id = id;
    for (size_t i = 0; i < pair->work_count; i++) {
        pair->works[i]->outcome = outcome;
        pair->works[i]->id = id;
        pair->works[i]->is_repeat = i > 0;
    }
}

weft_link_pair *weft_link_batch_find(const weft_link_batch *batch, const weft_value *left, const weft_value *right)
{
    const weft_link_pair wanted = {.left = *left, .right = *right};
    return bsearch(&wanted, batch->pairs, batch->count, sizeof(wanted), compare_pairs);
}

const weft_value *weft_link_pairs_column(weft_link_pair *const *pairs, size_t count, bool is_right, weft_arena *keep)
{
    weft_value *values = WEFT_ARENA_ARRAY(keep, weft_value, count);
    for (size_t i = 0; values && i < count; i++) {
        values[i] = is_right ? pairs[i]->right : pairs[i]->left;
    }
    return values;
}

const weft_sql_expr *weft_link_pair_condition(const weft_link *link, weft_arena *keep)
{
    const weft_field *left = link->left.column;
    const weft_field *right = link->right.column;
    const weft_sql_expr *args[2] = {weft_sql_binary(keep,
                                                    WEFT_SQL_EQ,
                                                    weft_sql_field(keep, (weft_str){0}, left),
                                                    weft_sql_bulk(keep, 0, weft_link_column_kind(left))),
                                    weft_sql_binary(keep,
                                                    WEFT_SQL_EQ,
                                                    weft_sql_field(keep, (weft_str){0}, right),
                                                    weft_sql_bulk(keep, 1, weft_link_column_kind(right)))};
    return weft_sql_binary(keep, WEFT_SQL_AND, args[0], args[1]);
}

const weft_field *weft_link_id_field(const weft_link *link)
{
    return weft_model_field(link->model, WEFT_STR("id"));
}
