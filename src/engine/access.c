/* The walk of a check: what a request names ─mark▶ uses ─hold against the view▶ nothing, or what is refused.
 *
 * What is refused is told by the names the caller wrote: of fields that only a "*" asks for, just the "*" is told, so
 * that a refusal shows nobody what there is besides. */
#include "engine/access.h"

#include <stdio.h>

#include "json/writer.h"

weft_code weft_access_view(
    const weft_engine *engine, const weft_access *access, weft_arena *keep, weft_view *ret_view, weft_error *error)
{
    const weft_catalog *catalog = engine->catalog;
    weft_view view = {.catalog = catalog};
    if (access->role) {
        view.role = weft_catalog_role(catalog, weft_str_from(access->role));
        if (!view.role) {
            return weft_fail(error, WEFT_FORBIDDEN, "the project has no role \"%.60s\"", access->role);
        }
    }
    bool *modules = access->module_count ? WEFT_ARENA_ARRAY(keep, bool, catalog->module_count) : NULL;
    if (access->module_count && !modules) {
        return weft_fail_no_memory(error);
    }
    for (size_t i = 0; i < access->module_count; i++) {
        const weft_module *module = weft_catalog_module(catalog, weft_str_from(access->modules[i]));
        if (module) {
            modules[module->index] = true;
        }
    }
    view.modules = modules;
    *ret_view = view;
    return WEFT_OK;
}

weft_code weft_access_begin(weft_access_check *check,
                            const weft_engine *engine,
                            const weft_access *access,
                            weft_error *error)
{
    if (!engine || !access || (access->module_count > 0 && !access->modules)) {
        return weft_fail(error, WEFT_MISUSE, "an engine, an access and the request must be given");
    }
    *check = (weft_access_check){.engine = engine, .access = access};
    weft_arena_init(&check->arena, engine->allocator, engine->limits.memory_bytes_max);
    const size_t count = engine->catalog->model_count;
    check->uses = (weft_uses){engine->catalog, WEFT_ARENA_ARRAY(&check->arena, weft_model_uses, count), count};
    const weft_code code = check->uses.models ? weft_access_view(engine, access, &check->arena, &check->view, error)
                                              : weft_fail_arena(error, &check->arena);
    if (code != WEFT_OK) {
        weft_access_end(check);
    }
    return code;
}

void weft_access_end(weft_access_check *check)
{
    weft_arena_done(&check->arena);
}

bool weft_access_use_model(weft_access_check *check, const weft_model *model)
{
    weft_model_uses *uses = &check->uses.models[model->index];
    uses->is_used = true;
    if (!uses->fields) {
        uses->fields = WEFT_ARENA_ARRAY(&check->arena, bool, model->field_count);
        uses->starred = WEFT_ARENA_ARRAY(&check->arena, bool, model->field_count);
        uses->edges = WEFT_ARENA_ARRAY(&check->arena, bool, model->edge_count);
    }
    return uses->fields && uses->starred && uses->edges;
}

bool weft_access_use_field(weft_access_check *check, const weft_field *field)
{
    if (!weft_access_use_model(check, field->model)) {
        return false;
    }
    check->uses.models[field->model->index].fields[field->index] = true;
    return true;
}

/* "product.product" and, with a name, ".title" behind. */
static bool refuse(weft_access_check *check, const weft_model *model, weft_str name)
{
    const weft_str module = model->module ? model->module->name : (weft_str){NULL, 0};
    const weft_str text = weft_str_format(&check->arena,
                                          "%.*s%s%.*s%s%.*s",
                                          WEFT_STR_ARG(module),
                                          module.len ? "." : "",
                                          WEFT_STR_ARG(model->name),
                                          name.len ? "." : "",
                                          WEFT_STR_ARG(name));
    return text.data && weft_vec_push(&check->arena, &check->refused, text);
}

static bool refuse_parts(weft_access_check *check, const weft_model *model)
{
    const weft_model_uses *uses = &check->uses.models[model->index];
    bool has_star = false;
    for (size_t i = 0; i < model->field_count; i++) {
        if (!uses->fields[i] || weft_view_shows_field(&check->view, &model->fields[i])) {
            continue;
        }
        if (uses->starred[i]) {
            has_star = true;
        } else if (!refuse(check, model, model->fields[i].name)) {
            return false;
        }
    }
    for (size_t i = 0; i < model->edge_count; i++) {
        if (uses->edges[i] && !weft_view_shows_edge(&check->view, &model->edges[i]) &&
            !refuse(check, model, model->edges[i].name)) {
            return false;
        }
    }
    check->starred = has_star ? model : check->starred;
    return !has_star || refuse(check, model, WEFT_STR("*"));
}

