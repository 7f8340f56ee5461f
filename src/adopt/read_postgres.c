/* What a PostgreSQL database holds in all its schemas, read from the system catalogs: no row of a user's table is
 * looked at. A domain counts as the type it stands on. */
#include <string.h>

#include "adopt/present.h"
#include "adopt/types.h"
#include "base/buf.h"
#include "base/vec.h"
#include "sql/render.h"

/* Tables, views and partitioned tables of every schema that is neither the system's nor a partition's part; what
 * extensions brought along is theirs. The schema is told as empty where a bare name finds it. */
#define OF_USERS                                                                                                       \
    " JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname <> 'information_schema'"                          \
    " AND n.nspname !~ '^pg_' WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition"                   \
    " AND NOT EXISTS (SELECT FROM pg_depend AS x WHERE x.objid = c.oid AND x.deptype = 'e')"
#define SCHEMA         "CASE WHEN n.nspname = current_schema() THEN '' ELSE n.nspname END COLLATE \"C\""
#define IN_TABLE_ORDER " ORDER BY " SCHEMA ", c.relname COLLATE \"C\""

/* t(ext) i(nteger) b(oolean), one letter a column. Each list begins with schema and table. */
static const char columns_sql[] =
    "SELECT " SCHEMA ", c.relname, c.relkind IN ('v', 'm'), a.attname, format_type(a.atttypid, a.atttypmod),"
    " b.typname, CASE WHEN bn.nspname IN ('pg_catalog', current_schema()) THEN '' ELSE bn.nspname END, b.typtype::text,"
    " NOT a.attnotnull, coalesce(a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false),"
    " (SELECT string_agg(l.enumlabel, chr(31) ORDER BY l.enumsortorder) FROM pg_enum AS l WHERE l.enumtypid = b.oid),"
    " e.typname, coalesce(e.typtype::text, '')"
    " FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " JOIN pg_type AS t ON t.oid = a.atttypid"
    " JOIN pg_type AS b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END"
    " JOIN pg_namespace AS bn ON bn.oid = b.typnamespace"
    " LEFT JOIN pg_type AS e ON e.oid = b.typelem AND b.typcategory = 'A'"
    " LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum AND a.attgenerated = ''" OF_USERS
        IN_TABLE_ORDER ", a.attnum";

static const char uniques_sql[] =
    "SELECT " SCHEMA ", c.relname, x.relname, i.indisprimary, i.indpred IS NOT NULL, a.attname"
    " FROM pg_class AS c JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisunique AND i.indisvalid"
    " JOIN pg_class AS x ON x.oid = i.indexrelid"
    " CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS u(attnum, place)"
    " JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.attnum" OF_USERS
    " AND 0 <> ALL (i.indkey::int2[]) AND u.place <= i.indnkeyatts"
    " AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = '(deleted_at IS NULL)')" IN_TABLE_ORDER
    ", NOT i.indisprimary, x.relname COLLATE \"C\", u.place";

static const char foreign_keys_sql[] =
    "SELECT " SCHEMA ", c.relname, k.conname,"
    " CASE WHEN gn.nspname = current_schema() THEN '' ELSE gn.nspname END, g.relname, a.attname, f.attname"
    " FROM pg_class AS c JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0"
    " JOIN pg_class AS g ON g.oid = k.confrelid JOIN pg_namespace AS gn ON gn.oid = g.relnamespace"
    " CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(here, there, place)"
    " JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.here"
    " JOIN pg_attribute AS f ON f.attrelid = k.confrelid AND f.attnum = u.there" OF_USERS IN_TABLE_ORDER
    ", k.conname COLLATE \"C\", u.place";

#define KINDS_MAX 16

/* The rows of one list. */
typedef struct fact_list {
    const weft_value *values;
    size_t width;
    size_t count;
} fact_list;

typedef struct reader {
    weft_connection *connection;
    weft_arena *keep;
    weft_error *error;
    fact_list columns;
    fact_list uniques;
    fact_list foreign_keys;
} reader;

static weft_code ask(const reader *r, const char *sql, const char *letters, fact_list *ret_list)
{
    weft_value_kind kinds[KINDS_MAX];
    const size_t width = strlen(letters);
    for (size_t i = 0; i < width; i++) {
        kinds[i] = letters[i] == 't' ? WEFT_VALUE_TEXT : WEFT_VALUE_BOOLEAN;
    }
    const weft_statement statement = {
        .sql = weft_str_from(sql), .columns = kinds, .column_count = width, .is_once = true};
    ret_list->width = width;
    return weft_connection_collect(r->connection, &statement, r->keep, &ret_list->values, &ret_list->count, r->error);
}

static weft_str text_at(const fact_list *list, size_t row, size_t column)
{
    const weft_value *value = &list->values[row * list->width + column];
    return value->kind == WEFT_VALUE_TEXT ? value->as.text : (weft_str){"", 0};
}

