/* Models out of tables: what they are called, their fields and their key. Tables that only join two others become no
 * model: relations.c and links.c make something of them. */
#include "adopt/work.h"
#include "model/names.h"

static const weft_str none = {NULL, 0};

/* The columns that tell rows apart: as the option says, the primary key, or the first unique index that no NULL can get
 * around. */
static weft_code find_key(weft_adopting *work,
                          const weft_adopted_table *table,
                          const weft_str **ret_columns,
                          size_t *ret_count)
{
    const weft_present_table *present = table->present;
    for (size_t i = 0; i < work->options->key_count; i++) {
        const weft_str option = work->options->keys[i];
        const size_t equals = weft_str_find(option, '=');
        const weft_str name = weft_str_slice(option, 0, equals);
        if (!weft_str_equal(name, table->label) && !weft_str_equal(name, present->name)) {
            continue;
        }
        WEFT_VEC(weft_str) columns = {0};
        for (size_t at = equals + 1; at < option.len;) {
            const weft_str rest = weft_str_slice(option, at, option.len);
            const weft_str column = weft_str_slice(rest, 0, weft_str_find(rest, ','));
            if (!weft_vec_push(work->keep, &columns, column)) {
                return weft_adopt_fail(work);
            }
            at += column.len + 1;
        }
        *ret_columns = columns.items;
        *ret_count = columns.count;
        return WEFT_OK;
    }
    for (size_t i = 0; i < present->unique_count; i++) {
        const weft_present_unique *unique = &present->uniques[i];
        bool is_key = !unique->is_live_only;
        for (size_t k = 0; k < unique->column_count && is_key; k++) {
            const weft_present_column *column = weft_present_column_find(present, unique->columns[k]);
            is_key = column != NULL && !column->is_nullable;
        }
        if (is_key) {
            *ret_columns = unique->columns;
            *ret_count = unique->column_count;
            return WEFT_OK;
        }
    }
    *ret_count = 0;
    return WEFT_OK;
}

static bool may_be_key(weft_type type)
{
    return type == WEFT_TYPE_TEXT || type == WEFT_TYPE_NUMBER || type == WEFT_TYPE_AUTOINCREMENT;
}

/* True when the table can be a model with this key; else it was noted why not. */
static weft_code check_key(
    weft_adopting *work, const weft_adopted_table *table, const weft_str *columns, size_t count, bool *ret_is_right)
{
    *ret_is_right = false;
    if (count == 0) {
        return weft_adopt_note(work,
                               table->label,
                               none,
                               true,
                               table->present->is_view ? "a view has no key: name the columns that tell its rows apart"
                                                         " with --key"
                                                       : "nothing tells its rows apart: it has no primary key and no"
                                                         " unique index without NULL");
    }
    for (size_t i = 0; i < count; i++) {
        const weft_present_column *column = weft_present_column_find(table->present, columns[i]);
        if (column == NULL) {
            (void)weft_fail(work->error,
                            WEFT_USAGE,
                            "\"%.*s\" has no column \"%.*s\" to be its key",
                            WEFT_STR_ARG(table->label),
                            WEFT_STR_ARG(columns[i]));
            return WEFT_USAGE;
        }
        if (!may_be_key(column->type)) {
            return weft_adopt_note(work,
                                   table->label,
                                   column->name,
                                   true,
                                   "it belongs to the key, and no key can be of the type %.*s",
                                   WEFT_STR_ARG(column->native));
        }
    }
    *ret_is_right = true;
    return WEFT_OK;
}

static bool is_moment(const weft_present_table *table, const char *name, bool is_nullable)
{
    const weft_present_column *column = weft_present_column_find(table, weft_str_from(name));
    return column != NULL && column->type == WEFT_TYPE_DATE_TIME && column->is_nullable == is_nullable;
}

/* Kept by weft's own rules for a model that deletes softly, so not told as a field. */
static bool is_kept(const weft_adopted_model *model, weft_str column)
{
    return (model->is_soft && weft_str_equal_text(column, "deleted_at")) ||
           (model->has_timestamps &&
            (weft_str_equal_text(column, "created_at") || weft_str_equal_text(column, "updated_at")));
}

