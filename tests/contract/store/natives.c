/* Columns of types that weft does not make but may meet in tables that are there already, and values that cannot be
 * read as what they should be: an error naming the column, never a guess. */
#include <string.h>

#include "contract/store/fixture.h"

/* Prepared and run once answer alike. */
static void assert_read(store_fixture *f, const char *sql, const char *kinds, const char *expected)
{
    weft_statement statement = fixture_statement(f, sql, kinds, NULL, 0);
    for (int i = 0; i < 2; i++) {
        statement.is_once = i == 0;
        assert_ok(f, fixture_ask(f, f->connection, &statement));
        assert_str_equal(weft_buf_str(&f->answer), expected);
    }
}

static void assert_refused(store_fixture *f, const char *sql, const char *kinds, const char *column)
{
    weft_statement statement = fixture_statement(f, sql, kinds, NULL, 0);
    for (int i = 0; i < 2; i++) {
        statement.is_once = i == 0;
        assert_code(f, fixture_ask(f, f->connection, &statement), WEFT_STORE_ERROR);
        assert_non_null(strstr(f->error.message, column));
        assert_string_equal(f->error.store, "shop");
    }
}

static void test_postgres_numbers(void **state)
{
    store_fixture *f = *state;
    assert_read(f, "SELECT (-32768)::int2, 2147483647::int4, 5::oid", "iii", "-32768|2147483647|5");
    assert_read(f, "SELECT 7::int2, 7::int4, 7::int8", "ttt", "7|7|7");
    assert_read(f, "SELECT 7::int2, -7::int4, 7::int8", "ddd", "7|-7|7");
    assert_read(
        f, "SELECT 0.1::float4, 1e10::float4, 16777216::float4", "ddd", "0.10000000000000001|10000000000|16777216");
    assert_read(f, "SELECT 0.1::float4, 0.1::float8", "nn", "0.1|0.1");
    assert_read(f, "SELECT 12::numeric, 120000::numeric, 0::numeric, (-5.000)::numeric", "iiii", "12|120000|0|-5");
    assert_read(f,
                "SELECT 9223372036854775807::numeric, (-9223372036854775808)::numeric",
                "ii",
                "9223372036854775807|-9223372036854775808");
    assert_read(f,
                "SELECT 0.1::numeric, 1e300::numeric, 123.4500::numeric",
                "ddd",
                "0.10000000000000001|1.0000000000000001e+300|123.45");
    assert_read(f,
                "SELECT 1e20::numeric, 1e-20::numeric, 12345.678900::numeric(20,6)",
                "nnn",
                "100000000000000000000|0.00000000000000000001|12345.6789");
    assert_read(f, "SELECT sum(x), avg(x) FROM unnest(ARRAY[1, 2]::int8[]) AS x", "id", "3|1.5");
    assert_refused(f, "SELECT 1.5::numeric AS price", "i", "price");
    assert_refused(f, "SELECT 9223372036854775808::numeric AS price", "i", "price");
    assert_refused(f, "SELECT 'NaN'::numeric AS price", "n", "price");
    assert_refused(f, "SELECT 'Infinity'::numeric AS price", "n", "price");
    assert_refused(f, "SELECT 1.5::float8 AS price", "i", "price");
    assert_refused(f, "SELECT 'Infinity'::float8 AS price", "n", "price");
}

static void test_postgres_times(void **state)
{
    store_fixture *f = *state;
    assert_read(f, "SELECT '2026-01-02'::date", "T", "2026-01-02T00:00:00.000Z");
    assert_read(f, "SELECT '2026-01-02 03:04:05.678901'::timestamp", "T", "2026-01-02T03:04:05.678Z+901us");
    assert_read(f, "SELECT '2026-01-02 03:04:05.678901+02'::timestamptz", "T", "2026-01-02T01:04:05.678Z+901us");
    assert_refused(f, "SELECT 'infinity'::timestamptz AS at", "T", "at");
    assert_refused(f, "SELECT 'infinity'::date AS at", "T", "at");
    assert_refused(f, "SELECT now() AS at", "t", "at");
    assert_refused(f, "SELECT 1::int8 AS at", "T", "at");
}

static void test_postgres_texts(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TYPE mood AS ENUM ('sad', 'it''s ok')");
    assert_read(f, "SELECT 'x'::varchar(3), 'x'::char(3), 'x'::name, 'x'::\"char\", 'x'", "ttttt", "x|x  |x|x|x");
    assert_read(f, "SELECT '6F9619FF-8B86-D011-B42D-00CF4FC964FF'::uuid", "t", "6f9619ff-8b86-d011-b42d-00cf4fc964ff");
    assert_read(f,
                "SELECT 'it''s ok'::mood, 1::int8, 2.50::numeric, true, '2026-01-02'::date",
                "tinbT",
                "it's ok|1|2.5|t|2026-01-02T00:00:00.000Z");
    assert_read(f,
                "SELECT '10.0.0.1'::inet, 0.5::float8, '{\"a\": 1}'::jsonb, ARRAY['a','b,\"c'], 7::numeric",
                "tdjai",
                "10.0.0.1|0.5|{\"a\": 1}|[\"a\",\"b,\\\"c\"]|7");
    assert_read(f,
                "SELECT '10.0.0.1'::inet, NULL::text[], ARRAY['NULL', NULL, '', 'x\\y']",
                "taa",
                "10.0.0.1|-|[\"NULL\",null,\"\",\"x\\\\y\"]");
    assert_refused(f, "SELECT true AS flag", "t", "flag");
    assert_refused(f, "SELECT 'sad'::mood AS mood", "i", "mood");
}

