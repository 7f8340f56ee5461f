/* What reading operands from JSON and from plain text have in common. Only for the files of model/operand. */
#ifndef WEFT_MODEL_OPERAND_PARTS_H
#define WEFT_MODEL_OPERAND_PARTS_H

#include "model/operand.h"

/* The one place that words a mismatch: WEFT_TYPE_MISMATCH naming field, what was expected and `found`, which is JSON or
 * says what was found ("an object"). */
weft_code weft_operand_fail(const weft_field *field, weft_str found, weft_error *error);

/* True, and set, when `text` is a value of an id, text or enum field. Borrows. */
bool weft_operand_text(const weft_field *field, weft_str text, weft_value *ret_value);

/* `text` as a uuid in small letters, the form that is stored and compared; WEFT_TYPE_MISMATCH when it is none. */
weft_code weft_operand_uuid(
    const weft_field *field, weft_str text, weft_arena *keep, weft_value *ret_value, weft_error *error);

/* True, and set, when `text` is a time; cut to milliseconds toward the past, as weft_time_format does. */
bool weft_operand_time(weft_str text, weft_value *ret_value);

/* True, and set, when the whole number in normal form fits 64 bits. */
bool weft_decimal_to_integer(weft_str decimal, int64_t *ret_integer);

#endif
