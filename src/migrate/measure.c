/* One count an action that may lose something; the examples only where rows were counted. Reads only. */
#include "migrate/measure.h"

#include "migrate/maker.h"

static weft_code add_examples(weft_action *action, weft_connection *connection, weft_arena *keep, weft_error *error)
{
    const weft_value *values = NULL;
    size_t count = 0;
    weft_maker maker = {.keep = keep};
    const weft_value_kind kind = WEFT_VALUE_TEXT;
    const weft_statement statement = {
        .sql = action->examples_sql, .columns = &kind, .column_count = 1, .is_once = true};
    WEFT_TRY(weft_connection_collect(connection, &statement, keep, &values, &count, error));
    weft_buf buf = weft_maker_buf(&maker);
    weft_buf_add_str(&buf, action->reason);
    for (size_t i = 0; i < count; i++) {
        const weft_str text = values[i].kind == WEFT_VALUE_NULL ? WEFT_STR("null") : values[i].as.text;
        weft_buf_add_text(&buf, i > 0 ? ", " : ": ");
        weft_buf_add_str(&buf, text);
    }
    action->reason = weft_maker_take(&maker, &buf);
    return weft_maker_check(&maker, error);
}

static weft_code count_rows(
    weft_connection *connection, weft_str sql, weft_arena *keep, uint64_t *ret_count, weft_error *error)
{
    const weft_value *values = NULL;
    size_t count = 0;
    const weft_value_kind kind = WEFT_VALUE_INTEGER;
    const weft_statement statement = {.sql = sql, .columns = &kind, .column_count = 1, .is_once = true};
    WEFT_TRY(weft_connection_collect(connection, &statement, keep, &values, &count, error));
    *ret_count = count > 0 && values[0].as.integer > 0 ? (uint64_t)values[0].as.integer : 0;
    return WEFT_OK;
}

/* Refuse what some rows make impossible, whatever is allowed. */
static weft_code measure_refusal(weft_action *action, weft_connection *connection, weft_arena *keep, weft_error *error)
{
    uint64_t rows = 0;
    WEFT_TRY(count_rows(connection, action->refuse_sql, keep, &rows, error));
    if (rows == 0) {
        return WEFT_OK;
    }
    action->is_refused = true;
    action->rows_at_stake = rows;
    action->reason = action->refuse_reason;
    return action->examples_sql.len ? add_examples(action, connection, keep, error) : WEFT_OK;
}

static weft_code measure_action(weft_action *action, weft_connection *connection, weft_arena *keep, weft_error *error)
{
    const bool has_refusal = action->refuse_sql.len > 0;
    action->has_rows_at_stake = true;
    if (has_refusal) {
        WEFT_TRY(measure_refusal(action, connection, keep, error));
    }
    if (has_refusal && action->is_refused) {
        return WEFT_OK;
    }
    WEFT_TRY(count_rows(connection, action->count_sql, keep, &action->rows_at_stake, error));
    if (action->rows_at_stake > 0) {
        return action->examples_sql.len && !has_refusal ? add_examples(action, connection, keep, error) : WEFT_OK;
    }
    if (action->is_safe_without_rows) {
        action->is_safe = true;
        action->is_refused = false;
        action->reason = WEFT_STR("");
    }
    return WEFT_OK;
}

weft_code weft_migration_measure(weft_migration_plan *plan,
                                 const weft_store_def *store,
                                 weft_connection *connection,
                                 weft_arena *keep,
                                 weft_error *error)
{
    for (size_t i = 0; i < plan->action_count; i++) {
        weft_action *action = &plan->actions[i];
        if (action->store != store || !action->count_sql.len) {
            continue;
        }
        WEFT_TRY(measure_action(action, connection, keep, error));
    }
    return WEFT_OK;
}
