/* The catalog as JSON, for programs: completion, forms, tables, tests. Keys come in a fixed order; what is false or
 * absent is left out where it is the common case. */
#include "model/picture.h"
#include "json/writer.h"

/* A key of an object after the first: ,"name": */
static void add_key(weft_buf *buf, const char *name)
{
    weft_buf_add_text(buf, ",\"");
    weft_buf_add_text(buf, name);
    weft_buf_add_text(buf, "\":");
}

static void add_text(weft_buf *buf, const char *name, weft_str text)
{
    add_key(buf, name);
    weft_json_add_text(buf, text);
}

static void add_text_or_null(weft_buf *buf, const char *name, weft_str text)
{
    add_key(buf, name);
    if (text.data) {
        weft_json_add_text(buf, text);
    } else {
        weft_json_add_null(buf);
    }
}

static void add_flag(weft_buf *buf, const char *name, bool value)
{
    if (value) {
        add_key(buf, name);
        weft_json_add_boolean(buf, true);
    }
}

static void add_boolean(weft_buf *buf, const char *name, bool value)
{
    add_key(buf, name);
    weft_json_add_boolean(buf, value);
}

/* "," before every item of a list but the first. */
static void add_comma(weft_buf *buf, size_t index)
{
    if (index > 0) {
        weft_buf_add_char(buf, ',');
    }
}

static void add_field_names(weft_buf *buf, const char *name, const weft_field *const *fields, size_t count)
{
    add_key(buf, name);
    weft_buf_add_char(buf, '[');
    for (size_t i = 0; i < count; i++) {
        add_comma(buf, i);
        weft_json_add_text(buf, fields[i]->name);
    }
    weft_buf_add_char(buf, ']');
}

static void write_field(const weft_field *field, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"name\":");
    weft_json_add_text(buf, field->name);
    add_text(buf, "type", weft_type_name(field->type));
    add_boolean(buf, "nullable", field->is_nullable);
    if (!weft_str_equal(field->column, field->name)) {
        add_text(buf, "column", field->column);
    }
    add_flag(buf, "primaryKey", field->is_primary_key);
    add_flag(buf, "unique", field->is_unique);
    add_flag(buf, "index", field->is_indexed);
    add_flag(buf, "searchable", field->is_searchable);
    add_flag(buf, "reference", field->is_foreign_key);
    add_flag(buf, "timestamp", field->is_timestamp);
    if (field->id_prefix.len) {
        add_text(buf, "prefix", field->id_prefix);
    }
    if (field->type == WEFT_TYPE_ENUM) {
        add_key(buf, "values");
        for (size_t i = 0; i < field->enum_value_count; i++) {
            weft_buf_add_char(buf, i ? ',' : '[');
            weft_json_add_text(buf, field->enum_values[i]);
        }
        weft_buf_add_text(buf, field->enum_value_count ? "]" : "[]");
    }
    if (field->has_default) {
        add_key(buf, "default");
        weft_json_add_value(buf, &field->default_value);
    }
    weft_buf_add_char(buf, '}');
}

static weft_str edge_kind_name(weft_edge_kind kind)
{
    switch (kind) {
    case WEFT_EDGE_LINK:
        return WEFT_STR("link");
    case WEFT_EDGE_LINK_ROW:
        return WEFT_STR("linkRow");
    case WEFT_EDGE_LINK_SIDE:
        return WEFT_STR("linkSide");
    case WEFT_EDGE_READ_ONLY:
        return WEFT_STR("readOnly");
    case WEFT_EDGE_RELATION:
    default:
        return WEFT_STR("relation");
    }
}

static void write_edge(const weft_edge *edge, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"name\":");
    weft_json_add_text(buf, edge->name);
    add_text(buf, "kind", edge_kind_name(edge->kind));
    add_text(buf, "entity", edge->to->name);
    add_text_or_null(buf, "module", edge->to->module ? edge->to->module->name : (weft_str){NULL, 0});
    add_boolean(buf, "list", edge->is_list);
    add_text(buf, "from", edge->from_field->name);
    add_text(buf, "to", edge->to_field->name);
    if (edge->through) {
        add_text(buf, "through", edge->through->table);
        add_text(buf, "throughFrom", edge->through_from->name);
        add_text(buf, "throughTo", edge->through_to->name);
    }
    if (edge->link) {
        add_text(buf, "link", edge->link->name);
    }
    add_text_or_null(buf, "reverse", edge->reverse ? edge->reverse->name : (weft_str){NULL, 0});
    add_flag(buf, "cascadesDelete", edge->cascades_delete);
    weft_buf_add_char(buf, '}');
}

static void write_index(const weft_index *index, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"name\":");
    weft_json_add_text(buf, index->name);
    add_field_names(buf, "on", index->fields, index->field_count);
    if (index->including_count) {
        add_field_names(buf, "including", index->including, index->including_count);
    }
    add_flag(buf, "unique", index->is_unique);
    add_flag(buf, "liveOnly", index->is_live_only);
    if (index->where.len) {
        add_text(buf, "where", index->where);
    }
    weft_buf_add_char(buf, '}');
}

static void write_checks(const weft_model *model, weft_buf *buf)
{
    for (size_t i = 0; i < model->check_count; i++) {
        add_comma(buf, i);
        weft_buf_add_text(buf, "{\"name\":");
        weft_json_add_text(buf, model->checks[i].name);
        add_text(buf, "expression", model->checks[i].expression);
        weft_buf_add_char(buf, '}');
    }
}

