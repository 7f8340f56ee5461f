/* Expressions as text. Precedence is settled by parentheses around every AND and OR below another operator; comparisons
 * stand bare, because their arguments are columns, values, functions or parenthesised selects.
 *
 * Fails only by running out of memory, which the text remembers. */
#include "base/check.h"
#include "sql/text.h"

static void add(weft_sql_text *text, const char *sql)
{
    weft_buf_add_text(&text->sql, sql);
}

void weft_sql_add_placeholder(weft_sql_text *text, size_t place)
{
    weft_buf_add_char(&text->sql, text->dialect->placeholder);
    weft_buf_add_integer(&text->sql, (int64_t)place);
}

/* Text is left to the database to type, so that a native enum compares with it; everything else is cast, so that an
 * integer beyond a narrower column's range is unequal instead of an error. */
void weft_sql_add_cast(weft_sql_text *text, weft_value_kind kind)
{
    const char *type = text->dialect->value_types[kind];
    if (type != NULL && kind != WEFT_VALUE_TEXT && kind != WEFT_VALUE_NULL) {
        weft_buf_add_format(&text->sql, "::%s", type);
    }
}

void weft_sql_add_param(weft_sql_text *text, weft_param param)
{
    if (!weft_vec_push(text->keep, &text->params, param)) {
        text->has_failed = true;
        return;
    }
    weft_sql_add_placeholder(text, text->params.count + weft_sql_bulk_places(text));
}

static void add_value(weft_sql_text *text, const weft_sql_expr *expr)
{
    weft_sql_add_param(text, (weft_param){.type = expr->value_kind, .value = expr->value});
    weft_sql_add_cast(text, expr->value_kind);
}

/* A column of the bulk: of the table that it is by name, else the parameter of the row at hand. */
static void add_bulk(weft_sql_text *text, const weft_sql_expr *expr)
{
    if (!text->bulk_is_joined) {
        weft_sql_add_placeholder(text, expr->bulk_column + 1);
        return;
    }
    weft_buf_add_format(&text->sql, "bulk.c%zu", expr->bulk_column);
    if (expr->value_kind == WEFT_VALUE_ARRAY && text->dialect->bulk_is_arrays) {
        weft_buf_add_format(&text->sql, "::%s", text->dialect->value_types[WEFT_VALUE_ARRAY]);
    } else if (weft_sql_is_uuid(text, expr)) {
        add(text, "::uuid");
    }
}

static void add_column(weft_sql_text *text, const weft_sql_expr *expr)
{
    const weft_str alias = expr->alias.len > 0 ? expr->alias : text->table;
    if (alias.len > 0) {
        weft_sql_add_name(&text->sql, alias);
        weft_buf_add_char(&text->sql, '.');
    }
    weft_sql_add_name(&text->sql, expr->name);
    weft_sql_add_native_cast(text, expr);
}

static bool is_text(weft_type type)
{
    return type == WEFT_TYPE_ID || type == WEFT_TYPE_TEXT || type == WEFT_TYPE_ENUM;
}

void weft_sql_add_collation(weft_sql_text *text, weft_type type)
{
    if (is_text(type)) {
        add(text, text->dialect->text_collation);
    } else if (type == WEFT_TYPE_BIG_NUMBER) {
        add(text, text->dialect->decimal_collation);
    }
}

/* A column of weft's own, which is bytewise, would lend its collation to a comparison with a foreign column, whose
 * index then could not serve. */
static bool is_looked_up_abroad(const weft_sql_expr *a, const weft_sql_expr *b)
{
    return is_text(a->type) && a->is_foreign && b->kind == WEFT_SQL_COLUMN && !b->is_foreign;
}

/* Equality needs no collation, and without one any index serves it; an order does. So does a number out of JSON, whose
 * digits are as they were written. The collation follows whichever argument is a column, since that is what an index
 * must match. */
