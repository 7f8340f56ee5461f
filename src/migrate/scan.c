/* The scanner: one token at a time, from the text alone. It cannot fail; what it does not know is a sign. */
#include "migrate/scan.h"

#include <string.h>
#include <strings.h>

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || (unsigned char)byte >= 0x80;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool starts_at(weft_str sql, size_t at, const char *text)
{
    const size_t len = strlen(text);
    return sql.len - at >= len && memcmp(sql.data + at, text, len) == 0;
}

static size_t skip_until(weft_str sql, size_t at, const char *end)
{
    while (at < sql.len && !starts_at(sql, at, end)) {
        at++;
    }
    return at < sql.len ? at + strlen(end) : sql.len;
}

static size_t skip_blank(weft_str sql, size_t at)
{
    for (;;) {
        if (at < sql.len && is_space(sql.data[at])) {
            at++;
        } else if (at < sql.len && starts_at(sql, at, "--")) {
            at = skip_until(sql, at, "\n");
        } else if (at < sql.len && starts_at(sql, at, "/*")) {
            at = skip_until(sql, at + 2, "*/");
        } else {
            return at;
        }
    }
}

/* The end of a quoted token whose opening quote stands at `at`; a doubled closing quote stands for itself. */
static size_t skip_quoted(weft_str sql, size_t at, char close)
{
    for (at++; at < sql.len; at++) {
        if (sql.data[at] != close) {
            continue;
        }
        if (close == ']' || at + 1 == sql.len || sql.data[at + 1] != close) {
            return at + 1;
        }
        at++;
    }
    return sql.len;
}

static size_t skip_word(weft_str sql, size_t at)
{
    while (at < sql.len && (is_letter(sql.data[at]) || is_digit(sql.data[at]) || sql.data[at] == '$')) {
        at++;
    }
    return at;
}

static size_t skip_number(weft_str sql, size_t at)
{
    while (at < sql.len && (is_letter(sql.data[at]) || is_digit(sql.data[at]) || sql.data[at] == '.')) {
        const bool is_exponent = sql.data[at] == 'e' || sql.data[at] == 'E';
        at++;
        if (is_exponent && at < sql.len && (sql.data[at] == '+' || sql.data[at] == '-')) {
            at++;
        }
    }
    return at;
}

static size_t skip_sign(weft_str sql, size_t at)
{
    static const char *const pairs[] = {"::", "<>", "!=", "<=", ">=", "||", "==", "~~", "@>", "->"};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        if (starts_at(sql, at, pairs[i])) {
            return at + 2;
        }
    }
    return at + 1;
}

/* SQLite quotes names with brackets; PostgreSQL's ARRAY['a'] and list[1] only look like that. */
static bool opens_name(weft_str sql, size_t at)
{
    const char before = at ? sql.data[at - 1] : ' ';
    const bool follows_value = is_letter(before) || is_digit(before) || before == ')' || before == ']';
    return !follows_value && at + 1 < sql.len && is_letter(sql.data[at + 1]);
}

static size_t token_end(weft_str sql, size_t at, weft_token_kind *ret_kind)
{
    const char byte = sql.data[at];
    const bool escapes = (byte == 'E' || byte == 'e') && at + 1 < sql.len && sql.data[at + 1] == '\'';
    if (byte == '\'' || escapes) {
        *ret_kind = WEFT_TOKEN_STRING;
        return skip_quoted(sql, at + (escapes ? 1 : 0), '\'');
    }
    if (byte == '"' || byte == '`' || (byte == '[' && opens_name(sql, at))) {
        *ret_kind = WEFT_TOKEN_NAME;
        return skip_quoted(sql, at, byte == '[' ? ']' : byte);
    }
    if (is_letter(byte)) {
        *ret_kind = WEFT_TOKEN_WORD;
        return skip_word(sql, at);
    }
    if (is_digit(byte) || (byte == '.' && at + 1 < sql.len && is_digit(sql.data[at + 1]))) {
        *ret_kind = WEFT_TOKEN_NUMBER;
        return skip_number(sql, at);
    }
    *ret_kind = WEFT_TOKEN_SIGN;
    return skip_sign(sql, at);
}

weft_token weft_token_next(weft_str sql, size_t *at)
{
    const size_t from = skip_blank(sql, *at);
    weft_token token = {.kind = WEFT_TOKEN_END, .from = from, .to = from};
    if (from < sql.len) {
        token.to = token_end(sql, from, &token.kind);
        token.text = weft_str_slice(sql, from, token.to);
    }
    *at = token.to;
    return token;
}

bool weft_token_is_word(const weft_token *token, const char *word)
{
    return token->kind == WEFT_TOKEN_WORD && token->text.len == strlen(word) &&
           strncasecmp(token->text.data, word, token->text.len) == 0;
}

bool weft_token_is_sign(const weft_token *token, const char *sign)
{
    return token->kind == WEFT_TOKEN_SIGN && weft_str_equal_text(token->text, sign);
}

/* The text between the quotes, and the quote that is doubled in it. */
static weft_str token_inside(const weft_token *token, char *ret_quote)
{
    const size_t prefix = token->kind == WEFT_TOKEN_STRING && token->text.data[0] != '\'' ? 1 : 0;
    const char open = token->text.data[prefix];
    *ret_quote = open == '[' ? ']' : open;
    const bool is_closed = token->text.len > prefix + 1 && token->text.data[token->text.len - 1] == *ret_quote;
    return weft_str_slice(token->text, prefix + 1, token->text.len - (is_closed ? 1 : 0));
}

weft_str weft_token_value(const weft_token *token, weft_maker *maker)
{
    if (token->kind != WEFT_TOKEN_STRING && token->kind != WEFT_TOKEN_NAME) {
        return weft_maker_copy(maker, token->text);
    }
    char quote = 0;
    const weft_str inside = token_inside(token, &quote);
    char *data = weft_maker_array(maker, inside.len + 1, 1);
    if (!data) {
        return WEFT_STR("");
    }
    size_t len = 0;
    for (size_t i = 0; i < inside.len; i++) {
        data[len++] = inside.data[i];
        if (inside.data[i] == quote && quote != ']' && i + 1 < inside.len && inside.data[i + 1] == quote) {
            i++;
        }
    }
    return (weft_str){data, len};
}

bool weft_token_is_name(const weft_token *token, weft_str name)
{
    weft_str text = token->text;
    if (token->kind == WEFT_TOKEN_NAME) {
        char quote = 0;
        text = token_inside(token, &quote);
    } else if (token->kind != WEFT_TOKEN_WORD) {
        return false;
    }
    return text.len == name.len && strncasecmp(text.data ? text.data : "", name.data ? name.data : "", text.len) == 0;
}
