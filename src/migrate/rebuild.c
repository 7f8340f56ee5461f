/* A rebuild: the table's own text edited, its rows copied, its indexes and triggers made again. */
#include "migrate/rebuild.h"

#include "migrate/compare.h"
#include "migrate/same.h"
#include "migrate/tabletext.h"
#include "sql/render.h"

typedef struct rebuild {
    weft_maker *maker;
    const weft_schema_table *present;
    const weft_edit *edits;
    size_t edit_count;
} rebuild;

/* Names are compared as the store does, ASCII case ignored. */
static bool is_named(weft_str a, weft_str b)
{
    const weft_token token = {.kind = WEFT_TOKEN_WORD, .text = a};
    return weft_token_is_name(&token, b);
}

static const weft_edit *find_edit(const rebuild *state, weft_edit_kind kind, weft_str name)
{
    for (size_t i = 0; i < state->edit_count; i++) {
        if (state->edits[i].kind == kind && is_named(state->edits[i].name, name)) {
            return &state->edits[i];
        }
    }
    return NULL;
}

static bool is_constraint_dropped(const rebuild *state, weft_str name)
{
    return name.len > 0 &&
           (find_edit(state, WEFT_EDIT_DROP_CONSTRAINT, name) || find_edit(state, WEFT_EDIT_SET_CONSTRAINT, name));
}

static bool is_part_dropped(const rebuild *state, weft_str column, const weft_column_part *part)
{
    if (is_constraint_dropped(state, part->name)) {
        return true;
    }
    if (part->kind == WEFT_PART_NOT_NULL || part->kind == WEFT_PART_NULL) {
        return find_edit(state, WEFT_EDIT_SET_NULLABLE, column) || find_edit(state, WEFT_EDIT_SET_NOT_NULL, column);
    }
    return part->kind == WEFT_PART_DEFAULT && find_edit(state, WEFT_EDIT_SET_DEFAULT, column);
}

static weft_str edited_column(const rebuild *state, const weft_table_item *item)
{
    weft_column_parts parts = {0};
    weft_buf buf = weft_maker_buf(state->maker);
    const weft_edit *type = find_edit(state, WEFT_EDIT_SET_TYPE, item->name);
    const weft_edit *value = find_edit(state, WEFT_EDIT_SET_DEFAULT, item->name);
    weft_column_parts_read(state->maker, item->text, &parts);
    for (size_t i = 0; i < parts.count; i++) {
        const weft_column_part *part = &parts.items[i];
        if (is_part_dropped(state, item->name, part) || (part->kind == WEFT_PART_TYPE && type)) {
            continue;
        }
        weft_buf_add_text(&buf, part->kind == WEFT_PART_NAME ? "" : " ");
        weft_buf_add_str(&buf, part->text);
        if (part->kind == WEFT_PART_NAME && type) {
            weft_buf_add_char(&buf, ' ');
            weft_buf_add_str(&buf, type->text);
        }
    }
    if (find_edit(state, WEFT_EDIT_SET_NOT_NULL, item->name)) {
        weft_buf_add_text(&buf, " NOT NULL");
    }
    if (value && value->text.len) {
        weft_buf_add_text(&buf, " DEFAULT ");
        weft_buf_add_str(&buf, value->text);
    }
    return weft_maker_take(state->maker, &buf);
}

static bool is_item_dropped(const rebuild *state, const weft_table_item *item)
{
    if (!item->is_constraint) {
        return find_edit(state, WEFT_EDIT_DROP_COLUMN, item->name) != NULL;
    }
    if (is_constraint_dropped(state, item->name)) {
        return true;
    }
    for (size_t i = 0; i < state->edit_count; i++) {
        const weft_edit *edit = &state->edits[i];
        if (edit->kind == WEFT_EDIT_DROP_COLUMN && weft_expression_has_name(item->text, edit->name)) {
            return true;
        }
    }
    return false;
}

static void add_item(weft_buf *buf, bool *is_first, weft_str text)
{
    weft_buf_add_text(buf, *is_first ? "\n  " : ",\n  ");
    weft_buf_add_str(buf, text);
    *is_first = false;
}

static void add_edits(const rebuild *state, weft_edit_kind kind, weft_buf *buf, bool *is_first)
{
    for (size_t i = 0; i < state->edit_count; i++) {
        if (state->edits[i].kind == kind) {
            add_item(buf, is_first, state->edits[i].text);
        }
    }
}

