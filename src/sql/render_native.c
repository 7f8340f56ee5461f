/* Columns whose type weft would not have chosen, in tables it did not make: uuid, native enums, citext, char(n), json,
 * inet … They are compared as values of their field's type, and an index on the column still serves where it can.
 *
 *      uuid      equal and ordered as its text in small letters is: operands become uuids, and what is none is equal to
 *                nothing instead of an error
 *      enum      equality is left to the database; an order, a pattern or a list is that of its text
 *      citext    `c = 'x'::citext AND c::text = 'x'`: the index finds more than is meant, the text decides
 *      others    as what they are cast to
 *
 * Fails only by running out of memory, which the text remembers. */
#include "sql/text.h"

#define UUID_BYTES 36

static weft_native native_of(const weft_sql_text *text, const weft_sql_expr *expr)
{
    return text->dialect->has_native_types ? expr->native : WEFT_NATIVE_PLAIN;
}

bool weft_sql_is_uuid(const weft_sql_text *text, const weft_sql_expr *expr)
{
    return native_of(text, expr) == WEFT_NATIVE_UUID;
}

void weft_sql_add_type_name(weft_sql_text *text, weft_str name)
{
    const size_t dot = weft_str_find(name, '.');
    weft_sql_add_name(&text->sql, weft_str_slice(name, 0, dot));
    if (dot < name.len) {
        weft_buf_add_char(&text->sql, '.');
        weft_sql_add_name(&text->sql, weft_str_slice(name, dot + 1, name.len));
    }
}

void weft_sql_add_native_cast(weft_sql_text *text, const weft_sql_expr *expr)
{
    const weft_native native = native_of(text, expr);
    if (native == WEFT_NATIVE_REAL) {
        /* By its digits: 0.1, not 0.10000000149011612. */
        weft_buf_add_text(&text->sql, "::text");
    }
    if (native == WEFT_NATIVE_LOOSE || native == WEFT_NATIVE_CAST || native == WEFT_NATIVE_REAL) {
        const char *type = text->dialect->value_types[weft_type_value_kind(expr->type)];
        weft_buf_add_format(&text->sql, "::%s", type != NULL ? type : "text");
    }
}

static bool has_own_text(const weft_sql_text *text, const weft_sql_expr *expr)
{
    const weft_native native = native_of(text, expr);
    return native == WEFT_NATIVE_UUID || native == WEFT_NATIVE_ENUM;
}

void weft_sql_add_as_text(weft_sql_text *text, const weft_sql_expr *expr)
{
    weft_sql_add_expr(text, expr);
    weft_buf_add_text(&text->sql, has_own_text(text, expr) ? "::text" : "");
}

void weft_sql_add_ordered(weft_sql_text *text, const weft_sql_expr *expr)
{
    if (weft_sql_is_uuid(text, expr)) {
        weft_sql_add_expr(text, expr);
        return;
    }
    weft_sql_add_as_text(text, expr);
    weft_sql_add_collation(text, expr->type);
}

/* As PostgreSQL writes a uuid: others that it would read are not the text that is stored. */
static bool is_uuid_text(const weft_value *value)
{
    const weft_str given = value->as.text;
    if (value->kind != WEFT_VALUE_TEXT || given.len != UUID_BYTES) {
        return false;
    }
    for (size_t i = 0; i < UUID_BYTES; i++) {
        const char byte = given.data[i];
        const bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        const bool is_digit = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
        if (is_hyphen ? byte != '-' : !is_digit) {
            return false;
        }
    }
    return true;
}

/* A uuid and a text: as uuids where that may be, as texts between columns. */
static void compare_uuid(weft_sql_text *text, const weft_sql_expr *uuid, const weft_sql_expr *other, const char *infix)
{
    const bool is_equality = infix[1] == '=';
    if (other->kind == WEFT_SQL_VALUE && other->value.kind != WEFT_VALUE_NULL && !is_uuid_text(&other->value)) {
        weft_buf_add_text(&text->sql, is_equality ? "FALSE" : "TRUE");
        return;
    }
    const bool are_texts = other->kind == WEFT_SQL_COLUMN && !weft_sql_is_uuid(text, other);
    weft_sql_add_expr(text, uuid);
    weft_buf_add_text(&text->sql, are_texts ? "::text" : "");
    weft_buf_add_text(&text->sql, infix);
    weft_sql_add_expr(text, other);
    if (other->kind == WEFT_SQL_BULK && !weft_sql_is_uuid(text, other)) {
        weft_buf_add_text(&text->sql, "::uuid");
    }
}

