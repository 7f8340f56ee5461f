/* A JSON value read as a field's value: the one place where "is this a date?" is answered, for filters, records and
 * link data alike. */
#ifndef WEFT_MODEL_OPERAND_H
#define WEFT_MODEL_OPERAND_H

#include "model/catalog.h"
#include "json/reader.h"

/* Read `json` as a value of `field`'s type; JSON null gives the NULL kind (whether that is allowed is the caller's
 * affair).
 *
 *   id, text               a string without NUL
 *   number, autoincrement  an integer within 64 bits (3.0 is 3)
 *   bigNumber              a number, or a string of decimal digits
 *   float                  a finite number
 *   boolean                true or false
 *   enum                   one of its values (hint lists them)
 *   dateTime               an ISO 8601 string; cut to milliseconds
 *   json                   anything; kept in canonical form
 *   array                  an array of strings
 *
 * Text borrows from `json` where it can, else lives in `keep`. WEFT_TYPE_MISMATCH says field, expected and found;
 * `where` is left to the caller. */
weft_code weft_operand_read(
    const weft_field *field, const json_t *json, weft_arena *keep, weft_value *ret_value, weft_error *error);

/* The same from text, as CSV and command lines give it ("42", "true", "2026-01-01"); empty text is NULL for nullable
 * fields that are not text. */
weft_code weft_operand_read_text(
    const weft_field *field, weft_str text, weft_arena *keep, weft_value *ret_value, weft_error *error);

/* The key of a record of `model` from text: of one field as weft_operand_read_text reads it, of several a JSON array.
 * `ret_values` has room for model->key_count. WEFT_TYPE_MISMATCH: it does not fit, or has no value; WEFT_INVALID_JSON.
 */
weft_code weft_model_read_key(
    const weft_model *model, weft_str key, weft_arena *keep, weft_value *ret_values, weft_error *error);

/* Exact decimal digits in normal form (see weft/sys/store.h) from "1e3", "-0.50", "007"; false when it is no number or
 * has more than 1000 digits, or when out of memory. */
bool weft_decimal_normalize(weft_str text, weft_arena *keep, weft_str *ret_text);
/* True when weft_decimal_normalize can only fail for want of memory. */
bool weft_decimal_is_valid(weft_str text);
/* -1, 0, 1 as numbers; both in normal form. */
int weft_decimal_compare(weft_str a, weft_str b);

#endif
