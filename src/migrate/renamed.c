/* A rename, told in the schema: names are replaced where they stand alone, and in texts token by token. */
#include "migrate/renamed.h"

#include "migrate/scan.h"
#include "migrate/tabletext.h"
#include "sql/render.h"

/* A text of which some tokens are replaced. */
typedef struct rewriting {
    weft_str sql;
    weft_buf buf;
    size_t copied;
} rewriting;

static void replace(rewriting *state, size_t from, size_t to, weft_str name)
{
    weft_buf_add_str(&state->buf, weft_str_slice(state->sql, state->copied, from));
    weft_sql_add_name(&state->buf, name);
    state->copied = to;
}

static weft_str rewritten(weft_maker *maker, rewriting *state)
{
    weft_buf_add_str(&state->buf, weft_str_slice(state->sql, state->copied, state->sql.len));
    return weft_maker_take(maker, &state->buf);
}

typedef struct column_rename {
    weft_maker *maker;
    weft_str table;
    weft_str from;
    weft_str to;
} column_rename;

/* Behind `REFERENCES other (its columns)`; of the table's own columns nothing is skipped. */
static size_t skip_reference(const column_rename *rename, weft_str sql, size_t at)
{
    const weft_token target = weft_token_next(sql, &at);
    size_t behind = at;
    weft_token token = weft_token_next(sql, &behind);
    if (weft_token_is_name(&target, rename->table) || !weft_token_is_sign(&token, "(")) {
        return at;
    }
    while (token.kind != WEFT_TOKEN_END && !weft_token_is_sign(&token, ")")) {
        token = weft_token_next(sql, &behind);
    }
    return behind;
}

/* A type behind `::` or `AS`, a collation, a constraint and a function may be called as a column is. */
static bool is_column(const column_rename *rename, const weft_token *before, const weft_token *token, weft_str rest)
{
    size_t at = 0;
    const weft_token after = weft_token_next(rest, &at);
    return weft_token_is_name(token, rename->from) && !weft_token_is_sign(&after, "(") &&
           !weft_token_is_sign(before, "::") && !weft_token_is_word(before, "as") &&
           !weft_token_is_word(before, "collate") && !weft_token_is_word(before, "constraint");
}

/* `depth_min` 1: only within parentheses, for outside of them stand the words of a constraint. */
static weft_str renamed_in(const column_rename *rename, weft_str sql, int depth_min)
{
    rewriting state = {.sql = sql, .buf = weft_maker_buf(rename->maker)};
    weft_token before = {0};
    size_t at = 0;
    int depth = 0;
    for (weft_token token = weft_token_next(sql, &at); token.kind != WEFT_TOKEN_END;
         token = weft_token_next(sql, &at)) {
        depth += weft_token_is_sign(&token, "(") - weft_token_is_sign(&token, ")");
        if (weft_token_is_word(&token, "references")) {
            at = skip_reference(rename, sql, at);
        } else if (depth >= depth_min && is_column(rename, &before, &token, weft_str_slice(sql, at, sql.len))) {
            replace(&state, token.from, token.to, rename->to);
        }
        before = token;
    }
    return rewritten(rename->maker, &state);
}

static weft_str renamed_item(const column_rename *rename, const weft_table_item *item)
{
    size_t at = 0;
    rewriting state = {.sql = item->text, .buf = weft_maker_buf(rename->maker)};
    if (item->is_constraint) {
        return renamed_in(rename, item->text, 1);
    }
    const weft_token name = weft_token_next(item->text, &at);
    if (weft_token_is_name(&name, rename->from)) {
        replace(&state, name.from, name.to, rename->to);
    }
    const weft_str rest = renamed_in(rename, weft_str_slice(item->text, name.to, item->text.len), 1);
    weft_buf_add_str(&state.buf, weft_str_slice(item->text, state.copied, name.to));
    weft_buf_add_str(&state.buf, rest);
    return weft_maker_take(rename->maker, &state.buf);
}

