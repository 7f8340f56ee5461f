/* What an SQLite file holds. Declared types bind nobody there, so every table is read once and its columns get a type
 * that holds all their values: what the declaration says where the values agree with it, else what they are. */
#include <string.h>

#include "adopt/present.h"
#include "base/buf.h"
#include "sql/render.h"

/* How many values of a column are … */
enum { COUNT_INTEGER, COUNT_REAL, COUNT_TEXT, COUNT_BLOB, COUNT_BOOLEAN, COUNT_TIME, COUNT_JSON, COUNT_COUNT };

static const struct {
    const char *before; /* the column's name */
    const char *after;
} counts_sql[COUNT_COUNT] = {
    {"count(*) FILTER (WHERE typeof(", ") = 'integer')"},
    {"count(*) FILTER (WHERE typeof(", ") = 'real')"},
    {"count(*) FILTER (WHERE typeof(", ") = 'text')"},
    {"count(*) FILTER (WHERE typeof(", ") = 'blob')"},
    {"count(*) FILTER (WHERE ", " IN (0, 1))"},
    {"count(*) FILTER (WHERE ",
     " GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9]Z')"},
    {"count(*) FILTER (WHERE json_valid(", "))"},
};

typedef struct reader {
    weft_connection *connection;
    weft_arena *keep;
    weft_error *error;
} reader;

static weft_str quoted(const reader *r, weft_str name)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, r->keep);
    weft_sql_add_name(&buf, name);
    return buf.failed ? (weft_str){NULL, 0} : weft_buf_str(&buf);
}

static weft_str write_counts(const reader *r, const weft_schema_table *table)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, r->keep);
    for (size_t i = 0; i < table->column_count; i++) {
        const weft_str name = quoted(r, table->columns[i].name);
        buf.failed |= name.data == NULL;
        for (size_t k = 0; k < COUNT_COUNT && name.data != NULL; k++) {
            weft_buf_add_text(&buf, i + k == 0 ? "SELECT " : ", ");
            weft_buf_add_text(&buf, counts_sql[k].before);
            weft_buf_add_str(&buf, name);
            weft_buf_add_text(&buf, counts_sql[k].after);
        }
    }
    weft_buf_add_text(&buf, " FROM ");
    const weft_str from = quoted(r, table->name);
    buf.failed |= from.data == NULL;
    weft_buf_add_str(&buf, from);
    return buf.failed ? (weft_str){NULL, 0} : weft_buf_str(&buf);
}

static weft_code count_values(const reader *r, const weft_schema_table *table, const weft_value **ret_counts)
{
    const size_t width = table->column_count * COUNT_COUNT;
    weft_value_kind *kinds = WEFT_ARENA_ARRAY(r->keep, weft_value_kind, width);
    const weft_statement statement = {
        .sql = write_counts(r, table), .columns = kinds, .column_count = width, .is_once = true};
    if (kinds == NULL || statement.sql.data == NULL) {
        return weft_fail_arena(r->error, r->keep);
    }
    for (size_t i = 0; i < width; i++) {
        kinds[i] = WEFT_VALUE_INTEGER;
    }
    size_t rows = 0;
    return weft_connection_collect(r->connection, &statement, r->keep, ret_counts, &rows, r->error);
}

static bool mentions(weft_str text, const char *word)
{
    const size_t len = strlen(word);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.data + i, word, len) == 0) {
            return true;
        }
    }
    return false;
}

/* What a declaration, in lower case, asks for; 0: nothing that weft knows. SQLite's own rules come last, as there. */
static weft_type declared_type(weft_str declared)
{
    static const struct {
        const char *word;
        weft_type type;
    } words[] = {
        {"bool", WEFT_TYPE_BOOLEAN},
        {"json", WEFT_TYPE_JSON},
        {"datetime", WEFT_TYPE_DATE_TIME},
        {"timestamp", WEFT_TYPE_DATE_TIME},
        {"date", WEFT_TYPE_DATE_TIME},
        {"decimal", WEFT_TYPE_FLOAT},
        {"numeric", WEFT_TYPE_FLOAT},
        {"int", WEFT_TYPE_NUMBER},
        {"char", WEFT_TYPE_TEXT},
        {"clob", WEFT_TYPE_TEXT},
        {"text", WEFT_TYPE_TEXT},
        {"uuid", WEFT_TYPE_TEXT},
        {"time", WEFT_TYPE_TEXT},
        {"real", WEFT_TYPE_FLOAT},
        {"floa", WEFT_TYPE_FLOAT},
        {"doub", WEFT_TYPE_FLOAT},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(words); i++) {
        if (mentions(declared, words[i].word)) {
            return words[i].type;
        }
    }
    return 0;
}

