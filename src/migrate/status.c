/* What db:status tells. Each store is asked on its own: one that cannot be reached is reported and the rest go on. Only
 * running out of memory fails the whole. */
#include "migrate/journal.h"
#include "migrate/measure.h"
#include "migrate/outbox_status.h"
#include "migrate/read.h"
#include "migrate/trash.h"

typedef struct store_status {
    weft_migration_plan *plan;
    weft_last_batch last;
    weft_trash_entries trash;
    weft_outbox_lag lag;
} store_status;

static weft_code read_status(const weft_catalog *catalog,
                             const weft_store_def *store,
                             weft_session *session,
                             weft_arena *scratch,
                             store_status *ret_status,
                             weft_error *error)
{
    weft_connection *connection = NULL;
    weft_store_present *presents = WEFT_ARENA_ARRAY(scratch, weft_store_present, catalog->store_count);
    if (!presents) {
        return weft_fail_arena(error, scratch);
    }
    weft_store_present *present = &presents[store->index];
    WEFT_TRY(weft_session_connection(session, store, &connection, error));
    WEFT_TRY(weft_store_present_read(connection, scratch, present, error));
    WEFT_TRY(weft_migration_plan_make(catalog, WEFT_MIGRATE_ALL, presents, scratch, &ret_status->plan, error));
    WEFT_TRY(weft_migration_measure(ret_status->plan, store, connection, scratch, error));
    WEFT_TRY(weft_trash_read(connection, store, present->schema, scratch, &ret_status->trash, NULL, error));
    WEFT_TRY(weft_outbox_lag_read(connection, present->schema, scratch, &ret_status->lag, error));
    return weft_journal_last_batch(connection, present->schema, scratch, &ret_status->last, error);
}

static void write_unknown_tables(const weft_migration_plan *plan, weft_buf *buf)
{
    bool is_first = true;
    weft_buf_add_text(buf, ",\"unknown_tables\":[");
    for (size_t i = 0; i < plan->action_count; i++) {
        if (plan->actions[i].kind == WEFT_ACTION_DROP) {
            weft_buf_add_text(buf, is_first ? "" : ",");
            weft_json_add_text(buf, plan->actions[i].table);
            is_first = false;
        }
    }
    weft_buf_add_char(buf, ']');
}

static void write_problems(const weft_migration_plan *plan, weft_buf *buf)
{
    weft_buf_add_text(buf, ",\"problems\":[");
    for (size_t i = 0; i < plan->problem_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        weft_json_add_text(buf, plan->problems[i].text);
    }
    weft_buf_add_char(buf, ']');
}

static void write_trash(const weft_trash_entries *trash, weft_buf *buf)
{
    weft_buf_add_text(buf, ",\"trash\":[");
    for (size_t i = 0; i < trash->count; i++) {
        weft_buf_add_text(buf, i > 0 ? ",{\"table\":" : "{\"table\":");
        weft_json_add_text(buf, trash->items[i].was);
        weft_buf_add_text(buf, ",\"trash\":");
        weft_json_add_text(buf, trash->items[i].table);
        weft_buf_add_text(buf, ",\"dropped_at\":");
        weft_json_add_time(buf, trash->items[i].dropped_at_us);
        weft_buf_add_char(buf, '}');
    }
    weft_buf_add_char(buf, ']');
}

static void write_reached(const store_status *status, const weft_clock *clock, weft_buf *buf)
{
    size_t unsafe_count = 0;
    size_t pending = 0;
    for (size_t i = 0; i < status->plan->action_count; i++) {
        const weft_action *action = &status->plan->actions[i];
        const bool counts = action->kind != WEFT_ACTION_DROP;
        pending += counts;
        unsafe_count += counts && !action->is_safe;
    }
    weft_buf_add_format(buf, ",\"reachable\":true,\"pending\":%zu,\"unsafe\":%zu", pending, unsafe_count);
    write_unknown_tables(status->plan, buf);
    write_trash(&status->trash, buf);
    weft_outbox_lag_write(&status->lag, clock, buf);
    write_problems(status->plan, buf);
    if (status->last.batch.len == 0) {
        weft_buf_add_text(buf, ",\"last_batch\":null");
        return;
    }
    weft_buf_add_text(buf, ",\"last_batch\":{\"batch\":");
    weft_json_add_text(buf, status->last.batch);
    weft_buf_add_text(buf, ",\"applied_at\":");
    weft_json_add_time(buf, status->last.applied_at_us);
    weft_buf_add_format(buf, ",\"actions\":%llu}", (unsigned long long)status->last.action_count);
}

static void write_unreached(const weft_error *problem, weft_buf *buf)
{
    weft_buf_add_text(buf, ",\"reachable\":false,\"error\":");
    weft_json_add_text(buf, weft_str_from(problem->message));
    weft_buf_add_text(buf,
                      ",\"pending\":0,\"unsafe\":0,\"unknown_tables\":[],\"trash\":[],\"outbox\":null,\"problems\":[],"
                      "\"last_batch\":null");
}

weft_code weft_migration_status_json(
    const weft_catalog *catalog, weft_session *session, weft_arena *scratch, weft_buf *buf, weft_error *error)
{
    weft_buf_add_text(buf, "{\"stores\":[");
    for (size_t i = 0; i < catalog->store_count; i++) {
        const weft_store_def *store = &catalog->stores[i];
        store_status status = {0};
        weft_error problem = {0};
        const weft_code code = read_status(catalog, store, session, scratch, &status, &problem);
        if (code == WEFT_NO_MEMORY || code == WEFT_CANCELLED) {
            if (error) {
                *error = problem;
            }
            return code;
        }
        const weft_str url = weft_store_def_describe(store, scratch);
        if (!url.data) {
            return weft_fail_arena(error, scratch);
        }
        weft_buf_add_text(buf, i > 0 ? ",{\"name\":" : "{\"name\":");
        weft_json_add_text(buf, store->name);
        weft_buf_add_text(buf, ",\"url\":");
        weft_json_add_text(buf, url);
        if (code == WEFT_OK && status.plan) {
            write_reached(&status, session->clock, buf);
        } else {
            write_unreached(&problem, buf);
        }
        weft_buf_add_char(buf, '}');
    }
    weft_buf_add_text(buf, "]}");
    return buf->failed ? weft_fail_no_memory(error) : WEFT_OK;
}
