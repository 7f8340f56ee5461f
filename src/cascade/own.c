/* A deletion stays among what exists for its caller. What hangs on its records and is somebody else's is neither
 * touched nor passed over: the deletion is refused, and says only in which table. Fails as own.h says, and as the store
 * does. */
#include "cascade/own.h"

#include "cascade/select.h"
#include "sql/exists.h"

/* Is one of the rows there, and not the caller's? */
static weft_code find_foreign(
    weft_session *session, const weft_cascade_named *named, weft_arena *scratch, bool *ret_is_found, weft_error *error)
{
    const weft_model *model = named->model;
    const weft_str no_alias = {NULL, 0};
    weft_cascade_keys keys = {0};
    weft_connection *connection = NULL;
    weft_statement statement = {0};
    const weft_value *values = NULL;
    size_t count = 0;
    WEFT_TRY(weft_cascade_keys_make(model, named->keys, named->count, scratch, &keys, error));
    const weft_sql_expr *is_foreign =
        weft_sql_unary(scratch, WEFT_SQL_NOT, weft_sql_exists(scratch, no_alias, session->rows, model));
    const weft_sql_select select = {.outputs = weft_cascade_outputs(model->keys, 1, scratch),
                                    .output_count = 1,
                                    .schema = model->schema,
                                    .table = model->table,
                                    .where = weft_sql_binary(scratch, WEFT_SQL_AND, keys.condition, is_foreign)};
    if (!select.outputs || !select.where) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_session_connection(session, model->store, &connection, error));
    WEFT_TRY(weft_sql_render_select_bulk(
        &select, weft_cascade_keys_bulk(&keys), weft_connection_dialect(connection), scratch, &statement, error));
    WEFT_TRY(weft_connection_collect(connection, &statement, scratch, &values, &count, error));
    *ret_is_found = count > 0;
    return WEFT_OK;
}

weft_code weft_cascade_is_own(
    weft_session *session, const weft_cascade_named *named, weft_arena *scratch, bool *ret_is_own, weft_error *error)
{
    const weft_model *model = named->model;
    bool is_foreign = false;
    *ret_is_own = true;
    if (!session->rows || named->count == 0) {
        return WEFT_OK;
    }
    if (weft_row_scope_of(session->rows, model)->access == WEFT_ROWS_RULED) {
        WEFT_TRY(find_foreign(session, named, scratch, &is_foreign, error));
        *ret_is_own = !is_foreign;
    } else {
        *ret_is_own = model->is_pivot || model->link;
    }
    return WEFT_OK;
}

/* The ends of the rows on one side. Records that are everybody's may be joined by anybody. */
static weft_code are_ends_own(weft_session *session,
                              const weft_link_side *side,
                              const weft_value *const *keys,
                              size_t count,
                              weft_arena *scratch,
                              bool *ret_is_own,
                              weft_error *error)
{
    const weft_cascade_named ends = {side->model, keys, count};
    *ret_is_own = true;
    return weft_row_scope_rule_side(session->rows, side)
               ? weft_cascade_is_own(session, &ends, scratch, ret_is_own, error)
               : WEFT_OK;
}

/* Each pair is left and right. */
static weft_code are_pairs_own(weft_session *session,
                               const weft_link *link,
                               const weft_value *const *pairs,
                               size_t count,
                               weft_arena *scratch,
                               bool *ret_is_own,
                               weft_error *error)
{
    const weft_value **rights = WEFT_ARENA_ARRAY(scratch, const weft_value *, count);
    if (!rights) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < count; i++) {
        rights[i] = pairs[i] + 1;
    }
    WEFT_TRY(are_ends_own(session, &link->left, pairs, count, scratch, ret_is_own, error));
    return *ret_is_own ? are_ends_own(session, &link->right, rights, count, scratch, ret_is_own, error) : WEFT_OK;
}

