/* Values out of binary results: big-endian numbers, microseconds since 2000, base-10000 digits.
 *
 * Which reader a column gets depends on its native type and on the kind that is asked for; a pair that is not in the
 * table, and a value that does not fit, is WEFT_STORE_ERROR naming the column. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/postgres.h"
#include "json/writer.h"

#define EPOCH_DAYS INT64_C(10957) /* from 1970-01-01 to 2000-01-01, where PostgreSQL counts from */
#define US_PER_DAY INT64_C(86400000000)

weft_code weft_postgres_refuse(const weft_postgres_cell *cell, const char *found, weft_error *error)
{
    return weft_connection_fail_value((const weft_connection_base *)(const void *)cell->rows->base.connection,
                                      PQfname(cell->result, cell->column),
                                      cell->kind,
                                      found,
                                      error);
}

uint64_t weft_postgres_big_endian(const char *data, size_t count)
{
    uint64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        value = value << 8 | (unsigned char)data[i];
    }
    return value;
}

static int64_t integer_of(const weft_postgres_cell *cell)
{
    const uint64_t bits = weft_postgres_big_endian(cell->data, cell->len);
    switch (cell->type) {
    case WEFT_OID_INT2:
        return (int16_t)(uint16_t)bits;
    case WEFT_OID_INT4:
        return (int32_t)(uint32_t)bits;
    default:
        return (int64_t)bits; /* int8, and oid, which has no sign */
    }
}

static weft_code read_integer(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    (void)error;
    value->as.integer = integer_of(cell);
    return WEFT_OK;
}

static weft_code read_boolean(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    (void)error;
    value->as.boolean = cell->data[0] != 0;
    return WEFT_OK;
}

/* The program may have set a locale whose decimal point is a comma. */
double weft_postgres_strtod(const weft_postgres_cell *cell, const char *digits)
{
    const locale_t of_thread = uselocale(weft_postgres_of(cell->rows->base.connection)->c_locale);
    const double value = strtod(digits, NULL);
    (void)uselocale(of_thread);
    return value;
}

static double float4_of(const weft_postgres_cell *cell)
{
    const uint32_t bits = (uint32_t)weft_postgres_big_endian(cell->data, 4);
    float value = 0;
    memcpy(&value, &bits, sizeof(value));
    if (!isfinite(value)) {
        return (double)value;
    }
    /* The double nearest to the float's own shortest digits: 0.1, not 0.10000000149011612. */
    char digits[32];
    const locale_t of_thread = uselocale(weft_postgres_of(cell->rows->base.connection)->c_locale);
    for (int precision = 6; precision <= 9; precision++) {
        (void)snprintf(digits, sizeof(digits), "%.*g", precision, (double)value);
        if (strtof(digits, NULL) == value) {
            break;
        }
    }
    const double nearest = strtod(digits, NULL);
    (void)uselocale(of_thread);
    return nearest;
}

static double double_of(const weft_postgres_cell *cell)
{
    if (cell->type == WEFT_OID_FLOAT4) {
        return float4_of(cell);
    }
    const uint64_t bits = weft_postgres_big_endian(cell->data, 8);
    double value = 0;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static weft_code read_double(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    (void)error;
    value->as.real = double_of(cell);
    return WEFT_OK;
}

static weft_code read_integer_as_double(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    (void)error;
    value->as.real = (double)integer_of(cell);
    return WEFT_OK;
}

/* Text made for this row; it lives until the next. */
static weft_code keep_text(const weft_postgres_cell *cell, const weft_buf *buf, weft_value *value, weft_error *error)
{
    value->as.text = weft_buf_str(buf);
    return buf->failed ? weft_fail_arena(error, &cell->rows->row_arena) : WEFT_OK;
}

static weft_code read_integer_as_text(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, &cell->rows->row_arena);
    weft_buf_add_integer(&buf, integer_of(cell));
    return keep_text(cell, &buf, value, error);
}

static weft_code read_bytes(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    (void)error;
    value->as.text = (weft_str){cell->data, cell->len};
    return WEFT_OK;
}

/* jsonb begins with its version. */
static weft_code read_jsonb(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    if (cell->len < 1 || cell->data[0] != 1) {
        return weft_postgres_refuse(cell, "jsonb of an unknown version", error);
    }
    value->as.text = (weft_str){cell->data + 1, cell->len - 1};
    return WEFT_OK;
}

static weft_code read_uuid(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    static const char hex[] = "0123456789abcdef";
    weft_buf buf;
    weft_buf_init_arena(&buf, &cell->rows->row_arena);
    for (size_t i = 0; i < cell->len; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            weft_buf_add_char(&buf, '-');
        }
        weft_buf_add_char(&buf, hex[(unsigned char)cell->data[i] >> 4]);
        weft_buf_add_char(&buf, hex[(unsigned char)cell->data[i] & 15]);
    }
    return keep_text(cell, &buf, value, error);
}

