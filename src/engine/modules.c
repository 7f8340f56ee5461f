/* Moving modules between stores. */
#include "engine/engine.h"
#include "move/move.h"
#include "json/writer.h"

static void write_outcome(const weft_move *move, const weft_move_outcome *outcome, weft_buf *buf)
{
    static const char *const names[] = {[WEFT_MOVE_NOTHING] = "nothing",
                                        [WEFT_MOVE_MOVED] = "moved",
                                        [WEFT_MOVE_FINISHED] = "finished",
                                        [WEFT_MOVE_UNDONE] = "undone"};
    weft_buf_add_text(buf, "{\"module\":");
    weft_json_add_text(buf, move->module->name);
    if (outcome->verdict != WEFT_MOVE_NOTHING) {
        weft_buf_add_text(buf, ",\"from\":");
        weft_json_add_text(buf, outcome->from->name);
        weft_buf_add_text(buf, ",\"to\":");
        weft_json_add_text(buf, outcome->to->name);
    }
    weft_buf_add_format(buf,
                        ",\"outcome\":\"%s\",\"tables\":%zu,\"rows\":%llu}",
                        names[outcome->verdict],
                        outcome->table_count,
                        (unsigned long long)outcome->row_count);
}

static weft_code find(
    const weft_engine *engine, const char *module, const char *store, weft_move *move, weft_error *error)
{
    move->module = weft_catalog_module(engine->catalog, weft_str_from(module));
    if (!move->module) {
        return weft_fail(error, WEFT_INVALID_REQUEST, "no module is called \"%s\"", module);
    }
    move->target = store ? weft_catalog_store(engine->catalog, weft_str_from(store)) : NULL;
    if (store && !move->target) {
        weft_fail(error, WEFT_INVALID_REQUEST, "no store is called \"%s\"", store);
        weft_error_set_hint(error, "Name it under stores in weft.yaml first.");
        return WEFT_INVALID_REQUEST;
    }
    if (engine->has_project_text) {
        return weft_fail(
            error, WEFT_UNSUPPORTED, "the project was opened from a text: there is no weft.yaml to switch");
    }
    return WEFT_OK;
}

static weft_code run(
    weft_frame *frame, const char *module, const char *store, bool is_undo, weft_text *ret_json, weft_error *error)
{
    const weft_engine *engine = frame->engine;
    weft_move_outcome outcome = {0};
    weft_move move = {.catalog = engine->catalog,
                      .directory = engine->catalog->directory.data,
                      .session = &frame->session,
                      .observer = engine->observer,
                      .scratch = &frame->scratch};
    WEFT_TRY(find(engine, module, store, &move, error));
    WEFT_TRY(is_undo ? weft_move_undo(&move, &outcome, error) : weft_move_run(&move, &outcome, error));
    if (!ret_json) {
        return WEFT_OK;
    }
    write_outcome(&move, &outcome, &frame->text);
    return weft_text_take(&frame->text, ret_json, error);
}

weft_code weft_module_move(
    weft_engine *engine, const char *module, const char *store, bool is_undo, weft_text *ret_json, weft_error *error)
{
    if (!engine || !module || (!store && !is_undo)) {
        return weft_fail(error, WEFT_MISUSE, "an engine, a module and a store must be given");
    }
    WEFT_TRY(weft_engine_must_be_whole(engine, "moving a module", error));
    weft_frame frame;
    weft_frame_init(&frame, engine, WEFT_TRANSACTION_WRITE);
    frame.session.deadline_us = 0;
    const weft_code code = run(&frame, module, store, is_undo, ret_json, error);
    weft_frame_done(&frame);
    return code;
}
