/* What the current schema of a PostgreSQL database holds, read from the system catalogs in one round trip: columns,
 * indexes, foreign keys and checks of every table and view, each as one list ordered by table. */
#include <string.h>

#include "store/postgres.h"

enum { LIST_COLUMNS, LIST_INDEXES, LIST_FOREIGN_KEYS, LIST_CHECKS, LIST_TRIGGERS, LIST_COUNT };

#define IN_SCHEMA                                                                                                      \
    " JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = current_schema()"                               \
    " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"

/* Kinds of the columns: t(ext) i(nteger) b(oolean). Lists are ordered bytewise by table, and then as the schema wants
 * them. An identity column has no default, but counts as one of nextval() does. */
static const struct {
    const char *sql;
    const char *kinds;
} queries[LIST_COUNT] = {
    [LIST_COLUMNS] =
        {"SELECT c.relname, c.relkind IN ('v', 'm'), a.attname, format_type(a.atttypid, a.atttypmod),"
         " NOT a.attnotnull, CASE WHEN a.attidentity <> '' THEN format('nextval(%L)',"
         " pg_get_serial_sequence(c.oid::regclass::text, a.attname)) ELSE pg_get_expr(d.adbin, d.adrelid) END,"
         " coalesce(k.place, 0), o.collname,"
         " c.relkind IN ('p', 'f') OR EXISTS (SELECT FROM pg_inherits AS h WHERE h.inhrelid = c.oid)"
         " FROM pg_class AS c"
         " LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
         " LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum AND a.attgenerated = ''"
         " LEFT JOIN pg_type AS t ON t.oid = a.atttypid"
         " LEFT JOIN pg_collation AS o ON o.oid = a.attcollation AND a.attcollation <> t.typcollation"
         " LEFT JOIN LATERAL (SELECT u.place FROM pg_index AS i"
         " CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS u(attnum, place)"
         " WHERE i.indrelid = c.oid AND i.indisprimary AND u.attnum = a.attnum AND u.place <= i.indnkeyatts) AS k"
         " ON true" IN_SCHEMA " ORDER BY c.relname COLLATE \"C\", a.attnum",
         "tbttbtitb"},
    [LIST_INDEXES] =
        {"SELECT c.relname, x.relname, i.indisunique, EXISTS (SELECT FROM pg_constraint AS k"
         " WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')), pg_get_expr(i.indpred, i.indrelid),"
         " pg_get_indexdef(i.indexrelid), obj_description(i.indexrelid, 'pg_class'), coalesce(a.attname, ''),"
         " u.place > i.indnkeyatts"
         " FROM pg_class AS c JOIN pg_index AS i ON i.indrelid = c.oid JOIN pg_class AS x ON x.oid = i.indexrelid"
         " CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS u(attnum, place)"
         " LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.attnum AND u.attnum > 0" IN_SCHEMA
         " ORDER BY c.relname COLLATE \"C\", x.relname COLLATE \"C\", u.place",
         "ttbbttttb"},
    [LIST_FOREIGN_KEYS] = {"SELECT c.relname, k.conname, a.attname, f.attname, g.relname"
                           " FROM pg_class AS c JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'f'"
                           " JOIN pg_class AS g ON g.oid = k.confrelid"
                           " CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(here, there, place)"
                           " JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.here"
                           " JOIN pg_attribute AS f ON f.attrelid = k.confrelid AND f.attnum = u.there" IN_SCHEMA
                           " ORDER BY c.relname COLLATE \"C\", k.conname COLLATE \"C\", u.place",
                           "ttttt"},
    [LIST_CHECKS] =
        {"SELECT c.relname, k.conname, pg_get_expr(k.conbin, k.conrelid), obj_description(k.oid, 'pg_constraint')"
         " FROM pg_class AS c JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'c'" IN_SCHEMA
         " ORDER BY c.relname COLLATE \"C\", k.conname COLLATE \"C\"",
         "tttt"},
    [LIST_TRIGGERS] =
        {"SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid), obj_description(t.oid, 'pg_trigger'), f.proname,"
         " t.tgenabled NOT IN ('O', 'A'), pg_get_functiondef(f.oid)"
         " FROM pg_class AS c JOIN pg_trigger AS t ON t.tgrelid = c.oid AND NOT t.tgisinternal"
         " JOIN pg_proc AS f ON f.oid = t.tgfoid" IN_SCHEMA " ORDER BY c.relname COLLATE \"C\", t.tgname COLLATE \"C\"",
         "tttttbt"},
};

