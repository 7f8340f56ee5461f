/* Applying: each store on its own connection, in one transaction under one lock.
 *
 *      acquire ▶ (before) ▶ begin ▶ lock ▶ inspect, plan, measure ▶ run ▶ record ▶ commit ▶ (after) ▶ release
 *
 * Who waited for the lock plans anew and finds the work done. A failure rolls back the store's part and ends the run;
 * stores before it keep theirs, which the error's hint says. */
#include "base/check.h"
#include "migrate/journal.h"
#include "migrate/locked.h"
#include "migrate/measure.h"
#include "migrate/read.h"
#include "migrate/rebuild.h"
#include "migrate/saved.h"

typedef WEFT_VEC(weft_action) done_actions;

typedef struct application {
    const weft_catalog *catalog;
    weft_migration_scope scope;
    bool allow_unsafe;
    const weft_saved_plan *saved; /* what may run; NULL: whatever is planned */
    bool is_recorded;             /* the saved plan was applied to this store before */
    bool is_repeat;               /* and the store shows it */
    const weft_store_def *store;
    weft_connection *connection;
    weft_journal journal;
    weft_arena *scratch;
    done_actions done;
    size_t left;
} application;

static bool may_run(const application *state, const weft_action *action)
{
    return action->kind != WEFT_ACTION_DROP && !action->is_refused && (action->is_safe || state->allow_unsafe);
}

/* Is the action made of the table's text as it was planned on: a rebuild, or what is reverted by that text? */
static bool is_of_text(const weft_action *action)
{
    return action->edit_count > 0 ||
           (action->undo_count > 0 && weft_str_starts_with(action->undo[0], WEFT_STR("CREATE TABLE")));
}

/* What ran before changed the text, and what was left did not: the same edits are made in the text of now. */
static weft_code follow_text(application *state, weft_action *action, weft_error *error)
{
    const weft_schema *schema = NULL;
    weft_statements statements = {0};
    weft_statements undo = {0};
    weft_maker maker = {.keep = state->scratch};
    WEFT_TRY(weft_connection_inspect(state->connection, state->scratch, &schema, error));
    const weft_schema_table *present = weft_schema_find_table(schema, action->table);
    if (!present) {
        return WEFT_OK;
    }
    if (action->edit_count > 0) {
        weft_rebuild(&maker, present, action->edits, action->edit_count, &statements);
        action->statements = statements.items;
        action->statement_count = statements.count;
    }
    weft_rebuild_undo(&maker, present, action->edits, action->edit_count, &undo);
    action->undo = undo.items;
    action->undo_count = undo.count;
    return weft_maker_check(&maker, error);
}

static weft_code run_action(application *state, weft_action *action, weft_error *error)
{
    if (state->done.count + state->left > 0 && is_of_text(action)) {
        WEFT_TRY(follow_text(state, action, error));
    }
    for (size_t i = 0; i < action->statement_count; i++) {
        const weft_code code = weft_migration_execute(state->connection, action->statements[i], error);
        if (code != WEFT_OK) {
            weft_error_wrap(error, "while migrating table \"%.*s\"", WEFT_STR_ARG(action->table));
            weft_error_set_store(error, state->store->name);
            return code;
        }
    }
    return weft_vec_push(state->scratch, &state->done, *action) ? WEFT_OK : weft_fail_arena(error, state->scratch);
}

static bool is_recorded(const weft_store_present *present, weft_str hash)
{
    for (size_t i = 0; i < present->plan_count; i++) {
        if (weft_str_equal(present->plans[i], hash)) {
            return true;
        }
    }
    return false;
}

static weft_code plan_store(application *state, weft_migration_plan **ret_plan, weft_error *error)
{
    weft_store_present *presents = WEFT_ARENA_ARRAY(state->scratch, weft_store_present, state->catalog->store_count);
    if (!presents) {
        return weft_fail_arena(error, state->scratch);
    }
    weft_store_present *present = &presents[state->store->index];
    WEFT_TRY(weft_store_present_read(state->connection, state->scratch, present, error));
    state->is_recorded = state->saved && is_recorded(present, state->saved->hash);
    return weft_migration_plan_make(state->catalog, state->scope, presents, state->scratch, ret_plan, error);
}

static weft_code check_saved(application *state, const weft_migration_plan *plan, weft_error *error)
{
    return state->saved
               ? weft_saved_plan_check(state->saved, plan, state->store, state->is_recorded, &state->is_repeat, error)
               : WEFT_OK;
}

static weft_code record_saved(application *state, weft_error *error)
{
    if (!state->saved || state->is_recorded) {
        return WEFT_OK;
    }
    const weft_journal_entry entry = {.store = state->store,
                                      .action = WEFT_STR(WEFT_JOURNAL_PLAN),
                                      .table = state->saved->hash,
                                      .summary = WEFT_STR("a saved plan was applied")};
    return weft_journal_add(&state->journal, &entry, state->scratch, error);
}