static weft_code read_timestamp(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    const int64_t since_2000 = (int64_t)weft_postgres_big_endian(cell->data, 8);
    if (since_2000 == INT64_MAX || since_2000 == INT64_MIN) {
        return weft_postgres_refuse(cell, "an infinite time", error);
    }
    value->as.time_us = since_2000 + EPOCH_DAYS * US_PER_DAY;
    return WEFT_OK;
}

static weft_code read_date(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    const int32_t since_2000 = (int32_t)(uint32_t)weft_postgres_big_endian(cell->data, 4);
    if (since_2000 == INT32_MAX || since_2000 == INT32_MIN) {
        return weft_postgres_refuse(cell, "an infinite date", error);
    }
    /* Dates reach further than microseconds in 64 bits do. */
    if (since_2000 > INT32_C(106000000) || since_2000 < INT32_C(-3000000)) {
        return weft_postgres_refuse(cell, "a date out of range", error);
    }
    value->as.time_us = (since_2000 + EPOCH_DAYS) * US_PER_DAY;
    return WEFT_OK;
}

static weft_code read_numeric(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    return weft_postgres_numeric_digits(cell, &value->as.text, error);
}

static weft_code read_numeric_as_double(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    weft_str digits = {"", 0};
    WEFT_TRY(weft_postgres_numeric_digits(cell, &digits, error));
    value->as.real = weft_postgres_strtod(cell, digits.data);
    return WEFT_OK;
}

weft_code weft_postgres_read_digits(const weft_postgres_cell *cell,
                                    weft_str digits,
                                    weft_value *value,
                                    weft_error *error)
{
    const bool is_negative = digits.len > 0 && digits.data[0] == '-';
    const uint64_t limit = is_negative ? UINT64_C(1) << 63 : INT64_MAX;
    uint64_t magnitude = 0;
    for (size_t i = is_negative; i < digits.len; i++) {
        const uint64_t digit = (uint64_t)(unsigned char)digits.data[i] - '0';
        if (digit > 9) {
            return weft_postgres_refuse(cell, "a number that is not whole", error);
        }
        if (magnitude > (limit - digit) / 10) {
            return weft_postgres_refuse(cell, "a number beyond 64 bits", error);
        }
        magnitude = magnitude * 10 + digit;
    }
    value->as.integer = is_negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return WEFT_OK;
}

static weft_code read_numeric_as_integer(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    weft_str digits = {"", 0};
    WEFT_TRY(weft_postgres_numeric_digits(cell, &digits, error));
    return weft_postgres_read_digits(cell, digits, value, error);
}

static weft_code read_double_as_decimal(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    weft_buf buf;
    const double real = double_of(cell);
    if (!isfinite(real)) {
        return weft_postgres_refuse(cell, "a number that is not finite", error);
    }
    weft_buf_init_arena(&buf, &cell->rows->row_arena);
    weft_json_add_double(&buf, real);
    if (buf.failed) {
        return weft_fail_arena(error, &cell->rows->row_arena);
    }
    const weft_code code = weft_decimal_read(weft_buf_str(&buf), &cell->rows->row_arena, &value->as.text, error);
    return code == WEFT_TYPE_MISMATCH ? weft_postgres_refuse(cell, "too many digits", error) : code;
}

/* An array: dimensions, whether it has NULLs, type of items; for the one dimension its length and first index; then a
 * length (-1: NULL) and the bytes of each item. */
static weft_code read_array(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    weft_buf buf;
    const uint64_t dimensions = cell->len >= 12 ? weft_postgres_big_endian(cell->data, 4) : 2;
    if (dimensions > 1) {
        return weft_postgres_refuse(cell, "no flat array", error);
    }
    const uint64_t count = dimensions == 1 && cell->len >= 20 ? weft_postgres_big_endian(cell->data + 12, 4) : 0;
    size_t at = 20;
    weft_buf_init_arena(&buf, &cell->rows->row_arena);
    weft_buf_add_char(&buf, '[');
    for (uint64_t i = 0; i < count && at + 4 <= cell->len; i++) {
        const int32_t len = (int32_t)(uint32_t)weft_postgres_big_endian(cell->data + at, 4);
        at += 4;
        weft_buf_add_text(&buf, i > 0 ? "," : "");
        if (len < 0) {
            weft_json_add_null(&buf);
        } else if ((size_t)len <= cell->len - at) {
            weft_json_add_text(&buf, (weft_str){cell->data + at, (size_t)len});
            at += (size_t)len;
        }
    }
    weft_buf_add_char(&buf, ']');
    return keep_text(cell, &buf, value, error);
}

static weft_code refuse_type(const weft_postgres_cell *cell, weft_value *value, weft_error *error)
{
    char found[48];
    (void)value;
    (void)snprintf(found, sizeof(found), "another type (oid %u)", (unsigned int)cell->type);
    return weft_postgres_refuse(cell, found, error);
}

typedef struct pairing {
    Oid type;
    weft_value_kind kind;
    weft_postgres_reader reader;
} pairing;