#define KINDS_MAX 9

/* One list: rows of `width` values. */
typedef struct fact_list {
    WEFT_VEC(weft_value) values;
    size_t width;
    size_t count;
} fact_list;

typedef struct inspection {
    weft_arena *keep;
    fact_list lists[LIST_COUNT];
} inspection;

static weft_str text_at(const fact_list *list, size_t row, size_t column)
{
    const weft_value *value = &list->values.items[row * list->width + column];
    return value->kind == WEFT_VALUE_TEXT ? value->as.text : (weft_str){"", 0};
}

static bool flag_at(const fact_list *list, size_t row, size_t column)
{
    const weft_value *value = &list->values.items[row * list->width + column];
    return value->kind == WEFT_VALUE_BOOLEAN && value->as.boolean;
}

static bool is_same_text(const fact_list *list, size_t a, size_t b, size_t column)
{
    return weft_str_equal(text_at(list, a, column), text_at(list, b, column));
}

static weft_code read_list(weft_rows *rows, weft_arena *keep, fact_list *list, weft_error *error)
{
    const weft_value *values = NULL;
    WEFT_TRY(weft_rows_next(rows, &values, error));
    while (values != NULL) {
        for (size_t i = 0; i < list->width; i++) {
            weft_value value = {.kind = WEFT_VALUE_NULL};
            if (!weft_value_copy(keep, values[i], &value) || !weft_vec_push(keep, &list->values, value)) {
                return weft_fail_arena(error, keep);
            }
        }
        list->count++;
        WEFT_TRY(weft_rows_next(rows, &values, error));
    }
    return WEFT_OK;
}

static weft_code read_lists(weft_connection *connection, inspection *in, weft_error *error)
{
    weft_value_kind kinds[LIST_COUNT][KINDS_MAX];
    weft_statement statements[LIST_COUNT];
    weft_rows *rows[LIST_COUNT];
    for (size_t i = 0; i < LIST_COUNT; i++) {
        const char *letters = queries[i].kinds;
        in->lists[i].width = strlen(letters);
        for (size_t j = 0; letters[j] != '\0'; j++) {
            kinds[i][j] = letters[j] == 't'   ? WEFT_VALUE_TEXT
                          : letters[j] == 'i' ? WEFT_VALUE_INTEGER
                                              : WEFT_VALUE_BOOLEAN;
        }
        statements[i] = (weft_statement){
            .sql = weft_str_from(queries[i].sql), .columns = kinds[i], .column_count = in->lists[i].width};
    }
    WEFT_TRY(weft_connection_run(connection, statements, LIST_COUNT, rows, error));
    weft_code code = WEFT_OK;
    for (size_t i = 0; i < LIST_COUNT; i++) {
        code = code == WEFT_OK ? read_list(rows[i], in->keep, &in->lists[i], error) : code;
    }
    for (size_t i = 0; i < LIST_COUNT; i++) {
        weft_rows_close(rows[i]);
    }
    return code;
}

/* The types' names as DDL writes them: SQL's long ones are nobody's. */
static weft_str short_type(weft_str type, weft_arena *keep)
{
    static const struct {
        const char *name_long;
        const char *name_short;
    } names[] = {{"timestamp with time zone", "timestamptz"},
                 {"timestamp without time zone", "timestamp"},
                 {"character varying", "varchar"},
                 {"character", "char"}};
    for (size_t i = 0; i < WEFT_COUNT_OF(names); i++) {
        const weft_str start = weft_str_from(names[i].name_long);
        const weft_str rest = weft_str_slice(type, start.len, type.len);
        if (weft_str_starts_with(type, start) && (rest.len == 0 || rest.data[0] == '(' || rest.data[0] == '[')) {
            return weft_str_format(keep, "%s%.*s", names[i].name_short, WEFT_STR_ARG(rest));
        }
    }
    return type;
}

