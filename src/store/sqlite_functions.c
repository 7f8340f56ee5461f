/* The functions and the collation that give SQLite PostgreSQL's meaning of LIKE and of exact decimals. All are pure, so
 * that SQLite may use them in indexes and call them once for constants. NULL in gives NULL out. */
#include "model/operand.h"
#include "store/like.h"
#include "store/sqlite.h"

static weft_str text_of(sqlite3_value *value)
{
    const char *data = (const char *)sqlite3_value_text(value);
    return (weft_str){data, data ? (size_t)sqlite3_value_bytes(value) : 0};
}

static void like(sqlite3_context *context, sqlite3_value **argv, bool folds_case)
{
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL || sqlite3_value_type(argv[1]) == SQLITE_NULL) {
        return;
    }
    const weft_str value = text_of(argv[0]);
    const weft_str pattern = text_of(argv[1]);
    if (value.data == NULL || pattern.data == NULL) {
        sqlite3_result_error_nomem(context);
        return;
    }
    const weft_like answer = weft_like_match(value, pattern, folds_case);
    if (answer == WEFT_LIKE_BAD_PATTERN) {
        sqlite3_result_error(context, "a pattern must not end with a lone backslash", -1);
    } else {
        sqlite3_result_int(context, answer == WEFT_LIKE_YES);
    }
}

static void call_like(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    (void)argc;
    like(context, argv, false);
}

static void call_ilike(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    (void)argc;
    like(context, argv, true);
}

/* Texts that are not in normal form (written by others) are brought there first; what is no number sorts behind the
 * numbers, bytewise. */
static int compare_odd_decimals(weft_str a, weft_str b)
{
    weft_arena scratch;
    weft_arena_init(&scratch, NULL, 0);
    const bool a_is_number = weft_decimal_normalize(a, &scratch, &a);
    const bool b_is_number = weft_decimal_normalize(b, &scratch, &b);
    int order = weft_str_compare(a, b);
    if (a_is_number && b_is_number) {
        order = weft_decimal_compare(a, b);
    } else if (a_is_number != b_is_number) {
        order = a_is_number ? -1 : 1;
    }
    weft_arena_done(&scratch);
    return order;
}

static int compare_decimals(void *ctx, int a_len, const void *a_data, int b_len, const void *b_data)
{
    (void)ctx;
    const weft_str a = {a_data, (size_t)a_len};
    const weft_str b = {b_data, (size_t)b_len};
    return weft_decimal_is_normal(a) && weft_decimal_is_normal(b) ? weft_decimal_compare(a, b)
                                                                  : compare_odd_decimals(a, b);
}

int weft_sqlite_register_functions(sqlite3 *db)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int result = sqlite3_create_function_v2(db, "weft_like", 2, flags, NULL, call_like, NULL, NULL, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_create_function_v2(db, "weft_ilike", 2, flags, NULL, call_ilike, NULL, NULL, NULL);
    }
    if (result == SQLITE_OK) {
        result = sqlite3_create_collation_v2(db, "weft_decimal", SQLITE_UTF8, NULL, compare_decimals, NULL);
    }
    return result;
}