static weft_str renamed_in_table(const column_rename *rename, weft_str sql)
{
    weft_table_text text;
    size_t copied = 0;
    weft_buf buf = weft_maker_buf(rename->maker);
    weft_table_text_read(rename->maker, sql, &text);
    for (size_t i = 0; i < text.items.count; i++) {
        const weft_table_item *item = &text.items.items[i];
        const size_t from = (size_t)(item->text.data - sql.data);
        const weft_str renamed = renamed_item(rename, item);
        weft_buf_add_str(&buf, weft_str_slice(sql, copied, from));
        weft_buf_add_str(&buf, renamed);
        copied = from + item->text.len;
    }
    weft_buf_add_str(&buf, weft_str_slice(sql, copied, sql.len));
    return weft_maker_take(rename->maker, &buf);
}

/* CREATE INDEX name ON table (…): what names columns begins at the parenthesis. */
static weft_str renamed_in_index(const column_rename *rename, weft_str sql)
{
    const size_t from = weft_str_find(sql, '(');
    const weft_str head = weft_str_slice(sql, 0, from);
    const weft_str columns = renamed_in(rename, weft_str_slice(sql, from, sql.len), 0);
    return weft_maker_text(rename->maker, "%.*s%.*s", WEFT_STR_ARG(head), WEFT_STR_ARG(columns));
}

static const weft_str *renamed_names(const column_rename *rename, const weft_str *names, size_t count)
{
    weft_str *renamed = weft_maker_array(rename->maker, count, sizeof(*renamed));
    for (size_t i = 0; renamed && i < count; i++) {
        renamed[i] = weft_str_equal(names[i], rename->from) ? rename->to : names[i];
    }
    return renamed ? renamed : names;
}

static void rename_columns(const column_rename *rename, weft_schema_table *table)
{
    weft_schema_column *columns = weft_maker_array(rename->maker, table->column_count, sizeof(*columns));
    for (size_t i = 0; columns && i < table->column_count; i++) {
        columns[i] = table->columns[i];
        columns[i].name = weft_str_equal(columns[i].name, rename->from) ? rename->to : columns[i].name;
    }
    table->columns = columns ? columns : table->columns;
}

static void rename_indexes(const column_rename *rename, weft_schema_table *table)
{
    weft_schema_index *indexes = weft_maker_array(rename->maker, table->index_count, sizeof(*indexes));
    for (size_t i = 0; indexes && i < table->index_count; i++) {
        weft_schema_index *index = &indexes[i];
        *index = table->indexes[i];
        index->columns = renamed_names(rename, index->columns, index->column_count);
        index->including = renamed_names(rename, index->including, index->including_count);
        index->where_sql = renamed_in(rename, index->where_sql, 0);
        index->sql = renamed_in_index(rename, index->sql);
    }
    table->indexes = indexes ? indexes : table->indexes;
}

static void rename_checks(const column_rename *rename, weft_schema_table *table)
{
    weft_schema_check *checks = weft_maker_array(rename->maker, table->check_count, sizeof(*checks));
    for (size_t i = 0; checks && i < table->check_count; i++) {
        checks[i] = table->checks[i];
        checks[i].expression = renamed_in(rename, checks[i].expression, 0);
    }
    table->checks = checks ? checks : table->checks;
}

/* The column may be one of the key's own (its table is `is_own`), or the one it leads to. */
static void rename_keys(const column_rename *rename, weft_schema_table *table, bool is_own)
{
    weft_schema_foreign_key *keys = weft_maker_array(rename->maker, table->foreign_key_count, sizeof(*keys));
    for (size_t i = 0; keys && i < table->foreign_key_count; i++) {
        weft_schema_foreign_key *key = &keys[i];
        *key = table->foreign_keys[i];
        if (is_own) {
            key->columns = renamed_names(rename, key->columns, key->column_count);
        }
        if (weft_str_equal(key->target_table, rename->table)) {
            key->target_columns = renamed_names(rename, key->target_columns, key->column_count);
        }
    }
    table->foreign_keys = keys ? keys : table->foreign_keys;
}

