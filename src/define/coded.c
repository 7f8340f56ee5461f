/* Specs into nodes, member by member. Members that were left zero are left out. A list that lost an element for want of
 * memory is never answered: the writer remembers. */
#include "define/coded.h"

#include <string.h>

#include "base/utf8.h"
#include "base/vec.h"

typedef WEFT_VEC(weft_entry) entry_list;

typedef struct writer {
    weft_workshop *shop;
    weft_place place;
    weft_code code; /* the first failure; nothing is written after it */
} writer;

static weft_node *make(writer *self, weft_node_kind kind)
{
    weft_node *node = WEFT_ARENA_NEW(self->shop->scratch, weft_node);
    if (!node) {
        self->code = WEFT_NO_MEMORY;
        return NULL;
    }
    *node = (weft_node){.kind = kind, .place = self->place};
    return node;
}

/* Files are read as UTF-8 as a whole; here each text stands alone. */
static bool check_text(writer *self, const char *text)
{
    if (weft_utf8_is_valid(weft_str_from(text))) {
        return true;
    }
    (void)weft_problem(self->shop, self->place, WEFT_INVALID_DEFINITION, "a text of the definition is not UTF-8 text");
    return false;
}

/* NULL: it was reported, or there was no memory. */
static weft_node *make_scalar(writer *self, const char *text, bool is_plain)
{
    weft_node *node = check_text(self, text) ? make(self, WEFT_NODE_SCALAR) : NULL;
    if (node) {
        node->is_plain = is_plain;
        node->text = weft_str_copy(self->shop->keep, weft_str_from(text));
        self->code = node->text.data ? self->code : WEFT_NO_MEMORY;
    }
    return node;
}

/* Without a value there is nothing to add. */
static void add(writer *self, entry_list *list, const char *key, weft_node *value)
{
    const weft_entry entry = {{weft_str_from(key), self->place}, value};
    if (value && check_text(self, key) && !weft_vec_push(self->shop->scratch, list, entry)) {
        self->code = WEFT_NO_MEMORY;
    }
}

static void add_text(writer *self, entry_list *map, const char *key, const char *text)
{
    if (text) {
        add(self, map, key, make_scalar(self, text, false));
    }
}

/* Only a flag that says something else than its key's default does. */
static void add_flag(writer *self, entry_list *map, const char *key, bool is_given, const char *value)
{
    if (is_given) {
        add(self, map, key, make_scalar(self, value, true));
    }
}

static weft_node *close_list(writer *self, weft_node_kind kind, const entry_list *list)
{
    weft_node *node = make(self, kind);
    if (node) {
        node->entries = list->items;
        node->entry_count = list->count;
    }
    return node;
}

static void add_texts(writer *self, entry_list *map, const char *key, const char *const *texts)
{
    entry_list list = {0};
    for (size_t i = 0; texts && texts[i]; i++) {
        add(self, &list, "", make_scalar(self, texts[i], false));
    }
    if (texts) {
        add(self, map, key, close_list(self, WEFT_NODE_LIST, &list));
    }
}

static bool is_written_as_it_is(const char *type)
{
    return type && (!strncmp(type, "text", 4) || !strncmp(type, "enum", 4) || !strncmp(type, "string", 6) ||
                    !strncmp(type, "id", 2));
}

/* The default of a text is the text; any other is JSON, which the reader of files knows. */
static void add_default(writer *self, entry_list *map, const weft_field_spec *field)
{
    if (!field->default_value) {
        return;
    }
    if (is_written_as_it_is(field->type)) {
        add_text(self, map, "default", field->default_value);
        return;
    }
    weft_node *node = NULL;
    const weft_code code = weft_yaml_read(self->shop, self->place.file, weft_str_from(field->default_value), &node);
    self->code = code != WEFT_OK ? code : self->code;
    if (node) {
        node->place = self->place;
    }
    add(self, map, "default", node);
}