void weft_model_write_json(const weft_model *model, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"entity\":");
    weft_json_add_text(buf, model->name);
    add_text(buf, "plural", model->plural);
    add_text_or_null(buf, "module", model->module ? model->module->name : (weft_str){NULL, 0});
    add_text_or_null(buf, "link", model->link ? model->link->name : (weft_str){NULL, 0});
    add_text(buf, "store", model->store->name);
    add_text(buf, "table", model->table);
    add_boolean(buf, "managed", model->is_managed);
    if (model->is_guarded) {
        add_text(buf, "guard", WEFT_STR("triggers"));
    }
    add_field_names(buf, "key", model->keys, model->key_count);
    add_key(buf, "fields");
    for (size_t i = 0; i < model->field_count; i++) {
        weft_buf_add_char(buf, i ? ',' : '[');
        write_field(&model->fields[i], buf);
    }
    weft_buf_add_char(buf, ']');
    add_key(buf, "edges");
    weft_buf_add_char(buf, '[');
    for (size_t i = 0; i < model->edge_count; i++) {
        add_comma(buf, i);
        write_edge(&model->edges[i], buf);
    }
    weft_buf_add_char(buf, ']');
    add_key(buf, "indexes");
    weft_buf_add_char(buf, '[');
    for (size_t i = 0; i < model->index_count; i++) {
        add_comma(buf, i);
        write_index(&model->indexes[i], buf);
    }
    weft_buf_add_char(buf, ']');
    add_key(buf, "checks");
    weft_buf_add_char(buf, '[');
    write_checks(model, buf);
    weft_buf_add_text(buf, "]}");
}

static weft_str kind_name(weft_store_kind kind)
{
    switch (kind) {
    case WEFT_STORE_POSTGRES:
        return WEFT_STR("postgres");
    case WEFT_STORE_CALLBACKS:
        return WEFT_STR("callbacks");
    case WEFT_STORE_SQLITE:
        break;
    }
    return WEFT_STR("sqlite");
}

static void write_stores(const weft_catalog *catalog, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"stores\":[");
    for (size_t i = 0; i < catalog->store_count; i++) {
        const weft_store_def *store = &catalog->stores[i];
        add_comma(buf, i);
        weft_buf_add_text(buf, "{\"name\":");
        weft_json_add_text(buf, store->name);
        add_text(buf, "kind", kind_name(store->kind));
        weft_buf_add_char(buf, '}');
    }
    weft_buf_add_char(buf, ']');
}

static void write_modules(const weft_catalog *catalog, weft_buf *buf)
{
    add_key(buf, "modules");
    weft_buf_add_char(buf, '[');
    for (size_t i = 0; i < catalog->module_count; i++) {
        const weft_module *module = catalog->modules[i];
        add_comma(buf, i);
        weft_buf_add_text(buf, "{\"name\":");
        weft_json_add_text(buf, module->name);
        add_text(buf, "store", module->store->name);
        add_key(buf, "models");
        weft_buf_add_char(buf, '[');
        for (size_t k = 0; k < module->model_count; k++) {
            add_comma(buf, k);
            weft_model_write_json(module->models[k], buf);
        }
        weft_buf_add_text(buf, "]}");
    }
    weft_buf_add_char(buf, ']');
}

static void write_pivots(const weft_catalog *catalog, weft_buf *buf)
{
    add_key(buf, "pivots");
    weft_buf_add_char(buf, '[');
    for (size_t i = 0, count = 0; i < catalog->model_count; i++) {
        if (catalog->models[i]->is_pivot) {
            add_comma(buf, count++);
            weft_model_write_json(catalog->models[i], buf);
        }
    }
    weft_buf_add_char(buf, ']');
}

static void write_side(const weft_link_side *side, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"module\":");
    weft_json_add_text(buf, side->model->module->name);
    add_text(buf, "entity", side->model->name);
    add_text(buf, "alias", side->alias);
    add_boolean(buf, "list", side->is_list);
    add_text(buf, "key", side->key->name);
    add_text_or_null(buf, "column", side->column ? side->column->name : (weft_str){NULL, 0});
    add_text_or_null(buf, "property", side->edge ? side->edge->name : (weft_str){NULL, 0});
    add_text(buf, "onDelete", weft_on_delete_name(side->on_delete));
    weft_buf_add_char(buf, '}');
}

static void write_link(const weft_link *link, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"name\":");
    weft_json_add_text(buf, link->name);
    add_boolean(buf, "readOnly", link->is_read_only);
    add_text_or_null(buf, "table", link->model ? link->model->table : (weft_str){NULL, 0});
    add_text_or_null(buf, "store", link->model ? link->model->store->name : (weft_str){NULL, 0});
    add_key(buf, "left");
    write_side(&link->left, buf);
    add_key(buf, "right");
    write_side(&link->right, buf);
    add_key(buf, "entity");
    if (link->model) {
        weft_model_write_json(link->model, buf);
    } else {
        weft_json_add_null(buf);
    }
    weft_buf_add_char(buf, '}');
}

void weft_catalog_write_json(const weft_catalog *catalog, weft_buf *buf)
{
    write_stores(catalog, buf);
    write_modules(catalog, buf);
    write_pivots(catalog, buf);
    add_key(buf, "links");
    weft_buf_add_char(buf, '[');
    for (size_t i = 0; i < catalog->link_count; i++) {
        add_comma(buf, i);
        write_link(catalog->links[i], buf);
    }
    weft_buf_add_text(buf, "]}");
}
