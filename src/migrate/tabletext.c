/* Taking a CREATE TABLE text apart at its commas, and a column's definition at the words that begin a constraint. The
 * text comes from the store, which accepted it, so its parentheses match. */
#include "migrate/tabletext.h"

static int depth_change(const weft_token *token)
{
    return weft_token_is_sign(token, "(") - weft_token_is_sign(token, ")");
}

static bool is_any_word(const weft_token *token, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (weft_token_is_word(token, words[i])) {
            return true;
        }
    }
    return false;
}

static weft_table_item make_item(weft_maker *maker, weft_str text)
{
    static const char *const words[] = {"constraint", "primary", "unique", "check", "foreign"};
    size_t at = 0;
    const weft_token first = weft_token_next(text, &at);
    const weft_token second = weft_token_next(text, &at);
    weft_table_item item = {.text = text, .is_constraint = is_any_word(&first, words, 5)};
    if (!item.is_constraint) {
        item.name = weft_token_value(&first, maker);
    } else if (weft_token_is_word(&first, "constraint")) {
        item.name = weft_token_value(&second, maker);
    }
    const weft_token third = weft_token_next(text, &at);
    item.is_check = item.is_constraint &&
                    (weft_token_is_word(&first, "check") || (item.name.len > 0 && weft_token_is_word(&third, "check")));
    return item;
}

static weft_str trimmed(weft_str text)
{
    size_t at = 0;
    size_t from = 0;
    size_t to = 0;
    for (weft_token token = weft_token_next(text, &at); token.kind != WEFT_TOKEN_END;
         token = weft_token_next(text, &at)) {
        from = to == 0 ? token.from : from;
        to = token.to;
    }
    return weft_str_slice(text, from, to);
}

void weft_table_text_read(weft_maker *maker, weft_str sql, weft_table_text *ret_text)
{
    *ret_text = (weft_table_text){0};
    int depth = 0;
    size_t at = 0;
    size_t from = 0;
    for (weft_token token = weft_token_next(sql, &at); token.kind != WEFT_TOKEN_END;
         token = weft_token_next(sql, &at)) {
        const int depth_before = depth;
        depth += depth_change(&token);
        const bool opens = depth_before == 0 && depth == 1;
        const bool closes = depth_before == 1 && depth == 0;
        if (closes || (depth == 1 && weft_token_is_sign(&token, ","))) {
            weft_maker_push(maker, &ret_text->items, make_item(maker, trimmed(weft_str_slice(sql, from, token.from))));
        }
        if (opens || closes || (depth == 1 && weft_token_is_sign(&token, ","))) {
            from = token.to;
        }
        if (closes) {
            break;
        }
    }
    ret_text->tail = trimmed(weft_str_slice(sql, from, sql.len));
}

/* The kind of part that begins with `token`, or NONE when it goes on with the part before. `before` is the token in
 * front: SET NULL, SET DEFAULT and DEFAULT NULL belong to what they follow. */
static weft_part_kind part_start(const weft_token *before, const weft_token *token, const weft_token *after)
{
    static const char *const others[] = {"primary", "unique", "collate", "references", "generated", "as"};
    if (weft_token_is_word(token, "not")) {
        return weft_token_is_word(after, "null") ? WEFT_PART_NOT_NULL : WEFT_PART_NONE;
    }
    if (weft_token_is_word(token, "null")) {
        const char *const owners[] = {"not", "set", "default"};
        return is_any_word(before, owners, 3) ? WEFT_PART_NONE : WEFT_PART_NULL;
    }
    if (weft_token_is_word(token, "default")) {
        return weft_token_is_word(before, "set") ? WEFT_PART_NONE : WEFT_PART_DEFAULT;
    }
    if (weft_token_is_word(token, "check")) {
        return WEFT_PART_CHECK;
    }
    if (weft_token_is_word(token, "as") && weft_token_is_word(before, "always")) {
        return WEFT_PART_NONE;
    }
    return is_any_word(token, others, 6) ? WEFT_PART_OTHER : WEFT_PART_NONE;
}

typedef struct part_reader {
    weft_maker *maker;
    weft_str text;
    weft_column_parts *parts;
    weft_column_part open; /* kind NONE: a constraint's name was read, its kind is still to come */
    size_t from;
    bool is_open;
} part_reader;

static void close_part(part_reader *reader, size_t to)
{
    const weft_str text = trimmed(weft_str_slice(reader->text, reader->from, to));
    if (reader->is_open && text.len > 0) {
        reader->open.text = text;
        weft_maker_push(reader->maker, reader->parts, reader->open);
    }
    reader->open = (weft_column_part){0};
    reader->from = to;
    reader->is_open = true;
}

void weft_column_parts_read(weft_maker *maker, weft_str text, weft_column_parts *ret_parts)
{
    part_reader reader = {.maker = maker, .text = text, .parts = ret_parts, .is_open = true};
    size_t at = 0;
    int depth = 0;
    weft_token before = {0};
    weft_token token = weft_token_next(text, &at);
    reader.open.kind = WEFT_PART_NAME;
    close_part(&reader, token.to);
    reader.open.kind = WEFT_PART_TYPE;
    for (token = weft_token_next(text, &at); token.kind != WEFT_TOKEN_END; token = weft_token_next(text, &at)) {
        size_t peek = at;
        const weft_token after = weft_token_next(text, &peek);
        depth += depth_change(&token);
        const weft_part_kind kind = depth == 0 ? part_start(&before, &token, &after) : WEFT_PART_NONE;
        if (depth == 0 && weft_token_is_word(&token, "constraint")) {
            close_part(&reader, token.from);
            reader.open.name = weft_token_value(&after, maker);
            token = after;
            at = peek;
        } else if (kind != WEFT_PART_NONE && reader.open.kind == WEFT_PART_NONE && reader.open.name.len > 0) {
            reader.open.kind = kind;
        } else if (kind != WEFT_PART_NONE) {
            close_part(&reader, token.from);
            reader.open.kind = kind;
        }
        before = token;
    }
    close_part(&reader, text.len);
}

weft_str weft_text_in_parentheses(weft_str text)
{
    int depth = 0;
    size_t at = 0;
    size_t from = 0;
    for (weft_token token = weft_token_next(text, &at); token.kind != WEFT_TOKEN_END;
         token = weft_token_next(text, &at)) {
        const int change = depth_change(&token);
        from = depth == 0 && change == 1 ? token.to : from;
        depth += change;
        if (change == -1 && depth == 0) {
            return trimmed(weft_str_slice(text, from, token.from));
        }
    }
    return (weft_str){NULL, 0};
}
