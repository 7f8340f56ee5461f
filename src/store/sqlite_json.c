/* The functions that give SQLite PostgreSQL's operators on arrays and JSON: weft_array_contains (@>),
 * weft_array_overlaps (&&), weft_json_contains (jsonb @>) and weft_json_path (#>). NULL in gives NULL out; a column
 * that holds no JSON is an error, because any answer would be a guess.
 *
 * The second argument is mostly a bound constant: what it parses to is kept from row to row by SQLite. */
#include "store/sqlite.h"
#include "json/canonical.h"

static void free_json(void *json)
{
    json_decref(json);
}

static json_t *parse(sqlite3_value *value)
{
    const char *text = (const char *)sqlite3_value_text(value);
    const size_t len = text ? (size_t)sqlite3_value_bytes(value) : 0;
    json_t *json = text ? json_loadb(text, len, JSON_DECODE_ANY, NULL) : NULL;
    if (json == NULL && text != NULL) {
        /* Integers beyond 64 bits are numbers all the same. */
        json = json_loadb(text, len, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
    }
    return json;
}

/* Both arguments, borrowed second, owned first; false after NULL or an error, which is then the result already. */
static bool parse_both(
    sqlite3_context *context, sqlite3_value **argv, json_t **ret_first, json_t **ret_second, bool wants_arrays)
{
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL || sqlite3_value_type(argv[1]) == SQLITE_NULL) {
        return false;
    }
    json_t *second = sqlite3_get_auxdata(context, 1);
    if (second == NULL) {
        second = parse(argv[1]);
        json_t *kept = json_incref(second);
        sqlite3_set_auxdata(context, 1, kept, free_json);
    } else {
        second = json_incref(second);
    }
    json_t *first = parse(argv[0]);
    const bool is_fine =
        first != NULL && second != NULL && (!wants_arrays || (json_is_array(first) && json_is_array(second)));
    if (!is_fine) {
        sqlite3_result_error(context, wants_arrays ? "a value is no JSON array" : "a value is no JSON", -1);
        json_decref(first);
        json_decref(second);
        return false;
    }
    *ret_first = first;
    *ret_second = second;
    return true;
}

static bool is_container(const json_t *json)
{
    return json_is_object(json) || json_is_array(json);
}

/* Numbers are equal by value, as numeric is: 1 = 1.0. */
static bool is_equal_scalar(const json_t *a, const json_t *b)
{
    if (!json_is_number(a) || !json_is_number(b)) {
        return json_equal(a, b) != 0;
    }
    if (json_is_integer(a) && json_is_integer(b)) {
        return json_integer_value(a) == json_integer_value(b);
    }
    return json_number_value(a) == json_number_value(b);
}

static bool contains(json_t *whole, json_t *part, size_t depth_left);

/* A value inside `whole` against one inside `part`. */
static bool holds(json_t *candidate, json_t *item, size_t depth_left)
{
    if (is_container(item)) {
        return json_typeof(candidate) == json_typeof(item) && contains(candidate, item, depth_left);
    }
    return !is_container(candidate) && is_equal_scalar(candidate, item);
}

static bool array_has(const json_t *whole, json_t *item, size_t depth_left)
{
    for (size_t i = 0; i < json_array_size(whole); i++) {
        if (holds(json_array_get(whole, i), item, depth_left)) {
            return true;
        }
    }
    return false;
}

/* Two objects or two arrays. What lies too deep is not found. */
static bool contains(json_t *whole, json_t *part, size_t depth_left)
{
    if (depth_left == 0) {
        return false;
    }
    for (size_t i = 0; json_is_array(part) && i < json_array_size(part); i++) {
        if (!array_has(whole, json_array_get(part, i), depth_left - 1)) {
            return false;
        }
    }
    for (void *at = json_object_iter(part); at != NULL; at = json_object_iter_next(part, at)) {
        json_t *candidate = json_object_get(whole, json_object_iter_key(at));
        if (candidate == NULL || !holds(candidate, json_object_iter_value(at), depth_left - 1)) {
            return false;
        }
    }
    return true;
}

