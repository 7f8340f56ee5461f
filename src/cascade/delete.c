/* Deleting, and showing what deleting would do. One walk serves both: in a snapshot for the impact, under locks for the
 * deletion, which then carries out just what it printed.
 *
 *      finish what was cut off ▶ lock every store in reach, in one order ▶ walk ▶ a part a store ▶ commit (finish.c)
 *
 * Locking all before walking means that two deletions never wait for each other in a ring. */
#include "base/value.h"
#include "cascade/steps.h"
#include "cascade/walk.h"
#include "json/writer.h"

static weft_code walk(const weft_catalog *catalog,
                      const weft_cascade_request *request,
                      weft_session *session,
                      weft_arena *scratch,
                      weft_cascade_work *ret_work,
                      weft_error *error)
{
    const size_t rows_max = request->records_max > 0 ? request->records_max : WEFT_CASCADE_RECORDS_MAX;
    WEFT_TRY(weft_cascade_work_init(ret_work, catalog, rows_max, scratch, error));
    weft_cascade_walk walking = {.session = session,
                                 .work = ret_work,
                                 .scratch = scratch,
                                 .locks = session->transaction == WEFT_TRANSACTION_WRITE};
    return weft_cascade_walk_run(&walking, request, error);
}

static void print_keys(const weft_cascade_request *request, weft_buf *buf)
{
    weft_buf_add_char(buf, '[');
    for (size_t i = 0; i < request->key_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        weft_json_add_text(buf, request->keys[i]);
    }
    weft_buf_add_char(buf, ']');
}

static void print(const weft_cascade_request *request, const weft_cascade_work *work, weft_buf *buf)
{
    weft_buf_add_text(buf, "\"entity\":");
    weft_json_add_text(buf, request->model->name);
    weft_buf_add_text(buf, ",\"named\":");
    print_keys(request, buf);
    weft_buf_add_char(buf, ',');
    weft_cascade_work_print(work, buf);
}

weft_code weft_cascade_impact(const weft_catalog *catalog,
                              const weft_cascade_request *request,
                              weft_session *session,
                              weft_arena *scratch,
                              weft_buf *ret_json,
                              weft_error *error)
{
    weft_cascade_work work = {0};
    WEFT_TRY(walk(catalog, request, session, scratch, &work, error));
    weft_buf_add_char(ret_json, '{');
    print(request, &work, ret_json);
    weft_buf_add_char(ret_json, '}');
    return ret_json->failed ? weft_fail_no_memory(error) : WEFT_OK;
}

/* A time that no deletion in these stores has, so that it marks this one's rows alone. */
static weft_code settle_time(weft_cascade_run *run, const weft_connection *const *connections, weft_error *error)
{
    int64_t time = weft_cascade_now_us(run->session);
    run->home.created_at = time;
    for (size_t i = 0; i < run->catalog->store_count; i++) {
        int64_t latest = 0;
        if (connections[i]) {
            WEFT_TRY(weft_deletions_latest(run->session->connections[i], run->scratch, &latest, error));
            time = latest >= time ? latest + 1000 : time;
        }
    }
    run->home.deleted_at = time;
    return WEFT_OK;
}

weft_code weft_cascade_enter(weft_cascade_run *run, const weft_model *model, weft_error *error)
{
    bool is_reached[WEFT_STORES_MAX] = {false};
    const weft_connection *connections[WEFT_STORES_MAX] = {0};
    if (!weft_cascade_reach(run->catalog, model, run->scratch, is_reached)) {
        return weft_fail_arena(error, run->scratch);
    }
    for (size_t i = 0; i < run->catalog->store_count; i++) {
        /* Others' work: a store that cannot finish it now keeps nobody from beginning. */
        if (is_reached[i] &&
            weft_cascade_finish_store(run->catalog, &run->catalog->stores[i], run->session, run->scratch, NULL) ==
                WEFT_NO_MEMORY) {
            return weft_fail_no_memory(error);
        }
    }
    for (size_t i = 0; i < run->catalog->store_count; i++) {
        weft_connection *connection = NULL;
        if (is_reached[i]) {
            WEFT_TRY(weft_deletions_enter(run->session, &run->catalog->stores[i], run->scratch, &connection, error));
            connections[i] = connection;
        }
    }
    return settle_time(run, connections, error);
}

