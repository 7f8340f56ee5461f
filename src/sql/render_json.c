/* JSON_PATH: what a path leads to inside a JSON column, as JSON or as a scalar of one type.
 *
 * The path is bound, since its keys come from the request. A scalar of another type than the one wanted is NULL, so
 * that comparing `size > 10` where size is text is false and never an error. Fails only by running out of memory. */
#include "sql/text.h"

#include "json/writer.h"

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

/* `json #> path` or `json #>> path`, the text of it. */
static void add_infix(weft_sql_text *text, const weft_sql_expr *expr, const char *more, size_t *place)
{
    weft_sql_add_expr(text, expr->args[0]);
    weft_buf_add_format(&text->sql, " %s%s ", text->dialect->json_path_operator, more);
    add_path(text, expr, place);
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