/* jsonb's one exception: an array contains a scalar that is one of its items. */
static bool contains_json(json_t *whole, json_t *part)
{
    if (json_is_array(whole) && !is_container(part)) {
        return array_has(whole, part, WEFT_JSON_DEPTH_MAX);
    }
    return holds(whole, part, WEFT_JSON_DEPTH_MAX);
}

static void call_json_contains(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    (void)argc;
    json_t *whole = NULL;
    json_t *part = NULL;
    if (parse_both(context, argv, &whole, &part, false)) {
        sqlite3_result_int(context, contains_json(whole, part));
        json_decref(whole);
        json_decref(part);
    }
}

/* NULL equals nothing, itself neither: an item null is in no array. */
static bool array_has_text(const json_t *array, const json_t *item)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (!json_is_null(item) && json_equal(json_array_get(array, i), item)) {
            return true;
        }
    }
    return false;
}

static size_t count_shared(const json_t *array, const json_t *wanted)
{
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(wanted); i++) {
        count += array_has_text(array, json_array_get(wanted, i));
    }
    return count;
}

static void call_array_contains(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    (void)argc;
    json_t *array = NULL;
    json_t *wanted = NULL;
    if (parse_both(context, argv, &array, &wanted, true)) {
        sqlite3_result_int(context, count_shared(array, wanted) == json_array_size(wanted));
        json_decref(array);
        json_decref(wanted);
    }
}

static void call_array_overlaps(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    (void)argc;
    json_t *array = NULL;
    json_t *wanted = NULL;
    if (parse_both(context, argv, &array, &wanted, true)) {
        sqlite3_result_int(context, count_shared(array, wanted) > 0);
        json_decref(array);
        json_decref(wanted);
    }
}

#define PATH_LEN_MAX 64

static bool read_path(const json_t *keys, weft_str *path, size_t *ret_len)
{
    const size_t len = json_array_size(keys);
    if (!json_is_array(keys) || len > PATH_LEN_MAX) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        const json_t *key = json_array_get(keys, i);
        if (!json_is_string(key)) {
            return false;
        }
        path[i] = (weft_str){json_string_value(key), json_string_length(key)};
    }
    *ret_len = len;
    return true;
}

static void result_path(sqlite3_context *context, weft_str text, const weft_str *path, size_t path_len)
{
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    weft_json_add_path(&buf, text, path, path_len);
    const weft_str found = weft_buf_str(&buf);
    if (buf.failed) {
        sqlite3_result_error_nomem(context);
    } else if (!weft_str_equal(found, WEFT_STR("null"))) {
        sqlite3_result_text64(context, found.data, found.len, SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    weft_buf_done(&buf);
}

static void call_json_path(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    (void)argc;
    weft_str path[PATH_LEN_MAX];
    size_t path_len = 0;
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL || sqlite3_value_type(argv[1]) == SQLITE_NULL) {
        return;
    }
    json_t *keys = parse(argv[1]);
    const char *text = (const char *)sqlite3_value_text(argv[0]);
    if (keys == NULL || !read_path(keys, path, &path_len)) {
        sqlite3_result_error(context, "a path into JSON must be a JSON array of strings", -1);
    } else if (text == NULL) {
        sqlite3_result_error_nomem(context);
    } else {
        result_path(context, (weft_str){text, (size_t)sqlite3_value_bytes(argv[0])}, path, path_len);
    }
    json_decref(keys);
}

int weft_sqlite_register_json(sqlite3 *db)
{
    static const struct {
        const char *name;
        void (*call)(sqlite3_context *context, int argc, sqlite3_value **argv);
    } functions[] = {{"weft_json_contains", call_json_contains},
                     {"weft_json_path", call_json_path},
                     {"weft_array_contains", call_array_contains},
                     {"weft_array_overlaps", call_array_overlaps}};
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int result = SQLITE_OK;
    for (size_t i = 0; i < WEFT_COUNT_OF(functions) && result == SQLITE_OK; i++) {
        result = sqlite3_create_function_v2(db, functions[i].name, 2, flags, NULL, functions[i].call, NULL, NULL, NULL);
    }
    return result;
}
