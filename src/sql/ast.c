/* Constructors of SQL trees: each makes one node in an arena from nodes made before.
 *
 * NULL is the only failure (the arena could not grow), and a NULL argument is passed on as one, so that a caller builds
 * a whole expression and checks once. Every node knows whether it may be NULL, because NOT and ORDER BY must say then
 * what NULL means. */
#include "sql/ast.h"

static weft_sql_expr *make(weft_arena *keep, weft_sql_kind kind)
{
    weft_sql_expr *expr = WEFT_ARENA_NEW(keep, weft_sql_expr);
    if (expr != NULL) {
        expr->kind = kind;
    }
    return expr;
}

const weft_sql_expr *weft_sql_column(weft_arena *keep, weft_str alias, weft_str name, weft_type type)
{
    weft_sql_expr *expr = make(keep, WEFT_SQL_COLUMN);
    if (expr != NULL) {
        expr->alias = alias;
        expr->name = name;
        expr->type = type;
        expr->is_nullable = true;
    }
    return expr;
}

const weft_sql_expr *weft_sql_field(weft_arena *keep, weft_str alias, const weft_field *field)
{
    weft_sql_expr *expr = make(keep, WEFT_SQL_COLUMN);
    if (expr != NULL) {
        expr->alias = alias;
        expr->name = field->column;
        expr->type = field->type;
        expr->is_nullable = field->is_nullable;
        expr->is_foreign = field->model != NULL && !field->model->is_managed;
        expr->native = field->native;
        expr->column_type = field->column_type;
    }
    return expr;
}

const weft_sql_expr *weft_sql_value(weft_arena *keep, weft_value value, weft_value_kind kind)
{
    weft_sql_expr *expr = make(keep, WEFT_SQL_VALUE);
    if (expr != NULL) {
        expr->value = value;
        expr->value_kind = kind;
        expr->is_nullable = value.kind == WEFT_VALUE_NULL;
    }
    return expr;
}

const weft_sql_expr *weft_sql_list(weft_arena *keep, const weft_value *items, size_t count, weft_value_kind kind)
{
    weft_sql_expr *expr = make(keep, WEFT_SQL_LIST);
    if (expr != NULL) {
        expr->items = items;
        expr->item_count = count;
        expr->value_kind = kind;
    }
    return expr;
}

const weft_sql_expr *weft_sql_bulk(weft_arena *keep, size_t bulk_column, weft_value_kind kind)
{
    weft_sql_expr *expr = make(keep, WEFT_SQL_BULK);
    if (expr != NULL) {
        expr->bulk_column = bulk_column;
        expr->value_kind = kind;
        expr->is_nullable = true;
    }
    return expr;
}

const weft_sql_expr *weft_sql_bulk_of(weft_arena *keep, size_t bulk_column, const weft_field *field)
{
    weft_sql_expr *expr = make(keep, WEFT_SQL_BULK);
    if (expr != NULL) {
        expr->bulk_column = bulk_column;
        expr->value_kind = weft_type_value_kind(field->type);
        expr->is_nullable = true;
        expr->native = field->native;
        expr->column_type = field->column_type;
    }
    return expr;
}

const weft_sql_expr *weft_sql_excluded(weft_arena *keep, weft_str name)
{
    weft_sql_expr *expr = make(keep, WEFT_SQL_EXCLUDED);
    if (expr != NULL) {
        expr->name = name;
        expr->is_nullable = true;
    }
    return expr;
}

const weft_sql_expr *weft_sql_leaf(weft_arena *keep, weft_sql_kind kind)
{
    weft_sql_expr *expr = make(keep, kind);
    if (expr != NULL) {
        expr->is_nullable = kind == WEFT_SQL_NULL;
    }
    return expr;
}

const weft_sql_expr *weft_sql_unary(weft_arena *keep, weft_sql_kind kind, const weft_sql_expr *arg)
{
    return weft_sql_nary(keep, kind, &arg, 1);
}

const weft_sql_expr *weft_sql_binary(weft_arena *keep,
                                     weft_sql_kind kind,
                                     const weft_sql_expr *a,
                                     const weft_sql_expr *b)
{
    const weft_sql_expr *args[2] = {a, b};
    return weft_sql_nary(keep, kind, args, 2);
}

/* These answer TRUE or FALSE even when an argument is NULL. */
static bool is_two_valued(weft_sql_kind kind)
{
    return kind == WEFT_SQL_IS_NULL || kind == WEFT_SQL_IS_NOT_NULL || kind == WEFT_SQL_DISTINCT_FROM ||
           kind == WEFT_SQL_NOT;
}

/* Of no rows these are NULL whatever their argument is. */
static bool is_aggregate(weft_sql_kind kind)
{
    return kind == WEFT_SQL_MIN || kind == WEFT_SQL_MAX || kind == WEFT_SQL_SUM_HIGH || kind == WEFT_SQL_SUM_LOW ||
           kind == WEFT_SQL_SUM_UPPER || kind == WEFT_SQL_SUM_LOWER || kind == WEFT_SQL_SUM_AVERAGE;
}

const weft_sql_expr *weft_sql_nary(weft_arena *keep, weft_sql_kind kind, const weft_sql_expr *const *args, size_t count)
{
    weft_sql_expr *expr = make(keep, kind);
    const weft_sql_expr **copy = WEFT_ARENA_ARRAY(keep, const weft_sql_expr *, count);
    if (expr == NULL || copy == NULL) {
        return NULL;
    }
    bool is_nullable = false;
    for (size_t i = 0; i < count; i++) {
        if (args[i] == NULL) {
            return NULL;
        }
        copy[i] = args[i];
        is_nullable = is_nullable || args[i]->is_nullable;
    }
    expr->args = copy;
    expr->arg_count = count;
    expr->is_nullable = is_aggregate(kind) || (is_nullable && !is_two_valued(kind));
    expr->type = kind == WEFT_SQL_MIN || kind == WEFT_SQL_MAX ? args[0]->type : 0;
    return expr;
}

const weft_sql_expr *weft_sql_path(
    weft_arena *keep, const weft_sql_expr *json, const weft_str *path, size_t path_len, weft_type type)
{
    weft_sql_expr *expr = make(keep, WEFT_SQL_JSON_PATH);
    const weft_sql_expr **args = WEFT_ARENA_ARRAY(keep, const weft_sql_expr *, 1);
    if (expr == NULL || args == NULL || json == NULL) {
        return NULL;
    }
    args[0] = json;
    expr->args = args;
    expr->arg_count = 1;
    expr->type = type;
    expr->json_path = path;
    expr->json_path_len = path_len;
    expr->is_nullable = true;
    return expr;
}

/* What is cast where it is written has the type it was cast to. */
static weft_native native_of_value(const weft_sql_expr *expr)
{
    const bool is_kept = expr->native == WEFT_NATIVE_UUID || expr->native == WEFT_NATIVE_ENUM;
    return is_kept ? expr->native : WEFT_NATIVE_PLAIN;
}

const weft_sql_expr *weft_sql_subselect(weft_arena *keep, weft_sql_kind kind, const weft_sql_select *select)
{
    weft_sql_expr *expr = select == NULL ? NULL : make(keep, kind);
    if (expr != NULL) {
        expr->select = select;
        expr->type = select->output_count > 0 ? select->outputs[0].expr->type : 0;
        expr->native = select->output_count > 0 ? native_of_value(select->outputs[0].expr) : WEFT_NATIVE_PLAIN;
        expr->is_nullable = kind == WEFT_SQL_SCALAR && select->outputs[0].expr->kind != WEFT_SQL_COUNT_ALL;
    }
    return expr;
}
