/* Restoring a deletion: the same steps backwards, with the same order of commits.
 *
 *      find the deletion ▶ lock every store that took part ▶ give back a part a store ▶ commit home ▶ the others
 *
 * What stands in the way is found before anything is committed, so that a restore is whole or does not happen. */
#include "cascade/steps.h"
#include "migrate/own.h"
#include "json/writer.h"

/* The deletion's row in its home store; found in any store that knows it. */
static weft_code look_in_store(
    const weft_cascade_run *run, const weft_store_def *store, weft_str id, weft_deletion_list *found, weft_error *error)
{
    weft_connection *connection = NULL;
    bool is_there = false;
    WEFT_TRY(weft_session_connection(run->session, store, &connection, error));
    WEFT_TRY(weft_own_group_is_there(connection, &weft_own_deletions, run->scratch, &is_there, error));
    return is_there ? weft_deletions_find(connection, run->catalog, store, id, run->scratch, found, error) : WEFT_OK;
}

weft_code weft_cascade_find_home(weft_cascade_run *run, weft_str id, weft_error *error)
{
    weft_error unreached = {0};
    for (size_t i = 0; i < run->catalog->store_count; i++) {
        const weft_store_def *store = &run->catalog->stores[i];
        weft_deletion_list found = {0};
        weft_error problem = {0};
        const weft_code code = look_in_store(run, store, id, &found, &problem);
        weft_cascade_roll_back(run->session, store);
        if (code != WEFT_OK && unreached.code == WEFT_OK) {
            unreached = problem;
        }
        if (found.count == 1 && found.items[0].home == store) {
            run->home = found.items[0];
            return WEFT_OK;
        }
    }
    if (unreached.code != WEFT_OK) {
        if (error) {
            *error = unreached;
        }
        return unreached.code;
    }
    return weft_fail(error, WEFT_NOT_FOUND, "deletion \"%.*s\" was not found", WEFT_STR_ARG(id));
}

static weft_code enter_stores(weft_cascade_run *run, weft_error *error)
{
    for (size_t i = 0; i < run->catalog->store_count; i++) {
        const weft_store_def *store = &run->catalog->stores[i];
        if (run->is_other[i] || store == run->home.store) {
            WEFT_TRY(weft_deletions_enter(run->session, store, run->scratch, NULL, error));
        }
    }
    return WEFT_OK;
}

/* What is done can be restored; read again now that nobody else can change it. */
static weft_code check_state(weft_cascade_run *run, weft_error *error)
{
    weft_connection *connection = run->session->connections[run->home.store->index];
    weft_deletion_list found = {0};
    WEFT_TRY(weft_deletions_find(connection, run->catalog, run->home.store, run->home.id, run->scratch, &found, error));
    if (found.count == 1 && found.items[0].state == WEFT_DELETION_DONE) {
        return WEFT_OK;
    }
    const bool is_restored = found.count == 1 && found.items[0].state == WEFT_DELETION_RESTORED;
    const weft_code code =
        weft_fail(error,
                  is_restored ? WEFT_NOT_FOUND : WEFT_STORE_BUSY,
                  is_restored ? "deletion \"%.*s\" is restored already" : "deletion \"%.*s\" is not finished yet",
                  WEFT_STR_ARG(run->home.id));
    if (!is_restored) {
        weft_error_set_hint(error, "weft recover says what keeps it from being finished.");
    }
    return code;
}

static weft_code restore_part(weft_cascade_run *run,
                              const weft_store_def *store,
                              weft_deletion_state state,
                              weft_cascade_restored *restored,
                              weft_error *error)
{
    weft_deletion row = run->home;
    row.store = store;
    const weft_cascade_part part = {.connection = run->session->connections[store->index],
                                    .deletion = &row,
                                    .scratch = run->scratch,
                                    .tidings = weft_cascade_tidings_of(run, store),
                                    .session = run->session->rows ? run->session : NULL};
    WEFT_TRY(weft_cascade_part_restore(&part, run->catalog, restored, error));
    return weft_deletions_set_state(
        part.connection, &row, state, weft_cascade_now_us(run->session), run->scratch, error);
}

static weft_code restore_parts(weft_cascade_run *run, weft_cascade_restored *restored, weft_error *error)
{
    bool has_others = false;
    for (size_t i = 0; i < run->catalog->store_count; i++) {
        has_others = has_others || run->is_other[i];
    }
    const weft_deletion_state home_state = has_others ? WEFT_DELETION_RESTORING : WEFT_DELETION_RESTORED;
    for (size_t i = 0; i < run->catalog->store_count; i++) {
        const weft_store_def *store = &run->catalog->stores[i];
        const bool is_home = store == run->home.store;
        if (!is_home && !run->is_other[i]) {
            continue;
        }
        const weft_code code = restore_part(run, store, is_home ? home_state : WEFT_DELETION_RESTORED, restored, error);
        if (code != WEFT_OK) {
            weft_error_set_store(error, store->name);
            return code;
        }
    }
    run->home.state = home_state;
    return WEFT_OK;
}

static weft_code prepare(weft_cascade_run *run, weft_str id, weft_error *error)
{
    WEFT_TRY(weft_cascade_find_home(run, id, error));
    WEFT_TRY(weft_cascade_read_others(run, error));
    if (run->home.state == WEFT_DELETION_PREPARED || run->home.state == WEFT_DELETION_RESTORING) {
        (void)weft_cascade_finish(run, NULL);
    }
    WEFT_TRY(enter_stores(run, error));
    return check_state(run, error);
}

weft_code weft_cascade_restore(const weft_catalog *catalog,
                               weft_str id,
                               weft_session *session,
                               weft_arena *scratch,
                               weft_buf *ret_json,
                               weft_error *error)
{
    weft_cascade_run run = {.catalog = catalog, .session = session, .scratch = scratch};
    weft_cascade_restored restored = {0};
    if (id.len == 0) {
        return weft_fail(error, WEFT_NOT_FOUND, "a deletion must be named");
    }
    WEFT_TRY(prepare(&run, id, error));
    WEFT_TRY(restore_parts(&run, &restored, error));
    weft_buf_add_text(ret_json, "{\"deletion\":");
    weft_json_add_text(ret_json, run.home.id);
    weft_buf_add_format(ret_json, ",\"restored\":%zu,\"left\":%zu}", restored.restored, restored.left);
    if (!weft_buf_fit(ret_json)) {
        return weft_fail_no_memory(error);
    }
    return weft_cascade_commit(&run, WEFT_DELETION_RESTORED, error);
}
