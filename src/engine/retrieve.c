/* One record by its key: a request for it made and answered. */
#include "engine/engine.h"
#include "model/operand.h"
#include "json/canonical.h"

/* {"entity":"blog.blog_post","fields":[…],"filters":{"id":"post_1"}}: an entity's full name, which is never ambiguous.
 */
static void add_request(
    weft_frame *frame, const weft_model *model, const weft_value *keys, const char *const *fields, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"entity\":");
    weft_json_add_text(
        buf,
        model->module ? weft_str_format(
                            &frame->scratch, "%.*s.%.*s", WEFT_STR_ARG(model->module->name), WEFT_STR_ARG(model->name))
                      : model->name);
    weft_buf_add_text(buf, ",\"fields\":[");
    weft_json_add_text(buf, weft_str_from(fields && fields[0] ? fields[0] : "*"));
    for (size_t i = 1; fields && fields[0] && fields[i]; i++) {
        weft_buf_add_char(buf, ',');
        weft_json_add_text(buf, weft_str_from(fields[i]));
    }
    weft_buf_add_text(buf, "],\"filters\":{");
    for (size_t i = 0; i < model->key_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        weft_json_add_text(buf, model->keys[i]->name);
        weft_buf_add_char(buf, ':');
        weft_json_add_value(buf, &keys[i]);
    }
    weft_buf_add_text(buf, "}}");
}

/* The one line of NDJSON, or none. */
static weft_code read_record(weft_reply *reply, weft_buf *buf, weft_error *error)
{
    const char *data = NULL;
    size_t len = 1;
    while (len > 0) {
        WEFT_TRY(weft_reply_read(reply, &data, &len, error));
        weft_buf_add(buf, data, len);
    }
    return buf->failed ? weft_fail_no_memory(error) : WEFT_OK;
}

static weft_code answer(weft_frame *frame, weft_str request, const char *name, weft_text *ret_json, weft_error *error)
{
    weft_reply *reply = NULL;
    weft_buf buf;
    WEFT_TRY(weft_query_open(frame->engine, request.data, request.len, WEFT_FORMAT_NDJSON, &reply, error));
    weft_buf_init(&buf, frame->engine->allocator);
    weft_code code = read_record(reply, &buf, error);
    if (code == WEFT_OK && buf.len == 0) {
        code = weft_fail(error, WEFT_NOT_FOUND, "%s was not found", name);
    }
    if (code == WEFT_OK) {
        weft_buf_truncate(&buf, buf.len - 1);
        code = weft_text_take(&buf, ret_json, error);
    }
    weft_buf_done(&buf);
    weft_reply_close(reply);
    return code;
}

static weft_code retrieve(weft_frame *frame,
                          const char *entity,
                          const char *key,
                          const char *const *fields,
                          weft_text *ret_json,
                          weft_error *error)
{
    const weft_model *model = NULL;
    WEFT_TRY(weft_catalog_entity(frame->engine->catalog, weft_str_from(entity), &model, error));
    weft_value *keys = WEFT_ARENA_ARRAY(&frame->scratch, weft_value, model->key_count);
    weft_buf request;
    weft_buf_init_arena(&request, &frame->scratch);
    if (!keys) {
        return weft_fail_arena(error, &frame->scratch);
    }
    WEFT_TRY(weft_model_read_key(model, weft_str_from(key), &frame->scratch, keys, error));
    add_request(frame, model, keys, fields, &request);
    const weft_str name = weft_str_format(&frame->scratch, "%.*s \"%.200s\"", WEFT_STR_ARG(model->name), key);
    if (request.failed || !name.data) {
        return weft_fail_arena(error, &frame->scratch);
    }
    return answer(frame, weft_buf_str(&request), name.data, ret_json, error);
}

weft_code weft_record_retrieve_json(weft_engine *engine,
                                    const char *entity,
                                    const char *key,
                                    const char *const *fields,
                                    weft_text *ret_json,
                                    weft_error *error)
{
    if (!engine || !entity || !key || !ret_json) {
        return weft_fail(error, WEFT_MISUSE, "an engine, an entity, a key and a place for the record must be given");
    }
    weft_frame frame;
    weft_frame_init(&frame, engine, WEFT_TRANSACTION_READ);
    const weft_code code = retrieve(&frame, entity, key, fields, ret_json, error);
    weft_frame_done(&frame);
    return code;
}