static bool add_others(weft_cascade_run *run, const weft_cascade_work *work, weft_buf *others)
{
    bool has_others = false;
    weft_buf_add_char(others, '[');
    for (size_t i = 0; i < run->catalog->store_count; i++) {
        const weft_store_def *store = &run->catalog->stores[i];
        run->is_other[i] = store != run->home.home && weft_cascade_work_touches(work, store);
        if (run->is_other[i]) {
            weft_buf_add_text(others, has_others ? "," : "");
            weft_json_add_text(others, store->name);
            has_others = true;
        }
    }
    weft_buf_add_char(others, ']');
    return has_others;
}

weft_code weft_cascade_describe(
    weft_cascade_run *run, const weft_model *model, weft_str keys, const weft_cascade_work *work, weft_error *error)
{
    weft_buf others;
    weft_buf parts;
    weft_buf_init_arena(&others, run->scratch);
    weft_buf_init_arena(&parts, run->scratch);
    run->home.store = model->store;
    run->home.home = model->store;
    const bool has_others = add_others(run, work, &others);
    weft_cascade_work_write(work, model->store, &parts);
    run->home.id = weft_ulid_next_id(run->session->ulids, WEFT_STR("del"), run->scratch);
    if (!keys.data || others.failed || parts.failed || !run->home.id.data) {
        return weft_fail_arena(error, run->scratch);
    }
    run->home.state = has_others ? WEFT_DELETION_PREPARED : WEFT_DELETION_DONE;
    run->home.entity = model->name;
    run->home.keys = keys;
    run->home.others = weft_buf_str(&others);
    run->home.work = has_others ? weft_buf_str(&parts) : (weft_str){0};
    return WEFT_OK;
}

weft_code weft_cascade_apply(weft_cascade_run *run, const weft_cascade_work *work, weft_error *error)
{
    for (size_t i = 0; i < run->catalog->store_count; i++) {
        const weft_store_def *store = &run->catalog->stores[i];
        weft_deletion row = run->home;
        if (store != run->home.home) {
            row.store = store;
            row.state = WEFT_DELETION_DONE;
            row.work = (weft_str){0};
        }
        const weft_cascade_part part = {.connection = run->session->connections[i],
                                        .deletion = &row,
                                        .scratch = run->scratch,
                                        .tidings = weft_cascade_tidings_of(run, store)};
        if (store == run->home.home || run->is_other[i]) {
            const weft_code code = weft_cascade_part_apply(&part, work, true, error);
            if (code != WEFT_OK) {
                weft_error_set_store(error, store->name);
                return code;
            }
        }
    }
    return WEFT_OK;
}

weft_code weft_cascade_delete(const weft_catalog *catalog,
                              const weft_cascade_request *request,
                              weft_session *session,
                              weft_arena *scratch,
                              weft_buf *ret_json,
                              weft_error *error)
{
    weft_cascade_run run = {.catalog = catalog, .session = session, .scratch = scratch};
    weft_cascade_work work = {0};
    weft_buf keys;
    weft_buf_init_arena(&keys, scratch);
    print_keys(request, &keys);
    WEFT_TRY(weft_cascade_check_root(request->model, error));
    WEFT_TRY(weft_cascade_enter(&run, request->model, error));
    WEFT_TRY(walk(catalog, request, session, scratch, &work, error));
    WEFT_TRY(weft_cascade_describe(
        &run, request->model, keys.failed ? (weft_str){NULL, 0} : weft_buf_str(&keys), &work, error));
    WEFT_TRY(weft_cascade_apply(&run, &work, error));
    weft_buf_add_text(ret_json, "{\"deletion\":");
    weft_json_add_text(ret_json, run.home.id);
    weft_buf_add_char(ret_json, ',');
    print(request, &work, ret_json);
    weft_buf_add_char(ret_json, '}');
    if (!weft_buf_fit(ret_json)) {
        return weft_fail_no_memory(error);
    }
    return weft_cascade_commit(&run, WEFT_DELETION_DONE, error);
}
