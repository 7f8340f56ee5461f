/* The facts in which SQLite and PostgreSQL differ. Types of columns are named without their collation: text columns of
 * managed models get text_collation after the type. */
#include "store/common.h"

/* What is true of SQLite, whatever stands behind its tables. */
#define SQLITE_FACTS                                                                                                   \
    .placeholder = '?', .text_collation = "", .foreign_collation = "", .decimal_collation = " COLLATE weft_decimal",   \
    .join = " CROSS JOIN ", .limit_all = "-1",                                                                         \
    .type_names = {[WEFT_TYPE_ID] = "text",                                                                            \
                   [WEFT_TYPE_TEXT] = "text",                                                                          \
                   [WEFT_TYPE_NUMBER] = "integer",                                                                     \
                   [WEFT_TYPE_BIG_NUMBER] = "text",                                                                    \
                   [WEFT_TYPE_FLOAT] = "real",                                                                         \
                   [WEFT_TYPE_BOOLEAN] = "integer",                                                                    \
                   [WEFT_TYPE_DATE_TIME] = "text",                                                                     \
                   [WEFT_TYPE_JSON] = "text",                                                                          \
                   [WEFT_TYPE_ARRAY] = "text",                                                                         \
                   [WEFT_TYPE_ENUM] = "text",                                                                          \
                   [WEFT_TYPE_AUTOINCREMENT] = "integer"},                                                             \
    .name_bytes_max = 1000, .link_text_type = "text",                                                                  \
    .has_table_sql = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1",                          \
    .now_sql = "(strftime('%Y-%m-%dT%H:%M:%fZ','now'))", .migrate_before = "PRAGMA foreign_keys = OFF",                \
    .migrate_after = "PRAGMA foreign_keys = ON"

const weft_dialect weft_sqlite_dialect = {.name = "sqlite",
                                          SQLITE_FACTS,
                                          .exists_is_nested = true,
                                          .bulk_table = "weft_bulk(?1)",
                                          .bulk_columns_max = WEFT_BULK_TABLE_COLUMNS};

/* SQLite over tables whose rows come from functions of the program. */
const weft_dialect weft_callbacks_dialect = {
    .name = "callbacks", SQLITE_FACTS, .is_read_only = true, .is_joinless = true};

const weft_dialect weft_postgres_dialect = {
    .name = "postgres",
    .placeholder = '$',
    .bulk_is_arrays = true,
    .list_is_array = true,
    .has_include = true,
    .has_row_locks = true,
    .has_sequences = true,
    .has_native_types = true,
    .has_alter_column = true,
    .text_collation = " COLLATE \"C\"",
    .foreign_collation = " COLLATE \"default\"",
    .decimal_collation = "",
    .like_operator = "LIKE",
    .ilike_operator = "ILIKE",
    .contains_operator = "@>",
    .overlaps_operator = "&&",
    .json_path_operator = "#>",
    .join = " JOIN ",
    .limit_all = "ALL",
    .nulls_are_largest = true,
    .value_types = {[WEFT_VALUE_NULL] = "text",
                    [WEFT_VALUE_BOOLEAN] = "boolean",
                    [WEFT_VALUE_INTEGER] = "bigint",
                    [WEFT_VALUE_DOUBLE] = "double precision",
                    [WEFT_VALUE_TEXT] = "text",
                    [WEFT_VALUE_TIME] = "timestamptz",
                    [WEFT_VALUE_DECIMAL] = "numeric",
                    [WEFT_VALUE_JSON] = "jsonb",
                    [WEFT_VALUE_ARRAY] = "text[]"},
    .type_names = {[WEFT_TYPE_ID] = "text",
                   [WEFT_TYPE_TEXT] = "text",
                   [WEFT_TYPE_NUMBER] = "bigint",
                   [WEFT_TYPE_BIG_NUMBER] = "numeric",
                   [WEFT_TYPE_FLOAT] = "double precision",
                   [WEFT_TYPE_BOOLEAN] = "boolean",
                   [WEFT_TYPE_DATE_TIME] = "timestamptz",
                   [WEFT_TYPE_JSON] = "jsonb",
                   [WEFT_TYPE_ARRAY] = "text[]",
                   [WEFT_TYPE_ENUM] = "text",
                   [WEFT_TYPE_AUTOINCREMENT] = "bigserial"},
    .name_bytes_max = 63,
    .has_comments = true,
    .has_trigger_functions = true,
    .link_text_type = "varchar",
    .has_table_sql = "SELECT count(*) FROM pg_catalog.pg_class WHERE relname = $1::text AND relkind IN ('r', 'p') AND "
                     "pg_catalog.pg_table_is_visible(oid)",
    .lock_table_sql = "LOCK TABLE %N IN SHARE ROW EXCLUSIVE MODE",
    /* What was never counted has no last value, but may begin anywhere: nextval tells. A column without a sequence of
     * its own has none to raise. */
    .raise_counter_sql =
        "SELECT setval(s, greatest($3::bigint, nextval(s))) FROM (SELECT pg_get_serial_sequence($1::text, "
        "$2::text)::regclass AS s OFFSET 0) AS q WHERE coalesce(pg_sequence_last_value(s), 0) < $3::bigint",
    .now_sql = "now()",
};