static bool is_in(const weft_str *names, size_t count, weft_str name)
{
    for (size_t i = 0; i < count; i++) {
        if (weft_str_equal(names[i], name)) {
            return true;
        }
    }
    return false;
}

static weft_code note_column(weft_adopting *work,
                             const weft_adopted_table *table,
                             const weft_present_column *column,
                             bool is_left_out,
                             const char *why)
{
    const bool is_typed = column->native.len > 0;
    return weft_adopt_note(work,
                           table->label,
                           column->name,
                           is_left_out,
                           "%s%s%.*s%s",
                           why,
                           is_typed ? " (" : "",
                           WEFT_STR_ARG(column->native),
                           is_typed ? ")" : "");
}

static weft_code add_field(weft_adopting *work,
                           weft_adopted_table *table,
                           const weft_present_column *column,
                           bool is_primary_key)
{
    weft_adopted_model *model = table->model;
    if (column->type == 0) {
        return note_column(work, table, column, true, column->problem);
    }
    const weft_adopted_field field = {
        .name = weft_adopt_claim(work->keep, &model->claims, weft_adopt_identifier(work->keep, column->name), column),
        .column = column,
        .is_primary_key = is_primary_key,
        .is_unique = !is_primary_key && weft_present_is_unique(table->present, &column->name, 1, model->is_soft)};
    if (field.name.data == NULL || !weft_vec_push(work->keep, &model->fields, field)) {
        return weft_adopt_fail(work);
    }
    return column->note != NULL ? note_column(work, table, column, false, column->note) : WEFT_OK;
}

static weft_code add_fields(weft_adopting *work, weft_adopted_table *table, const weft_str *keys, size_t key_count)
{
    const weft_present_table *present = table->present;
    for (size_t i = 0; i < present->column_count; i++) {
        const weft_present_column *column = &present->columns[i];
        if (is_kept(table->model, column->name)) {
            if (!weft_map_set(&table->model->claims, column->name, column)) {
                return weft_adopt_fail(work);
            }
            continue;
        }
        WEFT_TRY(add_field(work, table, column, is_in(keys, key_count, column->name)));
    }
    return WEFT_OK;
}

/* A model is asked for by its name, its camel name and the plurals of both: none may be another's of the module. */
static bool claim_forms(weft_adopting *work, weft_adopted_model *model, weft_str name, bool *ret_is_free)
{
    const weft_str plural = weft_name_plural(name, work->keep);
    const weft_str forms[] = {name,
                              weft_name_camel(name, work->keep),
                              plural,
                              plural.data != NULL ? weft_name_camel(plural, work->keep) : none};
    *ret_is_free = true;
    for (size_t i = 0; i < WEFT_COUNT_OF(forms); i++) {
        if (forms[i].data == NULL) {
            return false;
        }
        *ret_is_free = *ret_is_free && weft_map_get(&model->module->entities, forms[i]) == NULL;
    }
    for (size_t i = 0; *ret_is_free && i < WEFT_COUNT_OF(forms); i++) {
        if (!weft_map_set(&model->module->entities, forms[i], model)) {
            return false;
        }
    }
    return true;
}

static weft_code name_model(weft_adopting *work, const weft_adopted_table *table)
{
    weft_adopted_model *model = table->model;
    const weft_str identifier = weft_adopt_identifier(work->keep, table->bare);
    const weft_str snake = identifier.data != NULL ? weft_name_snake(identifier, work->keep) : none;
    bool is_free = false;
    model->name = snake;
    for (size_t i = 2; model->name.data != NULL && !is_free; i++) {
        if (!claim_forms(work, model, model->name, &is_free)) {
            return weft_adopt_fail(work);
        }
        if (!is_free) {
            model->name = weft_str_format(work->keep, "%.*s_%zu", WEFT_STR_ARG(snake), i);
        }
    }
    if (model->name.data == NULL) {
        return weft_adopt_fail(work);
    }
    return weft_str_equal(model->name, snake)
               ? WEFT_OK
               : weft_adopt_note(work,
                                 table->label,
                                 none,
                                 false,
                                 "its model is called \"%.*s\", because \"%.*s\" already means another",
                                 WEFT_STR_ARG(model->name),
                                 WEFT_STR_ARG(snake));
}

