/* Foreign keys inside a module as belongsTo with its other end, and tables that join two models of it as many-to-many.
 * Names come from columns: customer_id gives "customer", and "orders" on the other side. */
#include "adopt/relations.h"
#include "model/names.h"

static const weft_str none = {NULL, 0};

weft_str weft_adopt_relation_name(weft_str column, weft_str target_column)
{
    const weft_str endings[] = {WEFT_STR("_id"), WEFT_STR("Id"), WEFT_STR("ID"), target_column};
    for (size_t i = 0; i < WEFT_COUNT_OF(endings); i++) {
        weft_str name = column;
        if (endings[i].len == 0 || !weft_str_ends_with(column, endings[i])) {
            continue;
        }
        name.len -= endings[i].len;
        while (name.len > 0 && (name.data[name.len - 1] == '_' || name.data[name.len - 1] == ' ')) {
            name.len--;
        }
        if (name.len > 0) {
            return name;
        }
    }
    return column;
}

static weft_code note_key(weft_adopting *work,
                          const weft_adopted_table *table,
                          const weft_present_foreign_key *key,
                          const char *why)
{
    return weft_adopt_note(work,
                           table->label,
                           key->columns[0],
                           true,
                           "its foreign key to \"%.*s\" %s",
                           WEFT_STR_ARG(key->target_table),
                           why);
}

static weft_code find_reference(weft_adopting *work,
                                const weft_adopted_table *table,
                                const weft_present_foreign_key *key,
                                weft_adopted_reference *ret_reference)
{
    const weft_adopted_table *target = weft_adopt_table_find(work, key->target_schema, key->target_table);
    *ret_reference = (weft_adopted_reference){0};
    if (key->column_count != 1) {
        return note_key(work, table, key, "has several columns, and edges join one field to one");
    }
    if (target == NULL || target->model == NULL) {
        return note_key(work, table, key, "leads to a table that is left out");
    }
    weft_adopted_field *field = weft_adopted_field_of(table->model, key->columns[0]);
    weft_adopted_field *aim = weft_adopted_field_of(target->model, key->target_columns[0]);
    if (field == NULL || aim == NULL) {
        return note_key(work, table, key, "stands on a column that is left out");
    }
    if (weft_type_value_kind(field->column->type) != weft_type_value_kind(aim->column->type)) {
        return note_key(work, table, key, "joins columns of two types");
    }
    const bool is_key = aim->is_primary_key && target->model->key_count == 1;
    if (!is_key && !aim->is_unique) {
        return note_key(work, table, key, "leads to a column that is not unique by itself");
    }
    *ret_reference = (weft_adopted_reference){.from = table->model,
                                              .to = target->model,
                                              .field = field,
                                              .aim = aim,
                                              .is_relation = is_key && table->module == target->module,
                                              .is_found = true};
    return WEFT_OK;
}

/* Where the column itself has the name that the relation wants, the field becomes <name>_id. */
static bool name_belongs_to(weft_adopting *work, const weft_adopted_reference *reference, weft_str *ret_name)
{
    weft_adopted_model *model = reference->from;
    const weft_str column = reference->field->column->name;
    weft_str name = weft_adopt_identifier(work->keep, weft_adopt_relation_name(column, reference->aim->column->name));
    if (name.data == NULL) {
        return false;
    }
    if (weft_str_equal(name, reference->field->name)) {
        const weft_str id = weft_str_format(work->keep, "%.*s_id", WEFT_STR_ARG(name));
        const weft_str mine = id.data != NULL ? weft_adopt_claim(work->keep, &model->claims, id, model) : none;
        reference->field->name = mine;
        *ret_name = name;
        return mine.data != NULL;
    }
    *ret_name = weft_adopt_claim(work->keep, &model->claims, name, model);
    return ret_name->data != NULL;
}

static size_t count_references(const weft_adopted_reference *reference)
{
    const weft_present_table *table = reference->from->table;
    size_t count = 0;
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        count += weft_str_equal(table->foreign_keys[i].target_table, reference->to->table->name) &&
                 weft_str_equal(table->foreign_keys[i].target_schema, reference->to->table->schema);
    }
    return count;
}

weft_str weft_adopt_other_end(weft_adopting *work, const weft_adopted_reference *reference, weft_str name)
{
    const weft_adopted_model *from = reference->from;
    const weft_str known = work->options->is_medusa
                               ? weft_adopt_medusa_other_end(from->table->name, reference->field->column->name)
                               : none;
    if (known.len > 0) {
        return known;
    }
    const weft_str mine = reference->field->is_unique ? from->name : weft_name_plural(from->name, work->keep);
    if (mine.data == NULL || (count_references(reference) == 1 && weft_map_get(&reference->to->claims, mine) == NULL)) {
        return mine;
    }
    return weft_str_format(work->keep, "%.*s_%.*s", WEFT_STR_ARG(name), WEFT_STR_ARG(mine));
}

