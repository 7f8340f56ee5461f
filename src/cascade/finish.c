/* Committing over several stores, and carrying to its end what was cut off.
 *
 *      every part done, nothing committed ─commit home─▶ begun ─commit the others─▶ all parts there ─▶ home says so
 *             │                                            │
 *             └ anything fails: nothing has happened       └ anything fails: the missing parts are in home's row
 *
 * A part and the row that says it is done are one transaction, so a part is done once, whoever does it and however
 * often it is tried; the lock makes those who try wait for each other. */
#include "base/value.h"
#include "cascade/steps.h"
#include "migrate/own.h"

static weft_connection *open_connection(const weft_session *session, const weft_store_def *store)
{
    weft_connection *connection = session->connections[store->index];
    return connection && weft_connection_of(connection)->in_transaction ? connection : NULL;
}

void weft_cascade_roll_back(const weft_session *session, const weft_store_def *store)
{
    weft_connection *connection = open_connection(session, store);
    if (connection) {
        weft_connection_rollback(connection);
    }
}

/* Past this point no deadline helps anybody. */
weft_code weft_cascade_commit_store(const weft_session *session, const weft_store_def *store, weft_error *error)
{
    weft_connection *connection = open_connection(session, store);
    if (!connection) {
        return WEFT_OK;
    }
    const int64_t deadline_us = weft_connection_of(connection)->deadline_us;
    weft_connection_of(connection)->deadline_us = 0;
    const weft_code code = weft_connection_commit(connection, error);
    weft_connection_of(connection)->deadline_us = deadline_us;
    return code;
}

int64_t weft_cascade_now_us(const weft_session *session)
{
    const int64_t now = weft_clock_now_us(session->clock);
    return now - now % 1000;
}

weft_tidings *weft_cascade_tidings_of(weft_cascade_run *run, const weft_store_def *store)
{
    weft_tidings *tidings = &run->tidings[store->index];
    if (!run->session->observer) {
        return NULL;
    }
    if (!tidings->lines.arena) {
        weft_buf_init_arena(&tidings->lines, run->scratch);
    }
    return tidings;
}

/* What committed is told when no transaction is open any more: the observer may take its time. */
static void tell(weft_cascade_run *run)
{
    const bool is_deleting = run->home.state == WEFT_DELETION_PREPARED || run->home.state == WEFT_DELETION_DONE;
    for (size_t i = 0; run->session->observer && i < run->catalog->store_count; i++) {
        weft_tidings_tell(&run->tidings[i],
                          run->session->observer,
                          &run->catalog->stores[i],
                          is_deleting ? WEFT_EVENT_DETACHED : WEFT_EVENT_ATTACHED);
    }
}

weft_code weft_cascade_read_others(weft_cascade_run *run, weft_error *error)
{
    json_t *names = NULL;
    weft_code code = weft_json_read(run->home.others, 0, &names, error);
    for (size_t i = 0; code == WEFT_OK && i < json_array_size(names); i++) {
        const weft_str name = weft_json_text(json_array_get(names, i));
        const weft_store_def *store = weft_catalog_store(run->catalog, name);
        if (store) {
            run->is_other[store->index] = true;
        } else {
            code = weft_fail(error,
                             WEFT_UNKNOWN_ENTITY,
                             "deletion %.*s took part in store \"%.*s\", which weft.yaml does not have",
                             WEFT_STR_ARG(run->home.id),
                             WEFT_STR_ARG(name));
        }
    }
    json_decref(names);
    return code;
}

/* The row of an other store. */
static weft_deletion part_row(const weft_cascade_run *run, const weft_store_def *store)
{
    weft_deletion part = run->home;
    part.store = store;
    part.state = WEFT_DELETION_DONE;
    part.work = (weft_str){0};
    return part;
}

/* A part that is carried out anew is told anew; one that turns out done keeps what was written of it. */
static void forget_tidings(const weft_cascade_part *part)
{
    if (part->tidings) {
        weft_buf_clear(&part->tidings->lines);
    }
}

static weft_code delete_missing(weft_cascade_run *run, const weft_cascade_part *part, weft_error *error)
{
    weft_cascade_work work = {0};
    forget_tidings(part);
    WEFT_TRY(weft_cascade_work_init(&work, run->catalog, 0, run->scratch, error));
    WEFT_TRY(weft_cascade_work_read(&work, run->home.work, error));
    return weft_cascade_part_apply(part, &work, false, error);
}

static weft_code restore_missing(weft_cascade_run *run, const weft_cascade_part *part, weft_error *error)
{
    weft_cascade_restored restored = {0};
    forget_tidings(part);
    WEFT_TRY(weft_cascade_part_restore(part, run->catalog, &restored, error));
    return weft_deletions_set_state(part->connection,
                                    part->deletion,
                                    WEFT_DELETION_RESTORED,
                                    weft_cascade_now_us(run->session),
                                    part->scratch,
                                    error);
}

static weft_code do_part(weft_cascade_run *run, const weft_store_def *store, weft_error *error)
{
    const weft_deletion row = part_row(run, store);
    weft_cascade_part part = {
        .deletion = &row, .scratch = run->scratch, .tidings = weft_cascade_tidings_of(run, store)};
    weft_deletion_list present = {0};
    WEFT_TRY(weft_deletions_enter(run->session, store, run->scratch, &part.connection, error));
    WEFT_TRY(weft_deletions_find(part.connection, run->catalog, store, row.id, run->scratch, &present, error));
    const weft_deletion_state state = present.count > 0 ? present.items[0].state : WEFT_DELETION_NONE;
    if (run->home.state == WEFT_DELETION_PREPARED && state == WEFT_DELETION_NONE) {
        return delete_missing(run, &part, error);
    }
    if (run->home.state == WEFT_DELETION_RESTORING && state == WEFT_DELETION_DONE) {
        return restore_missing(run, &part, error);
    }
    return WEFT_OK;
}