static int64_t count_of(const weft_value *counts, size_t which)
{
    return counts[which].as.integer;
}

static bool holds_all(weft_type type, const weft_value *counts)
{
    int64_t all = 0;
    for (size_t i = COUNT_INTEGER; i <= COUNT_BLOB; i++) {
        all += count_of(counts, i);
    }
    switch (type) {
    case WEFT_TYPE_NUMBER:
        return count_of(counts, COUNT_INTEGER) == all;
    case WEFT_TYPE_FLOAT:
        return count_of(counts, COUNT_INTEGER) + count_of(counts, COUNT_REAL) == all;
    case WEFT_TYPE_BOOLEAN:
        return count_of(counts, COUNT_BOOLEAN) == all && count_of(counts, COUNT_INTEGER) == all;
    case WEFT_TYPE_TEXT:
        return count_of(counts, COUNT_TEXT) == all;
    case WEFT_TYPE_JSON:
        return count_of(counts, COUNT_JSON) == all && count_of(counts, COUNT_TEXT) == all;
    case WEFT_TYPE_DATE_TIME:
        /* Nobody can tell how the first time will be written, so a column without one is none. */
        return all > 0 && count_of(counts, COUNT_TIME) == all;
    case WEFT_TYPE_ID:
    case WEFT_TYPE_BIG_NUMBER:
    case WEFT_TYPE_ARRAY:
    case WEFT_TYPE_ENUM:
    case WEFT_TYPE_AUTOINCREMENT:
        break;
    }
    return false;
}

static void settle_type(const weft_schema_column *from, const weft_value *counts, weft_present_column *column)
{
    static const weft_type others[] = {WEFT_TYPE_TEXT, WEFT_TYPE_NUMBER, WEFT_TYPE_FLOAT};
    const weft_type declared = declared_type(from->type);
    if (declared == 0) {
        column->problem = from->type.len == 0 ? "it is declared without a type" : "no type of weft holds its values";
        return;
    }
    if (holds_all(declared, counts)) {
        column->type = declared;
        return;
    }
    for (size_t i = 0; i < WEFT_COUNT_OF(others); i++) {
        if (holds_all(others[i], counts)) {
            column->type = others[i];
            column->note =
                declared == WEFT_TYPE_DATE_TIME
                    ? "its values are no ISO 8601 times with milliseconds in UTC, so they are read as they are"
                    : "its values are not what its declared type says";
            return;
        }
    }
    column->problem = "its values are of several kinds";
}

static weft_code add_columns(const reader *r, const weft_schema_table *from, weft_present_table *table)
{
    weft_present_column *columns = WEFT_ARENA_ARRAY(r->keep, weft_present_column, from->column_count);
    const weft_value *counts = NULL;
    if (columns == NULL) {
        return weft_fail_arena(r->error, r->keep);
    }
    WEFT_TRY(from->column_count > 0 ? count_values(r, from, &counts) : WEFT_OK);
    size_t key_count = 0;
    for (size_t i = 0; i < from->column_count; i++) {
        key_count += from->columns[i].key_position > 0;
    }
    for (size_t i = 0; counts != NULL && i < from->column_count; i++) {
        const weft_schema_column *column = &from->columns[i];
        columns[i] = (weft_present_column){.name = column->name,
                                           .native = column->type,
                                           .is_key = column->key_position > 0,
                                           .is_nullable = column->is_nullable && column->key_position == 0};
        settle_type(column, counts + i * COUNT_COUNT, &columns[i]);
        /* The row's own number. */
        if (columns[i].is_key && key_count == 1 && weft_str_equal_text(column->type, "integer")) {
            columns[i].type = WEFT_TYPE_AUTOINCREMENT;
        }
    }
    table->columns = columns;
    table->column_count = from->column_count;
    return WEFT_OK;
}

