/* What those who see only a part are told: a record without the fields they do not see, and errors without names that
 * they do not know. Both look at finished text, after everything else was decided. */
#include "engine/access.h"

#include <stdio.h>

/* The end of the JSON value at `at`; the text is weft's own and whole. */
static size_t value_end(weft_str text, size_t at)
{
    size_t depth = 0;
    bool is_text = false;
    for (; at < text.len; at++) {
        const char byte = text.data[at];
        if (is_text) {
            at += byte == '\\';
            is_text = byte != '"';
        } else if (byte == '"') {
            is_text = true;
        } else if (byte == '{' || byte == '[') {
            depth++;
        } else if (depth == 0 && (byte == ',' || byte == '}' || byte == ']')) {
            break;
        } else if (byte == '}' || byte == ']') {
            depth--;
        }
    }
    return at;
}

/* The object at `at`, without members that are not shown; answers where it ends. */
static size_t add_object(const weft_view *view, const weft_model *model, weft_str text, size_t at, weft_buf *buf)
{
    bool needs_comma = false;
    weft_buf_add_char(buf, '{');
    for (at++; at < text.len && text.data[at] == '"';) {
        const size_t name_at = at + 1;
        const size_t name_len = weft_str_find(weft_str_slice(text, name_at, text.len), '"');
        const size_t end = value_end(text, name_at + name_len + 2);
        const weft_field *field = weft_model_field(model, weft_str_slice(text, name_at, name_at + name_len));
        if (field && weft_view_shows_field(view, field)) {
            weft_buf_add_text(buf, needs_comma ? "," : "");
            weft_buf_add_str(buf, weft_str_slice(text, at, end));
            needs_comma = true;
        }
        at = end < text.len && text.data[end] == ',' ? end + 1 : end;
    }
    weft_buf_add_char(buf, '}');
    return at + 1;
}

static void add_records(const weft_view *view, const weft_model *model, weft_str text, weft_buf *buf)
{
    if (text.len > 0 && text.data[0] == '{') {
        (void)add_object(view, model, text, 0, buf);
        return;
    }
    weft_buf_add_char(buf, '[');
    for (size_t at = 1; at < text.len && text.data[at] == '{'; at++) {
        weft_buf_add_text(buf, at > 1 ? "," : "");
        at = add_object(view, model, text, at, buf);
    }
    weft_buf_add_char(buf, ']');
}

static weft_code tell_records(weft_access_check *check, const char *entity, weft_text *records, weft_error *error)
{
    const weft_model *model = NULL;
    weft_text told = {0};
    weft_buf buf;
    WEFT_TRY(weft_catalog_entity(check->engine->catalog, weft_str_from(entity), &model, error));
    weft_buf_init(&buf, check->engine->allocator);
    add_records(&check->view, model, (weft_str){records->data, records->len}, &buf);
    const weft_code code = weft_text_take(&buf, &told, error);
    weft_buf_done(&buf);
    if (code == WEFT_OK) {
        weft_text_free(records);
        *records = told;
    }
    return code;
}

weft_code weft_access_tell_records(
    weft_engine *engine, const weft_access *access, const char *entity, weft_text *records, weft_error *error)
{
    weft_access_check check;
    if (!entity || !records) {
        return weft_fail(error, WEFT_MISUSE, "an entity and records must be given");
    }
    weft_code code = weft_access_begin(&check, engine, access, error);
    if (code != WEFT_OK) {
        return code;
    }
    if (!weft_view_is_whole(&check.view)) {
        code = tell_records(&check, entity, records, error);
    }
    weft_access_end(&check);
    return code;
}

/* Names that are somewhere shown, and names that are nowhere. */
typedef struct vocabulary {
    weft_map shown;
    weft_map hidden;
    bool has_failed;
} vocabulary;

static void learn(vocabulary *words, bool is_shown, weft_str name)
{
    if (name.len > 0) {
        words->has_failed =
            !weft_map_set(is_shown ? &words->shown : &words->hidden, name, name.data) || words->has_failed;
    }
}

static void learn_model(vocabulary *words, const weft_view *view, const weft_model *model)
{
    const bool is_shown = weft_view_shows_model(view, model);
    learn(words, is_shown, model->name);
    learn(words, is_shown, model->camel);
    learn(words, is_shown, model->plural);
    learn(words, is_shown, model->table);
    for (size_t i = 0; i < model->field_count; i++) {
        const bool shows_field = weft_view_shows_field(view, &model->fields[i]);
        learn(words, shows_field, model->fields[i].name);
        learn(words, shows_field, model->fields[i].column);
    }
    for (size_t i = 0; i < model->edge_count; i++) {
        learn(words, weft_view_shows_edge(view, &model->edges[i]), model->edges[i].name);
    }
    for (size_t i = 0; i < model->index_count; i++) {
        learn(words, false, model->indexes[i].name);
    }
}

static void learn_all(vocabulary *words, const weft_view *view, weft_arena *arena)
{
    const weft_catalog *catalog = view->catalog;
    weft_map_init(&words->shown, arena);
    weft_map_init(&words->hidden, arena);
    for (size_t i = 0; i < catalog->model_count; i++) {
        learn_model(words, view, catalog->models[i]);
    }
    for (size_t i = 0; i < catalog->link_count; i++) {
        const weft_link *link = catalog->links[i];
        learn(words, link->model && weft_view_shows_model(view, link->model), link->name);
    }
    for (size_t i = 0; i < catalog->module_count; i++) {
        bool is_shown = false;
        for (size_t k = 0; k < catalog->modules[i]->model_count; k++) {
            is_shown = is_shown || weft_view_shows_model(view, catalog->modules[i]->models[k]);
        }
        learn(words, is_shown, catalog->modules[i]->name);
    }
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
}

/* Only quoted names are looked at: prose has words that are also names. */
static bool tells_hidden(const vocabulary *words, const char *text)
{
    bool is_quoted = false;
    while (*text) {
        size_t len = 0;
        while (is_letter(text[len])) {
            len++;
        }
        const weft_str word = {text, len};
        if (is_quoted && len > 0 && weft_map_get(&words->hidden, word) && !weft_map_get(&words->shown, word)) {
            return true;
        }
        is_quoted = is_quoted != (text[len] == '"');
        text += len + (text[len] != '\0');
    }
    return false;
}

weft_code weft_access_tell_error(weft_engine *engine, const weft_access *access, weft_error *error)
{
    weft_access_check check;
    vocabulary words = {0};
    if (!error) {
        return WEFT_MISUSE;
    }
    WEFT_TRY(weft_access_begin(&check, engine, access, NULL));
    if (!weft_view_is_whole(&check.view)) {
        learn_all(&words, &check.view, &check.arena);
        const bool is_bare = words.has_failed || tells_hidden(&words, error->message);
        if (is_bare || tells_hidden(&words, error->detail)) {
            weft_error_set_detail(error, "%s", "");
        }
        if (is_bare || tells_hidden(&words, error->hint)) {
            weft_error_set_hint(error, "%s", "");
        }
        if (is_bare) {
            (void)snprintf(error->message, sizeof(error->message), "%s", weft_code_meaning(error->code));
            error->where[0] = '\0';
        }
    }
    weft_access_end(&check);
    return WEFT_OK;
}
