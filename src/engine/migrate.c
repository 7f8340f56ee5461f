/* The sync walk: what the stores hold ─compare▶ plan ─print or apply▶. */
#include "migrate/migrate.h"
#include "engine/engine.h"

/* Room for what is answered of one table: three names, of which none is longer than a store's longest. */
#define TRASH_BYTES 2048

static weft_migration_scope scope_of(weft_migrate_scope scope)
{
    return scope == WEFT_SCOPE_LINKS ? WEFT_MIGRATE_LINKS : WEFT_MIGRATE_ALL;
}

/* DROP actions only report, and are not counted. */
static size_t count_unsafe(const weft_migration_plan *plan)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->action_count; i++) {
        const weft_action *action = &plan->actions[i];
        count += action->kind != WEFT_ACTION_DROP && !action->is_safe ? 1 : 0;
    }
    return count;
}

static size_t count_pending(const weft_migration_plan *plan)
{
    bool has_unsafe = false;
    return weft_migration_plan_pending(plan, &has_unsafe);
}

#define READ_TRIES_MAX 5

/* A migrator may change a table between the look at it and the count of its rows: then the plan is read again. */
static weft_code read_plan(weft_frame *frame,
                           weft_migrate_scope scope,
                           const weft_migration_plan **ret_plan,
                           weft_error *error)
{
    weft_migration_plan *plan = NULL;
    weft_code code = WEFT_SCHEMA_MISSING;
    for (size_t i = 0; i < READ_TRIES_MAX && code == WEFT_SCHEMA_MISSING; i++) {
        if (i > 0) {
            weft_session_done(&frame->session);
            weft_engine_session(frame->engine, WEFT_TRANSACTION_READ, NULL, &frame->session);
        }
        code = weft_migration_plan_read(
            frame->engine->catalog, scope_of(scope), &frame->session, &frame->keep, &frame->scratch, &plan, error);
    }
    if (code == WEFT_OK) {
        *ret_plan = plan;
    }
    return code;
}

static weft_code tell_plan(weft_frame *frame,
                           const weft_migration_plan *plan,
                           weft_format format,
                           bool with_sql,
                           weft_text *ret_text,
                           weft_error *error)
{
    if (!ret_text) {
        return WEFT_OK;
    }
    if (format == WEFT_FORMAT_JSON) {
        weft_migration_plan_write_json(plan, &frame->text);
    } else {
        weft_migration_plan_print(plan, with_sql, &frame->text);
    }
    return weft_text_take(&frame->text, ret_text, error);
}

/* NOLINTNEXTLINE(readability-function-size): a text and two counts, each of which may not be wanted */
weft_code weft_migrate_plan(weft_engine *engine,
                            weft_migrate_scope scope,
                            weft_format format,
                            bool with_sql,
                            weft_text *ret_text,
                            size_t *ret_pending,
                            size_t *ret_unsafe,
                            weft_error *error)
{
    if (!engine || (format != WEFT_FORMAT_JSON && format != WEFT_FORMAT_TEXT)) {
        return weft_fail(error, WEFT_MISUSE, "an engine and the format TEXT or JSON must be given");
    }
    WEFT_TRY(weft_engine_must_be_whole(engine, "migrating", error));
    weft_frame frame;
    weft_frame_init(&frame, engine, WEFT_TRANSACTION_READ);
    const weft_migration_plan *plan = NULL;
    weft_code code = read_plan(&frame, scope, &plan, error);
    if (code == WEFT_OK) {
        code = tell_plan(&frame, plan, format, with_sql, ret_text, error);
    }
    if (code == WEFT_OK && ret_pending) {
        *ret_pending = count_pending(plan);
    }
    if (code == WEFT_OK && ret_unsafe) {
        *ret_unsafe = count_unsafe(plan);
    }
    weft_frame_done(&frame);
    return code;
}

weft_code weft_migrate_apply(weft_engine *engine,
                             weft_migrate_scope scope,
                             bool allow_unsafe,
                             size_t *ret_applied,
                             size_t *ret_left,
                             weft_error *error)
{
    if (!engine) {
        return weft_fail(error, WEFT_MISUSE, "an engine must be given");
    }
    WEFT_TRY(weft_engine_must_be_whole(engine, "migrating", error));
    weft_frame frame;
    weft_frame_init(&frame, engine, WEFT_TRANSACTION_WRITE);
    weft_migration_outcome outcome = {0};
    const weft_code code = weft_migration_apply(
        engine->catalog, scope_of(scope), allow_unsafe, &frame.session, &frame.scratch, &outcome, error);
    weft_frame_done(&frame);
    if (code == WEFT_OK && ret_applied) {
        *ret_applied = outcome.applied;
    }
    if (code == WEFT_OK && ret_left) {
        *ret_left = outcome.left;
    }
    return code;
}