static void add_comparison(weft_sql_text *text, const weft_sql_expr *expr, const char *infix, bool needs_order)
{
    const weft_sql_expr *a = expr->args[0];
    const weft_sql_expr *b = expr->args[1];
    const bool is_ordering = needs_order || (a->type == WEFT_TYPE_BIG_NUMBER && a->kind != WEFT_SQL_COLUMN);
    if (!is_ordering && weft_sql_add_native_comparison(text, expr, infix)) {
        return;
    }
    if (is_ordering) {
        weft_sql_add_ordered(text, a);
    } else {
        weft_sql_add_expr(text, a);
    }
    add(text, infix);
    weft_sql_add_expr(text, b);
    if (is_ordering && a->type == 0) {
        weft_sql_add_collation(text, b->type);
    }
    if (!is_ordering && is_looked_up_abroad(a, b)) {
        add(text, text->dialect->foreign_collation);
    }
}

static void add_in_list(weft_sql_text *text, const weft_sql_expr *expr)
{
    const weft_sql_expr *list = expr->args[1];
    const weft_param param = {
        .kind = WEFT_PARAM_LIST, .type = list->value_kind, .items = list->items, .item_count = list->item_count};
    if (weft_sql_add_native_list(text, expr)) {
        return;
    }
    weft_sql_add_expr(text, expr->args[0]);
    add(text, text->dialect->list_is_array ? " = ANY(" : " IN weft_list(");
    weft_sql_add_param(text, param);
    if (text->dialect->list_is_array) {
        weft_buf_add_format(&text->sql, "::%s[]", text->dialect->value_types[list->value_kind]);
    }
    weft_buf_add_char(&text->sql, ')');
}

/* `a OP b` where the dialect has the operator, else `function(a, b)`. */
static void add_operator(weft_sql_text *text, const weft_sql_expr *expr, const char *operator_, const char *function)
{
    if (operator_ == NULL) {
        weft_buf_add_format(&text->sql, "%s(", function);
    }
    weft_sql_add_as_text(text, expr->args[0]);
    if (operator_ == NULL) {
        add(text, ", ");
    } else {
        if (expr->kind == WEFT_SQL_ILIKE) {
            weft_sql_add_collation(text, WEFT_TYPE_TEXT);
        }
        weft_buf_add_format(&text->sql, " %s ", operator_);
    }
    weft_sql_add_expr(text, expr->args[1]);
    if (operator_ == NULL) {
        weft_buf_add_char(&text->sql, ')');
    }
}

static bool needs_parentheses(const weft_sql_expr *expr)
{
    return ((expr->kind == WEFT_SQL_AND || expr->kind == WEFT_SQL_OR) && expr->arg_count > 1) ||
           expr->kind == WEFT_SQL_TRUSTED;
}

static void add_operand(weft_sql_text *text, const weft_sql_expr *expr)
{
    if (!needs_parentheses(expr)) {
        weft_sql_add_expr(text, expr);
        return;
    }
    weft_buf_add_char(&text->sql, '(');
    weft_sql_add_expr(text, expr);
    weft_buf_add_char(&text->sql, ')');
}

/* An AND or OR of one is that one: whether it needs parentheses is decided by what it is. */
static const weft_sql_expr *unwrap(const weft_sql_expr *expr)
{
    while ((expr->kind == WEFT_SQL_AND || expr->kind == WEFT_SQL_OR) && expr->arg_count == 1) {
        expr = expr->args[0];
    }
    return expr;
}

static void add_junction(weft_sql_text *text, const weft_sql_expr *expr)
{
    const bool is_and = expr->kind == WEFT_SQL_AND;
    if (expr->arg_count == 0) {
        add(text, is_and ? "TRUE" : "FALSE");
    }
    for (size_t i = 0; i < expr->arg_count; i++) {
        if (i > 0) {
            add(text, is_and ? " AND " : " OR ");
        }
        const weft_sql_expr *arg = unwrap(expr->args[i]);
        if (arg->kind == expr->kind || expr->arg_count == 1) {
            weft_sql_add_expr(text, arg);
        } else {
            add_operand(text, arg);
        }
    }
}

