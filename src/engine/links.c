/* The change walk of links: bytes ─parse▶ changes ─resolve▶ work ─write▶ outcomes, in one transaction a store. */
#include "engine/engine.h"
#include "link/link.h"

typedef weft_code (*apply_function)(
    weft_session *session, weft_link_work *works, size_t count, weft_arena *scratch, weft_error *error);

static weft_code apply_changes(
    weft_frame *frame, const weft_link_changes *changes, apply_function apply, weft_text *ret_json, weft_error *error)
{
    weft_link_work *works = NULL;
    WEFT_TRY(weft_link_resolve(frame->engine->catalog, changes, &frame->keep, &works, error));
    WEFT_TRY(apply(&frame->session, works, changes->count, &frame->scratch, error));
    weft_link_outcomes_write(works, changes->count, &frame->text);
    return weft_frame_commit(frame, ret_json, error);
}

static weft_code change_links(weft_engine *engine,
                              const char *json,
                              size_t json_len,
                              apply_function apply,
                              weft_text *ret_json,
                              weft_error *error)
{
    if (!engine || !json || !ret_json) {
        return weft_fail(error, WEFT_MISUSE, "an engine, JSON and a place for the answer must be given");
    }
    weft_frame frame;
    weft_frame_init(&frame, engine, WEFT_TRANSACTION_WRITE);
    frame.session.deadline_us = weft_engine_deadline_us(engine);
    weft_link_changes *changes = NULL;
    weft_code code = weft_link_changes_parse((weft_str){json, json_len}, &engine->limits, &frame.keep, &changes, error);
    if (code == WEFT_OK) {
        code = apply_changes(&frame, changes, apply, ret_json, error);
        weft_link_changes_done(changes);
    }
    weft_frame_done(&frame);
    return code;
}

weft_code weft_link_create_json(
    weft_engine *engine, const char *json, size_t json_len, weft_text *ret_json, weft_error *error)
{
    return change_links(engine, json, json_len, weft_link_create, ret_json, error);
}

weft_code weft_link_dismiss_json(
    weft_engine *engine, const char *json, size_t json_len, weft_text *ret_json, weft_error *error)
{
    return change_links(engine, json, json_len, weft_link_dismiss, ret_json, error);
}