/* How many rows from `from` on belong to the same table, or index, as it does. */
static size_t run_length(const fact_list *list, size_t from, size_t columns_equal)
{
    size_t count = 1;
    while (from + count < list->count) {
        for (size_t column = 0; column < columns_equal; column++) {
            if (!is_same_text(list, from, from + count, column)) {
                return count;
            }
        }
        count++;
    }
    return count;
}

static bool add_columns(const inspection *in, size_t from, size_t count, weft_schema_table *table)
{
    const fact_list *list = &in->lists[LIST_COLUMNS];
    weft_schema_column *columns = WEFT_ARENA_ARRAY(in->keep, weft_schema_column, count);
    if (columns == NULL) {
        return false;
    }
    table->columns = columns;
    for (size_t i = from; i < from + count; i++) {
        if (text_at(list, i, 2).len == 0) {
            continue; /* a table without columns */
        }
        const weft_schema_column column = {.name = text_at(list, i, 2),
                                           .type = short_type(text_at(list, i, 3), in->keep),
                                           .is_nullable = flag_at(list, i, 4),
                                           .default_sql = text_at(list, i, 5),
                                           .key_position = (uint32_t)list->values.items[i * list->width + 6].as.integer,
                                           .collation = text_at(list, i, 7)};
        if (column.type.data == NULL) {
            return false;
        }
        columns[table->column_count++] = column;
    }
    return true;
}

/* The columns of one index: first those of the key, then the included ones. */
static bool add_index(const inspection *in, size_t from, size_t count, weft_schema_index *index)
{
    const fact_list *list = &in->lists[LIST_INDEXES];
    weft_str *names = WEFT_ARENA_ARRAY(in->keep, weft_str, count);
    if (names == NULL) {
        return false;
    }
    *index = (weft_schema_index){.name = text_at(list, from, 1),
                                 .columns = names,
                                 .is_unique = flag_at(list, from, 2),
                                 .is_primary = flag_at(list, from, 3),
                                 .where_sql = text_at(list, from, 4),
                                 .sql = text_at(list, from, 5),
                                 .comment = text_at(list, from, 6)};
    for (size_t i = 0; i < count; i++) {
        names[i] = text_at(list, from + i, 7);
        index->column_count += !flag_at(list, from + i, 8);
    }
    index->including = names + index->column_count;
    index->including_count = count - index->column_count;
    return true;
}

static bool add_foreign_key(const inspection *in, size_t from, size_t count, weft_schema_foreign_key *key)
{
    const fact_list *list = &in->lists[LIST_FOREIGN_KEYS];
    weft_str *names = WEFT_ARENA_ARRAY(in->keep, weft_str, count * 2);
    if (names == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = text_at(list, from + i, 2);
        names[count + i] = text_at(list, from + i, 3);
    }
    *key = (weft_schema_foreign_key){.name = text_at(list, from, 1),
                                     .columns = names,
                                     .target_columns = names + count,
                                     .column_count = count,
                                     .target_table = text_at(list, from, 4)};
    return true;
}

/* The rows of `list` about `table`, starting at *at, which moves behind them. */
static size_t rows_of_table(const fact_list *list, weft_str table, size_t *at)
{
    const size_t from = *at;
    while (*at < list->count && weft_str_equal(text_at(list, *at, 0), table)) {
        (*at)++;
    }
    return *at - from;
}

static bool add_indexes(const inspection *in, size_t *at, weft_schema_table *table)
{
    const fact_list *list = &in->lists[LIST_INDEXES];
    size_t from = *at;
    const size_t count = rows_of_table(list, table->name, at);
    weft_schema_index *indexes = WEFT_ARENA_ARRAY(in->keep, weft_schema_index, count);
    table->indexes = indexes;
    for (; indexes != NULL && from < *at; table->index_count++) {
        const size_t columns = run_length(list, from, 2);
        if (!add_index(in, from, columns, &indexes[table->index_count])) {
            return false;
        }
        from += columns;
    }
    return indexes != NULL;
}

static bool add_foreign_keys(const inspection *in, size_t *at, weft_schema_table *table)
{
    const fact_list *list = &in->lists[LIST_FOREIGN_KEYS];
    size_t from = *at;
    const size_t count = rows_of_table(list, table->name, at);
    weft_schema_foreign_key *keys = WEFT_ARENA_ARRAY(in->keep, weft_schema_foreign_key, count);
    table->foreign_keys = keys;
    for (; keys != NULL && from < *at; table->foreign_key_count++) {
        const size_t columns = run_length(list, from, 2);
        if (!add_foreign_key(in, from, columns, &keys[table->foreign_key_count])) {
            return false;
        }
        from += columns;
    }
    return keys != NULL;
}

