/* The change walk of records: bytes ─read▶ JSON ─check and write▶ outcome, in one transaction. What is not committed
 * when a step fails is rolled back with the frame. */
#include "engine/engine.h"
#include "record/record.h"

/* A record change on its way. */
typedef struct change {
    weft_frame frame;
    const weft_model *model;
    json_t *json;
} change;

static weft_code begin_change(change *c, weft_engine *engine, const char *entity, weft_error *error)
{
    weft_frame_init(&c->frame, engine, WEFT_TRANSACTION_WRITE);
    return weft_catalog_entity(engine->catalog, weft_str_from(entity), &c->model, error);
}

static weft_code read_json(change *c, weft_str text, weft_error *error)
{
    const size_t bytes_max = c->frame.engine->limits.changes_bytes_max;
    if (text.len > bytes_max) {
        (void)weft_fail(error, WEFT_LIMIT_EXCEEDED, "the records are too long");
        weft_error_set_limit(error, "changes_bytes_max", bytes_max);
        weft_error_set_hint(error, "Import many records from a file instead.");
        return WEFT_LIMIT_EXCEEDED;
    }
    return weft_json_read(text, 0, &c->json, error);
}

static void done_change(change *c)
{
    json_decref(c->json);
    weft_frame_done(&c->frame);
}

static weft_code create(change *c, weft_str text, weft_text *ret_json, weft_error *error)
{
    WEFT_TRY(read_json(c, text, error));
    c->frame.session.deadline_us = weft_engine_deadline_us(c->frame.engine);
    WEFT_TRY(weft_record_create(&c->frame.session, c->model, c->json, &c->frame.scratch, &c->frame.text, error));
    return weft_frame_commit(&c->frame, ret_json, error);
}

weft_code weft_record_create_json(
    weft_engine *engine, const char *entity, const char *json, size_t json_len, weft_text *ret_json, weft_error *error)
{
    if (!engine || !entity || !json || !ret_json) {
        return weft_fail(error, WEFT_MISUSE, "an engine, an entity, JSON and a place for the answer must be given");
    }
    change c = {0};
    weft_code code = begin_change(&c, engine, entity, error);
    if (code == WEFT_OK) {
        code = create(&c, (weft_str){json, json_len}, ret_json, error);
    }
    done_change(&c);
    return code;
}

static weft_code update(change *c, weft_str key, weft_str text, weft_text *ret_json, weft_error *error)
{
    WEFT_TRY(read_json(c, text, error));
    c->frame.session.deadline_us = weft_engine_deadline_us(c->frame.engine);
    WEFT_TRY(weft_record_update(&c->frame.session, c->model, key, c->json, &c->frame.scratch, &c->frame.text, error));
    return weft_frame_commit(&c->frame, ret_json, error);
}

weft_code weft_record_update_json(weft_engine *engine,
                                  const char *entity,
                                  const char *key,
                                  const char *json,
                                  size_t json_len,
                                  weft_text *ret_json,
                                  weft_error *error)
{
    if (!engine || !entity || !key || !json || !ret_json) {
        return weft_fail(
            error, WEFT_MISUSE, "an engine, an entity, a key, JSON and a place for the answer must be given");
    }
    change c = {0};
    weft_code code = begin_change(&c, engine, entity, error);
    if (code == WEFT_OK) {
        code = update(&c, weft_str_from(key), (weft_str){json, json_len}, ret_json, error);
    }
    done_change(&c);
    return code;
}

static weft_code import(change *c, weft_row_reader *reader, uint64_t *ret_count, weft_error *error)
{
    uint64_t count = 0;
    WEFT_TRY(weft_record_import(&c->frame.session, c->model, reader, &c->frame.scratch, &count, error));
    WEFT_TRY(weft_session_commit(&c->frame.session, error));
    *ret_count = count;
    return WEFT_OK;
}

static weft_code open_reader(const weft_engine *engine,
                             weft_import_kind kind,
                             weft_source source,
                             weft_row_reader **ret_reader,
                             weft_error *error)
{
    const weft_import_format format = kind == WEFT_IMPORT_KIND_CSV ? WEFT_IMPORT_CSV : WEFT_IMPORT_NDJSON;
    return weft_row_reader_open(source, format, engine->allocator, ret_reader, error);
}

weft_code weft_record_import_stream(weft_engine *engine,
                                    const char *entity,
                                    weft_import_kind kind,
                                    weft_read read,
                                    void *ctx,
                                    uint64_t *ret_count,
                                    weft_error *error)
{
    if (!engine || !entity || !read || !ret_count) {
        return weft_fail(error, WEFT_MISUSE, "an engine, an entity, a reader and a place for the count must be given");
    }
    change c = {0};
    weft_row_reader *reader = NULL;
    weft_code code = begin_change(&c, engine, entity, error);
    if (code == WEFT_OK) {
        code = open_reader(engine, kind, (weft_source){read, ctx}, &reader, error);
    }
    if (code == WEFT_OK) {
        code = import(&c, reader, ret_count, error);
    }
    weft_row_reader_close(reader);
    done_change(&c);
    return code;
}
