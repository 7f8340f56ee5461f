/* What an SQLite file holds, read with pragma functions and from the CREATE texts that SQLite keeps.
 *
 * A view that cannot be resolved any more (its table is gone) has no columns; everything else that fails, fails. */
#include <string.h>

#include "store/sqlite.h"
#include "store/sqlite_text.h"

/* The work at hand: everything lives in `keep`. */
typedef struct inspection {
    weft_sqlite *sqlite;
    weft_arena *keep;
    weft_error *error;
} inspection;

typedef struct table_rows {
    const weft_value *values;
    size_t count;
} table_rows;

/* Column kinds are written as a text: one letter a column, t(ext) i(nteger) b(oolean). */
static weft_code ask(const inspection *in, const char *sql, const char *kinds, weft_str argument, table_rows *ret_rows)
{
    weft_value_kind columns[8];
    const size_t count = strlen(kinds);
    for (size_t i = 0; i < count; i++) {
        columns[i] = kinds[i] == 't' ? WEFT_VALUE_TEXT : kinds[i] == 'i' ? WEFT_VALUE_INTEGER : WEFT_VALUE_BOOLEAN;
    }
    const weft_param param = {.type = WEFT_VALUE_TEXT, .value = {.kind = WEFT_VALUE_TEXT, .as.text = argument}};
    const weft_statement statement = {.sql = weft_str_from(sql),
                                      .params = &param,
                                      .param_count = argument.data ? 1 : 0,
                                      .columns = columns,
                                      .column_count = count};
    return weft_connection_collect(
        (weft_connection *)(void *)in->sqlite, &statement, in->keep, &ret_rows->values, &ret_rows->count, in->error);
}

static weft_str text_at(const weft_value *value)
{
    return value->kind == WEFT_VALUE_TEXT ? value->as.text : (weft_str){"", 0};
}

