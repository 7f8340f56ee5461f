/* Graph requests held against rights: bytes ─parse▶ request ─resolve▶ query ─find▶ uses ─decide▶ yes or no. A request
 * that is wrong is told of as if there were only what the caller sees. */
#include "engine/access.h"
#include "json/writer.h"

/* A request resolved for its uses alone. */
typedef struct reading {
    weft_arena keep;
    weft_arena scratch;
    weft_request *request;
    weft_query *query;
} reading;

static void begin_reading(reading *read, const weft_engine *engine)
{
    *read = (reading){0};
    weft_arena_init(&read->keep, engine->allocator, engine->limits.memory_bytes_max);
    weft_arena_init(&read->scratch, engine->allocator, engine->limits.memory_bytes_max);
}

static void end_reading(reading *read)
{
    weft_request_done(read->request);
    weft_arena_done(&read->scratch);
    weft_arena_done(&read->keep);
}

static weft_code resolve(reading *read, const weft_engine *engine, const weft_catalog *catalog, weft_error *error)
{
    const weft_query_input input = {.catalog = catalog, .request = read->request, .limits = &engine->limits};
    return weft_query_resolve(&input, &read->keep, &read->scratch, &read->query, error);
}

/* `error`, of resolving in the whole catalog, as it is told to whoever sees only a part of it. */
static weft_code retell(weft_access_check *check, reading *read, weft_code code, weft_error *error)
{
    const weft_catalog *seen = NULL;
    weft_error told = {0};
    if (code == WEFT_NO_MEMORY || weft_view_is_whole(&check->view)) {
        return code;
    }
    if (weft_view_catalog(&check->view, &check->arena, &seen) != WEFT_OK) {
        return weft_fail_arena(error, &check->arena);
    }
    const weft_code code_seen = resolve(read, check->engine, seen, &told);
    if (code_seen == WEFT_OK) {
        return weft_fail(error, code, "%s", weft_code_meaning(code));
    }
    if (error) {
        *error = told;
    }
    return code_seen;
}

static weft_code check_query(
    weft_access_check *check, reading *read, weft_str text, weft_text *ret_refused, weft_error *error)
{
    const weft_engine *engine = check->engine;
    WEFT_TRY(weft_request_parse(text, &engine->limits, &read->keep, &read->request, error));
    const weft_code code = resolve(read, engine, engine->catalog, error);
    if (code != WEFT_OK) {
        return retell(check, read, code, error);
    }
    if (!weft_uses_find(read->query, &check->arena, &check->uses)) {
        return weft_fail_arena(error, &check->arena);
    }
    return weft_access_decide(check, ret_refused, error);
}

weft_code weft_access_query(weft_engine *engine,
                            const weft_access *access,
                            const char *request,
                            size_t request_len,
                            weft_text *ret_refused,
                            weft_error *error)
{
    weft_access_check check;
    weft_code code = weft_access_begin(&check, engine, request ? access : NULL, error);
    if (code != WEFT_OK) {
        return code;
    }
    if (!weft_view_is_whole(&check.view)) {
        reading read;
        begin_reading(&read, engine);
        code = check_query(&check, &read, (weft_str){request, request_len}, ret_refused, error);
        end_reading(&read);
    }
    weft_access_end(&check);
    return code;
}

static void add_names(const char *what, const bool *is_used, const weft_model *model, bool wants_edges, weft_buf *buf)
{
    const size_t count = wants_edges ? model->edge_count : model->field_count;
    bool needs_comma = false;
    weft_buf_add_format(buf, ",\"%s\":[", what);
    for (size_t i = 0; i < count; i++) {
        if (is_used[i]) {
            weft_buf_add_text(buf, needs_comma ? "," : "");
            weft_json_add_text(buf, wants_edges ? model->edges[i].name : model->fields[i].name);
            needs_comma = true;
        }
    }
    weft_buf_add_char(buf, ']');
}

static void add_model(const weft_model_uses *uses, const weft_model *model, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"entity\":");
    weft_json_add_text(buf, model->name);
    weft_buf_add_text(buf, ",\"module\":");
    if (model->module) {
        weft_json_add_text(buf, model->module->name);
    } else {
        weft_json_add_null(buf);
    }
    add_names("fields", uses->fields, model, false, buf);
    add_names("edges", uses->edges, model, true, buf);
    weft_buf_add_char(buf, '}');
}

static weft_code write_uses(const weft_uses *uses, const weft_engine *engine, weft_text *ret_json, weft_error *error)
{
    weft_buf buf;
    bool needs_comma = false;
    weft_buf_init(&buf, engine->allocator);
    weft_buf_add_char(&buf, '[');
    for (size_t i = 0; i < uses->model_count; i++) {
        if (uses->models[i].is_used) {
            weft_buf_add_text(&buf, needs_comma ? "," : "");
            add_model(&uses->models[i], engine->catalog->models[i], &buf);
            needs_comma = true;
        }
    }
    weft_buf_add_char(&buf, ']');
    const weft_code code = weft_text_take(&buf, ret_json, error);
    weft_buf_done(&buf);
    return code;
}

weft_code weft_query_uses(
    weft_engine *engine, const char *request, size_t request_len, weft_text *ret_json, weft_error *error)
{
    if (!engine || !request || !ret_json) {
        return weft_fail(error, WEFT_MISUSE, "an engine, a request and a place for the answer must be given");
    }
    reading read;
    weft_uses uses = {0};
    begin_reading(&read, engine);
    weft_code code =
        weft_request_parse((weft_str){request, request_len}, &engine->limits, &read.keep, &read.request, error);
    if (code == WEFT_OK) {
        code = resolve(&read, engine, engine->catalog, error);
    }
    if (code == WEFT_OK) {
        code = weft_uses_find(read.query, &read.keep, &uses) ? write_uses(&uses, engine, ret_json, error)
                                                             : weft_fail_arena(error, &read.keep);
    }
    end_reading(&read);
    return code;
}
