/* Rows of weft_deletions: writing, finding and moving them on. Fails as the store does. */
#include "cascade/journal.h"

#include "base/value.h"
#include "cascade/journal_sql.h"

static const char *const state_names[] = {[WEFT_DELETION_NONE] = "",
                                          [WEFT_DELETION_PREPARED] = "prepared",
                                          [WEFT_DELETION_DONE] = "done",
                                          [WEFT_DELETION_RESTORING] = "restoring",
                                          [WEFT_DELETION_RESTORED] = "restored"};

static weft_deletion_state state_from(weft_str name)
{
    for (weft_deletion_state state = WEFT_DELETION_PREPARED; state <= WEFT_DELETION_RESTORED; state++) {
        if (weft_str_equal_text(name, state_names[state])) {
            return state;
        }
    }
    return WEFT_DELETION_NONE;
}

weft_code weft_deletions_enter(weft_session *session,
                               const weft_store_def *store,
                               weft_arena *scratch,
                               weft_connection **ret_connection,
                               weft_error *error)
{
    weft_connection *connection = NULL;
    const weft_str lock = weft_str_format(scratch, "weft_delete %.*s", WEFT_STR_ARG(store->name));
    if (!lock.data) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_session_connection(session, store, &connection, error));
    WEFT_TRY(weft_connection_lock(connection, lock, error));
    WEFT_TRY(weft_own_group_make(connection, &weft_own_deletions, scratch, error));
    if (ret_connection) {
        *ret_connection = connection;
    }
    return WEFT_OK;
}

weft_code weft_deletions_latest(weft_connection *connection,
                                weft_arena *scratch,
                                int64_t *ret_time_us,
                                weft_error *error)
{
    const weft_field *field = &weft_deletions_model.fields[WEFT_DELETION_AT_DELETED_AT];
    const weft_value *values = NULL;
    size_t count = 0;
    const weft_sql_output output = {
        weft_sql_unary(scratch, WEFT_SQL_MAX, weft_sql_field(scratch, (weft_str){0}, field)), WEFT_VALUE_TIME};
    const weft_sql_select select = {.outputs = output.expr ? &output : NULL,
                                    .output_count = 1,
                                    .table = weft_deletions_model.table,
                                    .where = weft_sql_leaf(scratch, WEFT_SQL_TRUE)};
    WEFT_TRY(weft_journal_select(connection, &select, scratch, &values, &count, error));
    *ret_time_us = count == 1 && values[0].kind == WEFT_VALUE_TIME ? values[0].as.time_us : 0;
    return WEFT_OK;
}

weft_code weft_deletions_insert(weft_connection *connection,
                                const weft_deletion *deletion,
                                weft_arena *scratch,
                                weft_error *error)
{
    const weft_value time = weft_value_from_time(deletion->created_at);
    const bool is_finished = deletion->state != WEFT_DELETION_PREPARED;
    const weft_value values[WEFT_DELETION_AT_COUNT] = {
        [WEFT_DELETION_AT_ID] = weft_journal_text(deletion->id),
        [WEFT_DELETION_AT_STORE] = weft_journal_text(deletion->store->name),
        [WEFT_DELETION_AT_HOME] = weft_journal_text(deletion->home->name),
        [WEFT_DELETION_AT_STATE] = weft_journal_text(weft_str_from(state_names[deletion->state])),
        [WEFT_DELETION_AT_ENTITY] = weft_journal_text(deletion->entity),
        [WEFT_DELETION_AT_KEYS] = weft_journal_text(deletion->keys),
        [WEFT_DELETION_AT_OTHERS] = weft_journal_text(deletion->others),
        [WEFT_DELETION_AT_WORK] = weft_journal_text(deletion->work),
        [WEFT_DELETION_AT_DELETED_AT] = weft_value_from_time(deletion->deleted_at),
        [WEFT_DELETION_AT_CREATED_AT] = time,
        [WEFT_DELETION_AT_FINISHED_AT] = is_finished ? time : (weft_value){.kind = WEFT_VALUE_NULL},
    };
    const weft_value *columns[WEFT_DELETION_AT_COUNT];
    for (size_t i = 0; i < WEFT_DELETION_AT_COUNT; i++) {
        columns[i] = &values[i];
    }
    return weft_journal_insert(connection, &weft_deletions_model, columns, 1, scratch, error);
}

