/* A link can be changed where both its ends exist for the caller and one is its own: what joins records that are
 * everybody's is everybody's too. A pair that exists for others only is as one that never was. Fails as own.h says, and
 * as the store does. */
#include "link/own.h"

#include "base/check.h"

static bool is_own(const weft_row_scope *rows, const weft_model *model)
{
    return weft_row_scope_of(rows, model)->access == WEFT_ROWS_RULED;
}

static weft_code check_link(const weft_row_scope *rows, const weft_link_work *work, weft_error *error)
{
    const weft_link *link = work->link;
    weft_code code = weft_row_scope_check(rows, link->model, error);
    if (code == WEFT_OK && !is_own(rows, link->left.model) && !is_own(rows, link->right.model)) {
        code = weft_fail(error,
                         WEFT_FORBIDDEN,
                         "links of \"%.*s\" are everybody's and cannot be changed under row rules",
                         WEFT_STR_ARG(link->name));
    }
    if (code != WEFT_OK) {
        weft_error_set_where(error, "%.*s", WEFT_STR_ARG(work->where));
    }
    return code;
}

/* The extra columns of a change, with room for one more. */
typedef struct columns {
    const weft_field **fields;
    weft_value *values;
    size_t count;
} columns;

static weft_code copy_columns(const weft_link_work *work, weft_arena *keep, columns *ret_columns, weft_error *error)
{
    columns all = {WEFT_ARENA_ARRAY(keep, const weft_field *, work->data_count + 1),
                   WEFT_ARENA_ARRAY(keep, weft_value, work->data_count + 1),
                   work->data_count};
    if (!all.fields || !all.values) {
        return weft_fail_arena(error, keep);
    }
    for (size_t i = 0; i < work->data_count; i++) {
        all.fields[i] = work->data_fields[i];
        all.values[i] = work->data_values[i];
    }
    *ret_columns = all;
    return WEFT_OK;
}

static void insert_column(columns *all, size_t at, const weft_row_condition *condition)
{
    for (size_t i = all->count; i > at; i--) {
        all->fields[i] = all->fields[i - 1];
        all->values[i] = all->values[i - 1];
    }
    all->fields[at] = condition->field;
    all->values[at] = condition->value;
    all->count++;
}

/* Columns stand in the order of the table, so that equal sets are equal lists. */
static weft_code give_column(const weft_row_condition *condition,
                             weft_link_work *work,
                             weft_arena *keep,
                             weft_error *error)
{
    columns all = {0};
    size_t at = 0;
    WEFT_TRY(copy_columns(work, keep, &all, error));
    WEFT_CHECK(all.fields != NULL && all.values != NULL);
    while (at < all.count && all.fields[at]->index < condition->field->index) {
        at++;
    }
    if (at < all.count && all.fields[at] == condition->field) {
        if (weft_value_equal(&all.values[at], &condition->value)) {
            return WEFT_OK;
        }
        (void)weft_fail(error,
                        WEFT_CHECK_VIOLATION,
                        "a row rule says what \"%.*s\" of \"%.*s\" is",
                        WEFT_STR_ARG(condition->field->name),
                        WEFT_STR_ARG(work->link->name));
        weft_error_set_where(error, "%.*s/data/%.*s", WEFT_STR_ARG(work->where), WEFT_STR_ARG(condition->field->name));
        return WEFT_CHECK_VIOLATION;
    }
    insert_column(&all, at, condition);
    work->data_fields = all.fields;
    work->data_values = all.values;
    work->data_count = all.count;
    return WEFT_OK;
}

weft_code weft_link_make_own(const weft_session *session,
                             weft_link_work *works,
                             size_t count,
                             bool gives_columns,
                             weft_arena *keep,
                             weft_error *error)
{
    for (size_t i = 0; session->rows && i < count; i++) {
        WEFT_TRY(check_link(session->rows, &works[i], error));
        works[i].validate = true;
        const weft_model_rows *of = weft_row_scope_of(session->rows, works[i].link->model);
        for (size_t j = 0; gives_columns && j < of->condition_count; j++) {
            WEFT_TRY(give_column(&of->conditions[j], &works[i], keep, error));
        }
    }
    return WEFT_OK;
}

static weft_code drop_absent(const weft_link_exist *exist, weft_link_batch *ret_own, weft_error *error)
{
    weft_link_batch *batch = exist->batch;
    weft_link_batch own = *batch;
    own.count = 0;
    own.pairs = WEFT_ARENA_ARRAY(batch->scratch, weft_link_pair, batch->count);
    if (!own.pairs) {
        return weft_fail_arena(error, batch->scratch);
    }
    for (size_t i = 0; i < batch->count; i++) {
        if (weft_link_exist_has_both(exist, &batch->pairs[i])) {
            own.pairs[own.count++] = batch->pairs[i];
        } else {
            weft_link_pair_settle(&batch->pairs[i], WEFT_LINK_ABSENT, (weft_str){0});
        }
    }
    *ret_own = own;
    return WEFT_OK;
}

weft_code weft_link_keep_own(weft_link_batch *batch, weft_link_batch *ret_own, weft_error *error)
{
    weft_link_looks looks = {0};
    weft_link_exist exist = {.with_deleted = true};
    if (!batch->session->rows) {
        *ret_own = *batch;
        return WEFT_OK;
    }
    WEFT_TRY(weft_link_exist_begin(batch, &looks, &exist, error));
    WEFT_TRY(weft_link_looks_run(&looks, batch->connection, error));
    return drop_absent(&exist, ret_own, error);
}
