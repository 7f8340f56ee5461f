/* Stores described: everything but what is secret. */
#include "model/address.h"
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
    {WEFT_STORE_POSTGRES, "postgres://", "postgres://"},
    {WEFT_STORE_POSTGRES, "postgres:///db", "postgres:///db"},
    {WEFT_STORE_POSTGRES, "postgres://a:1,b:2/db", "postgres://a:1,b:2/db"},
    {WEFT_STORE_POSTGRES, "postgres://%2Frun%2Fpg/db", "postgres://%2Frun%2Fpg/db"},
    {WEFT_STORE_POSTGRES, "postgres://[::1]:5432,[fe80::1]/db", "postgres://[::1]:5432,[fe80::1]/db"},
    /* Who asks, and with which settings, is nobody's business. */
    {WEFT_STORE_POSTGRES, "postgresql://user@host:5432/db", "postgresql://host:5432/db"},
    {WEFT_STORE_POSTGRES, "postgres://user:secret@host/db", "postgres://host/db"},
    {WEFT_STORE_POSTGRES, "postgres://user:s%40c@host/db?sslmode=require", "postgres://host/db"},
    {WEFT_STORE_POSTGRES, "postgres://:secret@host/db", "postgres://host/db"},
    {WEFT_STORE_POSTGRES, "postgres://u:s:e?c#r[e]t@host/db", "postgres://host/db"},
    {WEFT_STORE_POSTGRES, "postgres:///db?host=/run&password=secret&user=me&port=1", "postgres:///db?host=/run&port=1"},
    {WEFT_STORE_POSTGRES, "postgres:///db?PassWord=secret", "postgres:///db"},
    {WEFT_STORE_POSTGRES, "postgres://h/db?sslpassword=s", "postgres://h/db"},
};

/* Passwords that should have been written with percent signs, and what they make of the rest. */
static const struct {
    const char *url;
    const char *wrong;
} wrong_addresses[] = {
    {"postgres://u:p@ss:secret@127.0.0.1:1/db", "the user or the password"},
    {"postgres://u:se/cret@127.0.0.1:1/db", "the user or the password"},
    {"postgres://user:se/cr?et@host/db", "the user or the password"},
    {"postgres://user:12/secret@host/db", "the user or the password"},
    {"postgres://user:12?a=secret@host/db@x", "the user or the password"},
    {"postgres://user:se%cret@host/db", "the user or the password"},
    {"postgres://user:secret%@host/db", "the user or the password"},
    {"postgres://user:pw@host/db?options=secret@x", "the user or the password"},
    {"postgres://user:secret/db", "the port"},
    {"postgres://u@h:secret/db", "the port"},
    {"postgres://u@h:123456/db", "the port"},
    {"postgres://u@h,i:secret/db", "the port"},
    {"postgres://u@[::1/db", "the host"},
    {"postgres://u@[::1]secret/db", "the host"},
    {"postgres://u@h&secret/db", "the host"},
    {"postgres://u@%zz/db", "the host"},
    {"postgres://u@h:1/db&password=secret", "the database"},
    {"postgres://u@h:1/db;password=secret", "the database"},
    {"postgres://u@h:1/db/secret", "the database"},
    {"postgres://u@h:1/db#secret", "the database"},
    {"postgres://u@h/db?user=x&password=sec&ret2", "what stands behind the \"?\""},
    {"postgres://u@h/db?user=x&password=sec=ret", "what stands behind the \"?\""},
    {"postgres://u@h/db?password=sec%ret", "what stands behind the \"?\""},
    {"postgres://u@h/db?p%61ssword=secret", "what stands behind the \"?\""},
    {"postgres://u@h/db?port=secret", "what stands behind the \"?\""},
    {"postgres://u@h/db?=secret", "what stands behind the \"?\""},
    {"host=h password=secret dbname=d", "the scheme"},
    {"postgres:secret", "the scheme"},
    {"", "the scheme"},
};

static void test_wrong_addresses(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    for (size_t i = 0; i < WEFT_COUNT_OF(wrong_addresses); i++) {
        weft_address address = {0};
        const weft_str url = weft_str_from(wrong_addresses[i].url);
        const weft_store_def store = {.kind = WEFT_STORE_POSTGRES, .url = url};
        const char *wrong = weft_address_read(url, &address);
        assert_non_null(wrong);
        assert_string_equal(wrong, wrong_addresses[i].wrong);
        assert_str_equal(weft_store_def_describe(&store, &arena), "postgres://***");
    }
    weft_arena_done(&arena);
}

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
        cmocka_unit_test(test_wrong_addresses),
        cmocka_unit_test(test_type_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
