/* One store for one test of the contract: a new SQLite file or a new PostgreSQL database, with a pool and a connection.
 *
 * SQL is written once for both: `$1` stands for a parameter, `{text}`, `{number}`, `{bigNumber}`, `{float}`,
 * `{boolean}`, `{dateTime}`, `{json}` and `{array}` for column types, `{in}` for what makes `x {in}1)` mean that x is
 * in the list that is parameter 1. Answers are compared as text: values between `|`, rows between `;`, NULL as `-`. */
#ifndef WEFT_TESTS_CONTRACT_STORE_FIXTURE_H
#define WEFT_TESTS_CONTRACT_STORE_FIXTURE_H

#include <stdatomic.h>

#include "support/tap.h"

#include "store/session.h"

typedef struct store_fixture {
    weft_store_def store;
    char directory[256];
    char path[320];
    char url[512];
    weft_pool *pool;
    weft_connection *connection;
    weft_arena arena;
    weft_error error;
    weft_buf answer;
    atomic_size_t reconnects; /* events seen */
    atomic_size_t statements;
} store_fixture;

typedef struct store_test {
    const char *name;
    void (*function)(void **state);
    bool sqlite_only;
    bool postgres_only;
} store_test;

/* The areas of the contract, a file each. */
typedef struct store_area {
    const store_test *tests;
    size_t count;
} store_area;
extern const store_area store_area_values;
extern const store_area store_area_natives;
extern const store_area store_area_params;
extern const store_area store_area_rows;
extern const store_area store_area_transactions;
extern const store_area store_area_errors;
extern const store_area store_area_stops;
extern const store_area store_area_pool;
extern const store_area store_area_cache;
extern const store_area store_area_inspect;
extern const store_area store_area_memory;
extern const store_area store_area_like;
extern const store_area store_area_path;

bool store_fixture_open(store_fixture *f, weft_store_kind kind);
void store_fixture_close(store_fixture *f);

bool fixture_is_postgres(const store_fixture *f);
weft_connection *fixture_acquire(store_fixture *f);

/* SQL for this store, in the fixture's arena. */
weft_str fixture_sql(store_fixture *f, const char *sql);

/* Kinds of result columns as letters: b(oolean) i(nteger) d(ouble) t(ext) T(ime) n (decimal) j(son) a(rray). */
weft_statement fixture_statement(
    store_fixture *f, const char *sql, const char *kinds, const weft_param *params, size_t count);

/* Run a statement that must succeed, or that may fail; the error is in f->error. */
void fixture_must(store_fixture *f, const char *sql);
weft_code fixture_try(store_fixture *f, const char *sql);

/* Run on `connection` and put the rows into f->answer. */
weft_code fixture_ask(store_fixture *f, weft_connection *connection, const weft_statement *statement);
void fixture_add_values(store_fixture *f, const weft_value *values, size_t count);
/* Read rows to their end into f->answer. */
weft_code fixture_read(store_fixture *f, weft_rows *rows, size_t column_count);

weft_value value_null(void);
weft_value value_boolean(bool value);
weft_value value_integer(int64_t value);
weft_value value_double(double value);
weft_value value_time(int64_t value_us);
weft_value value_of(weft_value_kind kind, const char *text);
weft_param param_of(weft_value value);
weft_param param_null(weft_value_kind kind);
weft_param param_list(weft_value_kind kind, const weft_value *items, size_t count);

#define assert_ok(f, call)                                                                                             \
    do {                                                                                                               \
        const weft_code got_code = (call);                                                                             \
        if (got_code != WEFT_OK) {                                                                                     \
            fail_msg("%s: %s (%s)", weft_code_name(got_code), (f)->error.message, (f)->error.detail);                  \
        }                                                                                                              \
    } while (0)

#define assert_code(f, call, wanted)                                                                                   \
    do {                                                                                                               \
        const weft_code got_code = (call);                                                                             \
        if (got_code != (wanted)) {                                                                                    \
            fail_msg("got %s, wanted %s: %s", weft_code_name(got_code), weft_code_name(wanted), (f)->error.message);   \
        }                                                                                                              \
        if (got_code != WEFT_OK) {                                                                                     \
            assert_int_equal((f)->error.code, got_code);                                                               \
            assert_true((f)->error.message[0] != '\0');                                                                \
        }                                                                                                              \
    } while (0)

/* A query with parameters (an array, or NULL and 0), and what it must answer. */
#define assert_rows_with(f, sql, kinds, params, count, expected)                                                       \
    do {                                                                                                               \
        const weft_statement asked = fixture_statement((f), (sql), (kinds), (params), (count));                        \
        assert_ok((f), fixture_ask((f), (f)->connection, &asked));                                                     \
        assert_str_equal(weft_buf_str(&(f)->answer), (expected));                                                      \
    } while (0)
#define assert_rows(f, sql, kinds, expected) assert_rows_with((f), (sql), (kinds), NULL, 0, (expected))

#endif
