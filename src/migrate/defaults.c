/* Defaults as a store prints them against those wanted: constants are compared as values of their field's type. */
#include "migrate/same.h"

#include <string.h>

#include "base/clock.h"
#include "model/operand.h"
#include "json/canonical.h"

typedef enum default_kind {
    DEFAULT_NONE = 0,
    DEFAULT_LITERAL,   /* a constant */
    DEFAULT_EXPRESSION /* now(), nextval(…), anything else */
} default_kind;

/* A default that is one constant: its text without quotes and sign in front. False for expressions. */
static bool read_literal(weft_maker *maker, weft_str sql, weft_str *ret_text)
{
    size_t at = 0;
    weft_token token = weft_token_next_meaning(sql, &at);
    const bool is_negative = weft_token_is_sign(&token, "-");
    if (is_negative) {
        token = weft_token_next_meaning(sql, &at);
    }
    const bool is_word =
        weft_token_is_word(&token, "true") || weft_token_is_word(&token, "false") || weft_token_is_word(&token, "null");
    if (token.kind != WEFT_TOKEN_STRING && token.kind != WEFT_TOKEN_NUMBER && !is_word) {
        return false;
    }
    const weft_token rest = weft_token_next_meaning(sql, &at);
    const weft_str text = weft_token_value(&token, maker);
    *ret_text = is_negative ? weft_maker_text(maker, "-%.*s", WEFT_STR_ARG(text)) : text;
    return rest.kind == WEFT_TOKEN_END;
}

static default_kind kind_of(weft_maker *maker, weft_str sql, weft_str *ret_text)
{
    size_t at = 0;
    const weft_token first = weft_token_next_meaning(sql, &at);
    if (first.kind == WEFT_TOKEN_END || weft_token_is_word(&first, "null")) {
        return DEFAULT_NONE;
    }
    return read_literal(maker, sql, ret_text) ? DEFAULT_LITERAL : DEFAULT_EXPRESSION;
}

static bool booleans_are_same(weft_str a, weft_str b)
{
    const bool a_is_true = a.len > 0 && strchr("tT1", a.data[0]) != NULL;
    const bool b_is_true = b.len > 0 && strchr("tT1", b.data[0]) != NULL;
    return a_is_true == b_is_true;
}

static bool decimals_are_same(weft_maker *maker, weft_str a, weft_str b)
{
    weft_str a_normal = {NULL, 0};
    weft_str b_normal = {NULL, 0};
    return weft_decimal_normalize(a, maker->keep, &a_normal) && weft_decimal_normalize(b, maker->keep, &b_normal) &&
           weft_str_equal(a_normal, b_normal);
}

static bool times_are_same(weft_str a, weft_str b)
{
    int64_t a_us = 0;
    int64_t b_us = 0;
    return weft_time_parse(a, &a_us) && weft_time_parse(b, &b_us) && a_us == b_us;
}

static bool json_is_same(weft_maker *maker, weft_str a, weft_str b)
{
    weft_buf a_buf = weft_maker_buf(maker);
    weft_buf b_buf = weft_maker_buf(maker);
    weft_json_add_canonical(&a_buf, a);
    weft_json_add_canonical(&b_buf, b);
    return weft_str_equal(weft_maker_take(maker, &a_buf), weft_maker_take(maker, &b_buf));
}

/* PostgreSQL's `{a,"b c"}` with every quote taken off and every item ended by a line break. */
static weft_str array_normal(weft_maker *maker, weft_str text)
{
    weft_buf buf = weft_maker_buf(maker);
    bool is_quoted = false;
    for (size_t i = 1; i + 1 < text.len; i++) {
        const char byte = text.data[i];
        if (byte == '"') {
            is_quoted = !is_quoted;
        } else if (byte == ',' && !is_quoted) {
            weft_buf_add_char(&buf, '\n');
        } else {
            weft_buf_add_char(&buf, byte == '\\' && i + 2 < text.len ? text.data[++i] : byte);
        }
    }
    return weft_maker_take(maker, &buf);
}

static bool arrays_are_same(weft_maker *maker, weft_str a, weft_str b)
{
    if (weft_str_starts_with(a, WEFT_STR("{"))) {
        return weft_str_equal(array_normal(maker, a), array_normal(maker, b));
    }
    return json_is_same(maker, a, b);
}

static bool literals_are_same(weft_maker *maker, weft_type type, weft_str a, weft_str b)
{
    switch (type) {
    case WEFT_TYPE_BOOLEAN:
        return booleans_are_same(a, b);
    case WEFT_TYPE_NUMBER:
    case WEFT_TYPE_BIG_NUMBER:
    case WEFT_TYPE_FLOAT:
    case WEFT_TYPE_AUTOINCREMENT:
        return decimals_are_same(maker, a, b);
    case WEFT_TYPE_DATE_TIME:
        return times_are_same(a, b);
    case WEFT_TYPE_JSON:
        return json_is_same(maker, a, b);
    case WEFT_TYPE_ARRAY:
        return arrays_are_same(maker, a, b);
    case WEFT_TYPE_ID:
    case WEFT_TYPE_TEXT:
    case WEFT_TYPE_ENUM:
        break;
    }
    return weft_str_equal(a, b);
}

bool weft_default_is_same(weft_maker *maker, const weft_wanted_column *column, weft_str present)
{
    weft_str wanted_text = {NULL, 0};
    weft_str present_text = {NULL, 0};
    const default_kind wanted_kind = kind_of(maker, column->default_sql, &wanted_text);
    const default_kind present_kind = kind_of(maker, present, &present_text);
    switch (wanted_kind) {
    case DEFAULT_NONE:
        return present_kind != DEFAULT_LITERAL;
    case DEFAULT_EXPRESSION:
        return present_kind == DEFAULT_EXPRESSION;
    case DEFAULT_LITERAL:
        break;
    }
    return present_kind == DEFAULT_LITERAL && literals_are_same(maker, column->field->type, wanted_text, present_text);
}

bool weft_default_is_computed(weft_maker *maker, weft_str present)
{
    weft_str text = {NULL, 0};
    return kind_of(maker, present, &text) == DEFAULT_EXPRESSION;
}