/* The usual ones first: they are looked for column by column. */
static const pairing pairings[] = {
    {WEFT_OID_TEXT, WEFT_VALUE_TEXT, read_bytes},
    {WEFT_OID_VARCHAR, WEFT_VALUE_TEXT, read_bytes},
    {WEFT_OID_TIMESTAMPTZ, WEFT_VALUE_TIME, read_timestamp},
    {WEFT_OID_INT4, WEFT_VALUE_INTEGER, read_integer},
    {WEFT_OID_BOOL, WEFT_VALUE_BOOLEAN, read_boolean},
    {WEFT_OID_INT8, WEFT_VALUE_INTEGER, read_integer},
    {WEFT_OID_INT8, WEFT_VALUE_DOUBLE, read_integer_as_double},
    {WEFT_OID_INT8, WEFT_VALUE_TEXT, read_integer_as_text},
    {WEFT_OID_INT8, WEFT_VALUE_DECIMAL, read_integer_as_text},
    {WEFT_OID_INT2, WEFT_VALUE_INTEGER, read_integer},
    {WEFT_OID_INT2, WEFT_VALUE_DOUBLE, read_integer_as_double},
    {WEFT_OID_INT2, WEFT_VALUE_TEXT, read_integer_as_text},
    {WEFT_OID_INT2, WEFT_VALUE_DECIMAL, read_integer_as_text},
    {WEFT_OID_INT4, WEFT_VALUE_DOUBLE, read_integer_as_double},
    {WEFT_OID_INT4, WEFT_VALUE_TEXT, read_integer_as_text},
    {WEFT_OID_INT4, WEFT_VALUE_DECIMAL, read_integer_as_text},
    {WEFT_OID_OID, WEFT_VALUE_INTEGER, read_integer},
    {WEFT_OID_OID, WEFT_VALUE_TEXT, read_integer_as_text},
    {WEFT_OID_FLOAT4, WEFT_VALUE_DOUBLE, read_double},
    {WEFT_OID_FLOAT4, WEFT_VALUE_DECIMAL, read_double_as_decimal},
    {WEFT_OID_FLOAT8, WEFT_VALUE_DOUBLE, read_double},
    {WEFT_OID_FLOAT8, WEFT_VALUE_DECIMAL, read_double_as_decimal},
    {WEFT_OID_NUMERIC, WEFT_VALUE_DECIMAL, read_numeric},
    {WEFT_OID_NUMERIC, WEFT_VALUE_DOUBLE, read_numeric_as_double},
    {WEFT_OID_NUMERIC, WEFT_VALUE_INTEGER, read_numeric_as_integer},
    {WEFT_OID_BPCHAR, WEFT_VALUE_TEXT, read_bytes},
    {WEFT_OID_NAME, WEFT_VALUE_TEXT, read_bytes},
    {WEFT_OID_CHAR, WEFT_VALUE_TEXT, read_bytes},
    {WEFT_OID_UNKNOWN, WEFT_VALUE_TEXT, read_bytes},
    {WEFT_OID_UUID, WEFT_VALUE_TEXT, read_uuid},
    {WEFT_OID_TIMESTAMP, WEFT_VALUE_TIME, read_timestamp},
    {WEFT_OID_DATE, WEFT_VALUE_TIME, read_date},
    {WEFT_OID_JSONB, WEFT_VALUE_JSON, read_jsonb},
    {WEFT_OID_JSON, WEFT_VALUE_JSON, read_bytes},
    {WEFT_OID_TEXT, WEFT_VALUE_JSON, read_bytes},
    {WEFT_OID_VARCHAR, WEFT_VALUE_JSON, read_bytes},
    {WEFT_OID_TEXT_ARRAY, WEFT_VALUE_ARRAY, read_array},
    {WEFT_OID_VARCHAR_ARRAY, WEFT_VALUE_ARRAY, read_array},
    {WEFT_OID_BPCHAR_ARRAY, WEFT_VALUE_ARRAY, read_array},
    {WEFT_OID_NAME_ARRAY, WEFT_VALUE_ARRAY, read_array},
    {WEFT_OID_JSONB, WEFT_VALUE_ARRAY, read_jsonb},
    {WEFT_OID_JSON, WEFT_VALUE_ARRAY, read_bytes},
};

bool weft_postgres_has_binary(Oid type)
{
    for (size_t i = 0; i < WEFT_COUNT_OF(pairings); i++) {
        if (pairings[i].type == type) {
            return true;
        }
    }
    return false;
}

weft_postgres_reader weft_postgres_reader_for(Oid type, weft_value_kind kind, int format)
{
    if (kind == WEFT_VALUE_NULL) {
        return read_bytes; /* asked for nothing: the value is NULL whatever is there */
    }
    for (size_t i = 0; i < WEFT_COUNT_OF(pairings); i++) {
        if (pairings[i].type == type && pairings[i].kind == kind) {
            return format == 1 ? pairings[i].reader : weft_postgres_text_reader_for(type, kind);
        }
    }
    return format == 0 && !weft_postgres_has_binary(type) ? weft_postgres_text_reader_for(type, kind) : refuse_type;
}
