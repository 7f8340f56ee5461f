/* Counting what is behind a full page: the root is asked once more, for nothing but what its looks are keyed by, and in
 * no order, so that no record is carried whole only to be counted.
 *
 * A record's columns keep their places, which the looks know; those that nobody needs come as NULL. All records are
 * counted anew, in the same snapshot. Fails as stores do. */
#include "fetch/state.h"

/* Something is read that looks do not need. */
bool weft_fetch_may_recount(const weft_fetch *fetch)
{
    const weft_step *root = fetch->plan->root;
    for (size_t i = 0; i < root->field_count; i++) {
        if (!weft_step_is_key_of_look(root, i)) {
            return !root->is_counted;
        }
    }
    return false;
}

weft_code weft_fetch_recount(weft_fetch *fetch, weft_error *error)
{
    weft_step_state *state = &fetch->states[fetch->plan->root->number];
    weft_statement *statement = WEFT_ARENA_NEW(&fetch->keep, weft_statement);
    weft_connection *connection = NULL;
    if (!statement) {
        return weft_fail_arena(error, &fetch->keep);
    }
    weft_step *root = NULL;
    WEFT_TRY(weft_fetch_change_root(fetch, &root, error));
    root->is_counted = true;
    weft_rows_close(state->reading);
    state->reading = NULL;
    state->cost.statements++;
    fetch->rows_passed = 0;
    WEFT_TRY(weft_session_connection(fetch->session, state->step->store, &connection, error));
    const weft_dialect *dialect = weft_connection_dialect(connection);
    WEFT_TRY(weft_sql_step_statement(state->step, dialect, NULL, 0, &fetch->keep, statement, error));
    return weft_connection_run(connection, statement, 1, &state->reading, error);
}