weft_code weft_cascade_are_links_own(
    weft_session *session, const weft_cascade_named *links, weft_arena *scratch, bool *ret_is_own, weft_error *error)
{
    const weft_link *link = links->model->link;
    const weft_field *fields[2] = {link->left.column, link->right.column};
    weft_cascade_keys keys = {0};
    weft_connection *connection = NULL;
    weft_statement statement = {0};
    const weft_value *values = NULL;
    size_t count = 0;
    WEFT_TRY(weft_cascade_is_own(session, links, scratch, ret_is_own, error));
    if (!*ret_is_own || links->count == 0) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_cascade_keys_make(links->model, links->keys, links->count, scratch, &keys, error));
    const weft_sql_select select = {.outputs = weft_cascade_outputs(fields, 2, scratch),
                                    .output_count = 2,
                                    .schema = links->model->schema,
                                    .table = links->model->table,
                                    .where = keys.condition};
    if (!select.outputs) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_session_connection(session, links->model->store, &connection, error));
    WEFT_TRY(weft_sql_render_select_bulk(
        &select, weft_cascade_keys_bulk(&keys), weft_connection_dialect(connection), scratch, &statement, error));
    WEFT_TRY(weft_connection_collect(connection, &statement, scratch, &values, &count, error));
    const weft_value **pairs = WEFT_ARENA_ARRAY(scratch, const weft_value *, count);
    if (!pairs) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < count; i++) {
        pairs[i] = values + 2 * i;
    }
    return are_pairs_own(session, link, pairs, count, scratch, ret_is_own, error);
}

static weft_code fail_foreign(const weft_model *model, weft_error *error)
{
    const weft_code code = weft_fail(error,
                                     WEFT_RESTRICTED,
                                     "the deletion would reach rows of \"%.*s\" that are not the caller's to change",
                                     WEFT_STR_ARG(model->name));
    weft_error_set_hint(error, "Whoever may see every record can delete it. Nothing was deleted.");
    return code;
}

/* What the walk found of one table. */
static weft_code check_table(weft_cascade_walk *walk, const weft_cascade_table *table, weft_error *error)
{
    const weft_model *model = table->model;
    const size_t count = table->rows.count;
    const weft_value **keys = WEFT_ARENA_ARRAY(walk->scratch, const weft_value *, count);
    const weft_value **ends = WEFT_ARENA_ARRAY(walk->scratch, const weft_value *, count);
    const weft_cascade_named named = {model, keys, count};
    bool is_own = true;
    if (!keys || !ends) {
        return weft_fail_arena(error, walk->scratch);
    }
    for (size_t i = 0; i < count; i++) {
        keys[i] = table->rows.items[i]->keys;
        ends[i] = table->rows.items[i]->ends;
    }
    WEFT_TRY(weft_cascade_is_own(walk->session, &named, walk->scratch, &is_own, error));
    if (is_own && model->link) {
        WEFT_TRY(are_pairs_own(walk->session, model->link, ends, count, walk->scratch, &is_own, error));
    }
    return is_own ? WEFT_OK : fail_foreign(model, error);
}

/* Rows that point at what goes: they would be changed, or hold it. */
static weft_code check_dependents(weft_cascade_walk *walk,
                                  const weft_cascade_dependent *dependents,
                                  size_t count,
                                  weft_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const weft_model *model = dependents[i].edge->from;
        const weft_cascade_named named = {model, &dependents[i].keys, 1};
        bool is_own = true;
        WEFT_TRY(weft_cascade_is_own(walk->session, &named, walk->scratch, &is_own, error));
        if (!is_own) {
            return fail_foreign(model, error);
        }
    }
    return WEFT_OK;
}

static weft_code check_ends(weft_cascade_walk *walk, const weft_cascade_ends *ends, weft_error *error)
{
    for (size_t i = 0; i < ends->count; i++) {
        const weft_cascade_end *end = &ends->items[i];
        const weft_value *key = &end->key;
        bool is_own = true;
        WEFT_TRY(are_ends_own(walk->session, end->side, &key, 1, walk->scratch, &is_own, error));
        if (!is_own) {
            return fail_foreign(end->side->model, error);
        }
    }
    return WEFT_OK;
}

weft_code weft_cascade_check_own(weft_cascade_walk *walk, weft_error *error)
{
    if (!walk->session->rows) {
        return WEFT_OK;
    }
    for (size_t i = 0; i < walk->work->catalog->model_count; i++) {
        if (walk->work->tables[i].rows.count > 0) {
            WEFT_TRY(check_table(walk, &walk->work->tables[i], error));
        }
    }
    WEFT_TRY(check_dependents(walk, walk->clearing.items, walk->clearing.count, error));
    WEFT_TRY(check_dependents(walk, walk->refusing.items, walk->refusing.count, error));
    return check_ends(walk, &walk->holders, error);
}
