/* The table of PostgreSQL's types. What is not in it is not mapped: a type that nobody thought about could come back
 * changed. Types whose values are read as their own text say so with columnType, so that filters compare that text. */
#include "adopt/types.h"

typedef struct type_row {
    const char *name;
    weft_type type;
    bool is_told; /* the definition must say columnType */
    const char *problem;
} type_row;

static const type_row rows[] = {
    {"text", WEFT_TYPE_TEXT, false, NULL},
    {"varchar", WEFT_TYPE_TEXT, false, NULL},
    {"uuid", WEFT_TYPE_TEXT, true, NULL},
    {"citext", WEFT_TYPE_TEXT, true, NULL},
    {"bpchar", WEFT_TYPE_TEXT, true, NULL},
    {"name", WEFT_TYPE_TEXT, true, NULL},
    {"inet", WEFT_TYPE_TEXT, true, NULL},
    {"cidr", WEFT_TYPE_TEXT, true, NULL},
    {"macaddr", WEFT_TYPE_TEXT, true, NULL},
    {"macaddr8", WEFT_TYPE_TEXT, true, NULL},
    {"time", WEFT_TYPE_TEXT, true, NULL},
    {"interval", WEFT_TYPE_TEXT, true, NULL},
    {"int2", WEFT_TYPE_NUMBER, false, NULL},
    {"int4", WEFT_TYPE_NUMBER, false, NULL},
    {"int8", WEFT_TYPE_NUMBER, false, NULL},
    {"numeric", WEFT_TYPE_BIG_NUMBER, false, NULL},
    {"float4", WEFT_TYPE_FLOAT, true, NULL},
    {"float8", WEFT_TYPE_FLOAT, false, NULL},
    {"bool", WEFT_TYPE_BOOLEAN, false, NULL},
    {"timestamptz", WEFT_TYPE_DATE_TIME, false, NULL},
    {"timestamp", WEFT_TYPE_DATE_TIME, false, NULL},
    {"date", WEFT_TYPE_DATE_TIME, false, NULL},
    {"jsonb", WEFT_TYPE_JSON, false, NULL},
    {"json", WEFT_TYPE_JSON, true, NULL},
    {"bytea", 0, false, "binary data has no place in JSON"},
    {"money", 0, false, "what an amount of money means depends on the server's locale"},
    {"tsvector", 0, false, "an index of words is no value"},
    {"xml", 0, false, "XML cannot be compared"},
};

/* Arrays are lists of texts: those whose items are texts. */
static const char *const text_items[] = {"text", "varchar", "uuid", "citext", "bpchar", "name"};

static void map_array(const weft_native_type *native, weft_present_column *column)
{
    for (size_t i = 0; i < WEFT_COUNT_OF(text_items); i++) {
        if (weft_str_equal_text(native->item, text_items[i])) {
            column->type = WEFT_TYPE_ARRAY;
            column->column_type = i == 0 ? (weft_str){NULL, 0} : native->name;
            return;
        }
    }
    column->problem = "only arrays of texts can be read";
}

/* The type's own name, with its schema where a bare name would not find it. */
static bool tell_type(const weft_native_type *native, weft_arena *keep, weft_present_column *column)
{
    column->column_type =
        native->schema.len > 0
            ? weft_str_format(keep, "%.*s.%.*s", WEFT_STR_ARG(native->schema), WEFT_STR_ARG(native->name))
            : native->name;
    return column->column_type.data != NULL;
}

bool weft_native_type_map(const weft_native_type *native, weft_arena *keep, weft_present_column *column)
{
    if (native->is_enum && column->label_count > 0) {
        column->type = WEFT_TYPE_ENUM;
        return tell_type(native, keep, column);
    }
    if (native->item.len > 0) {
        map_array(native, column);
        return true;
    }
    column->problem = "no type of weft holds its values";
    for (size_t i = 0; native->is_plain && i < WEFT_COUNT_OF(rows); i++) {
        const bool is_citext = weft_str_equal_text(native->name, "citext");
        if (!weft_str_equal_text(native->name, rows[i].name) || (native->schema.len > 0 && !is_citext)) {
            continue;
        }
        column->type = rows[i].type;
        column->problem = rows[i].problem;
        if (rows[i].is_told && !tell_type(native, keep, column)) {
            return false;
        }
        if (column->type == WEFT_TYPE_NUMBER && native->counts_itself && !column->is_nullable) {
            column->type = WEFT_TYPE_AUTOINCREMENT;
        }
        return true;
    }
    return true;
}
