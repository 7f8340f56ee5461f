/* Conversions between types of columns: a table of those that are understood, by what the column holds now and what its
 * field is to hold. What is not in the table is converted only where there is nothing to convert.
 *
 * A value breaks when the new type cannot hold it and give it back: then nothing is converted, whatever is allowed.
 * Stores would each do something else with it (round, stop, make it 0). */
#include "migrate/convert.h"

#include <strings.h>

#include "migrate/same.h"
#include "sql/render.h"

typedef enum held {
    HELD_OTHER = 0,
    HELD_TEXT,
    HELD_INTEGER,
    HELD_DECIMAL,
    HELD_DOUBLE,
    HELD_BOOLEAN,
    HELD_TIME,
    HELD_LOCAL_TIME,
    HELD_JSON,
    HELD_ARRAY
} held;

static const struct {
    const char *name;
    held held;
} native_types[] = {
    {"text", HELD_TEXT},
    {"bigint", HELD_INTEGER},
    {"integer", HELD_INTEGER},
    {"smallint", HELD_INTEGER},
    {"numeric", HELD_DECIMAL},
    {"double precision", HELD_DOUBLE},
    {"real", HELD_DOUBLE},
    {"boolean", HELD_BOOLEAN},
    {"timestamptz", HELD_TIME},
    {"timestamp", HELD_LOCAL_TIME},
    {"date", HELD_LOCAL_TIME},
    {"jsonb", HELD_JSON},
    {"json", HELD_JSON},
    {"text[]", HELD_ARRAY},
};

static held held_of(weft_str type)
{
    for (size_t i = 0; i < sizeof(native_types) / sizeof(*native_types); i++) {
        if (weft_type_is_same(weft_str_from(native_types[i].name), type)) {
            return native_types[i].held;
        }
    }
    return HELD_OTHER;
}

/* Fields that hold the same, as far as converting goes. */
static weft_type wanted_of(weft_type type)
{
    switch (type) {
    case WEFT_TYPE_ID:
    case WEFT_TYPE_ENUM:
        return WEFT_TYPE_TEXT;
    case WEFT_TYPE_AUTOINCREMENT:
        return WEFT_TYPE_NUMBER;
    case WEFT_TYPE_TEXT:
    case WEFT_TYPE_NUMBER:
    case WEFT_TYPE_BIG_NUMBER:
    case WEFT_TYPE_FLOAT:
    case WEFT_TYPE_BOOLEAN:
    case WEFT_TYPE_DATE_TIME:
    case WEFT_TYPE_JSON:
    case WEFT_TYPE_ARRAY:
        break;
    }
    return type;
}

/* In templates # is the column and @ the new type. What holds in a store with few types (text of JSON, of decimals, of
 * times) is said by casting to the new type, which is text there. */
#define CAST_IT      "CAST(# AS @)"
#define DOUBLE_EXACT "-9007199254740992 AND 9007199254740992"
#define DIGITS       "'0123456789'"
#define ISO_TIME     "to_char(# AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

/* Text that is an integer in normal form, of at most 18 digits. */
#define BROKEN_INTEGER                                                                                                 \
    "NOT (# = '0' OR (length(#) BETWEEN 1 AND 18 AND ltrim(#, " DIGITS ") = '' AND substr(#, 1, 1) <> '0') OR "        \
    "(length(#) BETWEEN 2 AND 19 AND substr(#, 1, 1) = '-' AND ltrim(substr(#, 2), " DIGITS ") = '' AND "              \
    "substr(#, 2, 1) <> '0'))"
/* Text that is a decimal: digits, at most one point inside, a sign in front. */
#define UNSIGNED "CASE WHEN substr(#, 1, 1) = '-' THEN substr(#, 2) ELSE # END"
#define BROKEN_DECIMAL                                                                                                 \
    "NOT (length(#) BETWEEN 1 AND 300 AND length(" UNSIGNED ") - length(replace(" UNSIGNED                             \
    ", '.', '')) <= 1 AND ltrim(replace(" UNSIGNED ", '.', ''), " DIGITS ") = '' AND " UNSIGNED                        \
    " NOT LIKE '.%' AND " UNSIGNED " NOT LIKE '%.' AND " UNSIGNED " <> '')"
#define BROKEN_TEXT_OF_DOUBLE "CAST(CAST(# AS text) AS double precision) <> #"
#define BROKEN_BOOLEAN_TEXT   "# NOT IN ('true', 'false')"
#define BROKEN_WHOLE                                                                                                   \
    "CASE WHEN # BETWEEN " DOUBLE_EXACT " THEN CAST(CAST(# AS bigint) AS double precision) <> # ELSE # IS NOT NULL "   \
    "END"
#define BROKEN_WHOLE_DECIMAL                                                                                           \
    "CASE WHEN # BETWEEN -9223372036854775807 AND 9223372036854775807 THEN CAST(CAST(# AS bigint) AS numeric) <> # "   \
    "ELSE # IS NOT NULL END"
/* A date and time of ISO 8601; days are counted month by month, since the cast would stop at the first bad one. */
#define BROKEN_TIME                                                                                                    \
    "NOT CASE WHEN # ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T "                                        \
    "]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])?)?$' AND "        \
    "substr(#, 1, 4) <> '0000' THEN CAST(substr(#, 9, 2) AS int) <= extract(day FROM "                                 \
    "make_date(CAST(substr(#, 1, 4) AS int), CAST(substr(#, 6, 2) AS int), 1) + interval '1 month' - interval '1 "     \
    "day')"                                                                                                            \
    " ELSE false END"