/* Columns, then the new ones, then constraints: the order the grammar wants. */
static weft_str new_table_sql(const rebuild *state, weft_str new_name)
{
    weft_table_text text;
    bool is_first = true;
    weft_buf buf = weft_maker_buf(state->maker);
    weft_table_text_read(state->maker, state->present->sql, &text);
    weft_buf_add_text(&buf, "CREATE TABLE ");
    weft_sql_add_name(&buf, new_name);
    weft_buf_add_text(&buf, " (");
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < text.items.count; i++) {
            const weft_table_item *item = &text.items.items[i];
            if (item->is_constraint == (pass == 1) && !is_item_dropped(state, item)) {
                add_item(&buf, &is_first, item->is_constraint ? item->text : edited_column(state, item));
            }
        }
        if (pass == 0) {
            add_edits(state, WEFT_EDIT_ADD_COLUMN, &buf, &is_first);
        }
    }
    add_edits(state, WEFT_EDIT_SET_CONSTRAINT, &buf, &is_first);
    add_edits(state, WEFT_EDIT_ADD_CONSTRAINT, &buf, &is_first);
    weft_buf_add_text(&buf, text.tail.len ? "\n) " : "\n)");
    weft_buf_add_str(&buf, text.tail);
    return weft_maker_take(state->maker, &buf);
}

/* A generated column is computed again, never copied. */
static bool is_generated(const rebuild *state, const weft_table_text *text, weft_str name)
{
    for (size_t i = 0; i < text->items.count; i++) {
        weft_column_parts parts = {0};
        if (text->items.items[i].is_constraint || !is_named(text->items.items[i].name, name)) {
            continue;
        }
        weft_column_parts_read(state->maker, text->items.items[i].text, &parts);
        for (size_t j = 0; j < parts.count; j++) {
            size_t at = 0;
            const weft_token first = weft_token_next(parts.items[j].text, &at);
            if (parts.items[j].kind == WEFT_PART_OTHER &&
                (weft_token_is_word(&first, "generated") || weft_token_is_word(&first, "as"))) {
                return true;
            }
        }
    }
    return false;
}

static weft_str copy_sql(const rebuild *state, weft_str new_name)
{
    weft_buf names = weft_maker_buf(state->maker);
    weft_buf values = weft_maker_buf(state->maker);
    weft_table_text text;
    weft_table_text_read(state->maker, state->present->sql, &text);
    for (size_t i = 0; i < state->present->column_count; i++) {
        const weft_str name = state->present->columns[i].name;
        const weft_edit *type = find_edit(state, WEFT_EDIT_SET_TYPE, name);
        if (find_edit(state, WEFT_EDIT_DROP_COLUMN, name) || is_generated(state, &text, name)) {
            continue;
        }
        weft_buf_add_text(&names, names.len ? ", " : "");
        weft_sql_add_name(&names, name);
        const weft_str value = type ? type->value : weft_ddl_format(state->maker, "%N", &name);
        weft_buf_add_text(&values, values.len ? ", " : "");
        weft_buf_add_str(&values, value);
    }
    const weft_str into = weft_maker_take(state->maker, &names);
    const weft_str from = weft_maker_take(state->maker, &values);
    return weft_ddl_format(
        state->maker, "INSERT INTO %N (%T) SELECT %T FROM %N", &new_name, &into, &from, &state->present->name);
}