static bool find_refused(weft_access_check *check)
{
    const weft_catalog *catalog = check->engine->catalog;
    for (size_t i = 0; i < catalog->model_count; i++) {
        const weft_model *model = catalog->models[i];
        if (!check->uses.models[i].is_used) {
            continue;
        }
        if (!(weft_view_shows_model(&check->view, model) ? refuse_parts(check, model)
                                                         : refuse(check, model, (weft_str){NULL, 0}))) {
            return false;
        }
    }
    return true;
}

/* What of the model may be asked for, in place of "*". */
static void list_fields(const weft_access_check *check, weft_buf *buf)
{
    for (size_t i = 0; i < check->starred->field_count; i++) {
        const weft_field *field = &check->starred->fields[i];
        if (weft_view_shows_field(&check->view, field)) {
            weft_buf_add_text(buf, buf->len ? ", " : "");
            weft_buf_add_str(buf, field->name);
        }
    }
}

static void list_refused(const weft_access_check *check, weft_buf *buf)
{
    for (size_t i = 0; i < check->refused.count; i++) {
        weft_buf_add_format(buf, "%s\"%.*s\"", i ? ", " : "", WEFT_STR_ARG(check->refused.items[i]));
    }
}

static weft_code tell_refused(const weft_access_check *check, weft_text *ret_refused, weft_error *error)
{
    weft_buf buf;
    weft_buf_init(&buf, check->engine->allocator);
    for (size_t i = 0; i < check->refused.count; i++) {
        weft_buf_add_char(&buf, i ? ',' : '[');
        weft_json_add_text(&buf, check->refused.items[i]);
    }
    weft_buf_add_char(&buf, ']');
    const weft_code code = weft_text_take(&buf, ret_refused, error);
    weft_buf_done(&buf);
    return code;
}

static void fail_refused(const weft_access_check *check, weft_str names, weft_str fields, weft_error *error)
{
    const size_t more = check->refused.count - 1;
    char others[48] = "";
    if (more > 0) {
        (void)snprintf(others, sizeof(others), " and %zu more", more);
    }
    (void)weft_fail(error,
                    WEFT_FORBIDDEN,
                    "%s%.60s%s may not touch \"%.*s\"%s",
                    check->access->role ? "the role \"" : "the caller",
                    check->access->role ? check->access->role : "",
                    check->access->role ? "\"" : "",
                    WEFT_STR_ARG(check->refused.items[0]),
                    others);
    if (more > 0) {
        weft_error_set_detail(error, "Refused are %.*s.", WEFT_STR_ARG(names));
    }
    if (check->starred) {
        weft_error_set_hint(error,
                            "In place of \"*\" name fields of \"%.*s\": %.*s.",
                            WEFT_STR_ARG(check->starred->name),
                            WEFT_STR_ARG(fields));
    }
}

static weft_code refuse_all(const weft_access_check *check, weft_text *ret_refused, weft_error *error)
{
    weft_buf names;
    weft_buf fields;
    weft_buf_init(&names, check->engine->allocator);
    weft_buf_init(&fields, check->engine->allocator);
    list_refused(check, &names);
    if (check->starred) {
        list_fields(check, &fields);
    }
    weft_code code = names.failed || fields.failed ? weft_fail_no_memory(error) : WEFT_OK;
    if (code == WEFT_OK && ret_refused) {
        code = tell_refused(check, ret_refused, error);
    }
    if (code == WEFT_OK) {
        fail_refused(check, weft_buf_str(&names), weft_buf_str(&fields), error);
        code = WEFT_FORBIDDEN;
    }
    weft_buf_done(&fields);
    weft_buf_done(&names);
    return code;
}

weft_code weft_access_decide(weft_access_check *check, weft_text *ret_refused, weft_error *error)
{
    if (!find_refused(check)) {
        return weft_fail_arena(error, &check->arena);
    }
    return check->refused.count == 0 ? WEFT_OK : refuse_all(check, ret_refused, error);
}
