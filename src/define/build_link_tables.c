/* Link tables: name, store and columns. Spec §3.
 *
 * naming: weft    id | <left alias>_<key> | <right alias>_<key> | extra columns | times; primary key id (the pair where
 *                 sharded). Table <module>_<table>_<module>_<table>, a module not repeated where its table's name
 *                 begins with it; a link with a `name` of its own adds "_<name>", so that two links between the same
 *                 models do not meet in one table.
 * naming: medusa  <model>_<key> twice | id | extra columns | times; primary key the pair. An alias renames a column
 * only where both sides are one model, which Medusa does not have; a `name` never changes the table. */
#include "define/build.h"
#include "model/names.h"

static weft_code weft_table_part(weft_builder *builder, const weft_model *model, weft_buf *buf)
{
    const weft_str prefix = weft_str_format(builder->shop->scratch, "%.*s_", WEFT_STR_ARG(model->module->name));
    if (!prefix.data) {
        return WEFT_NO_MEMORY;
    }
    if (!weft_str_starts_with(model->table, prefix)) {
        weft_buf_add_str(buf, prefix);
    }
    weft_buf_add_str(buf, model->table);
    return WEFT_OK;
}

static weft_code weft_table(weft_builder *builder, const weft_link_draft *draft, weft_str *ret_table)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, builder->shop->scratch);
    WEFT_TRY(weft_table_part(builder, draft->link->left.model, &buf));
    weft_buf_add_char(&buf, '_');
    WEFT_TRY(weft_table_part(builder, draft->link->right.model, &buf));
    if (draft->definition->name.text.data) {
        weft_buf_add_char(&buf, '_');
        weft_buf_add_str(&buf, draft->definition->name.text);
    }
    for (size_t i = 0; i < buf.len; i++) {
        buf.data[i] = buf.data[i] == '-' ? '_' : buf.data[i];
    }
    *ret_table = weft_buf_str(&buf);
    return buf.failed ? WEFT_NO_MEMORY : WEFT_OK;
}

/* "blog_author_code": Medusa's linkable key. */
static weft_str linkable_key(weft_builder *builder, const weft_link_side *side)
{
    return weft_str_format(
        builder->shop->keep, "%.*s_%.*s", WEFT_STR_ARG(side->model->name), WEFT_STR_ARG(side->key->name));
}

static weft_code medusa_table(weft_builder *builder, const weft_link *link, weft_str *ret_table)
{
    const weft_str parts[] = {link->left.model->module->name,
                              linkable_key(builder, &link->left),
                              link->right.model->module->name,
                              linkable_key(builder, &link->right)};
    if (!parts[1].data || !parts[3].data) {
        return WEFT_NO_MEMORY;
    }
    *ret_table = weft_name_compose_table(parts, WEFT_COUNT_OF(parts), builder->shop->scratch);
    return ret_table->data ? WEFT_OK : WEFT_NO_MEMORY;
}

/* The table's name before it is compressed: Medusa's index names are made of that one's hash. */
static weft_code full_table(weft_builder *builder, const weft_link_draft *draft, weft_str *ret_table)
{
    if (draft->definition->table.text.data) {
        *ret_table = draft->definition->table.text;
        return WEFT_OK;
    }
    weft_str table = {NULL, 0};
    WEFT_TRY(draft->link->naming == WEFT_NAMING_MEDUSA ? medusa_table(builder, draft->link, &table)
                                                       : weft_table(builder, draft, &table));
    *ret_table = weft_build_lower(builder, table);
    return ret_table->data ? WEFT_OK : WEFT_NO_MEMORY;
}

static weft_code key_column(weft_builder *builder,
                            const weft_link_draft *draft,
                            const weft_link_side *side,
                            weft_str *ret_name)
{
    const weft_link *link = draft->link;
    const weft_word *given = side == &link->left ? &draft->definition->left.column : &draft->definition->right.column;
    if (given->text.data) {
        *ret_name = given->text;
        return WEFT_OK;
    }
    const bool is_self = link->left.model == link->right.model;
    const bool is_medusa = link->naming == WEFT_NAMING_MEDUSA && !is_self;
    *ret_name = is_medusa
                    ? linkable_key(builder, side)
                    : weft_str_format(
                          builder->shop->keep, "%.*s_%.*s", WEFT_STR_ARG(side->alias), WEFT_STR_ARG(side->key->name));
    return ret_name->data ? WEFT_OK : WEFT_NO_MEMORY;
}

static weft_code add_id(weft_builder *builder, weft_link_draft *draft, bool is_key)
{
    const weft_field field = {.name = WEFT_STR("id"),
                              .column = WEFT_STR("id"),
                              .type = WEFT_TYPE_ID,
                              .is_primary_key = is_key,
                              .id_prefix = draft->link->id_prefix};
    weft_field *added = NULL;
    WEFT_TRY(weft_build_add_field(builder, draft->table, &field, draft->definition->place, &added));
    if (is_key && added) {
        draft->table->keys[draft->table->model->key_count++] = added;
    }
    return WEFT_OK;
}