/* An index goes with a column it is on, or that its predicate speaks of. */
static bool keeps_index(const rebuild *state, const weft_schema_index *index)
{
    for (size_t i = 0; i < index->column_count; i++) {
        if (find_edit(state, WEFT_EDIT_DROP_COLUMN, index->columns[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < state->edit_count; i++) {
        const weft_edit *edit = &state->edits[i];
        if (edit->kind == WEFT_EDIT_DROP_COLUMN && weft_expression_has_name(index->where_sql, edit->name)) {
            return false;
        }
    }
    return index->sql.len > 0;
}

void weft_rebuild(weft_maker *maker,
                  const weft_schema_table *present,
                  const weft_edit *edits,
                  size_t edit_count,
                  weft_statements *statements)
{
    const rebuild state = {.maker = maker, .present = present, .edits = edits, .edit_count = edit_count};
    const weft_str name = present->name;
    const weft_str new_name = weft_maker_text(maker, "weft_new_%.*s", WEFT_STR_ARG(name));
    weft_ddl_push(maker, statements, WEFT_STR("PRAGMA legacy_alter_table = ON"));
    weft_ddl_push(maker, statements, new_table_sql(&state, new_name));
    weft_ddl_push(maker, statements, copy_sql(&state, new_name));
    weft_ddl_push(maker, statements, weft_ddl_format(maker, "DROP TABLE %N", &name));
    weft_ddl_push(maker, statements, weft_ddl_format(maker, "ALTER TABLE %N RENAME TO %N", &new_name, &name));
    weft_ddl_push(maker, statements, WEFT_STR(WEFT_REBUILD_RESET));
    for (size_t i = 0; i < present->index_count; i++) {
        if (keeps_index(&state, &present->indexes[i])) {
            weft_ddl_push(maker, statements, present->indexes[i].sql);
        }
    }
    for (size_t i = 0; i < present->trigger_count; i++) {
        weft_ddl_push(maker, statements, present->triggers[i].sql);
    }
    for (size_t i = 0; i < edit_count; i++) {
        if (edits[i].kind == WEFT_EDIT_RUN_BEHIND) {
            weft_ddl_push(maker, statements, edits[i].text);
        }
    }
}

void weft_rebuild_undo(weft_maker *maker,
                       const weft_schema_table *present,
                       const weft_edit *edits,
                       size_t edit_count,
                       weft_statements *undo)
{
    const rebuild state = {.maker = maker, .present = present, .edits = edits, .edit_count = edit_count};
    weft_ddl_push(maker, undo, present->sql);
    for (size_t i = 0; i < present->index_count; i++) {
        const weft_str sql = present->indexes[i].sql;
        if (sql.len > 0 && !keeps_index(&state, &present->indexes[i])) {
            weft_ddl_push(maker, undo, sql);
        }
    }
}

const weft_schema_table *weft_rebuild_result(weft_maker *maker,
                                             const weft_schema_table *present,
                                             const weft_edit *edits,
                                             size_t edit_count)
{
    const rebuild state = {.maker = maker, .present = present, .edits = edits, .edit_count = edit_count};
    weft_schema_table *result = weft_maker_array(maker, 1, sizeof(*result));
    weft_schema_column *columns = weft_maker_array(maker, present->column_count, sizeof(*columns));
    weft_schema_index *indexes = weft_maker_array(maker, present->index_count, sizeof(*indexes));
    if (!result || !columns || !indexes) {
        return present;
    }
    *result = *present;
    result->sql = new_table_sql(&state, present->name);
    result->columns = columns;
    result->column_count = 0;
    result->indexes = indexes;
    result->index_count = 0;
    for (size_t i = 0; i < present->column_count; i++) {
        if (!find_edit(&state, WEFT_EDIT_DROP_COLUMN, present->columns[i].name)) {
            columns[result->column_count++] = present->columns[i];
        }
    }
    for (size_t i = 0; i < present->index_count; i++) {
        if (keeps_index(&state, &present->indexes[i])) {
            indexes[result->index_count++] = present->indexes[i];
        }
    }
    return result;
}

static const weft_table_item *find_item(const weft_table_text *text, weft_str name)
{
    for (size_t i = 0; i < text->items.count; i++) {
        if (!text->items.items[i].is_constraint && is_named(text->items.items[i].name, name)) {
            return &text->items.items[i];
        }
    }
    return NULL;
}

static bool has_type(weft_maker *maker, const weft_table_item *item, weft_str type)
{
    weft_column_parts parts = {0};
    weft_column_parts_read(maker, item->text, &parts);
    for (size_t i = 0; i < parts.count; i++) {
        if (parts.items[i].kind == WEFT_PART_TYPE) {
            return weft_type_is_same(parts.items[i].text, type);
        }
    }
    return type.len == 0;
}

static void add_condition(weft_buf *buf, weft_str condition)
{
    weft_buf_add_text(buf, buf->len > 0 ? " OR " : "");
    weft_buf_add_str(buf, condition);
}

/* Columns that came or were converted must be empty; one that went cannot come back with its values. */
static weft_str lost_sql(weft_maker *maker, const weft_schema_table *present, const weft_table_text *former)
{
    weft_buf buf = weft_maker_buf(maker);
    for (size_t i = 0; i < present->column_count; i++) {
        const weft_schema_column *column = &present->columns[i];
        const weft_table_item *item = find_item(former, column->name);
        if (!item || !has_type(maker, item, column->type)) {
            add_condition(&buf, weft_ddl_format(maker, "%N IS NOT NULL", &column->name));
        }
    }
    for (size_t i = 0; i < former->items.count; i++) {
        const weft_table_item *item = &former->items.items[i];
        if (!item->is_constraint && !weft_schema_find_column(present, item->name)) {
            add_condition(&buf, WEFT_STR("1"));
        }
    }
    return weft_maker_take(maker, &buf);
}

/* The text from its first parenthesis on. */
static weft_str body_of(weft_str sql)
{
    size_t at = 0;
    weft_token token = weft_token_next(sql, &at);
    while (token.kind != WEFT_TOKEN_END && !weft_token_is_sign(&token, "(")) {
        token = weft_token_next(sql, &at);
    }
    return weft_str_slice(sql, token.from, sql.len);
}

static bool has_columns(const weft_schema_index *index, const weft_schema_table *present, const weft_table_text *former)
{
    for (size_t i = 0; i < present->column_count; i++) {
        const weft_str name = present->columns[i].name;
        if (!find_item(former, name) && weft_expression_has_name(index->sql, name)) {
            return false;
        }
    }
    return index->sql.len > 0;
}

void weft_rebuild_to(weft_maker *maker,
                     const weft_schema_table *present,
                     weft_str former,
                     weft_statements *statements,
                     weft_str *ret_lost)
{
    weft_table_text text;
    weft_buf names = weft_maker_buf(maker);
    weft_schema_table was = *present;
    const weft_str new_name = weft_maker_text(maker, "weft_new_%.*s", WEFT_STR_ARG(present->name));
    const weft_str body = body_of(former);
    was.sql = former;
    const rebuild state = {.maker = maker, .present = &was};
    weft_table_text_read(maker, former, &text);
    for (size_t i = 0; i < present->column_count; i++) {
        const weft_str name = present->columns[i].name;
        if (find_item(&text, name) && !is_generated(&state, &text, name)) {
            weft_buf_add_text(&names, names.len > 0 ? ", " : "");
            weft_sql_add_name(&names, name);
        }
    }
    const weft_str list = weft_maker_take(maker, &names);
    weft_ddl_push(maker, statements, WEFT_STR("PRAGMA legacy_alter_table = ON"));
    weft_ddl_push(maker, statements, weft_ddl_format(maker, "CREATE TABLE %N %T", &new_name, &body));
    weft_ddl_push(
        maker,
        statements,
        weft_ddl_format(maker, "INSERT INTO %N (%T) SELECT %T FROM %N", &new_name, &list, &list, &present->name));
    weft_ddl_push(maker, statements, weft_ddl_format(maker, "DROP TABLE %N", &present->name));
    weft_ddl_push(maker, statements, weft_ddl_format(maker, "ALTER TABLE %N RENAME TO %N", &new_name, &present->name));
    weft_ddl_push(maker, statements, WEFT_STR(WEFT_REBUILD_RESET));
    for (size_t i = 0; i < present->index_count; i++) {
        if (has_columns(&present->indexes[i], present, &text)) {
            weft_ddl_push(maker, statements, present->indexes[i].sql);
        }
    }
    for (size_t i = 0; i < present->trigger_count; i++) {
        weft_ddl_push(maker, statements, present->triggers[i].sql);
    }
    *ret_lost = lost_sql(maker, present, &text);
}

static void add_check(weft_maker *maker, weft_text_checks *checks, weft_str name, weft_str text)
{
    const weft_schema_check check = {.name = name, .expression = weft_text_in_parentheses(text)};
    weft_maker_push(maker, checks, check);
}

void weft_table_text_checks(weft_maker *maker, weft_str sql, weft_text_checks *ret_checks)
{
    weft_table_text text;
    weft_table_text_read(maker, sql, &text);
    for (size_t i = 0; i < text.items.count; i++) {
        const weft_table_item *item = &text.items.items[i];
        weft_column_parts parts = {0};
        if (item->is_check) {
            add_check(maker, ret_checks, item->name, item->text);
            continue;
        }
        if (!item->is_constraint) {
            weft_column_parts_read(maker, item->text, &parts);
        }
        for (size_t j = 0; j < parts.count; j++) {
            if (parts.items[j].kind == WEFT_PART_CHECK) {
                add_check(maker, ret_checks, parts.items[j].name, parts.items[j].text);
            }
        }
    }
}