weft_code weft_migrate_apply_plan(weft_engine *engine,
                                  const char *plan,
                                  size_t plan_len,
                                  bool allow_unsafe,
                                  weft_plan_outcome *ret_outcome,
                                  weft_error *error)
{
    if (!engine || !plan) {
        return weft_fail(error, WEFT_MISUSE, "an engine and a plan must be given");
    }
    WEFT_TRY(weft_engine_must_be_whole(engine, "migrating", error));
    weft_frame frame;
    weft_saved_plan saved = {0};
    weft_migration_outcome outcome = {0};
    weft_frame_init(&frame, engine, WEFT_TRANSACTION_WRITE);
    weft_code code = weft_saved_plan_read((weft_str){plan, plan_len}, &frame.keep, &saved, error);
    if (code == WEFT_OK) {
        code = weft_migration_apply_saved(
            engine->catalog, &saved, allow_unsafe, &frame.session, &frame.scratch, &outcome, error);
    }
    weft_saved_plan_done(&saved);
    weft_frame_done(&frame);
    if (code == WEFT_OK && ret_outcome) {
        *ret_outcome = (weft_plan_outcome){outcome.applied, outcome.left, outcome.repeats > 0};
    }
    return code;
}

static void write_trash(const weft_trash_entries *entries, weft_buf *buf)
{
    weft_buf_add_char(buf, '[');
    for (size_t i = 0; i < entries->count; i++) {
        weft_buf_add_text(buf, i > 0 ? ",{\"store\":" : "{\"store\":");
        weft_json_add_text(buf, entries->items[i].store->name);
        weft_buf_add_text(buf, ",\"table\":");
        weft_json_add_text(buf, entries->items[i].was);
        weft_buf_add_text(buf, ",\"trash\":");
        weft_json_add_text(buf, entries->items[i].table);
        weft_buf_add_char(buf, '}');
    }
    weft_buf_add_char(buf, ']');
}

static weft_code change_trash(
    weft_engine *engine, weft_trash_change change, const char *name, weft_text *ret_json, weft_error *error)
{
    if (!engine || (change != WEFT_TRASH_PURGE && !name) || (name && !*name)) {
        return weft_fail(error, WEFT_MISUSE, "an engine and a name must be given");
    }
    WEFT_TRY(weft_engine_must_be_whole(engine, "migrating", error));
    weft_frame frame;
    weft_trash_entries changed = {0};
    weft_frame_init(&frame, engine, WEFT_TRANSACTION_WRITE);
    /* What is answered of one table has room before it is changed: no memory is missing behind a commit. */
    weft_code code = weft_buf_reserve(&frame.text, TRASH_BYTES) ? WEFT_OK : weft_fail_no_memory(error);
    if (code == WEFT_OK) {
        code = weft_migration_change_trash(
            engine->catalog, change, weft_str_from(name ? name : ""), &frame.session, &frame.scratch, &changed, error);
    }
    if (code == WEFT_OK && ret_json) {
        write_trash(&changed, &frame.text);
        code = weft_text_take(&frame.text, ret_json, error);
    }
    weft_frame_done(&frame);
    return code;
}

weft_code weft_migrate_drop(weft_engine *engine, const char *name, weft_text *ret_json, weft_error *error)
{
    return change_trash(engine, WEFT_TRASH_DROP, name, ret_json, error);
}

weft_code weft_migrate_undo(weft_engine *engine, const char *name, weft_text *ret_json, weft_error *error)
{
    return change_trash(engine, WEFT_TRASH_UNDO, name, ret_json, error);
}

weft_code weft_migrate_purge(weft_engine *engine, const char *name, weft_text *ret_json, weft_error *error)
{
    return change_trash(engine, WEFT_TRASH_PURGE, name, ret_json, error);
}

weft_code weft_migrate_rollback(weft_engine *engine, size_t *ret_reverted, weft_error *error)
{
    if (!engine) {
        return weft_fail(error, WEFT_MISUSE, "an engine must be given");
    }
    WEFT_TRY(weft_engine_must_be_whole(engine, "migrating", error));
    weft_frame frame;
    size_t reverted = 0;
    weft_frame_init(&frame, engine, WEFT_TRANSACTION_WRITE);
    const weft_code code = weft_migration_rollback(engine->catalog, &frame.session, &frame.scratch, &reverted, error);
    weft_frame_done(&frame);
    if (code == WEFT_OK && ret_reverted) {
        *ret_reverted = reverted;
    }
    return code;
}

weft_code weft_migrate_status(weft_engine *engine, weft_text *ret_json, weft_error *error)
{
    if (!engine || !ret_json) {
        return weft_fail(error, WEFT_MISUSE, "an engine and a place for the text must be given");
    }
    WEFT_TRY(weft_engine_must_be_whole(engine, "migrating", error));
    weft_frame frame;
    weft_frame_init(&frame, engine, WEFT_TRANSACTION_READ);
    weft_code code = weft_migration_status_json(engine->catalog, &frame.session, &frame.scratch, &frame.text, error);
    if (code == WEFT_OK) {
        code = weft_text_take(&frame.text, ret_json, error);
    }
    weft_frame_done(&frame);
    return code;
}
