/* The change walk of links: bytes ─parse▶ changes ─resolve▶ work ─write▶ outcomes, in one transaction a store. */
#include "engine/announce.h"
#include "engine/engine.h"
#include "link/link.h"

typedef weft_code (*apply_function)(
    weft_session *session, weft_link_work *works, size_t count, weft_arena *scratch, weft_error *error);

/* The changes of one call with their place in the answer, so that telling them needs no memory after the commit. */
typedef struct told_changes {
    const weft_link_work *works;
    size_t *ends; /* where each outcome row ends in the answer */
    size_t count;
} told_changes;

static weft_code write_answer(weft_frame *frame, told_changes *told, weft_error *error)
{
    told->ends = WEFT_ARENA_ARRAY(&frame->keep, size_t, told->count);
    if (!told->ends) {
        return weft_fail_arena(error, &frame->keep);
    }
    weft_buf_add_char(&frame->text, '[');
    for (size_t i = 0; i < told->count; i++) {
        weft_buf_add_text(&frame->text, i > 0 ? "," : "");
        weft_link_outcome_write(&told->works[i], &frame->text);
        told->ends[i] = frame->text.len;
    }
    weft_buf_add_char(&frame->text, ']');
    return WEFT_OK;
}

/* What was committed, row by row, in the order of the changes. */
static void tell_observer(const weft_session *session, const told_changes *told, const weft_text *answer)
{
    const weft_observer *observer = session->observer;
    for (size_t i = 0; observer && i < told->count; i++) {
        const size_t from = i > 0 ? told->ends[i - 1] + 1 : 1;
        weft_event event = {.store = told->works[i].link->model->store->name.data,
                            .text = {answer->data + from, told->ends[i] - from},
                            .rows = 1};
        const bool is_committed = session->is_committed[told->works[i].link->model->store->index];
        if (is_committed && weft_link_event_kind(&told->works[i], &event.kind)) {
            observer->notify(observer->ctx, &event);
        }
    }
}

static weft_code apply_changes(
    weft_frame *frame, const weft_link_changes *changes, apply_function apply, weft_text *ret_json, weft_error *error)
{
    weft_link_work *works = NULL;
    WEFT_TRY(weft_link_resolve(frame->engine->catalog, changes, &frame->keep, &works, error));
    WEFT_TRY(apply(&frame->session, works, changes->count, &frame->scratch, error));
    told_changes told = {.works = works, .count = changes->count};
    weft_text answer = {0};
    WEFT_TRY(write_answer(frame, &told, error));
    WEFT_TRY(weft_text_take(&frame->text, &answer, error));
    const weft_code code = weft_session_commit(&frame->session, error);
    tell_observer(&frame->session, &told, &answer);
    if (code != WEFT_OK) {
        weft_text_free(&answer);
        return code;
    }
    *ret_json = answer;
    return WEFT_OK;
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

weft_code weft_link_restore_json(
    weft_engine *engine, const char *json, size_t json_len, weft_text *ret_json, weft_error *error)
{
    return change_links(engine, json, json_len, weft_link_restore, ret_json, error);
}