static weft_node *write_field(writer *self, const weft_field_spec *field)
{
    entry_list map = {0};
    add_text(self, &map, "type", field->type);
    add_flag(self, &map, "nullable", field->nullable, "true");
    add_flag(self, &map, "index", field->index, "true");
    add_flag(self, &map, "unique", field->unique, "true");
    add_flag(self, &map, "primaryKey", field->primary_key, "true");
    add_flag(self, &map, "searchable", field->searchable, "true");
    add_default(self, &map, field);
    add_text(self, &map, "prefix", field->prefix);
    add_text(self, &map, "column", field->column);
    add_text(self, &map, "renamedFrom", field->renamed_from);
    add_texts(self, &map, "values", field->values);
    return close_list(self, WEFT_NODE_MAP, &map);
}

static void add_fields(writer *self, entry_list *map, const char *key, const weft_field_spec *fields)
{
    entry_list list = {0};
    for (size_t i = 0; fields && fields[i].name; i++) {
        add(self, &list, fields[i].name, write_field(self, &fields[i]));
    }
    if (fields) {
        add(self, map, key, close_list(self, WEFT_NODE_MAP, &list));
    }
}

static weft_node *write_relation(writer *self, const weft_relation_spec *relation)
{
    entry_list map = {0};
    add_text(self, &map, "belongsTo", relation->belongs_to);
    add_text(self, &map, "hasOne", relation->has_one);
    add_text(self, &map, "hasMany", relation->has_many);
    add_text(self, &map, "manyToMany", relation->many_to_many);
    add_text(self, &map, "mappedBy", relation->mapped_by);
    add_flag(self, &map, "nullable", relation->nullable, "true");
    add_text(self, &map, "column", relation->column);
    add_text(self, &map, "pivotTable", relation->pivot_table);
    add_text(self, &map, "joinColumn", relation->join_column);
    add_text(self, &map, "inverseJoinColumn", relation->inverse_join_column);
    return close_list(self, WEFT_NODE_MAP, &map);
}

static void add_relations(writer *self, entry_list *map, const weft_relation_spec *relations)
{
    entry_list list = {0};
    for (size_t i = 0; relations && relations[i].name; i++) {
        add(self, &list, relations[i].name, write_relation(self, &relations[i]));
    }
    if (relations) {
        add(self, map, "relations", close_list(self, WEFT_NODE_MAP, &list));
    }
}

static void add_indexes(writer *self, entry_list *map, const weft_index_spec *indexes)
{
    entry_list list = {0};
    for (size_t i = 0; indexes && indexes[i].on; i++) {
        entry_list index = {0};
        add_texts(self, &index, "on", indexes[i].on);
        add_text(self, &index, "name", indexes[i].name);
        add_flag(self, &index, "unique", indexes[i].unique, "true");
        add_text(self, &index, "type", indexes[i].type);
        add_text(self, &index, "where", indexes[i].where);
        add(self, &list, "", close_list(self, WEFT_NODE_MAP, &index));
    }
    if (indexes) {
        add(self, map, "indexes", close_list(self, WEFT_NODE_LIST, &list));
    }
}

static void add_checks(writer *self, entry_list *map, const weft_check_spec *checks)
{
    entry_list list = {0};
    for (size_t i = 0; checks && checks[i].expression; i++) {
        entry_list check = {0};
        add_text(self, &check, "expression", checks[i].expression);
        add_text(self, &check, "name", checks[i].name);
        add(self, &list, "", close_list(self, WEFT_NODE_MAP, &check));
    }
    if (checks) {
        add(self, map, "checks", close_list(self, WEFT_NODE_LIST, &list));
    }
}

static void add_cascades(writer *self, entry_list *map, const char *const *relations)
{
    if (relations) {
        entry_list cascades = {0};
        add_texts(self, &cascades, "delete", relations);
        add(self, map, "cascades", close_list(self, WEFT_NODE_MAP, &cascades));
    }
}