static weft_str lower(weft_str text, weft_arena *keep)
{
    const weft_str copy = weft_str_copy(keep, text);
    char *bytes = copy.data ? weft_arena_alloc(keep, copy.len + 1) : NULL;
    for (size_t i = 0; bytes != NULL && i < copy.len; i++) {
        const char byte = copy.data[i];
        bytes[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
    }
    return (weft_str){bytes, copy.len};
}

static weft_str collation_of(const inspection *in, weft_str table, weft_str column)
{
    const char *collation = NULL;
    /* Texts collected from rows end in a NUL. */
    if (sqlite3_table_column_metadata(
            in->sqlite->db, "main", table.data, column.data, NULL, &collation, NULL, NULL, NULL) != SQLITE_OK ||
        collation == NULL || strcmp(collation, "BINARY") == 0) {
        return (weft_str){"", 0};
    }
    return weft_str_copy(in->keep, weft_str_from(collation));
}

static weft_code read_columns(const inspection *in, weft_schema_table *table)
{
    table_rows rows = {NULL, 0};
    const weft_code code = ask(in,
                               "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_xinfo(?1)"
                               " WHERE hidden <> 1 ORDER BY cid",
                               "ttbti",
                               table->name,
                               &rows);
    if (code != WEFT_OK) {
        return table->is_view && code != WEFT_NO_MEMORY ? WEFT_OK : code;
    }
    weft_schema_column *columns = WEFT_ARENA_ARRAY(in->keep, weft_schema_column, rows.count);
    if (columns == NULL) {
        return weft_fail_arena(in->error, in->keep);
    }
    for (size_t i = 0; i < rows.count; i++) {
        const weft_value *row = rows.values + i * 5;
        columns[i] = (weft_schema_column){
            .name = text_at(&row[0]),
            .type = lower(text_at(&row[1]), in->keep),
            .is_nullable = !row[2].as.boolean,
            .default_sql = text_at(&row[3]),
            .key_position = (uint32_t)row[4].as.integer,
            .collation = table->is_view ? (weft_str){"", 0} : collation_of(in, table->name, text_at(&row[0]))};
        if (columns[i].type.data == NULL || columns[i].collation.data == NULL) {
            return weft_fail_arena(in->error, in->keep);
        }
    }
    table->columns = columns;
    table->column_count = rows.count;
    return WEFT_OK;
}

/* Texts of the first column. An expression in an index has no name: it is the empty text. */
static weft_code read_texts(
    const inspection *in, const char *sql, weft_str argument, const weft_str **ret_texts, size_t *ret_count)
{
    table_rows rows = {NULL, 0};
    WEFT_TRY(ask(in, sql, "t", argument, &rows));
    weft_str *texts = WEFT_ARENA_ARRAY(in->keep, weft_str, rows.count);
    if (texts == NULL) {
        return weft_fail_arena(in->error, in->keep);
    }
    for (size_t i = 0; i < rows.count; i++) {
        texts[i] = text_at(&rows.values[i]);
    }
    *ret_texts = texts;
    *ret_count = rows.count;
    return WEFT_OK;
}

static weft_code read_indexes(const inspection *in, weft_schema_table *table)
{
    table_rows rows = {NULL, 0};
    WEFT_TRY(ask(in,
                 "SELECT l.name, l.\"unique\", l.origin <> 'c', s.sql FROM pragma_index_list(?1) AS l"
                 " LEFT JOIN sqlite_schema AS s ON s.type = 'index' AND s.name = l.name ORDER BY l.name",
                 "tbbt",
                 table->name,
                 &rows));
    weft_schema_index *indexes = WEFT_ARENA_ARRAY(in->keep, weft_schema_index, rows.count);
    if (indexes == NULL) {
        return weft_fail_arena(in->error, in->keep);
    }
    for (size_t i = 0; i < rows.count; i++) {
        const weft_value *row = rows.values + i * 4;
        weft_schema_index *index = &indexes[i];
        index->name = text_at(&row[0]);
        index->is_unique = row[1].as.boolean;
        index->is_primary = row[2].as.boolean;
        index->sql = text_at(&row[3]);
        index->where_sql = weft_sqlite_index_where(index->sql);
        WEFT_TRY(read_texts(in,
                            "SELECT name FROM pragma_index_info(?1) ORDER BY seqno",
                            index->name,
                            &index->columns,
                            &index->column_count));
    }
    table->indexes = indexes;
    table->index_count = rows.count;
    return WEFT_OK;
}

static size_t count_of_key(const table_rows *rows, size_t from)
{
    size_t count = 1;
    while (from + count < rows->count &&
           rows->values[(from + count) * 4].as.integer == rows->values[from * 4].as.integer) {
        count++;
    }
    return count;
}

static weft_code read_foreign_keys(const inspection *in, weft_schema_table *table)
{
    table_rows rows = {NULL, 0};
    WEFT_TRY(ask(in,
                 "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1) ORDER BY id, seq",
                 "ittt",
                 table->name,
                 &rows));
    weft_schema_foreign_key *keys = WEFT_ARENA_ARRAY(in->keep, weft_schema_foreign_key, rows.count);
    weft_str *names = WEFT_ARENA_ARRAY(in->keep, weft_str, rows.count * 2);
    if (keys == NULL || names == NULL) {
        return weft_fail_arena(in->error, in->keep);
    }
    table->foreign_keys = keys;
    for (size_t from = 0; from < rows.count;) {
        const size_t count = count_of_key(&rows, from);
        for (size_t i = 0; i < count; i++) {
            names[from * 2 + i] = text_at(&rows.values[(from + i) * 4 + 2]);
            names[from * 2 + count + i] = text_at(&rows.values[(from + i) * 4 + 3]);
        }
        keys[table->foreign_key_count++] =
            (weft_schema_foreign_key){.columns = names + from * 2,
                                      .target_columns = names + from * 2 + count,
                                      .column_count = count,
                                      .target_table = text_at(&rows.values[from * 4 + 1])};
        from += count;
    }
    return WEFT_OK;
}

static weft_code read_triggers(const inspection *in, weft_schema_table *table)
{
    table_rows rows = {NULL, 0};
    WEFT_TRY(ask(in,
                 "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 ORDER BY name",
                 "tt",
                 table->name,
                 &rows));
    weft_schema_trigger *triggers = WEFT_ARENA_ARRAY(in->keep, weft_schema_trigger, rows.count);
    if (triggers == NULL) {
        return weft_fail_arena(in->error, in->keep);
    }
    for (size_t i = 0; i < rows.count; i++) {
        triggers[i].name = text_at(&rows.values[i * 2]);
        triggers[i].sql = text_at(&rows.values[i * 2 + 1]);
    }
    table->triggers = triggers;
    table->trigger_count = rows.count;
    return WEFT_OK;
}

static weft_code read_table(const inspection *in, weft_schema_table *table)
{
    WEFT_TRY(read_columns(in, table));
    WEFT_TRY(read_triggers(in, table));
    if (table->is_view) {
        return WEFT_OK;
    }
    WEFT_TRY(read_indexes(in, table));
    WEFT_TRY(read_foreign_keys(in, table));
    return weft_sqlite_table_checks(table->sql, in->keep, &table->checks, &table->check_count)
               ? WEFT_OK
               : weft_fail_arena(in->error, in->keep);
}

weft_code weft_sqlite_inspect(weft_connection *connection,
                              void *keep,
                              const weft_schema **ret_schema,
                              weft_error *error)
{
    const inspection in = {.sqlite = weft_sqlite_of(connection), .keep = keep, .error = error};
    table_rows rows = {NULL, 0};
    /* Shadow tables belong to a virtual table and are nobody's to change. */
    WEFT_TRY(ask(&in,
                 "SELECT s.name, s.type = 'view', s.sql FROM sqlite_schema AS s"
                 " JOIN pragma_table_list AS l ON l.name = s.name AND l.schema = 'main' AND l.type <> 'shadow'"
                 " WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY s.name",
                 "tbt",
                 (weft_str){NULL, 0},
                 &rows));
    weft_schema *schema = WEFT_ARENA_NEW(keep, weft_schema);
    weft_schema_table *tables = WEFT_ARENA_ARRAY(keep, weft_schema_table, rows.count);
    if (schema == NULL || tables == NULL) {
        return weft_fail_arena(error, keep);
    }
    for (size_t i = 0; i < rows.count; i++) {
        tables[i].name = text_at(&rows.values[i * 3]);
        tables[i].is_view = rows.values[i * 3 + 1].as.boolean;
        tables[i].sql = text_at(&rows.values[i * 3 + 2]);
        WEFT_TRY(read_table(&in, &tables[i]));
    }
    *schema = (weft_schema){.tables = tables, .table_count = rows.count};
    *ret_schema = schema;
    return WEFT_OK;
}
