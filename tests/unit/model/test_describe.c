/* Stores described: everything but what is secret. */
#include "model/catalog.h"
#include "support/tap.h"

typedef struct example {
    weft_store_kind kind;
    const char *url;
    const char *shown;
} example;

static const example examples[] = {
    {WEFT_STORE_SQLITE, "sqlite:data/shop.db", "sqlite:data/shop.db"},
    {WEFT_STORE_SQLITE, "sqlite::memory:", "sqlite::memory:"},
    {WEFT_STORE_POSTGRES, "postgres://host/db", "postgres://host/db"},
    {WEFT_STORE_POSTGRES, "postgresql://user@host:5432/db", "postgresql://user@host:5432/db"},
    {WEFT_STORE_POSTGRES, "postgres://user:secret@host/db", "postgres://user@host/db"},
    {WEFT_STORE_POSTGRES, "postgres://user:s%40c@host/db?sslmode=require", "postgres://user@host/db?sslmode=require"},
    {WEFT_STORE_POSTGRES, "postgres://:secret@host/db", "postgres://@host/db"},
    /* Passwords written without percent signs. */
    {WEFT_STORE_POSTGRES, "postgres://user:se@cret@host/db", "postgres://user@host/db"},
    {WEFT_STORE_POSTGRES, "postgres://user:se/cr?et@host/db", "postgres://user@host/db"},
    {WEFT_STORE_POSTGRES,
     "postgres:///db?host=/run&password=secret&user=me",
     "postgres:///db?host=/run&password=***&user=me"},
    {WEFT_STORE_POSTGRES, "postgres:///db?PassWord=secret", "postgres:///db?PassWord=***"},
    {WEFT_STORE_POSTGRES, "postgres:///db?p%61ssword=secret&x", "postgres:///db?p%61ssword=***&x"},
    {WEFT_STORE_POSTGRES, "postgres://h/db?sslpassword=s", "postgres://h/db?sslpassword=***"},
    {WEFT_STORE_POSTGRES, "postgres://a:1,b:2/db", "postgres://a:1,b:2/db"},
    {WEFT_STORE_POSTGRES, "host=h password=secret dbname=d", "host=h password=*** dbname=d"},
    {WEFT_STORE_POSTGRES, "host = h  password = 'se cr\\'et' dbname=d", "host=h password=*** dbname=d"},
    {WEFT_STORE_POSTGRES, "password='never closed", "password=***"},
    {WEFT_STORE_POSTGRES, "password", "password=***"},
    {WEFT_STORE_POSTGRES, "", ""},
};

static void test_describe(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    for (size_t i = 0; i < WEFT_COUNT_OF(examples); i++) {
        const weft_store_def store = {.kind = examples[i].kind, .url = weft_str_from(examples[i].url)};
        assert_str_equal(weft_store_def_describe(&store, &arena), examples[i].shown);
    }
    weft_arena_done(&arena);
}

static void test_type_names(void **state)
{
    (void)state;
    size_t count = 0;
    for (weft_type type = WEFT_TYPE_ID; type <= WEFT_TYPE_AUTOINCREMENT; type++) {
        weft_type back = WEFT_TYPE_ID;
        assert_true(weft_type_from_name(weft_type_name(type), &back));
        assert_int_equal(back, type);
        assert_int_not_equal(weft_type_value_kind(type), WEFT_VALUE_NULL);
        count++;
    }
    assert_int_equal(count, 11);
    weft_type type = WEFT_TYPE_JSON;
    assert_false(weft_type_from_name(WEFT_STR("string"), &type));
    assert_int_equal(type, WEFT_TYPE_JSON);
    assert_str_equal(weft_on_delete_name(WEFT_ON_DELETE_UNLINK), "unlink");
    assert_str_equal(weft_on_delete_name(WEFT_ON_DELETE_CASCADE_ORPHANS), "cascade-orphans");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_describe),
        cmocka_unit_test(test_type_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
