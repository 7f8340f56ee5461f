/* The roles of a project told for programs. Touches no store. */
#include <stdio.h>

#include "engine/engine.h"
#include "model/auth.h"
#include "model/role.h"
#include "weft/access.h"
#include "json/writer.h"

static void add_entity(const weft_model *model, weft_buf *buf)
{
    char name[160];
    const weft_str module = model->module ? model->module->name : (weft_str){NULL, 0};
    const int len = snprintf(
        name, sizeof(name), "%.*s%s%.*s", WEFT_STR_ARG(module), model->module ? "." : "", WEFT_STR_ARG(model->name));
    weft_json_add_text(buf, (weft_str){name, len > 0 ? (size_t)len : 0});
}

/* {"entity","field"} of every model with the tenant's field. */
static void add_rows(const weft_catalog *catalog, const weft_role *role, weft_buf *buf)
{
    bool needs_comma = false;
    weft_buf_add_text(buf, ",\"rows\":[");
    for (size_t i = 0; i < catalog->model_count; i++) {
        if (!role->grants[i].tenant) {
            continue;
        }
        weft_buf_add_text(buf, needs_comma ? ",{\"entity\":" : "{\"entity\":");
        add_entity(catalog->models[i], buf);
        weft_buf_add_text(buf, ",\"field\":");
        weft_json_add_text(buf, role->grants[i].tenant->name);
        weft_buf_add_char(buf, '}');
        needs_comma = true;
    }
    weft_buf_add_char(buf, ']');
}

/* Models that every tenant sees. A link's rows are seen where both their ends are. */
static void add_shared(const weft_catalog *catalog, const weft_role *role, weft_buf *buf)
{
    bool needs_comma = false;
    weft_buf_add_text(buf, ",\"shared\":[");
    for (size_t i = 0; i < catalog->model_count; i++) {
        const weft_grant *grant = &role->grants[i];
        if (!role->has_rows || !grant->is_visible || grant->tenant || catalog->models[i]->link) {
            continue;
        }
        weft_buf_add_text(buf, needs_comma ? "," : "");
        add_entity(catalog->models[i], buf);
        needs_comma = true;
    }
    weft_buf_add_char(buf, ']');
}

static void add_role(const weft_catalog *catalog, const weft_role *role, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"name\":");
    weft_json_add_text(buf, role->name);
    weft_buf_add_text(buf, role->has_rows ? ",\"tenant\":true" : ",\"tenant\":false");
    add_rows(catalog, role, buf);
    add_shared(catalog, role, buf);
    weft_buf_add_char(buf, '}');
}

static void add_text(const char *name, weft_str text, weft_buf *buf)
{
    if (text.len > 0) {
        weft_buf_add_format(buf, ",\"%s\":", name);
        weft_json_add_text(buf, text);
    }
}

static void add_jwt(const weft_jwt *jwt, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"jwt\":{\"algorithms\":[");
    for (size_t i = 0; i < jwt->algorithm_count; i++) {
        weft_buf_add_text(buf, i ? "," : "");
        weft_json_add_text(buf, jwt->algorithms[i]);
    }
    weft_buf_add_format(buf, "],\"leeway_seconds\":%u", (unsigned)jwt->leeway_s);
    add_text("jwks", jwt->jwks, buf);
    add_text("secret_env", jwt->secret_env, buf);
    add_text("issuer", jwt->issuer, buf);
    add_text("audience", jwt->audience, buf);
    add_text("scope_claim", jwt->scope_claim, buf);
    add_text("role_claim", jwt->role_claim, buf);
    add_text("tenant_claim", jwt->tenant_claim, buf);
    add_text("scope", jwt->scope, buf);
    add_text("role", jwt->role, buf);
    weft_buf_add_text(buf, "}}");
}

weft_code weft_describe_access(weft_engine *engine, weft_text *ret_json, weft_error *error)
{
    if (!engine || !ret_json) {
        return weft_fail(error, WEFT_MISUSE, "an engine and a place for the text must be given");
    }
    const weft_catalog *catalog = engine->catalog;
    weft_buf buf;
    weft_buf_init(&buf, engine->allocator);
    weft_buf_add_text(&buf, "{\"roles\":[");
    for (size_t i = 0; i < catalog->role_count; i++) {
        weft_buf_add_text(&buf, i ? "," : "");
        add_role(catalog, &catalog->roles[i], &buf);
    }
    weft_buf_add_text(&buf, "],\"auth\":");
    if (catalog->jwt) {
        add_jwt(catalog->jwt, &buf);
    } else {
        weft_json_add_null(&buf);
    }
    weft_buf_add_char(&buf, '}');
    const weft_code code = weft_text_take(&buf, ret_json, error);
    weft_buf_done(&buf);
    return code;
}
