/* How a value that does not fit its field is told. */
#include <string.h>

#include "base/utf8.h"
#include "model/operand_parts.h"

/* How much of a value a message shows. */
#define SHOWN_BYTES_MAX 40

/* What a value of the type is called in a message. */
static const char *expectation(const weft_field *field)
{
    if (field->native == WEFT_NATIVE_UUID) {
        return "a uuid";
    }
    switch (field->type) {
    case WEFT_TYPE_NUMBER:
    case WEFT_TYPE_AUTOINCREMENT:
        return "an integer of 64 bits";
    case WEFT_TYPE_BIG_NUMBER:
        return "a decimal number";
    case WEFT_TYPE_FLOAT:
        return "a number";
    case WEFT_TYPE_BOOLEAN:
        return "true or false";
    case WEFT_TYPE_DATE_TIME:
        return "an ISO 8601 date and time";
    case WEFT_TYPE_JSON:
        return "JSON";
    case WEFT_TYPE_ARRAY:
        return "an array of texts";
    case WEFT_TYPE_ENUM:
        return "one of its values";
    case WEFT_TYPE_ID:
    case WEFT_TYPE_TEXT:
        break;
    }
    return "a text";
}

/* "One of draft, published." as far as a hint holds it. */
static void hint_enum_values(const weft_field *field, weft_error *error)
{
    if (!error) {
        return;
    }
    char text[sizeof(error->hint) - 16];
    size_t len = 0;
    for (size_t i = 0; i < field->enum_value_count; i++) {
        const weft_str value = field->enum_values[i];
        if (len + value.len + 8 > sizeof(text)) {
            const weft_str more = WEFT_STR(", …");
            memcpy(text + len, more.data, more.len);
            len += more.len;
            break;
        }
        if (i > 0) {
            text[len++] = ',';
            text[len++] = ' ';
        }
        memcpy(text + len, value.data, value.len);
        len += value.len;
    }
    weft_error_set_hint(error, "One of %.*s.", (int)len, text);
}

weft_code weft_operand_fail(const weft_field *field, weft_str found, weft_error *error)
{
    const weft_str shown = weft_utf8_cut(found, SHOWN_BYTES_MAX);
    (void)weft_fail(error,
                    WEFT_TYPE_MISMATCH,
                    "\"%.*s\" must be %s, not %.*s%s",
                    WEFT_STR_ARG(field->name),
                    expectation(field),
                    WEFT_STR_ARG(shown),
                    shown.len < found.len ? "…" : "");
    if (field->type == WEFT_TYPE_ENUM) {
        hint_enum_values(field, error);
    }
    return WEFT_TYPE_MISMATCH;
}