static weft_code add_uniques(const reader *r, const weft_schema_table *from, weft_present_table *table)
{
    weft_present_unique *uniques = WEFT_ARENA_ARRAY(r->keep, weft_present_unique, from->index_count + 1);
    weft_str *keys = WEFT_ARENA_ARRAY(r->keep, weft_str, from->column_count);
    if (uniques == NULL || keys == NULL) {
        return weft_fail_arena(r->error, r->keep);
    }
    size_t key_count = 0;
    for (size_t i = 0; i < from->column_count; i++) {
        if (from->columns[i].key_position > 0) {
            keys[from->columns[i].key_position - 1] = from->columns[i].name;
            key_count++;
        }
    }
    if (key_count > 0) {
        uniques[table->unique_count++] =
            (weft_present_unique){.columns = keys, .column_count = key_count, .is_primary = true};
    }
    for (size_t i = 0; i < from->index_count; i++) {
        const weft_schema_index *index = &from->indexes[i];
        bool is_whole = index->is_unique;
        for (size_t k = 0; k < index->column_count; k++) {
            is_whole = is_whole && index->columns[k].len > 0;
        }
        const bool is_live = weft_str_equal_text(index->where_sql, "deleted_at IS NULL") ||
                             weft_str_equal_text(index->where_sql, "\"deleted_at\" IS NULL");
        if (is_whole && (index->where_sql.len == 0 || is_live)) {
            uniques[table->unique_count++] = (weft_present_unique){
                .columns = index->columns, .column_count = index->column_count, .is_live_only = is_live};
        }
    }
    table->uniques = uniques;
    return WEFT_OK;
}

/* A foreign key that names no columns of its target means its primary key. */
static const weft_str *target_columns(const weft_schema *schema, const weft_schema_foreign_key *key, const reader *r)
{
    if (key->target_columns[0].len > 0) {
        return key->target_columns;
    }
    weft_str *names = WEFT_ARENA_ARRAY(r->keep, weft_str, key->column_count);
    for (size_t t = 0; names != NULL && t < schema->table_count; t++) {
        const weft_schema_table *target = &schema->tables[t];
        for (size_t i = 0; weft_str_equal(target->name, key->target_table) && i < target->column_count; i++) {
            const uint32_t place = target->columns[i].key_position;
            if (place > 0 && place <= key->column_count) {
                names[place - 1] = target->columns[i].name;
            }
        }
    }
    return names;
}

static weft_code add_foreign_keys(const reader *r,
                                  const weft_schema *schema,
                                  const weft_schema_table *from,
                                  weft_present_table *table)
{
    weft_present_foreign_key *keys = WEFT_ARENA_ARRAY(r->keep, weft_present_foreign_key, from->foreign_key_count);
    for (size_t i = 0; keys != NULL && i < from->foreign_key_count; i++) {
        const weft_schema_foreign_key *key = &from->foreign_keys[i];
        keys[i] = (weft_present_foreign_key){.columns = key->columns,
                                             .target_columns = target_columns(schema, key, r),
                                             .column_count = key->column_count,
                                             .target_table = key->target_table};
        if (keys[i].target_columns == NULL) {
            return weft_fail_arena(r->error, r->keep);
        }
    }
    table->foreign_keys = keys;
    table->foreign_key_count = keys != NULL ? from->foreign_key_count : 0;
    return keys != NULL ? WEFT_OK : weft_fail_arena(r->error, r->keep);
}

weft_code weft_present_read_sqlite(weft_connection *connection,
                                   weft_arena *keep,
                                   weft_present *present,
                                   weft_error *error)
{
    const reader r = {.connection = connection, .keep = keep, .error = error};
    const weft_schema *schema = NULL;
    WEFT_TRY(weft_connection_inspect(connection, keep, &schema, error));
    weft_present_table *tables = WEFT_ARENA_ARRAY(keep, weft_present_table, schema->table_count);
    if (tables == NULL) {
        return weft_fail_arena(error, keep);
    }
    for (size_t i = 0; i < schema->table_count; i++) {
        const weft_schema_table *from = &schema->tables[i];
        tables[i] = (weft_present_table){.schema = {"", 0}, .name = from->name, .is_view = from->is_view};
        WEFT_TRY(add_columns(&r, from, &tables[i]));
        WEFT_TRY(add_uniques(&r, from, &tables[i]));
        WEFT_TRY(add_foreign_keys(&r, schema, from, &tables[i]));
    }
    present->tables = tables;
    present->table_count = schema->table_count;
    return WEFT_OK;
}