static const struct {
    held from;
    weft_type to;
    bool is_safe;
    const char *value;
    const char *broken; /* NULL: nothing breaks */
} conversions[] = {
    {HELD_INTEGER, WEFT_TYPE_NUMBER, true, CAST_IT, NULL},
    {HELD_INTEGER, WEFT_TYPE_BIG_NUMBER, true, CAST_IT, NULL},
    {HELD_INTEGER, WEFT_TYPE_TEXT, true, CAST_IT, NULL},
    {HELD_INTEGER, WEFT_TYPE_FLOAT, false, CAST_IT, "# NOT BETWEEN " DOUBLE_EXACT},
    {HELD_INTEGER, WEFT_TYPE_BOOLEAN, false, "# = 1", "# NOT IN (0, 1)"},
    {HELD_DECIMAL, WEFT_TYPE_BIG_NUMBER, true, CAST_IT, NULL},
    {HELD_DECIMAL, WEFT_TYPE_TEXT, true, CAST_IT, NULL},
    {HELD_DECIMAL, WEFT_TYPE_NUMBER, false, CAST_IT, BROKEN_WHOLE_DECIMAL},
    {HELD_DECIMAL, WEFT_TYPE_FLOAT, false, CAST_IT, "CAST(CAST(CAST(# AS double precision) AS text) AS numeric) <> #"},
    {HELD_DOUBLE, WEFT_TYPE_FLOAT, true, CAST_IT, NULL},
    {HELD_DOUBLE, WEFT_TYPE_NUMBER, false, CAST_IT, BROKEN_WHOLE},
    {HELD_DOUBLE,
     WEFT_TYPE_BIG_NUMBER,
     false,
     "CAST(CAST(# AS text) AS @)",
     BROKEN_TEXT_OF_DOUBLE " OR # NOT BETWEEN -1e15 AND 1e15 OR (# <> 0 AND # BETWEEN -0.0001 AND 0.0001)"},
    {HELD_DOUBLE, WEFT_TYPE_TEXT, false, CAST_IT, BROKEN_TEXT_OF_DOUBLE},
    {HELD_BOOLEAN, WEFT_TYPE_NUMBER, true, "CASE WHEN # THEN 1 WHEN NOT # THEN 0 END", NULL},
    {HELD_BOOLEAN, WEFT_TYPE_BIG_NUMBER, true, "CASE WHEN # THEN 1 WHEN NOT # THEN 0 END", NULL},
    {HELD_BOOLEAN, WEFT_TYPE_BOOLEAN, true, CAST_IT, NULL},
    {HELD_BOOLEAN, WEFT_TYPE_TEXT, false, CAST_IT, NULL},
    {HELD_TEXT, WEFT_TYPE_TEXT, true, CAST_IT, NULL},
    {HELD_TEXT, WEFT_TYPE_NUMBER, false, CAST_IT, BROKEN_INTEGER},
    {HELD_TEXT, WEFT_TYPE_BIG_NUMBER, false, CAST_IT, BROKEN_DECIMAL},
    {HELD_TEXT, WEFT_TYPE_FLOAT, false, CAST_IT, BROKEN_DECIMAL},
    {HELD_TEXT,
     WEFT_TYPE_BOOLEAN,
     false,
     "CASE # WHEN 'true' THEN true WHEN 'false' THEN false END",
     BROKEN_BOOLEAN_TEXT},
    {HELD_TEXT, WEFT_TYPE_DATE_TIME, false, CAST_IT, BROKEN_TIME},
    {HELD_TIME, WEFT_TYPE_TEXT, true, ISO_TIME, NULL},
    {HELD_LOCAL_TIME, WEFT_TYPE_DATE_TIME, true, CAST_IT, NULL},
    {HELD_JSON, WEFT_TYPE_JSON, true, CAST_IT, NULL},
    {HELD_JSON, WEFT_TYPE_TEXT, true, CAST_IT, NULL},
    {HELD_ARRAY, WEFT_TYPE_JSON, true, "to_jsonb(#)", NULL},
    {HELD_ARRAY, WEFT_TYPE_TEXT, true, "CAST(to_jsonb(#) AS text)", NULL},
    {HELD_OTHER, WEFT_TYPE_TEXT, false, CAST_IT, NULL},
};

static weft_str fill(weft_maker *maker, const char *template, weft_str column, weft_str type)
{
    weft_buf buf = weft_maker_buf(maker);
    for (const char *at = template; *at; at++) {
        if (*at == '#') {
            weft_sql_add_name(&buf, column);
        } else if (*at == '@') {
            weft_buf_add_str(&buf, type);
        } else {
            weft_buf_add_char(&buf, *at);
        }
    }
    return weft_maker_take(maker, &buf);
}

weft_conversion weft_conversion_make(weft_maker *maker, const weft_wanted_column *column, weft_str type)
{
    const held from = held_of(type);
    const weft_type to = wanted_of(column->field->type);
    const weft_str bare =
        weft_type_base(weft_str_equal_text(column->type, "BIGSERIAL") ? WEFT_STR("BIGINT") : column->type);
    for (size_t i = 0; i < sizeof(conversions) / sizeof(*conversions); i++) {
        if (conversions[i].from == from && conversions[i].to == to) {
            const char *broken = conversions[i].broken;
            return (weft_conversion){.is_safe = conversions[i].is_safe,
                                     .value_sql = fill(maker, conversions[i].value, column->name, bare),
                                     .broken_sql = broken ? fill(maker, broken, column->name, bare) : WEFT_STR("")};
        }
    }
    return (weft_conversion){.value_sql = fill(maker, "CAST(NULL AS @)", column->name, bare),
                             .broken_sql = fill(maker, "# IS NOT NULL", column->name, bare)};
}