static weft_code add_side(weft_builder *builder, weft_link_draft *draft, weft_link_side *side, bool is_key)
{
    weft_str name = {NULL, 0};
    const weft_link_definition *definition = draft->definition;
    const weft_str renamed_from =
        side == &draft->link->left ? definition->left.renamed_from.text : definition->right.renamed_from.text;
    WEFT_TRY(key_column(builder, draft, side, &name));
    weft_field field = weft_build_reference_field(name, name, side->key);
    field.is_primary_key = is_key;
    if (renamed_from.data) {
        field.renamed_from = weft_str_format(
            builder->shop->keep, "%.*s_%.*s", WEFT_STR_ARG(renamed_from), WEFT_STR_ARG(side->key->name));
    }
    if (draft->link->naming == WEFT_NAMING_MEDUSA) {
        /* Its keys are texts, whatever they lead to. */
        field.native = WEFT_NATIVE_PLAIN;
        field.column_type = (weft_str){NULL, 0};
    }
    weft_field *added = NULL;
    WEFT_TRY(weft_build_add_field(builder, draft->table, &field, draft->definition->place, &added));
    if (is_key && added) {
        draft->table->keys[draft->table->model->key_count++] = added;
    }
    side->column = added;
    return WEFT_OK;
}

static weft_code add_columns(weft_builder *builder, weft_link_draft *draft)
{
    weft_link *link = draft->link;
    const bool is_medusa = link->naming == WEFT_NAMING_MEDUSA;
    const bool has_id = !draft->definition->pair_only.value;
    const bool pair_is_key = is_medusa || link->shard != WEFT_SHARD_NONE || !draft->table->model->is_managed;
    if (!is_medusa && has_id) {
        WEFT_TRY(add_id(builder, draft, !pair_is_key));
    }
    WEFT_TRY(add_side(builder, draft, &link->left, pair_is_key));
    WEFT_TRY(add_side(builder, draft, &link->right, pair_is_key));
    if (is_medusa && has_id) {
        WEFT_TRY(add_id(builder, draft, false));
    }
    for (size_t i = 0; i < draft->definition->columns.count; i++) {
        weft_field *added = NULL;
        WEFT_TRY(weft_build_add_defined_field(builder, draft->table, &draft->definition->columns.items[i], &added));
    }
    return weft_build_add_timestamps(builder, draft->table, has_id, has_id);
}

/* What is said of a table that weft did not make is said of no other. */
static void check_unmanaged(weft_builder *builder, const weft_link_draft *draft)
{
    const weft_link_definition *definition = draft->definition;
    const bool is_managed = draft->table->model->is_managed;
    const struct {
        const char *name;
        bool is_given;
        weft_place place;
    } options[] = {
        {"pairOnly", definition->pair_only.value, definition->pair_only.place},
    };
    for (size_t i = 0; is_managed && i < WEFT_COUNT_OF(options); i++) {
        if (options[i].is_given) {
            weft_error *error = weft_problem(builder->shop,
                                             options[i].place,
                                             WEFT_INVALID_DEFINITION,
                                             "\"%s\" is for a link table that exists already",
                                             options[i].name);
            weft_error_set_hint(error, "Say database: { table: …, managed: false }.");
        }
    }
    if (!is_managed && !definition->table.text.data) {
        (void)weft_problem(builder->shop,
                           definition->managed.place,
                           WEFT_INVALID_DEFINITION,
                           "a link table that is not managed needs its name under \"table\"");
    }
    weft_build_check_schema(builder, draft->table->model, &definition->schema);
}

weft_code weft_build_link_table(weft_builder *builder, weft_link_draft *draft)
{
    const weft_link_definition *definition = draft->definition;
    weft_link *link = draft->link;
    weft_str full = {NULL, 0};
    WEFT_TRY(full_table(builder, draft, &full));
    const bool is_managed = !definition->managed.is_set || definition->managed.value;
    const weft_str table = is_managed ? weft_name_compress(full, builder->shop->keep) : full;
    draft->full_table = full;
    draft->table = weft_build_add_draft(builder, definition->place, 6 + definition->columns.count);
    if (!table.data || !draft->table) {
        return WEFT_NO_MEMORY;
    }
    weft_model *model = draft->table->model;
    link->id_prefix = definition->id_prefix.text.data ? definition->id_prefix.text : WEFT_STR("link");
    link->model = model;
    model->link = link;
    model->is_managed = is_managed;
    model->schema = definition->schema.text;
    model->renamed_from = definition->renamed_from.text;
    if (definition->store.text.data) {
        model->store = weft_build_find_store(builder, &definition->store);
    } else if (builder->project->links_store.text.data) {
        model->store = builder->links_store;
    } else {
        model->store = weft_build_default_store(builder, definition->place, "the link");
    }
    draft->table->edge_capacity = 2;
    WEFT_TRY(weft_build_name_model(builder, draft->table, link->name, table));
    check_unmanaged(builder, draft);
    return add_columns(builder, draft);
}