/* Negation is two-valued: what is NULL counts as false, so its negation is true. */
static void add_not(weft_sql_text *text, const weft_sql_expr *expr)
{
    const weft_sql_expr *arg = expr->args[0];
    if (!arg->is_nullable && arg->kind == WEFT_SQL_EXISTS) {
        add(text, "NOT ");
        weft_sql_add_expr(text, arg);
        return;
    }
    add(text, arg->is_nullable ? "(" : "NOT (");
    weft_sql_add_expr(text, arg);
    add(text, arg->is_nullable ? ") IS NOT TRUE" : ")");
}

static void add_subselect(weft_sql_text *text, const weft_sql_expr *expr)
{
    add(text, expr->kind == WEFT_SQL_EXISTS ? "EXISTS (" : "(");
    weft_sql_add_select(text, expr->select);
    weft_buf_add_char(&text->sql, ')');
}

static void add_call(weft_sql_text *text, const weft_sql_expr *expr, const char *function)
{
    weft_buf_add_format(&text->sql, "%s(", function);
    if (expr->kind == WEFT_SQL_MIN || expr->kind == WEFT_SQL_MAX) {
        weft_sql_add_as_text(text, expr->args[0]);
        weft_sql_add_collation(text, expr->args[0]->type);
    } else {
        weft_sql_add_expr(text, expr->args[0]);
    }
    weft_buf_add_char(&text->sql, ')');
}

/* The sum of the upper or of the lower 32 bits of integers, which no store can overflow. */
static void add_half(weft_sql_text *text, const weft_sql_expr *arg, const char *bits)
{
    add(text, "CAST(sum(CAST(");
    weft_sql_add_expr(text, arg);
    add(text, " AS bigint)");
    add(text, bits);
    add(text, ") AS bigint)");
}

static void add_upper(weft_sql_text *text, const weft_sql_expr *arg)
{
    add_half(text, arg, " >> 32");
    add(text, " + (");
    add_half(text, arg, " & 4294967295");
    add(text, " >> 32)");
}

/* Every step of an average is exact but the last sum and the division, which round as IEEE says: every store, and weft,
 * comes to the same double. */
static void add_total(weft_sql_text *text, const weft_sql_expr *expr)
{
    const weft_sql_expr *arg = expr->args[0];
    const bool is_average = expr->kind == WEFT_SQL_SUM_AVERAGE;
    add(text, is_average ? "((CAST(" : "(");
    if (expr->kind != WEFT_SQL_SUM_LOWER) {
        add_upper(text, arg);
    }
    add(text, is_average ? " AS double precision) * 4294967296.0 + (" : "");
    if (expr->kind != WEFT_SQL_SUM_UPPER) {
        add_half(text, arg, " & 4294967295");
        add(text, " & 4294967295");
    }
    if (is_average) {
        add(text, ")) / count(");
        weft_sql_add_expr(text, arg);
        add(text, ")");
    }
    add(text, ")");
}

static void add_leaf(weft_sql_text *text, const weft_sql_expr *expr)
{
    if (expr->kind == WEFT_SQL_COLUMN) {
        add_column(text, expr);
    } else if (expr->kind == WEFT_SQL_VALUE) {
        add_value(text, expr);
    } else if (expr->kind == WEFT_SQL_BULK) {
        add_bulk(text, expr);
    } else if (expr->kind == WEFT_SQL_EXCLUDED) {
        add(text, "excluded.");
        weft_sql_add_name(&text->sql, expr->name);
    } else if (expr->kind == WEFT_SQL_TRUSTED) {
        weft_buf_add_str(&text->sql, expr->name);
    }
}

/* What is written as `OP(a)`, `a OP b` or a word needs no function of its own. */
typedef enum node_shape { WORD, CALL, HALF, TOTAL, TEST, EQUALITY, ORDERING, OPERATOR, OTHER } node_shape;

typedef struct node_form {
    weft_sql_kind kind;
    node_shape shape;
    const char *sql; /* OPERATOR: the function where the dialect has no operator */
} node_form;