static bool flag_at(const fact_list *list, size_t row, size_t column)
{
    const weft_value *value = &list->values[row * list->width + column];
    return value->kind == WEFT_VALUE_BOOLEAN && value->as.boolean;
}

/* How many rows from `from` on agree with it in their first `equal` columns. */
static size_t run_length(const fact_list *list, size_t from, size_t equal)
{
    size_t count = 1;
    for (; from + count < list->count; count++) {
        for (size_t i = 0; i < equal; i++) {
            if (!weft_str_equal(text_at(list, from, i), text_at(list, from + count, i))) {
                return count;
            }
        }
    }
    return count;
}

/* The rows of `list` about the table, starting at *at, which moves behind them. */
static size_t rows_of(const fact_list *list, const weft_present_table *table, size_t *at)
{
    const size_t from = *at;
    while (*at < list->count && weft_str_equal(text_at(list, *at, 0), table->schema) &&
           weft_str_equal(text_at(list, *at, 1), table->name)) {
        (*at)++;
    }
    return *at - from;
}

static bool read_labels(const reader *r, weft_str joined, weft_present_column *column)
{
    WEFT_VEC(weft_str) labels = {0};
    size_t from = 0;
    while (from < joined.len) {
        const weft_str rest = weft_str_slice(joined, from, joined.len);
        const size_t len = weft_str_find(rest, '\x1f');
        if (!weft_vec_push(r->keep, &labels, weft_str_slice(rest, 0, len))) {
            return false;
        }
        from += len + 1;
    }
    column->labels = labels.items;
    column->label_count = labels.count;
    return true;
}

static bool read_column(const reader *r, size_t row, weft_present_column *column)
{
    const fact_list *list = &r->columns;
    const weft_native_type native = {.name = text_at(list, row, 5),
                                     .schema = text_at(list, row, 6),
                                     .is_enum = weft_str_equal_text(text_at(list, row, 7), "e"),
                                     .is_plain = weft_str_equal_text(text_at(list, row, 7), "b"),
                                     .counts_itself = flag_at(list, row, 9),
                                     .item = text_at(list, row, 11),
                                     .has_plain_items = !weft_str_equal_text(text_at(list, row, 12), "c")};
    *column = (weft_present_column){
        .name = text_at(list, row, 3), .native = text_at(list, row, 4), .is_nullable = flag_at(list, row, 8)};
    return read_labels(r, text_at(list, row, 10), column) && weft_native_type_map(&native, r->keep, column);
}

/* Part of the primary key, which is the first of the unique indexes. */
static bool is_key(const weft_present_table *table, weft_str column)
{
    const bool has_key = table->unique_count > 0 && table->uniques[0].is_primary;
    for (size_t k = 0; has_key && k < table->uniques[0].column_count; k++) {
        if (weft_str_equal(table->uniques[0].columns[k], column)) {
            return true;
        }
    }
    return false;
}

static bool add_columns(const reader *r, size_t from, size_t count, weft_present_table *table)
{
    weft_present_column *columns = WEFT_ARENA_ARRAY(r->keep, weft_present_column, count);
    for (size_t i = 0; columns != NULL && i < count; i++) {
        if (!read_column(r, from + i, &columns[i])) {
            return false;
        }
        columns[i].is_key = is_key(table, columns[i].name);
    }
    table->columns = columns;
    table->column_count = columns != NULL ? count : 0;
    return columns != NULL;
}

static bool add_uniques(const reader *r, size_t *at, weft_present_table *table)
{
    size_t from = *at;
    const size_t count = rows_of(&r->uniques, table, at);
    weft_present_unique *uniques = WEFT_ARENA_ARRAY(r->keep, weft_present_unique, count);
    weft_str *names = WEFT_ARENA_ARRAY(r->keep, weft_str, count);
    if (uniques == NULL || names == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = text_at(&r->uniques, from + i, 5);
    }
    table->uniques = uniques;
    for (size_t done = 0; done < count;) {
        const size_t columns = run_length(&r->uniques, from + done, 3);
        uniques[table->unique_count++] = (weft_present_unique){.columns = names + done,
                                                               .column_count = columns,
                                                               .is_primary = flag_at(&r->uniques, from + done, 3),
                                                               .is_live_only = flag_at(&r->uniques, from + done, 4)};
        done += columns;
    }
    return true;
}

