/* JSON_PATH: what a path leads to inside a JSON column, as JSON or as a scalar of one type.
 *
 * The path is bound, since its keys come from the request. A scalar of another type than the one wanted is NULL, so
 * that comparing `size > 10` where size is text is false and never an error. Fails only by running out of memory. */
#include "sql/text.h"

#include "json/canonical.h"

static weft_value path_value(weft_sql_text *text, const weft_sql_expr *expr)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, text->keep);
    weft_buf_add_char(&buf, '[');
    for (size_t i = 0; i < expr->json_path_len; i++) {
        if (i > 0) {
            weft_buf_add_char(&buf, ',');
        }
        weft_json_add_text(&buf, expr->json_path[i]);
    }
    weft_buf_add_char(&buf, ']');
    text->has_failed = text->has_failed || buf.failed;
    return (weft_value){.kind = WEFT_VALUE_ARRAY, .as.text = weft_buf_str(&buf)};
}

/* The path becomes a parameter where it first stands; `*place` remembers it for the second time. */
static void add_path(weft_sql_text *text, const weft_sql_expr *expr, size_t *place)
{
    if (*place > 0) {
        weft_sql_add_placeholder(text, *place);
    } else {
        weft_sql_add_param(text, (weft_param){.type = WEFT_VALUE_ARRAY, .value = path_value(text, expr)});
        *place = text->params.count + weft_sql_bulk_places(text);
    }
    weft_sql_add_cast(text, WEFT_VALUE_ARRAY);
}

/* PostgreSQL's #> reads every number as an index of an array, "-1", "01" and " 1" too, which are keys of objects and
 * nothing else. True of all of them, and of some that no database would read as a number. */
static bool is_index_to_infix_only(weft_str key)
{
    const char first = key.len > 0 ? key.data[0] : 'a';
    const bool is_word = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '_';
    return !is_word && key.data[key.len - 1] >= '0' && key.data[key.len - 1] <= '9' && !weft_json_is_index(key);
}

static bool is_infix_enough(const weft_sql_expr *expr)
{
    bool is_enough = true;
    for (size_t i = 0; i < expr->json_path_len; i++) {
        is_enough = is_enough && !is_index_to_infix_only(expr->json_path[i]);
    }
    return is_enough;
}

/* `json #> path` or `json #>> path`, the text of it. Where a key could be taken for an index, a step at a time:
 * `json #> path[1:1] -> path[2]`, since -> finds a text in objects alone. */
static void add_infix(weft_sql_text *text, const weft_sql_expr *expr, const char *more, size_t *place)
{
    const char *infix = text->dialect->json_path_operator;
    weft_sql_add_expr(text, expr->args[0]);
    if (is_infix_enough(expr)) {
        weft_buf_add_format(&text->sql, " %s%s ", infix, more);
        add_path(text, expr, place);
        return;
    }
    for (size_t i = 0; i < expr->json_path_len; i++) {
        const bool is_key = is_index_to_infix_only(expr->json_path[i]);
        weft_buf_add_format(&text->sql, " %s%s (", is_key ? "->" : infix, i + 1 < expr->json_path_len ? "" : more);
        add_path(text, expr, place);
        weft_buf_add_format(&text->sql, is_key ? ")[%zu]" : ")[%zu:%zu]", i + 1, i + 1);
    }
}

static void add_infix_typed(weft_sql_text *text, const weft_sql_expr *expr)
{
    size_t place = 0;
    if (expr->type != WEFT_TYPE_TEXT && expr->type != WEFT_TYPE_BIG_NUMBER) {
        weft_buf_add_text(&text->sql, "nullif(");
        if (expr->json_path_len > 0) {
            add_infix(text, expr, "", &place);
        } else {
            weft_sql_add_expr(text, expr->args[0]);
        }
        weft_buf_add_text(&text->sql, ", 'null')");
        return;
    }
    weft_buf_add_text(&text->sql, "(CASE jsonb_typeof(");
    add_infix(text, expr, "", &place);
    weft_buf_add_text(&text->sql, expr->type == WEFT_TYPE_TEXT ? ") WHEN 'string' THEN " : ") WHEN 'number' THEN (");
    add_infix(text, expr, ">", &place);
    weft_buf_add_text(&text->sql, expr->type == WEFT_TYPE_TEXT ? " END)" : ")::numeric END)");
}

static void add_function(weft_sql_text *text, const weft_sql_expr *expr, size_t *place)
{
    weft_buf_add_text(&text->sql, "weft_json_path(");
    weft_sql_add_expr(text, expr->args[0]);
    weft_buf_add_text(&text->sql, ", ");
    add_path(text, expr, place);
    weft_buf_add_char(&text->sql, ')');
}

static void add_function_typed(weft_sql_text *text, const weft_sql_expr *expr)
{
    size_t place = 0;
    if (expr->type != WEFT_TYPE_TEXT && expr->type != WEFT_TYPE_BIG_NUMBER) {
        add_function(text, expr, &place);
        return;
    }
    weft_buf_add_text(&text->sql, "(CASE WHEN json_type(");
    add_function(text, expr, &place);
    weft_buf_add_text(&text->sql, expr->type == WEFT_TYPE_TEXT ? ") = 'text' THEN " : ") IN ('integer', 'real') THEN ");
    add_function(text, expr, &place);
    weft_buf_add_text(&text->sql, expr->type == WEFT_TYPE_TEXT ? " ->> '$' END)" : " END)");
}

void weft_sql_add_json_path(weft_sql_text *text, const weft_sql_expr *expr)
{
    if (text->dialect->json_path_operator != NULL) {
        add_infix_typed(text, expr);
    } else {
        add_function_typed(text, expr);
    }
}