static weft_code finish_part(weft_cascade_run *run, const weft_store_def *store, weft_error *error)
{
    weft_code code = do_part(run, store, error);
    if (code == WEFT_OK) {
        code = weft_cascade_commit_store(run->session, store, error);
    }
    weft_cascade_roll_back(run->session, store);
    run->tidings[store->index].is_due = run->tidings[store->index].is_due || code == WEFT_OK;
    if (code != WEFT_OK) {
        weft_error_set_store(error, store->name);
    }
    return code;
}

/* Only forward: who comes late finds the state further on and leaves it. */
static weft_code set_finished(weft_cascade_run *run, weft_error *error)
{
    const weft_deletion *home = &run->home;
    const weft_deletion_state finished =
        home->state == WEFT_DELETION_PREPARED ? WEFT_DELETION_DONE : WEFT_DELETION_RESTORED;
    weft_connection *connection = NULL;
    weft_deletion_list present = {0};
    WEFT_TRY(weft_deletions_enter(run->session, home->store, run->scratch, &connection, error));
    WEFT_TRY(weft_deletions_find(connection, run->catalog, home->store, home->id, run->scratch, &present, error));
    if (present.count == 1 && present.items[0].state == home->state) {
        WEFT_TRY(weft_deletions_set_state(
            connection, home, finished, weft_cascade_now_us(run->session), run->scratch, error));
    }
    return weft_cascade_commit_store(run->session, home->store, error);
}

static weft_code finish_parts(weft_cascade_run *run, weft_error *error)
{
    for (size_t i = 0; i < run->catalog->store_count; i++) {
        if (run->is_other[i]) {
            WEFT_TRY(finish_part(run, &run->catalog->stores[i], error));
        }
    }
    return set_finished(run, error);
}

weft_code weft_cascade_finish(weft_cascade_run *run, weft_error *error)
{
    const weft_code code = finish_parts(run, error);
    weft_cascade_roll_back(run->session, run->home.store);
    tell(run);
    return code;
}

static weft_code commit_home(const weft_cascade_run *run, weft_error *error)
{
    const weft_code code = weft_cascade_commit_store(run->session, run->home.store, error);
    if (code != WEFT_OK) {
        weft_error_set_hint(error, "If it was committed all the same, weft recover finishes the rest.");
    }
    return code;
}

/* False when one of them could not. */
static bool commit_others(weft_cascade_run *run)
{
    bool is_whole = true;
    for (size_t i = 0; i < run->catalog->store_count; i++) {
        const weft_store_def *store = &run->catalog->stores[i];
        if (!run->is_other[i]) {
            weft_cascade_roll_back(run->session, store);
            continue;
        }
        run->tidings[i].is_due = weft_cascade_commit_store(run->session, store, NULL) == WEFT_OK;
        if (!run->tidings[i].is_due) {
            weft_cascade_roll_back(run->session, store);
            is_whole = false;
        }
    }
    return is_whole;
}

static weft_code finish_rest(weft_cascade_run *run, weft_error *error)
{
    const weft_code code = weft_cascade_finish(run, error);
    if (code != WEFT_OK) {
        weft_error_wrap(error, "%.*s has begun and is not finished", WEFT_STR_ARG(run->home.id));
        weft_error_set_hint(error, "weft recover finishes it as soon as the store can be reached.");
    }
    return code;
}

weft_code weft_cascade_commit(weft_cascade_run *run, weft_deletion_state finished, weft_error *error)
{
    WEFT_TRY(commit_home(run, error));
    run->tidings[run->home.store->index].is_due = true;
    if (!commit_others(run)) {
        return finish_rest(run, error);
    }
    if (run->home.state != finished) {
        /* Everything is done but for saying so; whoever recovers says it if this fails. */
        (void)set_finished(run, NULL);
        weft_cascade_roll_back(run->session, run->home.store);
    }
    tell(run);
    return WEFT_OK;
}

static weft_code read_unfinished(const weft_catalog *catalog,
                                 const weft_store_def *store,
                                 weft_session *session,
                                 weft_arena *keep,
                                 weft_deletion_list *ret_found,
                                 weft_error *error)
{
    weft_connection *connection = NULL;
    bool is_there = false;
    WEFT_TRY(weft_session_connection(session, store, &connection, error));
    WEFT_TRY(weft_own_group_is_there(connection, &weft_own_deletions, keep, &is_there, error));
    return is_there ? weft_deletions_find(connection, catalog, store, (weft_str){0}, keep, ret_found, error) : WEFT_OK;
}

weft_code weft_cascade_unfinished(const weft_catalog *catalog,
                                  const weft_store_def *store,
                                  weft_session *session,
                                  weft_arena *keep,
                                  weft_deletion_list *ret_found,
                                  weft_error *error)
{
    const weft_code code = read_unfinished(catalog, store, session, keep, ret_found, error);
    weft_cascade_roll_back(session, store);
    return code;
}

weft_code weft_cascade_finish_store(const weft_catalog *catalog,
                                    const weft_store_def *store,
                                    weft_session *session,
                                    weft_arena *scratch,
                                    weft_error *error)
{
    weft_deletion_list found = {0};
    WEFT_TRY(weft_cascade_unfinished(catalog, store, session, scratch, &found, error));
    for (size_t i = 0; i < found.count; i++) {
        weft_cascade_run run = {.catalog = catalog, .session = session, .scratch = scratch, .home = found.items[i]};
        if (weft_cascade_read_others(&run, NULL) == WEFT_OK) {
            (void)weft_cascade_finish(&run, NULL);
        }
    }
    return WEFT_OK;
}
