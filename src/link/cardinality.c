/* Cardinality is kept by partial unique indexes; the looks here come first so that the usual mistake is answered with
 * both names, and come last when a race was lost and the index spoke.
 *
 * A side that is not a list means: a record of the other side has one partner on this side. So the keys of the OTHER
 * side are the constrained ones. */
#include "link/cardinality.h"

#include <stdlib.h>

static bool left_is_constrained(const weft_link *link)
{
    return !link->right.is_list;
}

static bool right_is_constrained(const weft_link *link)
{
    return !link->left.is_list;
}

bool weft_link_is_constrained(const weft_link *link)
{
    return left_is_constrained(link) || right_is_constrained(link);
}

weft_code weft_link_cardinality_take_turn(const weft_link_batch *batch, weft_error *error)
{
    if (batch->count == 1 || !weft_link_is_constrained(batch->link)) {
        return WEFT_OK;
    }
    const weft_str name = weft_str_format(batch->scratch, "weft_link:%.*s", WEFT_STR_ARG(batch->link->model->table));
    return name.data ? weft_connection_lock(batch->connection, name, error) : weft_fail_arena(error, batch->scratch);
}

static int compare_by_left(const void *a, const void *b)
{
    const weft_link_pair *left = *(weft_link_pair *const *)a;
    const weft_link_pair *right = *(weft_link_pair *const *)b;
    return weft_value_compare(&left->left, &right->left);
}

static int compare_by_right(const void *a, const void *b)
{
    const weft_link_pair *left = *(weft_link_pair *const *)a;
    const weft_link_pair *right = *(weft_link_pair *const *)b;
    return weft_value_compare(&left->right, &right->right);
}

static weft_link_pair **sort_pairs(weft_link_pair *pairs, size_t count, bool is_right, weft_arena *keep)
{
    weft_link_pair **sorted = WEFT_ARENA_ARRAY(keep, weft_link_pair *, count);
    for (size_t i = 0; sorted && i < count; i++) {
        sorted[i] = &pairs[i];
    }
    if (sorted && count > 1) {
        qsort(sorted, count, sizeof(weft_link_pair *), is_right ? compare_by_right : compare_by_left);
    }
    return sorted;
}

static weft_value own_key(const weft_link_pair *pair, bool is_right)
{
    return is_right ? pair->right : pair->left;
}

/* `product "prod_1"` */
static void tell_record(const weft_link_side *side, const weft_value *key, weft_buf *buf)
{
    weft_buf_add_str(buf, side->model->name);
    weft_buf_add_char(buf, ' ');
    weft_json_add_value(buf, key);
}

static weft_code fail_violation(const weft_link *link,
                                const weft_link_violation *violation,
                                const char *format,
                                weft_arena *scratch,
                                weft_error *error)
{
    const weft_link_side *own = violation->is_right ? &link->right : &link->left;
    const weft_link_side *other = violation->is_right ? &link->left : &link->right;
    const weft_value key = own_key(violation->pair, violation->is_right);
    weft_buf record;
    weft_buf partner;
    weft_buf_init_arena(&record, scratch);
    weft_buf_init_arena(&partner, scratch);
    tell_record(own, &key, &record);
    tell_record(other, &violation->partner, &partner);
    const weft_code code = violation->is_secret ? weft_fail(error,
                                                            WEFT_CARDINALITY_VIOLATION,
                                                            "%.*s %s a record already",
                                                            WEFT_STR_ARG(weft_buf_str(&record)),
                                                            format)
                                                : weft_fail(error,
                                                            WEFT_CARDINALITY_VIOLATION,
                                                            "%.*s %s %.*s already",
                                                            WEFT_STR_ARG(weft_buf_str(&record)),
                                                            format,
                                                            WEFT_STR_ARG(weft_buf_str(&partner)));
    weft_error_set_detail(error,
                          "Link \"%.*s\" allows one %.*s for each %.*s.",
                          WEFT_STR_ARG(link->name),
                          WEFT_STR_ARG(other->model->name),
                          WEFT_STR_ARG(own->model->name));
    const weft_link_pair *pair = violation->pair;
    weft_error_set_where(error, "%.*s", WEFT_STR_ARG(pair->works[pair->work_count - 1]->where));
    return code;
}

/* Neighbours with one constrained key are two partners of one record. */
static weft_code check_neighbours(const weft_link_group *group, bool is_right, weft_arena *scratch, weft_error *error)
{
    weft_link_pair **pairs = sort_pairs(group->pairs, group->count, is_right, scratch);
    if (!pairs) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 1; i < group->count; i++) {
        const weft_value before = own_key(pairs[i - 1], is_right);
        const weft_value key = own_key(pairs[i], is_right);
        if (weft_value_equal(&before, &key)) {
            const bool is_later = pairs[i]->works[0] > pairs[i - 1]->works[0];
            const weft_link_violation violation = {
                is_later ? pairs[i] : pairs[i - 1], is_right, false, own_key(pairs[is_later ? i - 1 : i], !is_right)};
            return fail_violation(group->link, &violation, "is given", scratch, error);
        }
    }
    return WEFT_OK;
}

