/* The deletion walks: keys ─walk▶ work ─parts, one transaction a store▶ outcome; cascade/ commits by itself, since the
 * order of commits is what it is about. */
#include "cascade/cascade.h"
#include "engine/engine.h"

typedef weft_code (*deletion_function)(const weft_catalog *catalog,
                                       const weft_cascade_request *request,
                                       weft_session *session,
                                       weft_arena *scratch,
                                       weft_buf *ret_json,
                                       weft_error *error);

/* What is asked for, before it met the catalog. */
typedef struct deletion_input {
    const char *entity;
    const char *const *keys;
    size_t key_count;
    size_t records_max;
} deletion_input;

static weft_code make_request(weft_frame *frame,
                              const deletion_input *input,
                              weft_cascade_request *ret_request,
                              weft_error *error)
{
    weft_str *keys = WEFT_ARENA_ARRAY(&frame->keep, weft_str, input->key_count);
    if (!keys) {
        return weft_fail_arena(error, &frame->keep);
    }
    for (size_t i = 0; i < input->key_count; i++) {
        keys[i] = weft_str_from(input->keys[i]);
    }
    *ret_request =
        (weft_cascade_request){.keys = keys, .key_count = input->key_count, .records_max = input->records_max};
    return weft_catalog_entity(frame->engine->catalog, weft_str_from(input->entity), &ret_request->model, error);
}

static weft_code run(weft_engine *engine,
                     const deletion_input *input,
                     weft_transaction transaction,
                     deletion_function function,
                     weft_text *ret_json,
                     weft_error *error)
{
    if (!engine || !input->entity || !input->keys || input->key_count == 0 || !ret_json) {
        return weft_fail(error, WEFT_MISUSE, "an engine, an entity, keys and a place for the answer must be given");
    }
    weft_frame frame;
    weft_cascade_request request = {0};
    weft_frame_init(&frame, engine, transaction);
    frame.session.deadline_us = weft_engine_deadline_us(engine);
    weft_code code = make_request(&frame, input, &request, error);
    if (code == WEFT_OK) {
        code = function(engine->catalog, &request, &frame.session, &frame.scratch, &frame.text, error);
    }
    if (code == WEFT_OK) {
        code = weft_text_take(&frame.text, ret_json, error);
    }
    weft_frame_done(&frame);
    return code;
}

weft_code weft_impact_json(weft_engine *engine,
                           const char *entity,
                           const char *const *keys,
                           size_t key_count,
                           size_t records_max,
                           weft_text *ret_json,
                           weft_error *error)
{
    const deletion_input input = {entity, keys, key_count, records_max};
    return run(engine, &input, WEFT_TRANSACTION_READ, weft_cascade_impact, ret_json, error);
}

weft_code weft_delete_json(weft_engine *engine,
                           const char *entity,
                           const char *const *keys,
                           size_t key_count,
                           size_t records_max,
                           weft_text *ret_json,
                           weft_error *error)
{
    const deletion_input input = {entity, keys, key_count, records_max};
    return run(engine, &input, WEFT_TRANSACTION_WRITE, weft_cascade_delete, ret_json, error);
}

weft_code weft_restore_json(weft_engine *engine, const char *deletion, weft_text *ret_json, weft_error *error)
{
    if (!engine || !deletion || !ret_json) {
        return weft_fail(error, WEFT_MISUSE, "an engine, a deletion and a place for the answer must be given");
    }
    weft_frame frame;
    weft_frame_init(&frame, engine, WEFT_TRANSACTION_WRITE);
    frame.session.deadline_us = weft_engine_deadline_us(engine);
    weft_code code = weft_cascade_restore(
        engine->catalog, weft_str_from(deletion), &frame.session, &frame.scratch, &frame.text, error);
    if (code == WEFT_OK) {
        code = weft_text_take(&frame.text, ret_json, error);
    }
    weft_frame_done(&frame);
    return code;
}

/* Recovering takes the time it takes: it has no deadline. */
weft_code weft_recover_with(weft_engine *engine,
                            const weft_recover_options *options,
                            weft_text *ret_json,
                            weft_error *error)
{
    if (!engine || !ret_json) {
        return weft_fail(error, WEFT_MISUSE, "an engine and a place for the answer must be given");
    }
    WEFT_TRY(weft_engine_must_be_whole(engine, "recovering", error));
    weft_frame frame;
    const weft_cascade_recovery recovery = {.records_max = options ? options->records_max : 0,
                                            .notes_max = options ? options->notes_max : 0};
    weft_frame_init(&frame, engine, WEFT_TRANSACTION_WRITE);
    weft_code code =
        weft_cascade_recover(engine->catalog, &recovery, &frame.session, &frame.scratch, &frame.text, error);
    if (code != WEFT_NO_MEMORY && weft_text_take(&frame.text, ret_json, NULL) != WEFT_OK) {
        code = weft_fail_no_memory(error);
    }
    weft_frame_done(&frame);
    return code;
}

weft_code weft_recover(weft_engine *engine, weft_text *ret_json, weft_error *error)
{
    return weft_recover_with(engine, NULL, ret_json, error);
}