static bool add_foreign_keys(const reader *r, size_t *at, weft_present_table *table)
{
    const fact_list *list = &r->foreign_keys;
    const size_t from = *at;
    const size_t count = rows_of(list, table, at);
    weft_present_foreign_key *keys = WEFT_ARENA_ARRAY(r->keep, weft_present_foreign_key, count);
    weft_str *names = WEFT_ARENA_ARRAY(r->keep, weft_str, count * 2);
    if (keys == NULL || names == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = text_at(list, from + i, 5);
        names[count + i] = text_at(list, from + i, 6);
    }
    table->foreign_keys = keys;
    for (size_t done = 0; done < count;) {
        const size_t columns = run_length(list, from + done, 3);
        keys[table->foreign_key_count++] = (weft_present_foreign_key){.columns = names + done,
                                                                      .target_columns = names + count + done,
                                                                      .column_count = columns,
                                                                      .target_schema = text_at(list, from + done, 3),
                                                                      .target_table = text_at(list, from + done, 4)};
        done += columns;
    }
    return true;
}

static bool make_tables(const reader *r, weft_present *present)
{
    weft_present_table *tables = WEFT_ARENA_ARRAY(r->keep, weft_present_table, r->columns.count);
    size_t unique_at = 0;
    size_t foreign_key_at = 0;
    present->tables = tables;
    for (size_t from = 0; tables != NULL && from < r->columns.count;) {
        const size_t count = run_length(&r->columns, from, 2);
        weft_present_table *table = &tables[present->table_count++];
        *table = (weft_present_table){.schema = text_at(&r->columns, from, 0),
                                      .name = text_at(&r->columns, from, 1),
                                      .is_view = flag_at(&r->columns, from, 2)};
        if (!add_uniques(r, &unique_at, table) || !add_columns(r, from, count, table) ||
            !add_foreign_keys(r, &foreign_key_at, table)) {
            return false;
        }
        from += count;
    }
    return tables != NULL;
}

static bool has_table(const weft_present *present, weft_str name)
{
    for (size_t i = 0; i < present->table_count; i++) {
        if (present->tables[i].schema.len == 0 && weft_str_equal(present->tables[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* MedusaJS does not write down how the ids of a link's rows begin; they tell it themselves. */
static weft_code read_id_prefix(const reader *r, const weft_present *present, weft_present_medusa_link *link)
{
    weft_buf sql;
    fact_list prefix = {0};
    if (!has_table(present, link->table)) {
        return WEFT_OK;
    }
    weft_buf_init_arena(&sql, r->keep);
    weft_buf_add_text(&sql,
                      "SELECT CASE WHEN min(p) = max(p) THEN min(p) END FROM"
                      " (SELECT regexp_replace(id, '_[^_]*$', '') COLLATE \"C\" AS p FROM ");
    weft_sql_add_name(&sql, link->table);
    weft_buf_add_text(&sql, ") AS ids");
    if (sql.failed) {
        return weft_fail_arena(r->error, r->keep);
    }
    WEFT_TRY(ask(r, sql.data, "t", &prefix));
    link->id_prefix = text_at(&prefix, 0, 0);
    return WEFT_OK;
}

static weft_code read_medusa_links(const reader *r, weft_present *present)
{
    fact_list list = {0};
    if (!has_table(present, WEFT_STR("link_module_migrations"))) {
        return WEFT_OK;
    }
    WEFT_TRY(ask(r,
                 "SELECT table_name, link_descriptor ->> 'fromModule', link_descriptor ->> 'fromModel',"
                 " link_descriptor ->> 'toModule', link_descriptor ->> 'toModel' FROM link_module_migrations"
                 " ORDER BY table_name COLLATE \"C\"",
                 "ttttt",
                 &list));
    weft_present_medusa_link *links = WEFT_ARENA_ARRAY(r->keep, weft_present_medusa_link, list.count);
    if (links == NULL) {
        return weft_fail_arena(r->error, r->keep);
    }
    for (size_t i = 0; i < list.count; i++) {
        links[i] = (weft_present_medusa_link){.table = text_at(&list, i, 0),
                                              .from_module = text_at(&list, i, 1),
                                              .from_model = text_at(&list, i, 2),
                                              .to_module = text_at(&list, i, 3),
                                              .to_model = text_at(&list, i, 4)};
        WEFT_TRY(read_id_prefix(r, present, &links[i]));
    }
    present->medusa_links = links;
    present->medusa_link_count = list.count;
    return WEFT_OK;
}

weft_code weft_present_read_postgres(weft_connection *connection,
                                     weft_arena *keep,
                                     weft_present *present,
                                     weft_error *error)
{
    reader r = {.connection = connection, .keep = keep, .error = error};
    fact_list database = {0};
    WEFT_TRY(ask(&r, columns_sql, "ttbtttttbbttt", &r.columns));
    WEFT_TRY(ask(&r, uniques_sql, "tttbbt", &r.uniques));
    WEFT_TRY(ask(&r, foreign_keys_sql, "ttttttt", &r.foreign_keys));
    WEFT_TRY(ask(&r, "SELECT current_database()::text", "t", &database));
    present->database = text_at(&database, 0, 0);
    if (!make_tables(&r, present)) {
        return weft_fail_arena(error, keep);
    }
    return read_medusa_links(&r, present);
}