static void compare_loose(weft_sql_text *text, const weft_sql_expr *column, const weft_sql_expr *value)
{
    weft_sql_expr bare = *column;
    bare.native = WEFT_NATIVE_PLAIN;
    weft_buf_add_char(&text->sql, '(');
    weft_sql_add_expr(text, &bare);
    weft_buf_add_text(&text->sql, " = ");
    weft_sql_add_expr(text, value);
    weft_buf_add_text(&text->sql, "::");
    weft_sql_add_type_name(text, column->column_type);
    weft_buf_add_text(&text->sql, " AND ");
    weft_sql_add_expr(text, column);
    weft_buf_add_text(&text->sql, " = ");
    weft_sql_add_expr(text, value);
    weft_buf_add_char(&text->sql, ')');
}

bool weft_sql_add_native_comparison(weft_sql_text *text, const weft_sql_expr *expr, const char *infix)
{
    const weft_sql_expr *a = expr->args[0];
    const weft_sql_expr *b = expr->args[1];
    if (a->kind == WEFT_SQL_COLUMN && weft_sql_is_uuid(text, a)) {
        compare_uuid(text, a, b, infix);
        return true;
    }
    if (b->kind == WEFT_SQL_COLUMN && weft_sql_is_uuid(text, b)) {
        weft_sql_add_expr(text, a);
        weft_buf_add_text(&text->sql, infix);
        weft_sql_add_as_text(text, b);
        return true;
    }
    if (expr->kind == WEFT_SQL_EQ && native_of(text, a) == WEFT_NATIVE_LOOSE && b->kind == WEFT_SQL_VALUE) {
        compare_loose(text, a, b);
        return true;
    }
    return false;
}

static void add_list(weft_sql_text *text, const weft_sql_expr *list, const weft_value *items, size_t count)
{
    weft_buf_add_text(&text->sql, " = ANY(");
    weft_sql_add_param(
        text, (weft_param){.kind = WEFT_PARAM_LIST, .type = list->value_kind, .items = items, .item_count = count});
    weft_buf_add_text(&text->sql, "::");
}

static void list_uuids(weft_sql_text *text, const weft_sql_expr *column, const weft_sql_expr *list)
{
    weft_value *items = WEFT_ARENA_ARRAY(text->keep, weft_value, list->item_count);
    size_t count = 0;
    for (size_t i = 0; items != NULL && i < list->item_count; i++) {
        if (is_uuid_text(&list->items[i])) {
            items[count++] = list->items[i];
        }
    }
    text->has_failed = text->has_failed || items == NULL;
    weft_sql_add_expr(text, column);
    add_list(text, list, items, count);
    weft_buf_add_text(&text->sql, "uuid[])");
}

static void list_loose(weft_sql_text *text, const weft_sql_expr *column, const weft_sql_expr *list)
{
    weft_sql_expr bare = *column;
    bare.native = WEFT_NATIVE_PLAIN;
    weft_buf_add_char(&text->sql, '(');
    weft_sql_add_expr(text, &bare);
    add_list(text, list, list->items, list->item_count);
    weft_sql_add_type_name(text, column->column_type);
    weft_buf_add_text(&text->sql, "[]) AND ");
    weft_sql_add_expr(text, column);
    add_list(text, list, list->items, list->item_count);
    weft_buf_add_text(&text->sql, "text[]))");
}

bool weft_sql_add_native_list(weft_sql_text *text, const weft_sql_expr *expr)
{
    const weft_sql_expr *column = expr->args[0];
    const weft_sql_expr *list = expr->args[1];
    switch (native_of(text, column)) {
    case WEFT_NATIVE_UUID:
        list_uuids(text, column, list);
        return true;
    case WEFT_NATIVE_ENUM:
        weft_sql_add_as_text(text, column);
        add_list(text, list, list->items, list->item_count);
        weft_buf_add_text(&text->sql, "text[])");
        return true;
    case WEFT_NATIVE_LOOSE:
        list_loose(text, column, list);
        return true;
    case WEFT_NATIVE_PLAIN:
    case WEFT_NATIVE_CAST:
    case WEFT_NATIVE_REAL:
        break;
    }
    return false;
}