weft_code weft_deletions_set_state(weft_connection *connection,
                                   const weft_deletion *deletion,
                                   weft_deletion_state state,
                                   int64_t at_us,
                                   weft_arena *scratch,
                                   weft_error *error)
{
    const weft_sql_assignment assignments[] = {
        {weft_deletions_model.fields[WEFT_DELETION_AT_STATE].column,
         weft_sql_value(scratch, weft_journal_text(weft_str_from(state_names[state])), WEFT_VALUE_TEXT)},
        {weft_deletions_model.fields[WEFT_DELETION_AT_FINISHED_AT].column,
         weft_sql_value(scratch, weft_value_from_time(at_us), WEFT_VALUE_TIME)},
    };
    const weft_sql_update update = {
        .table = weft_deletions_model.table,
        .assignments = assignments,
        .assignment_count = WEFT_COUNT_OF(assignments),
        .where = weft_sql_binary(
            scratch,
            WEFT_SQL_AND,
            weft_journal_equals(scratch, &weft_deletions_model.fields[WEFT_DELETION_AT_ID], deletion->id),
            weft_journal_equals(scratch, &weft_deletions_model.fields[WEFT_DELETION_AT_STORE], deletion->store->name)),
    };
    weft_statement statement = {0};
    if (!assignments[0].expr || !assignments[1].expr || !update.where) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_sql_render_update(&update, NULL, weft_connection_dialect(connection), scratch, &statement, error));
    return weft_connection_execute(connection, &statement, NULL, error);
}

/* One by its id and store, or those whose home is the store and that are not finished. */
static const weft_sql_expr *find_condition(const weft_store_def *store, weft_str id, weft_arena *keep)
{
    if (id.len > 0) {
        return weft_sql_binary(
            keep,
            WEFT_SQL_AND,
            weft_journal_equals(keep, &weft_deletions_model.fields[WEFT_DELETION_AT_ID], id),
            weft_journal_equals(keep, &weft_deletions_model.fields[WEFT_DELETION_AT_STORE], store->name));
    }
    weft_value *states = WEFT_ARENA_ARRAY(keep, weft_value, 2);
    if (!states) {
        return NULL;
    }
    states[0] = weft_journal_text(weft_str_from(state_names[WEFT_DELETION_PREPARED]));
    states[1] = weft_journal_text(weft_str_from(state_names[WEFT_DELETION_RESTORING]));
    const weft_sql_expr *is_open =
        weft_sql_binary(keep,
                        WEFT_SQL_IN_LIST,
                        weft_sql_field(keep, (weft_str){0}, &weft_deletions_model.fields[WEFT_DELETION_AT_STATE]),
                        weft_sql_list(keep, states, 2, WEFT_VALUE_TEXT));
    return weft_sql_binary(
        keep,
        WEFT_SQL_AND,
        is_open,
        weft_journal_equals(keep, &weft_deletions_model.fields[WEFT_DELETION_AT_STORE], store->name));
}

weft_code weft_deletions_find(weft_connection *connection,
                              const weft_catalog *catalog,
                              const weft_store_def *store,
                              weft_str id,
                              weft_arena *keep,
                              weft_deletion_list *ret_found,
                              weft_error *error)
{
    const weft_field *fields[WEFT_DELETION_AT_COUNT];
    const weft_value *values = NULL;
    size_t count = 0;
    for (size_t i = 0; i < WEFT_DELETION_AT_COUNT; i++) {
        fields[i] = &weft_deletions_model.fields[i];
    }
    const weft_sql_order order = {
        weft_sql_field(keep, (weft_str){0}, &weft_deletions_model.fields[WEFT_DELETION_AT_ID]), false};
    const weft_sql_select select = {.outputs = weft_cascade_outputs(fields, WEFT_DELETION_AT_COUNT, keep),
                                    .output_count = WEFT_DELETION_AT_COUNT,
                                    .table = weft_deletions_model.table,
                                    .where = find_condition(store, id, keep),
                                    .order = &order,
                                    .order_count = order.expr ? 1 : 0};
    WEFT_TRY(weft_journal_select(connection, &select, keep, &values, &count, error));
    for (size_t i = 0; i < count; i++) {
        const weft_value *row = values + i * WEFT_DELETION_AT_COUNT;
        const weft_deletion found = {.id = row[WEFT_DELETION_AT_ID].as.text,
                                     .store = store,
                                     .home = weft_catalog_store(catalog, row[WEFT_DELETION_AT_HOME].as.text),
                                     .state = state_from(row[WEFT_DELETION_AT_STATE].as.text),
                                     .entity = row[WEFT_DELETION_AT_ENTITY].as.text,
                                     .keys = row[WEFT_DELETION_AT_KEYS].as.text,
                                     .others = row[WEFT_DELETION_AT_OTHERS].as.text,
                                     .work = row[WEFT_DELETION_AT_WORK].as.text,
                                     .deleted_at = row[WEFT_DELETION_AT_DELETED_AT].as.time_us,
                                     .created_at = row[WEFT_DELETION_AT_CREATED_AT].as.time_us};
        if (!weft_vec_push(keep, ret_found, found)) {
            return weft_fail_arena(error, keep);
        }
    }
    return WEFT_OK;
}