void weft_renamed_column(
    weft_maker *maker, weft_schema_table *tables, size_t count, size_t at, weft_str from, weft_str to)
{
    weft_schema_table *table = &tables[at];
    const column_rename rename = {.maker = maker, .table = table->name, .from = from, .to = to};
    rename_columns(&rename, table);
    rename_indexes(&rename, table);
    rename_checks(&rename, table);
    table->sql = renamed_in_table(&rename, table->sql);
    for (size_t i = 0; i < count; i++) {
        rename_keys(&rename, &tables[i], i == at);
    }
}

/* Behind the first `word`: the name, which may follow that of a schema. */
static weft_str renamed_behind(weft_maker *maker, weft_str sql, const char *word, weft_str name)
{
    rewriting state = {.sql = sql, .buf = weft_maker_buf(maker)};
    size_t at = 0;
    weft_token token = weft_token_next(sql, &at);
    while (token.kind != WEFT_TOKEN_END && !weft_token_is_word(&token, word)) {
        token = weft_token_next(sql, &at);
    }
    token = weft_token_next(sql, &at);
    size_t behind = at;
    const weft_token dot = weft_token_next(sql, &behind);
    if (weft_token_is_sign(&dot, ".")) {
        token = weft_token_next(sql, &behind);
    }
    if (token.kind != WEFT_TOKEN_END) {
        replace(&state, token.from, token.to, name);
    }
    return rewritten(maker, &state);
}

static weft_str renamed_references(weft_maker *maker, weft_str sql, weft_str from, weft_str to)
{
    rewriting state = {.sql = sql, .buf = weft_maker_buf(maker)};
    size_t at = 0;
    weft_token before = {0};
    for (weft_token token = weft_token_next(sql, &at); token.kind != WEFT_TOKEN_END;
         token = weft_token_next(sql, &at)) {
        if (weft_token_is_word(&before, "references") && weft_token_is_name(&token, from)) {
            replace(&state, token.from, token.to, to);
        }
        before = token;
    }
    return rewritten(maker, &state);
}

static void rename_targets(weft_maker *maker, weft_schema_table *table, weft_str from, weft_str to)
{
    weft_schema_foreign_key *keys = weft_maker_array(maker, table->foreign_key_count, sizeof(*keys));
    for (size_t i = 0; keys && i < table->foreign_key_count; i++) {
        keys[i] = table->foreign_keys[i];
        keys[i].target_table = weft_str_equal(keys[i].target_table, from) ? to : keys[i].target_table;
    }
    table->foreign_keys = keys ? keys : table->foreign_keys;
    table->sql = renamed_references(maker, table->sql, from, to);
}

void weft_renamed_table(weft_maker *maker, weft_schema_table *tables, size_t count, size_t at, weft_str name)
{
    weft_schema_table *table = &tables[at];
    weft_schema_index *indexes = weft_maker_array(maker, table->index_count, sizeof(*indexes));
    weft_schema_trigger *triggers = weft_maker_array(maker, table->trigger_count, sizeof(*triggers));
    if (!indexes || !triggers) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        rename_targets(maker, &tables[i], table->name, name);
    }
    for (size_t i = 0; i < table->index_count; i++) {
        indexes[i] = table->indexes[i];
        indexes[i].sql = renamed_behind(maker, indexes[i].sql, "on", name);
    }
    for (size_t i = 0; i < table->trigger_count; i++) {
        triggers[i] = table->triggers[i];
        triggers[i].sql = renamed_behind(maker, triggers[i].sql, "on", name);
    }
    table->indexes = indexes;
    table->triggers = triggers;
    table->sql = renamed_behind(maker, table->sql, "table", name);
    table->name = name;
}