static bool add_checks(const inspection *in, size_t *at, weft_schema_table *table)
{
    const fact_list *list = &in->lists[LIST_CHECKS];
    const size_t from = *at;
    const size_t count = rows_of_table(list, table->name, at);
    weft_schema_check *checks = WEFT_ARENA_ARRAY(in->keep, weft_schema_check, count);
    for (size_t i = 0; checks != NULL && i < count; i++) {
        checks[i] = (weft_schema_check){.name = text_at(list, from + i, 1),
                                        .expression = text_at(list, from + i, 2),
                                        .comment = text_at(list, from + i, 3)};
    }
    table->checks = checks;
    table->check_count = count;
    return checks != NULL;
}

static bool add_triggers(const inspection *in, size_t *at, weft_schema_table *table)
{
    const fact_list *list = &in->lists[LIST_TRIGGERS];
    const size_t from = *at;
    const size_t count = rows_of_table(list, table->name, at);
    weft_schema_trigger *triggers = WEFT_ARENA_ARRAY(in->keep, weft_schema_trigger, count);
    for (size_t i = 0; triggers != NULL && i < count; i++) {
        triggers[i] = (weft_schema_trigger){.name = text_at(list, from + i, 1),
                                            .sql = text_at(list, from + i, 2),
                                            .comment = text_at(list, from + i, 3),
                                            .function = text_at(list, from + i, 4),
                                            .is_disabled = flag_at(list, from + i, 5),
                                            .function_sql = text_at(list, from + i, 6)};
    }
    table->triggers = triggers;
    table->trigger_count = count;
    return triggers != NULL;
}

static bool make_schema(const inspection *in, weft_schema *schema)
{
    const fact_list *columns = &in->lists[LIST_COLUMNS];
    size_t at[LIST_COUNT] = {0};
    weft_schema_table *tables = WEFT_ARENA_ARRAY(in->keep, weft_schema_table, columns->count);
    schema->tables = tables;
    for (size_t from = 0; tables != NULL && from < columns->count; schema->table_count++) {
        const size_t count = run_length(columns, from, 1);
        weft_schema_table *table = &tables[schema->table_count];
        table->name = text_at(columns, from, 0);
        table->is_view = flag_at(columns, from, 1);
        table->is_shared = flag_at(columns, from, 8);
        if (!add_columns(in, from, count, table) || !add_indexes(in, &at[LIST_INDEXES], table) ||
            !add_foreign_keys(in, &at[LIST_FOREIGN_KEYS], table) || !add_checks(in, &at[LIST_CHECKS], table) ||
            !add_triggers(in, &at[LIST_TRIGGERS], table)) {
            return false;
        }
        from += count;
    }
    return tables != NULL;
}

/* Definitions are written out as the database is now, not as the transaction sees it: one that another transaction has
 * dropped since is an internal error there, and here a reason to begin anew. */
static weft_code read_lists_or_busy(weft_connection *connection, inspection *in, weft_error *error)
{
    weft_error cause = {0};
    const weft_code code = read_lists(connection, in, &cause);
    if (code == WEFT_STORE_ERROR && strcmp(cause.sqlstate, "XX000") == 0) {
        weft_fail(error, WEFT_STORE_BUSY, "something was dropped while the schema was being read");
        weft_error_set_detail(error, "%s", cause.detail);
        return WEFT_STORE_BUSY;
    }
    if (code != WEFT_OK && error != NULL) {
        *error = cause;
    }
    return code;
}

weft_code weft_postgres_inspect(weft_connection *connection,
                                void *keep,
                                const weft_schema **ret_schema,
                                weft_error *error)
{
    inspection in = {.keep = keep};
    WEFT_TRY(read_lists_or_busy(connection, &in, error));
    weft_schema *schema = WEFT_ARENA_NEW(keep, weft_schema);
    if (schema == NULL || !make_schema(&in, schema)) {
        return weft_fail_arena(error, in.keep);
    }
    *ret_schema = schema;
    return WEFT_OK;
}