static weft_node *write_model(writer *self, const weft_model_spec *model)
{
    entry_list map = {0};
    add_fields(self, &map, "fields", model->fields);
    add_relations(self, &map, model->relations);
    add_cascades(self, &map, model->cascades);
    add_indexes(self, &map, model->indexes);
    add_checks(self, &map, model->checks);
    add_text(self, &map, "table", model->table);
    add_text(self, &map, "renamedFrom", model->renamed_from);
    add_flag(self, &map, "managed", model->unmanaged, "false");
    add_text(self, &map, "guard", model->guard);
    add_flag(self, &map, "timestamps", model->no_timestamps, "false");
    add_flag(self, &map, "softDelete", model->no_soft_delete, "false");
    return close_list(self, WEFT_NODE_MAP, &map);
}

static weft_code answer(writer *self, const entry_list *map, weft_node **ret_node)
{
    weft_node *node = close_list(self, WEFT_NODE_MAP, map);
    if (self->code == WEFT_OK) {
        *ret_node = node;
    }
    return self->code;
}

weft_code weft_coded_module(weft_workshop *shop, const weft_module_spec *spec, weft_place place, weft_node **ret_node)
{
    writer self = {shop, place, WEFT_OK};
    entry_list map = {0};
    entry_list models = {0};
    add_text(&self, &map, "module", spec->name);
    for (size_t i = 0; spec->models && spec->models[i].name; i++) {
        add(&self, &models, spec->models[i].name, write_model(&self, &spec->models[i]));
    }
    add(&self, &map, "models", close_list(&self, WEFT_NODE_MAP, &models));
    return answer(&self, &map, ret_node);
}

static void add_side(writer *self, entry_list *map, const char *key, const weft_side_spec *side)
{
    entry_list list = {0};
    add_text(self, &list, "linkable", side->linkable);
    add_flag(self, &list, "isList", side->is_list, "true");
    add_flag(self, &list, "deleteCascade", side->delete_cascade && !side->delete_cascade_models, "true");
    add_texts(self, &list, "deleteCascade", side->delete_cascade_models);
    add_text(self, &list, "onDelete", side->on_delete);
    add_text(self, &list, "alias", side->alias);
    add_text(self, &list, "field", side->field);
    add_texts(self, &list, "filterable", side->filterable);
    add(self, map, key, close_list(self, WEFT_NODE_MAP, &list));
}

weft_code weft_coded_link(weft_workshop *shop, const weft_link_spec *spec, weft_place place, weft_node **ret_node)
{
    writer self = {shop, place, WEFT_OK};
    entry_list map = {0};
    entry_list database = {0};
    add_side(&self, &map, "left", &spec->left);
    add_side(&self, &map, "right", &spec->right);
    add_text(&self, &map, "name", spec->name);
    add_flag(&self, &map, "readOnly", spec->read_only, "true");
    add_text(&self, &database, "table", spec->table);
    add_text(&self, &database, "idPrefix", spec->id_prefix);
    add_fields(&self, &database, "extraColumns", spec->extra_columns);
    if (database.count > 0) {
        add(&self, &map, "database", close_list(&self, WEFT_NODE_MAP, &database));
    }
    add_text(&self, &map, "place", spec->place);
    add_text(&self, &map, "shard", spec->shard);
    return answer(&self, &map, ret_node);
}

weft_code weft_coded_place(weft_workshop *shop, const char *path, int line, uint32_t rank, weft_place *ret_place)
{
    weft_file *file = WEFT_ARENA_NEW(shop->scratch, weft_file);
    if (!file) {
        return WEFT_NO_MEMORY;
    }
    *file = (weft_file){.path = weft_str_from(path ? path : "definitions in C"), .rank = UINT32_MAX / 2 + rank};
    *ret_place = (weft_place){file, line > 0 ? (uint32_t)line : 0, 1};
    return WEFT_OK;
}
