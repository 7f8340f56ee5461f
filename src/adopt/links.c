/* What joins models of two modules: a foreign key becomes a read-only link, a table that joins two a link with that
 * table. Foreign keys to a unique column that is not the key take a read-only link inside a module, too. */
#include "adopt/relations.h"
#include "model/names.h"

static const weft_str none = {NULL, 0};

/* A name no other link has, and a file called like it. */
weft_code weft_adopt_link_add(weft_adopting *work, weft_str name, weft_adopted_link *link)
{
    const weft_str left = link->left.model->module->name;
    const weft_str right = link->right.model->module->name;
    link->name = name.data != NULL ? weft_adopt_claim(work->keep, &work->link_names, name, work) : none;
    link->file =
        link->name.data != NULL
            ? weft_str_format(
                  work->keep, "%.*s-%.*s/%.*s", WEFT_STR_ARG(left), WEFT_STR_ARG(right), WEFT_STR_ARG(link->name))
            : none;
    return link->file.data != NULL && weft_vec_push(work->keep, &work->links, *link) ? WEFT_OK : weft_adopt_fail(work);
}

/* The alias under which `model` appears on `on`, whose properties are one of a kind: of a list its plural. */
weft_str weft_adopt_alias_claim(weft_adopting *work, weft_adopted_model *on, weft_str alias, bool is_list)
{
    weft_str mine = alias;
    for (size_t i = 2; mine.data != NULL; i++) {
        const weft_str property = is_list ? weft_name_plural(mine, work->keep) : mine;
        if (property.data == NULL || weft_map_get(&on->claims, property) == NULL) {
            const bool is_set = property.data != NULL && weft_map_set(&on->claims, property, on);
            return is_set ? mine : none;
        }
        mine = weft_str_format(work->keep, "%.*s_%zu", WEFT_STR_ARG(alias), i);
    }
    return none;
}

static weft_code add_read_only(weft_adopting *work, const weft_adopted_reference *reference)
{
    weft_adopted_model *from = reference->from;
    const weft_str column = reference->field->column->name;
    weft_str name = weft_adopt_identifier(work->keep, weft_adopt_relation_name(column, reference->aim->column->name));
    if (name.data != NULL && weft_str_equal(name, reference->field->name)) {
        name = reference->to->name;
    }
    const bool is_list = !reference->field->is_unique;
    const weft_str right = weft_adopt_alias_claim(work, from, name, false);
    const bool is_simple = is_list
                               ? weft_map_get(&reference->to->claims, weft_name_plural(from->name, work->keep)) == NULL
                               : weft_map_get(&reference->to->claims, from->name) == NULL;
    const weft_str wanted =
        is_simple ? from->name
                  : weft_str_format(work->keep, "%.*s_%.*s", WEFT_STR_ARG(right), WEFT_STR_ARG(from->name));
    const weft_str left = wanted.data != NULL ? weft_adopt_alias_claim(work, reference->to, wanted, is_list) : none;
    if (right.data == NULL || left.data == NULL) {
        return weft_adopt_fail(work);
    }
    weft_adopted_link link = {
        .left = {.model = from, .alias = left, .field = reference->field->name, .is_list = is_list},
        .right = {.model = reference->to, .alias = right}};
    if (!reference->aim->is_primary_key) {
        link.right.field = reference->aim->name;
    }
    const weft_str link_name = weft_str_format(work->keep, "%.*s_%.*s", WEFT_STR_ARG(from->name), WEFT_STR_ARG(right));
    return weft_adopt_link_add(work, link_name, &link);
}

bool weft_adopt_is_link_row(const weft_present_table *table)
{
    static const struct {
        const char *name;
        weft_type type;
        bool is_nullable;
    } wanted[] = {{"id", WEFT_TYPE_TEXT, false},
                  {"created_at", WEFT_TYPE_DATE_TIME, false},
                  {"updated_at", WEFT_TYPE_DATE_TIME, false},
                  {"deleted_at", WEFT_TYPE_DATE_TIME, true}};
    for (size_t i = 0; i < WEFT_COUNT_OF(wanted); i++) {
        const weft_present_column *column = weft_present_column_find(table, weft_str_from(wanted[i].name));
        if (column == NULL || column->type != wanted[i].type || column->is_nullable != wanted[i].is_nullable) {
            return false;
        }
    }
    return true;
}

static weft_code add_table_link(weft_adopting *work, const weft_present_table *table)
{
    const weft_present_foreign_key *keys = table->foreign_keys;
    weft_adopted_model *left = weft_adopt_table_find(work, keys[0].target_schema, keys[0].target_table)->model;
    weft_adopted_model *right = weft_adopt_table_find(work, keys[1].target_schema, keys[1].target_table)->model;
    if (left->module == right->module) {
        return WEFT_OK;
    }
    weft_adopted_link link = {.left = {.model = left, .column = keys[0].columns[0], .is_list = true},
                              .right = {.model = right, .column = keys[1].columns[0], .is_list = true},
                              .table = table,
                              .is_row = weft_adopt_is_link_row(table)};
    link.left.is_list = !weft_present_is_unique(table, &keys[1].columns[0], 1, link.is_row);
    link.right.is_list = !weft_present_is_unique(table, &keys[0].columns[0], 1, link.is_row);
    link.right.alias = weft_adopt_alias_claim(
        work,
        left,
        weft_adopt_identifier(work->keep, weft_adopt_relation_name(keys[1].columns[0], keys[1].target_columns[0])),
        link.right.is_list);
    link.left.alias = weft_adopt_alias_claim(
        work,
        right,
        weft_adopt_identifier(work->keep, weft_adopt_relation_name(keys[0].columns[0], keys[0].target_columns[0])),
        link.left.is_list);
    if (link.left.alias.data == NULL || link.right.alias.data == NULL) {
        return weft_adopt_fail(work);
    }
    return weft_adopt_link_add(work, weft_adopt_identifier(work->keep, table->name), &link);
}

weft_code weft_adopt_links(weft_adopting *work)
{
    for (size_t i = 0; i < work->crossings.count; i++) {
        WEFT_TRY(add_read_only(work, &work->crossings.items[i]));
    }
    for (size_t i = 0; i < work->present->table_count; i++) {
        WEFT_TRY(work->tables[i].is_junction ? add_table_link(work, work->tables[i].present) : WEFT_OK);
    }
    return work->options->is_medusa ? weft_adopt_medusa_links(work) : WEFT_OK;
}
