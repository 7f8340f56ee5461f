/* Types and expressions: what a store printed against what was wanted. */
#include "migrate/same.h"

#include <string.h>
#include <strings.h>

/* Names of one meaning on one line. A name in brackets or after the first line's word may carry a length. */
static const char *const type_families[][8] = {
    {"text", "varchar", "character varying", "char", "character", "bpchar", "clob"},
    {"bigint", "int8", "bigserial", "serial8"},
    {"integer", "int", "int4", "serial"},
    {"smallint", "int2"},
    {"numeric", "decimal"},
    {"double precision", "float8", "double", "float"},
    {"real", "float4"},
    {"boolean", "bool"},
    {"timestamptz", "timestamp with time zone"},
    {"timestamp", "timestamp without time zone"},
    {"text[]", "_text", "varchar[]", "_varchar", "character varying[]"},
};

weft_str weft_type_base(weft_str type)
{
    size_t end = weft_str_find(type, '(');
    for (size_t i = 0; i + 9 <= end; i++) {
        if (strncasecmp(type.data + i, " collate ", 9) == 0) {
            end = i;
        }
    }
    return weft_str_slice(type, 0, end);
}

static bool equals_ignoring_case(weft_str a, weft_str b)
{
    return a.len == b.len && (a.len == 0 || strncasecmp(a.data, b.data, a.len) == 0);
}

static size_t type_family(weft_str base)
{
    const size_t count = sizeof(type_families) / sizeof(*type_families);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < 8 && type_families[i][j]; j++) {
            if (equals_ignoring_case(base, weft_str_from(type_families[i][j]))) {
                return i;
            }
        }
    }
    return count;
}

bool weft_type_is_same(weft_str wanted, weft_str present)
{
    const weft_str a = weft_type_base(wanted);
    const weft_str b = weft_type_base(present);
    if (equals_ignoring_case(a, b)) {
        return true;
    }
    const size_t family = type_family(a);
    return family < sizeof(type_families) / sizeof(*type_families) && family == type_family(b);
}

static bool continues_type(const weft_token *token)
{
    static const char *const words[] = {"varying", "precision", "with", "without", "time", "zone"};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (weft_token_is_word(token, words[i])) {
            return true;
        }
    }
    return weft_token_is_sign(token, "[") || weft_token_is_sign(token, "]");
}

/* Behind `(10, 2)`; where something else stands in the parentheses they belong to what follows the cast. */
static bool skip_length(weft_str sql, size_t *at)
{
    size_t next = *at;
    weft_token token = weft_token_next(sql, &next);
    if (token.kind != WEFT_TOKEN_NUMBER) {
        return false;
    }
    while (token.kind == WEFT_TOKEN_NUMBER || weft_token_is_sign(&token, ",")) {
        token = weft_token_next(sql, &next);
    }
    *at = next;
    return true;
}

/* Behind the type of a cast: a word or name, its further words, a length, brackets. */
static size_t skip_cast(weft_str sql, size_t at)
{
    weft_token_next(sql, &at);
    for (;;) {
        size_t next = at;
        const weft_token token = weft_token_next(sql, &next);
        const bool is_length = weft_token_is_sign(&token, "(");
        if (is_length ? !skip_length(sql, &next) : !continues_type(&token)) {
            return at;
        }
        at = next;
    }
}

weft_token weft_token_next_meaning(weft_str sql, size_t *at)
{
    for (;;) {
        const weft_token token = weft_token_next(sql, at);
        if (weft_token_is_sign(&token, "::")) {
            *at = skip_cast(sql, *at);
        } else if (!weft_token_is_sign(&token, "(") && !weft_token_is_sign(&token, ")")) {
            return token;
        }
    }
}

static bool tokens_are_same(weft_maker *maker, const weft_token *a, const weft_token *b)
{
    const bool is_name = a->kind == WEFT_TOKEN_WORD || a->kind == WEFT_TOKEN_NAME;
    if (is_name && (b->kind == WEFT_TOKEN_WORD || b->kind == WEFT_TOKEN_NAME)) {
        return weft_token_is_name(b, weft_token_value(a, maker));
    }
    if (a->kind != b->kind) {
        return false;
    }
    const bool are_unequal = weft_str_equal_text(a->text, "!=") || weft_str_equal_text(a->text, "<>");
    return weft_str_equal(a->text, b->text) ||
           (are_unequal && (weft_str_equal_text(b->text, "!=") || weft_str_equal_text(b->text, "<>")));
}

bool weft_expression_is_same(weft_maker *maker, weft_str wanted, weft_str present)
{
    size_t at = 0;
    size_t present_at = 0;
    for (;;) {
        const weft_token a = weft_token_next_meaning(wanted, &at);
        const weft_token b = weft_token_next_meaning(present, &present_at);
        if (a.kind == WEFT_TOKEN_END || b.kind == WEFT_TOKEN_END) {
            return a.kind == b.kind;
        }
        if (!tokens_are_same(maker, &a, &b)) {
            return false;
        }
    }
}

void weft_expression_literals(weft_maker *maker, weft_str sql, weft_literals *ret_literals)
{
    size_t at = 0;
    for (weft_token token = weft_token_next_meaning(sql, &at); token.kind != WEFT_TOKEN_END;
         token = weft_token_next_meaning(sql, &at)) {
        if (token.kind == WEFT_TOKEN_STRING) {
            weft_maker_push(maker, ret_literals, weft_token_value(&token, maker));
        }
    }
}

bool weft_expression_has_name(weft_str sql, weft_str name)
{
    size_t at = 0;
    for (weft_token token = weft_token_next(sql, &at); token.kind != WEFT_TOKEN_END;
         token = weft_token_next(sql, &at)) {
        if (weft_token_is_name(&token, name)) {
            return true;
        }
    }
    return false;
}
