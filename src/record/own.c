/* What a caller writes is its own: a new record gets the values its rules ask for, a change cannot give a record away,
 * and no record is made to belong to one that does not exist for the caller. Records that are everybody's are nobody's
 * to write. Fails as own.h says, and as the store does. */
#include "record/own.h"

#include "sql/exists.h"

weft_code weft_record_make_own(const weft_record_input *input, bool is_whole, weft_record_row *row, weft_error *error)
{
    const weft_row_scope *rows = input->session->rows;
    const weft_model_rows *of = rows ? weft_row_scope_of(rows, input->model) : NULL;
    for (size_t i = 0; of && i < of->condition_count; i++) {
        const weft_row_condition *condition = &of->conditions[i];
        const size_t at = condition->field->index;
        if (row->is_given[at] && !weft_value_equal(&row->values[at], &condition->value)) {
            (void)weft_fail(error,
                            WEFT_CHECK_VIOLATION,
                            "a row rule says what \"%.*s\" of \"%.*s\" is",
                            WEFT_STR_ARG(condition->field->name),
                            WEFT_STR_ARG(input->model->name));
            weft_error_set_where(error, "/%.*s", WEFT_STR_ARG(condition->field->name));
            weft_error_set_hint(error, "Leave it out.");
            return WEFT_CHECK_VIOLATION;
        }
        if (is_whole) {
            row->values[at] = condition->value;
            row->is_given[at] = true;
        }
    }
    return WEFT_OK;
}

/* A field that holds the key of the record that its record belongs to. */
static bool is_belonging(const weft_edge *edge)
{
    return edge->kind == WEFT_EDGE_RELATION && !edge->through && edge->from_field->is_foreign_key;
}

/* The keys of what the rows belong to, by one edge. */
static size_t gather_keys(const weft_edge *edge, const weft_record_row *rows, size_t count, weft_value *keys)
{
    const size_t at = edge->from_field->index;
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].is_given[at] && rows[i].values[at].kind != WEFT_VALUE_NULL) {
            keys[found++] = rows[i].values[at];
        }
    }
    return found;
}

/* SELECT key FROM parents WHERE key IN (keys) AND NOT the caller's. */
static weft_code select_foreign(weft_session *session,
                                const weft_edge *edge,
                                const weft_param *keys,
                                weft_arena *scratch,
                                size_t *ret_count,
                                weft_error *error)
{
    const weft_str no_alias = {NULL, 0};
    const weft_value_kind kind = weft_type_value_kind(edge->to_field->type);
    const weft_sql_expr *key = weft_sql_field(scratch, no_alias, edge->to_field);
    const weft_sql_expr *is_named =
        weft_sql_binary(scratch, WEFT_SQL_IN_LIST, key, weft_sql_list(scratch, keys->items, keys->item_count, kind));
    const weft_sql_expr *is_foreign =
        weft_sql_unary(scratch, WEFT_SQL_NOT, weft_sql_exists(scratch, no_alias, session->rows, edge->to));
    const weft_sql_output output = {key, kind};
    const weft_sql_select select = {.outputs = &output,
                                    .output_count = 1,
                                    .schema = edge->to->schema,
                                    .table = edge->to->table,
                                    .where = weft_sql_binary(scratch, WEFT_SQL_AND, is_named, is_foreign)};
    weft_connection *connection = NULL;
    weft_statement statement = {0};
    const weft_value *found = NULL;
    if (!key || !select.where) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_session_connection(session, edge->to->store, &connection, error));
    WEFT_TRY(weft_sql_render_select(&select, weft_connection_dialect(connection), scratch, &statement, error));
    return weft_connection_collect(connection, &statement, scratch, &found, ret_count, error);
}

static weft_code check_edge(weft_session *session,
                            const weft_edge *edge,
                            const weft_record_row *rows,
                            size_t count,
                            weft_arena *scratch,
                            weft_error *error)
{
    weft_value *keys = WEFT_ARENA_ARRAY(scratch, weft_value, count);
    weft_param list = {.items = keys};
    size_t foreign = 0;
    if (!keys) {
        return weft_fail_arena(error, scratch);
    }
    list.item_count = gather_keys(edge, rows, count, keys);
    if (list.item_count > 0) {
        WEFT_TRY(select_foreign(session, edge, &list, scratch, &foreign, error));
    }
    if (foreign == 0) {
        return WEFT_OK;
    }
    (void)weft_fail(error, WEFT_CHECK_VIOLATION, "a value breaks a foreign key");
    weft_error_set_detail(error, "A row refers to one that is not there, or is referred to by one that would be left.");
    return WEFT_CHECK_VIOLATION;
}

weft_code weft_record_check_belonging(weft_session *session,
                                      const weft_model *model,
                                      const weft_record_row *rows,
                                      size_t count,
                                      weft_arena *scratch,
                                      weft_error *error)
{
    for (size_t i = 0; session->rows && i < model->edge_count; i++) {
        const weft_edge *edge = &model->edges[i];
        if (is_belonging(edge) && weft_sql_has_rule(session->rows, edge->to)) {
            WEFT_TRY(check_edge(session, edge, rows, count, scratch, error));
        }
    }
    return WEFT_OK;
}