static void test_postgres_json_and_arrays(void **state)
{
    store_fixture *f = *state;
    assert_read(
        f, "SELECT '{\"a\":1}'::json, '{\"a\":1}'::text, '{\"a\":1}'::varchar", "jjj", "{\"a\":1}|{\"a\":1}|{\"a\":1}");
    assert_read(
        f, "SELECT ARRAY['x', NULL]::varchar[], '[\"y\"]'::jsonb, '{}'::text[]", "aaa", "[\"x\",null]|[\"y\"]|[]");
    assert_refused(f, "SELECT ARRAY[['x']] AS grid", "a", "grid");
    assert_refused(f, "SELECT 1::int8 AS doc", "j", "doc");
}

/* Parameters take the type of what they are compared with. */
static void test_postgres_columns_of_other_types(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TYPE mood AS ENUM ('sad', 'happy')");
    fixture_must(f, "CREATE TABLE o (u uuid, v varchar(40), m mood, s int2, d date, r real, k varchar[])");
    fixture_must(f,
                 "INSERT INTO o VALUES ('6f9619ff-8b86-d011-b42d-00cf4fc964ff', 'v', 'happy', 7, '2026-01-02', 0.1, "
                 "ARRAY['a', 'b'])");
    const weft_param uuid = param_of(value_of(WEFT_VALUE_TEXT, "6f9619ff-8b86-d011-b42d-00cf4fc964ff"));
    const weft_param mood = param_of(value_of(WEFT_VALUE_TEXT, "happy"));
    const weft_param large = param_of(value_integer(INT64_MAX));
    const weft_param noon = param_of(value_time(INT64_C(1767355200000000)));
    const weft_param tenth = param_of(value_double(0.1));
    const weft_param tags = param_of(value_of(WEFT_VALUE_ARRAY, "[\"b\"]"));
    assert_rows_with(f, "SELECT v FROM o WHERE u = $1", "t", &uuid, 1, "v");
    assert_rows_with(f, "SELECT v FROM o WHERE m = $1", "t", &mood, 1, "v");
    assert_rows_with(f, "SELECT v FROM o WHERE s = $1", "t", &large, 1, "");
    assert_rows_with(f, "SELECT v FROM o WHERE s < $1", "t", &large, 1, "v");
    assert_rows_with(f, "SELECT v FROM o WHERE d < $1", "t", &noon, 1, "v");
    assert_rows_with(f, "SELECT v FROM o WHERE d >= $1", "t", &noon, 1, "");
    assert_rows_with(f, "SELECT v FROM o WHERE r = $1", "t", &tenth, 1, "v");
    assert_rows_with(f, "SELECT v FROM o WHERE k @> $1", "t", &tags, 1, "v");
    const weft_param list = param_list(WEFT_VALUE_TEXT, &uuid.value, 1);
    assert_rows_with(f, "SELECT v FROM o WHERE u = ANY($1)", "t", &list, 1, "v");
    const weft_param moods = param_list(WEFT_VALUE_TEXT, &mood.value, 1);
    assert_rows_with(f, "SELECT v FROM o WHERE m = ANY($1)", "t", &moods, 1, "v");
}

static void test_sqlite_classes(void **state)
{
    store_fixture *f = *state;
    assert_read(f, "SELECT 3.0, 3, '3', 3.5, '4.50', 5e20", "idndnn", "3|3|3|3.5|4.5|500000000000000000000");
    assert_read(f,
                "SELECT '2026-01-02', '2026-01-02 03:04', '2026-01-02T03:04:05+02:00'",
                "TTT",
                "2026-01-02T00:00:00.000Z|2026-01-02T03:04:00.000Z|2026-01-02T01:04:05.000Z");
    assert_read(f, "SELECT 1, '[1]', 1.5", "jjj", "1|[1]|1.5");
    assert_refused(f, "SELECT 3.5 AS n", "i", "n");
    assert_refused(f, "SELECT '3' AS n", "i", "n");
    assert_refused(f, "SELECT x'00' AS n", "t", "n");
    assert_refused(f, "SELECT 2.5 AS n", "t", "n");
    assert_refused(f, "SELECT 2 AS n", "b", "n");
    assert_refused(f, "SELECT 'x' AS n", "n", "n");
    assert_refused(f, "SELECT 'yesterday' AS n", "T", "n");
    assert_refused(f, "SELECT 1767323045 AS n", "T", "n");
    assert_refused(f, "SELECT 'x' AS n", "a", "n");
    assert_refused(f, "SELECT CAST(x'c328' AS TEXT) AS n", "t", "n");
    assert_refused(f, "SELECT 9e99 AS n", "i", "n");
}

static const store_test tests[] = {
    {.name = "numbers of other types", .function = test_postgres_numbers, .postgres_only = true},
    {.name = "times of other types", .function = test_postgres_times, .postgres_only = true},
    {.name = "texts of other types", .function = test_postgres_texts, .postgres_only = true},
    {.name = "json and arrays of other types", .function = test_postgres_json_and_arrays, .postgres_only = true},
    {.name = "parameters take their column's type",
     .function = test_postgres_columns_of_other_types,
     .postgres_only = true},
    {.name = "storage classes", .function = test_sqlite_classes, .sqlite_only = true},
};
const store_area store_area_natives = {tests, WEFT_COUNT_OF(tests)};