static weft_code record_actions(application *state, weft_error *error)
{
    const weft_schema *schema = NULL;
    if (state->done.count == 0) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_connection_inspect(state->connection, state->scratch, &schema, error));
    WEFT_TRY(weft_journal_ensure(&state->journal, schema, state->scratch, error));
    for (size_t i = 0; i < state->done.count; i++) {
        WEFT_TRY(weft_journal_record(&state->journal, &state->done.items[i], state->scratch, error));
    }
    return record_saved(state, error);
}

/* Everything is planned and counted before anything runs, and nothing else is run. */
static weft_code run_plan(void *ctx, weft_connection *connection, weft_error *error)
{
    application *state = ctx;
    weft_migration_plan *plan = NULL;
    state->connection = connection;
    state->journal.connection = connection;
    WEFT_TRY(plan_store(state, &plan, error));
    WEFT_CHECK(plan != NULL);
    WEFT_TRY(weft_migration_measure(plan, state->store, connection, state->scratch, error));
    WEFT_TRY(check_saved(state, plan, error));
    for (size_t i = 0; i < plan->action_count; i++) {
        weft_action *action = &plan->actions[i];
        if (may_run(state, action)) {
            WEFT_TRY(run_action(state, action, error));
        } else {
            state->left += action->kind != WEFT_ACTION_DROP;
        }
    }
    return record_actions(state, error);
}

static weft_code apply_store(application *state, weft_session *session, weft_error *error)
{
    state->done = (done_actions){0};
    state->left = 0;
    state->is_repeat = false;
    return weft_migration_run_locked(session, state->store, run_plan, state, error);
}

static weft_code apply_stores(application *state,
                              weft_session *session,
                              weft_migration_outcome *ret_outcome,
                              weft_error *error)
{
    weft_migration_outcome outcome = {0};
    for (size_t i = 0; i < state->catalog->store_count; i++) {
        state->store = &state->catalog->stores[i];
        if (!weft_store_is_in_scope(state->catalog, state->store, state->scope)) {
            continue;
        }
        const weft_code code = apply_store(state, session, error);
        if (code != WEFT_OK) {
            if (outcome.applied > 0) {
                weft_error_set_hint(error, "What was done in the stores before this one stays; migrate again.");
            }
            return code;
        }
        outcome.applied += state->done.count;
        outcome.left += state->left;
        outcome.repeats += state->is_repeat;
    }
    *ret_outcome = outcome;
    return WEFT_OK;
}

/* No row is counted: without the lock a table may become another between two statements. */
static weft_code look_at_store(void *ctx, weft_connection *connection, weft_error *error)
{
    application *state = ctx;
    weft_migration_plan *plan = NULL;
    state->connection = connection;
    WEFT_TRY(plan_store(state, &plan, error));
    return check_saved(state, plan, error);
}

/* A plan that one store has drifted from changes none of them. */
static weft_code look_at_stores(application *state, weft_session *session, weft_error *error)
{
    if (!state->saved) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_saved_plan_check_stores(state->saved, state->catalog, error));
    for (size_t i = 0; i < state->catalog->store_count; i++) {
        state->store = &state->catalog->stores[i];
        if (!weft_store_is_in_scope(state->catalog, state->store, state->scope)) {
            continue;
        }
        WEFT_TRY(weft_migration_run_reading(session, state->store, look_at_store, state, error));
    }
    return WEFT_OK;
}

static weft_code apply_all(application *state,
                           weft_session *session,
                           weft_migration_outcome *ret_outcome,
                           weft_error *error)
{
    weft_ulid_source own_ulids = {0};
    weft_ulid_source *ulids = session->ulids ? session->ulids : &own_ulids;
    WEFT_TRY(look_at_stores(state, session, error));
    if (ulids == &own_ulids) {
        weft_ulid_source_init(ulids, session->clock, false);
    }
    state->journal = (weft_journal){.clock = session->clock, .ulids = ulids, .scope = state->scope};
    state->journal.batch = weft_ulid_next_id(ulids, WEFT_STR(""), state->scratch);
    const weft_code code = state->journal.batch.data ? apply_stores(state, session, ret_outcome, error)
                                                     : weft_fail_arena(error, state->scratch);
    if (ulids == &own_ulids) {
        weft_ulid_source_done(ulids);
    }
    return code;
}

weft_code weft_migration_apply(const weft_catalog *catalog,
                               weft_migration_scope scope,
                               bool allow_unsafe,
                               weft_session *session,
                               weft_arena *scratch,
                               weft_migration_outcome *ret_outcome,
                               weft_error *error)
{
    application state = {.catalog = catalog, .scope = scope, .allow_unsafe = allow_unsafe, .scratch = scratch};
    return apply_all(&state, session, ret_outcome, error);
}

weft_code weft_migration_apply_saved(const weft_catalog *catalog,
                                     const weft_saved_plan *saved,
                                     bool allow_unsafe,
                                     weft_session *session,
                                     weft_arena *scratch,
                                     weft_migration_outcome *ret_outcome,
                                     weft_error *error)
{
    application state = {
        .catalog = catalog, .scope = saved->scope, .allow_unsafe = allow_unsafe, .saved = saved, .scratch = scratch};
    return apply_all(&state, session, ret_outcome, error);
}