static weft_code add_pair(weft_adopting *work, const weft_adopted_reference *reference)
{
    weft_str name = none;
    if (!name_belongs_to(work, reference, &name)) {
        return weft_adopt_fail(work);
    }
    const weft_str other = weft_adopt_other_end(work, reference, name);
    const weft_str back =
        other.data != NULL ? weft_adopt_claim(work->keep, &reference->to->claims, other, reference->from) : none;
    const weft_adopted_relation belongs_to = {
        .name = name, .kind = WEFT_ADOPTED_BELONGS_TO, .target = reference->to, .field = reference->field->name};
    const weft_adopted_relation has = {.name = back,
                                       .kind =
                                           reference->field->is_unique ? WEFT_ADOPTED_HAS_ONE : WEFT_ADOPTED_HAS_MANY,
                                       .target = reference->from,
                                       .mapped_by = name};
    return back.data != NULL && weft_vec_push(work->keep, &reference->from->relations, belongs_to) &&
                   weft_vec_push(work->keep, &reference->to->relations, has)
               ? WEFT_OK
               : weft_adopt_fail(work);
}

static weft_code add_foreign_keys(weft_adopting *work, const weft_adopted_table *table)
{
    for (size_t i = 0; i < table->present->foreign_key_count; i++) {
        weft_adopted_reference reference;
        WEFT_TRY(find_reference(work, table, &table->present->foreign_keys[i], &reference));
        if (reference.is_found && reference.is_relation) {
            WEFT_TRY(add_pair(work, &reference));
        } else if (reference.is_found && !weft_vec_push(work->keep, &work->crossings, reference)) {
            return weft_adopt_fail(work);
        }
    }
    return WEFT_OK;
}

static weft_str name_many(weft_adopting *work,
                          weft_adopted_model *on,
                          const weft_present_table *table,
                          const weft_present_foreign_key *to)
{
    const weft_str known = work->options->is_medusa ? weft_adopt_medusa_other_end(table->name, to->columns[0]) : none;
    if (known.len > 0) {
        return weft_adopt_claim(work->keep, &on->claims, known, to);
    }
    const weft_str one =
        weft_adopt_identifier(work->keep, weft_adopt_relation_name(to->columns[0], to->target_columns[0]));
    const weft_str many = one.data != NULL ? weft_name_plural(one, work->keep) : none;
    return many.data != NULL ? weft_adopt_claim(work->keep, &on->claims, many, to) : none;
}

static weft_code add_many(weft_adopting *work, const weft_present_table *table)
{
    const weft_present_foreign_key *keys = table->foreign_keys;
    weft_adopted_model *left = weft_adopt_table_find(work, keys[0].target_schema, keys[0].target_table)->model;
    weft_adopted_model *right = weft_adopt_table_find(work, keys[1].target_schema, keys[1].target_table)->model;
    if (left->module != right->module) {
        return WEFT_OK;
    }
    weft_adopted_relation there = {.name = name_many(work, left, table, &keys[1]),
                                   .kind = WEFT_ADOPTED_MANY_TO_MANY,
                                   .target = right,
                                   .pivot = table,
                                   .join_column = keys[0].columns[0],
                                   .inverse_join_column = keys[1].columns[0]};
    const weft_adopted_relation back = {.name = name_many(work, right, table, &keys[0]),
                                        .kind = WEFT_ADOPTED_MANY_TO_MANY,
                                        .target = left,
                                        .mapped_by = there.name};
    there.mapped_by = back.name;
    return there.name.data != NULL && back.name.data != NULL && weft_vec_push(work->keep, &left->relations, there) &&
                   weft_vec_push(work->keep, &right->relations, back)
               ? WEFT_OK
               : weft_adopt_fail(work);
}

weft_code weft_adopt_relations(weft_adopting *work)
{
    for (size_t i = 0; i < work->present->table_count; i++) {
        const weft_adopted_table *table = &work->tables[i];
        WEFT_TRY(table->model != NULL ? add_foreign_keys(work, table) : WEFT_OK);
    }
    for (size_t i = 0; i < work->present->table_count; i++) {
        WEFT_TRY(work->tables[i].is_junction ? add_many(work, work->tables[i].present) : WEFT_OK);
    }
    return WEFT_OK;
}
