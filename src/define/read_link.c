/* A link file: two sides and what is said of the link as a whole. */
#include <stddef.h>

#include "define/definition.h"

typedef struct link_parts {
    const weft_node *left;
    const weft_node *right;
    weft_word name;
    weft_word renamed_from;
    weft_flag read_only;
    const weft_node *database;
    weft_word place;
    weft_word shard;
} link_parts;

static const weft_key link_keys[] = {
    {"left", WEFT_KEY_NODE, offsetof(link_parts, left)},
    {"right", WEFT_KEY_NODE, offsetof(link_parts, right)},
    {"name", WEFT_KEY_WORD, offsetof(link_parts, name)},
    {"readOnly", WEFT_KEY_FLAG, offsetof(link_parts, read_only)},
    {"database", WEFT_KEY_MAP, offsetof(link_parts, database)},
    {"place", WEFT_KEY_WORD, offsetof(link_parts, place)},
    {"shard", WEFT_KEY_WORD, offsetof(link_parts, shard)},
    {"renamedFrom", WEFT_KEY_WORD, offsetof(link_parts, renamed_from)},
};

static const weft_key side_keys[] = {
    {"linkable", WEFT_KEY_WORD, offsetof(weft_side_definition, linkable)},
    {"isList", WEFT_KEY_FLAG, offsetof(weft_side_definition, is_list)},
    {"deleteCascade", WEFT_KEY_NODE, offsetof(weft_side_definition, delete_cascade)},
    {"onDelete", WEFT_KEY_WORD, offsetof(weft_side_definition, on_delete)},
    {"alias", WEFT_KEY_WORD, offsetof(weft_side_definition, alias)},
    {"field", WEFT_KEY_WORD, offsetof(weft_side_definition, field)},
    {"column", WEFT_KEY_WORD, offsetof(weft_side_definition, column)},
    {"filterable", WEFT_KEY_WORDS, offsetof(weft_side_definition, filterable)},
    {"renamedFrom", WEFT_KEY_WORD, offsetof(weft_side_definition, renamed_from)},
};

typedef struct database_parts {
    weft_word table;
    weft_word schema;
    weft_word id_prefix;
    weft_flag managed;
    weft_flag pair_only;
    const weft_node *extra_columns;
} database_parts;

static const weft_key database_keys[] = {
    {"table", WEFT_KEY_WORD, offsetof(database_parts, table)},
    {"schema", WEFT_KEY_WORD, offsetof(database_parts, schema)},
    {"idPrefix", WEFT_KEY_WORD, offsetof(database_parts, id_prefix)},
    {"managed", WEFT_KEY_FLAG, offsetof(database_parts, managed)},
    {"pairOnly", WEFT_KEY_FLAG, offsetof(database_parts, pair_only)},
    {"extraColumns", WEFT_KEY_MAP, offsetof(database_parts, extra_columns)},
};

static weft_code read_side(
    weft_workshop *shop, const weft_node *link, const weft_node *node, const char *what, weft_side_definition *side)
{
    if (!node) {
        weft_error *error =
            weft_problem(shop, link->place, WEFT_INVALID_DEFINITION, "the link has no \"%s\" side", what);
        weft_error_set_hint(error, "Give \"left\" and \"right\", each as module.model.");
        return WEFT_OK;
    }
    side->place = node->place;
    if (node->kind == WEFT_NODE_SCALAR && !weft_node_is_null(node)) {
        side->linkable = (weft_word){node->text, node->place};
        return WEFT_OK;
    }
    const size_t problems_before = shop->problem_count;
    WEFT_TRY(WEFT_KEYS_READ(shop, node, "a link's side", side_keys, side));
    if (!side->linkable.text.data && shop->problem_count == problems_before) {
        weft_error *error =
            weft_problem(shop, node->place, WEFT_INVALID_DEFINITION, "the %s side has no \"linkable\"", what);
        weft_error_set_hint(error, "Write linkable: module.model.");
    }
    if (side->alias.text.data) {
        (void)weft_name_check(shop, &side->alias, "an alias");
    }
    return WEFT_OK;
}

static weft_code read_database(weft_workshop *shop, const weft_node *node, weft_link_definition *link)
{
    database_parts parts = {0};
    WEFT_TRY(WEFT_KEYS_READ(shop, node, "database", database_keys, &parts));
    link->has_database = true;
    link->database_place = node->place;
    link->table = parts.table;
    link->schema = parts.schema;
    link->id_prefix = parts.id_prefix;
    link->managed = parts.managed;
    link->pair_only = parts.pair_only;
    for (size_t i = 0; parts.extra_columns && i < parts.extra_columns->entry_count; i++) {
        weft_field_definition column = {0};
        WEFT_TRY(weft_field_definition_read(shop, &parts.extra_columns->entries[i], true, &column));
        if (!weft_vec_push(shop->scratch, &link->columns, column)) {
            return WEFT_NO_MEMORY;
        }
    }
    return WEFT_OK;
}

weft_code weft_link_definition_read(weft_workshop *shop, const weft_node *node, weft_link_definition *ret_link)
{
    link_parts parts = {0};
    *ret_link = (weft_link_definition){.place = node->place};
    WEFT_TRY(WEFT_KEYS_READ(shop, node, "a link", link_keys, &parts));
    if (node->kind != WEFT_NODE_MAP) {
        return WEFT_OK;
    }
    WEFT_TRY(read_side(shop, node, parts.left, "left", &ret_link->left));
    WEFT_TRY(read_side(shop, node, parts.right, "right", &ret_link->right));
    ret_link->name = parts.name;
    ret_link->renamed_from = parts.renamed_from;
    ret_link->read_only = parts.read_only;
    ret_link->store = parts.place;
    ret_link->shard = parts.shard;
    if (parts.name.text.data) {
        (void)weft_name_check(shop, &parts.name, "a link");
    }
    return parts.database ? read_database(shop, parts.database, ret_link) : WEFT_OK;
}
