/* The catalog told: as a picture of modules and links, or entity by entity for programs. Touches no store. */
#include "engine/access.h"
#include "model/picture.h"

static void draw(const weft_catalog *catalog, weft_format format, weft_buf *buf)
{
    if (format == WEFT_FORMAT_DOT) {
        weft_catalog_write_dot(catalog, buf);
    } else if (format == WEFT_FORMAT_MERMAID) {
        weft_catalog_write_mermaid(catalog, buf);
    } else {
        weft_catalog_write_json(catalog, buf);
    }
}

weft_code weft_graph(weft_engine *engine, weft_format format, weft_text *ret_text, weft_error *error)
{
    if (!engine || !ret_text ||
        (format != WEFT_FORMAT_DOT && format != WEFT_FORMAT_MERMAID && format != WEFT_FORMAT_JSON)) {
        return weft_fail(
            error, WEFT_MISUSE, "an engine, a place for the text and the format DOT, MERMAID or JSON must be given");
    }
    weft_buf buf;
    weft_buf_init(&buf, engine->allocator);
    draw(engine->catalog, format, &buf);
    const weft_code code = weft_text_take(&buf, ret_text, error);
    weft_buf_done(&buf);
    return code;
}

/* Every entity that can be asked for by name. */
static void describe_all(const weft_catalog *catalog, weft_buf *buf)
{
    bool needs_comma = false;
    weft_buf_add_char(buf, '[');
    for (size_t i = 0; i < catalog->model_count; i++) {
        if (catalog->models[i]->is_pivot) {
            continue;
        }
        weft_buf_add_text(buf, needs_comma ? "," : "");
        weft_model_write_json(catalog->models[i], buf);
        needs_comma = true;
    }
    weft_buf_add_char(buf, ']');
}

static weft_code describe(
    const weft_engine *engine, const weft_catalog *catalog, const char *entity, weft_text *ret_json, weft_error *error)
{
    const weft_model *model = NULL;
    if (entity) {
        WEFT_TRY(weft_catalog_entity(catalog, weft_str_from(entity), &model, error));
    }
    weft_buf buf;
    weft_buf_init(&buf, engine->allocator);
    if (model) {
        weft_model_write_json(model, &buf);
    } else {
        describe_all(catalog, &buf);
    }
    const weft_code code = weft_text_take(&buf, ret_json, error);
    weft_buf_done(&buf);
    return code;
}

weft_code weft_describe(weft_engine *engine, const char *entity, weft_text *ret_json, weft_error *error)
{
    if (!engine || !ret_json) {
        return weft_fail(error, WEFT_MISUSE, "an engine and a place for the text must be given");
    }
    return describe(engine, engine->catalog, entity, ret_json, error);
}

weft_code weft_describe_as(
    weft_engine *engine, const weft_access *access, const char *entity, weft_text *ret_json, weft_error *error)
{
    weft_access_check check;
    WEFT_TRY(weft_access_begin(&check, engine, ret_json ? access : NULL, error));
    const weft_catalog *catalog = engine->catalog;
    const bool is_made =
        weft_view_is_whole(&check.view) || weft_view_catalog(&check.view, &check.arena, &catalog) == WEFT_OK;
    const weft_code code =
        is_made ? describe(engine, catalog, entity, ret_json, error) : weft_fail_arena(error, &check.arena);
    weft_access_end(&check);
    return code;
}