static weft_code add_model(weft_adopting *work, weft_adopted_table *table)
{
    const weft_str *keys = NULL;
    size_t key_count = 0;
    bool is_right = false;
    WEFT_TRY(find_key(work, table, &keys, &key_count));
    WEFT_TRY(check_key(work, table, keys, key_count, &is_right));
    if (!is_right) {
        return WEFT_OK;
    }
    weft_adopted_model *model = WEFT_ARENA_NEW(work->keep, weft_adopted_model);
    if (model == NULL || !weft_vec_push(work->keep, &table->module->models, model)) {
        return weft_adopt_fail(work);
    }
    *model = (weft_adopted_model){.module = table->module, .table = table->present, .key_count = key_count};
    weft_map_init(&model->claims, work->keep);
    model->is_soft =
        (work->options->is_soft || work->options->is_medusa) && is_moment(table->present, "deleted_at", true);
    model->has_timestamps = model->is_soft && is_moment(table->present, "created_at", false) &&
                            is_moment(table->present, "updated_at", false);
    table->model = model;
    WEFT_TRY(name_model(work, table));
    return add_fields(work, table, keys, key_count);
}

/* Two foreign keys of one column each that together are the primary key: the table joins two others. */
static bool joins_two(const weft_present_table *table)
{
    if (table->is_view || table->foreign_key_count != 2 || table->unique_count == 0 || !table->uniques[0].is_primary ||
        table->uniques[0].column_count != 2) {
        return false;
    }
    const weft_present_foreign_key *left = &table->foreign_keys[0];
    const weft_present_foreign_key *right = &table->foreign_keys[1];
    const weft_str pair[] = {left->columns[0], right->columns[0]};
    return left->column_count == 1 && right->column_count == 1 && !weft_str_equal(pair[0], pair[1]) &&
           is_in(table->uniques[0].columns, 2, pair[0]) && is_in(table->uniques[0].columns, 2, pair[1]);
}

static bool is_referred_to(const weft_present *present, const weft_present_table *table)
{
    for (size_t t = 0; t < present->table_count; t++) {
        for (size_t i = 0; i < present->tables[t].foreign_key_count; i++) {
            const weft_present_foreign_key *key = &present->tables[t].foreign_keys[i];
            if (weft_str_equal(key->target_schema, table->schema) && weft_str_equal(key->target_table, table->name)) {
                return true;
            }
        }
    }
    return false;
}

/* The model that the foreign key leads to by its key; NULL: none. */
static const weft_adopted_model *end_of(const weft_adopting *work, const weft_present_foreign_key *key)
{
    const weft_adopted_table *target = weft_adopt_table_find(work, key->target_schema, key->target_table);
    const weft_adopted_model *model = target != NULL ? target->model : NULL;
    const weft_adopted_field *field = model != NULL ? weft_adopted_field_of(model, key->target_columns[0]) : NULL;
    return field != NULL && field->is_primary_key && model->key_count == 1 ? model : NULL;
}

/* Inside a module only a table of nothing but the pair disappears behind a relation: other columns would be lost. */
static bool is_junction(const weft_adopting *work, const weft_present_table *table)
{
    const weft_adopted_model *left = end_of(work, &table->foreign_keys[0]);
    const weft_adopted_model *right = end_of(work, &table->foreign_keys[1]);
    if (left == NULL || right == NULL || is_referred_to(work->present, table)) {
        return false;
    }
    return left->module != right->module ||
           (table->column_count == 2 && weft_str_equal(left->table->schema, table->schema));
}

weft_code weft_adopt_models(weft_adopting *work)
{
    for (size_t i = 0; i < work->present->table_count; i++) {
        weft_adopted_table *table = &work->tables[i];
        if (table->module != NULL && !joins_two(table->present)) {
            WEFT_TRY(add_model(work, table));
        }
    }
    for (size_t i = 0; i < work->present->table_count; i++) {
        weft_adopted_table *table = &work->tables[i];
        if (table->module == NULL || !joins_two(table->present)) {
            continue;
        }
        table->is_junction = is_junction(work, table->present);
        WEFT_TRY(table->is_junction ? WEFT_OK : add_model(work, table));
    }
    return WEFT_OK;
}