weft_code weft_link_cardinality_among(const weft_link_group *group, weft_arena *scratch, weft_error *error)
{
    if (left_is_constrained(group->link)) {
        WEFT_TRY(check_neighbours(group, false, scratch, error));
    }
    return right_is_constrained(group->link) ? check_neighbours(group, true, scratch, error) : WEFT_OK;
}

/* A present row (left, right) whose constrained key is one of ours. */
static weft_code meet_partner(void *ctx, const weft_value *values, weft_error *error)
{
    const weft_link_cardinality_side *side = ctx;
    weft_link_pair wanted = {.left = values[0], .right = values[1]};
    weft_link_pair *key = &wanted;
    weft_link_pair **found = bsearch(&key,
                                     side->pairs,
                                     side->batch->count,
                                     sizeof(weft_link_pair *),
                                     side->is_right ? compare_by_right : compare_by_left);
    if (!found || side->violation->pair || weft_link_pair_compare(*found, &wanted) == 0) {
        return WEFT_OK;
    }
    if (!weft_value_copy(side->batch->scratch, values[side->is_right ? 0 : 1], &side->violation->partner)) {
        return weft_fail_arena(error, side->batch->scratch);
    }
    side->violation->pair = *found;
    side->violation->is_secret = side->batch->session->rows != NULL;
    side->violation->is_right = side->is_right;
    return WEFT_OK;
}

static weft_code add_side(weft_link_cardinality *cardinality, bool is_right, weft_link_looks *looks, weft_error *error)
{
    weft_link_batch *batch = cardinality->batch;
    const weft_link *link = batch->link;
    weft_link_cardinality_side *side = &cardinality->sides[cardinality->side_count++];
    *side = (weft_link_cardinality_side){.batch = batch,
                                         .is_right = is_right,
                                         .pairs = sort_pairs(batch->pairs, batch->count, is_right, batch->scratch),
                                         .violation = &cardinality->violation};
    const weft_value *keys =
        side->pairs ? weft_link_pairs_column(side->pairs, batch->count, is_right, batch->scratch) : NULL;
    if (!keys) {
        return weft_fail_arena(error, batch->scratch);
    }
    const weft_field *outputs[2] = {link->left.column, link->right.column};
    const weft_link_select select = {.schema = link->model->schema,
                                     .table = link->model->table,
                                     .outputs = outputs,
                                     .output_count = 2,
                                     .column = outputs[is_right ? 1 : 0],
                                     .deleted_at = link->model->deleted_at,
                                     .keys = keys,
                                     .key_count = batch->count};
    weft_link_look look = {.meet = meet_partner, .ctx = side};
    WEFT_TRY(weft_link_select_statement(
        &select, weft_connection_dialect(batch->connection), batch->scratch, &look.statement, error));
    weft_link_looks_add(looks, look);
    return WEFT_OK;
}

weft_code weft_link_cardinality_begin(weft_link_batch *batch,
                                      weft_link_looks *looks,
                                      weft_link_cardinality *cardinality,
                                      weft_error *error)
{
    *cardinality = (weft_link_cardinality){.batch = batch};
    if (left_is_constrained(batch->link)) {
        WEFT_TRY(add_side(cardinality, false, looks, error));
    }
    return right_is_constrained(batch->link) ? add_side(cardinality, true, looks, error) : WEFT_OK;
}

weft_code weft_link_cardinality_end(const weft_link_cardinality *cardinality, weft_error *error)
{
    if (!cardinality->violation.pair) {
        return WEFT_OK;
    }
    return fail_violation(
        cardinality->batch->link, &cardinality->violation, "is linked to", cardinality->batch->scratch, error);
}

/* An extra column may be unique for reasons of its own. */
static bool has_unique_data(const weft_link *link)
{
    for (size_t i = 0; i < link->model->field_count; i++) {
        const weft_field *field = &link->model->fields[i];
        if (field->is_unique && weft_link_field_is_data(link, field)) {
            return true;
        }
    }
    return false;
}

weft_code weft_link_cardinality_explain(weft_link_batch *batch, weft_error *error)
{
    weft_connection_rollback(batch->connection);
    weft_link_looks looks = {0};
    weft_link_cardinality cardinality;
    const bool is_known = weft_link_cardinality_begin(batch, &looks, &cardinality, NULL) == WEFT_OK &&
                          weft_link_looks_run(&looks, batch->connection, NULL) == WEFT_OK && cardinality.violation.pair;
    if (is_known) {
        return weft_link_cardinality_end(&cardinality, error);
    }
    if (has_unique_data(batch->link)) {
        return WEFT_UNIQUE_VIOLATION;
    }
    const weft_code code = weft_fail(error,
                                     WEFT_CARDINALITY_VIOLATION,
                                     "a record would get a second partner by link \"%.*s\"",
                                     WEFT_STR_ARG(batch->link->name));
    weft_error_set_detail(error, "Another writer linked it at the same time, and has dismissed that link since.");
    return code;
}