static const node_form forms[] = {
    {WEFT_SQL_NULL, WORD, "NULL"},
    {WEFT_SQL_TRUE, WORD, "TRUE"},
    {WEFT_SQL_FALSE, WORD, "FALSE"},
    {WEFT_SQL_COUNT_ALL, WORD, "count(*)"},
    {WEFT_SQL_MIN, CALL, "min"},
    {WEFT_SQL_MAX, CALL, "max"},
    {WEFT_SQL_COUNT, CALL, "count"},
    {WEFT_SQL_SUM_HIGH, HALF, " >> 32"},
    {WEFT_SQL_SUM_LOW, HALF, " & 4294967295"},
    {WEFT_SQL_SUM_UPPER, TOTAL, ""},
    {WEFT_SQL_SUM_LOWER, TOTAL, ""},
    {WEFT_SQL_SUM_AVERAGE, TOTAL, ""},
    {WEFT_SQL_IS_NULL, TEST, " IS NULL"},
    {WEFT_SQL_IS_NOT_NULL, TEST, " IS NOT NULL"},
    {WEFT_SQL_EQ, EQUALITY, " = "},
    {WEFT_SQL_NE, EQUALITY, " <> "},
    {WEFT_SQL_DISTINCT_FROM, EQUALITY, " IS DISTINCT FROM "},
    {WEFT_SQL_LT, ORDERING, " < "},
    {WEFT_SQL_LTE, ORDERING, " <= "},
    {WEFT_SQL_GT, ORDERING, " > "},
    {WEFT_SQL_GTE, ORDERING, " >= "},
    {WEFT_SQL_LIKE, OPERATOR, "weft_like"},
    {WEFT_SQL_ILIKE, OPERATOR, "weft_ilike"},
    {WEFT_SQL_ARRAY_CONTAINS, OPERATOR, "weft_array_contains"},
    {WEFT_SQL_ARRAY_OVERLAPS, OPERATOR, "weft_array_overlaps"},
    {WEFT_SQL_JSON_CONTAINS, OPERATOR, "weft_json_contains"},
};

static node_form form_of(weft_sql_kind kind)
{
    for (size_t i = 0; i < WEFT_COUNT_OF(forms); i++) {
        if (forms[i].kind == kind) {
            return forms[i];
        }
    }
    return (node_form){kind, OTHER, ""};
}

static const char *operator_of(const weft_dialect *dialect, weft_sql_kind kind)
{
    if (kind == WEFT_SQL_LIKE) {
        return dialect->like_operator;
    }
    if (kind == WEFT_SQL_ILIKE) {
        return dialect->ilike_operator;
    }
    return kind == WEFT_SQL_ARRAY_OVERLAPS ? dialect->overlaps_operator : dialect->contains_operator;
}

static void add_other(weft_sql_text *text, const weft_sql_expr *expr)
{
    if (expr->kind == WEFT_SQL_AND || expr->kind == WEFT_SQL_OR) {
        add_junction(text, expr);
    } else if (expr->kind == WEFT_SQL_NOT) {
        add_not(text, expr);
    } else if (expr->kind == WEFT_SQL_IN_LIST) {
        add_in_list(text, expr);
    } else if (expr->kind == WEFT_SQL_JSON_PATH) {
        weft_sql_add_json_path(text, expr);
    } else if (expr->kind == WEFT_SQL_EXISTS || expr->kind == WEFT_SQL_SCALAR) {
        add_subselect(text, expr);
    } else {
        add_leaf(text, expr);
    }
}

void weft_sql_add_expr(weft_sql_text *text, const weft_sql_expr *expr)
{
    text->depth++;
    WEFT_CHECK(text->depth < WEFT_SQL_DEPTH_MAX);
    const node_form form = form_of(expr->kind);
    switch (form.shape) {
    case WORD:
        add(text, form.sql);
        break;
    case CALL:
        add_call(text, expr, form.sql);
        break;
    case HALF:
        add_half(text, expr->args[0], form.sql);
        break;
    case TOTAL:
        add_total(text, expr);
        break;
    case TEST:
        add_operand(text, expr->args[0]);
        add(text, form.sql);
        break;
    case EQUALITY:
    case ORDERING:
        add_comparison(text, expr, form.sql, form.shape == ORDERING);
        break;
    case OPERATOR:
        add_operator(text, expr, operator_of(text->dialect, expr->kind), form.sql);
        break;
    case OTHER:
        add_other(text, expr);
        break;
    }
    text->depth--;
}
