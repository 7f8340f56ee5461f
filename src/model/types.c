/* Names of field types and delete policies, as written in module.yaml and link files, and what each type holds. */
#include "model/catalog.h"

typedef struct type_facts {
    const char *name;
    weft_type type;
    weft_value_kind kind;
} type_facts;

static const type_facts all_types[] = {
    {"id", WEFT_TYPE_ID, WEFT_VALUE_TEXT},
    {"text", WEFT_TYPE_TEXT, WEFT_VALUE_TEXT},
    {"number", WEFT_TYPE_NUMBER, WEFT_VALUE_INTEGER},
    {"bigNumber", WEFT_TYPE_BIG_NUMBER, WEFT_VALUE_DECIMAL},
    {"float", WEFT_TYPE_FLOAT, WEFT_VALUE_DOUBLE},
    {"boolean", WEFT_TYPE_BOOLEAN, WEFT_VALUE_BOOLEAN},
    {"dateTime", WEFT_TYPE_DATE_TIME, WEFT_VALUE_TIME},
    {"json", WEFT_TYPE_JSON, WEFT_VALUE_JSON},
    {"array", WEFT_TYPE_ARRAY, WEFT_VALUE_ARRAY},
    {"enum", WEFT_TYPE_ENUM, WEFT_VALUE_TEXT},
    {"autoincrement", WEFT_TYPE_AUTOINCREMENT, WEFT_VALUE_INTEGER},
};

weft_str weft_type_name(weft_type type)
{
    for (size_t i = 0; i < WEFT_COUNT_OF(all_types); i++) {
        if (all_types[i].type == type) {
            return weft_str_from(all_types[i].name);
        }
    }
    return (weft_str){NULL, 0};
}

bool weft_type_from_name(weft_str name, weft_type *ret_type)
{
    for (size_t i = 0; i < WEFT_COUNT_OF(all_types); i++) {
        if (weft_str_equal_text(name, all_types[i].name)) {
            *ret_type = all_types[i].type;
            return true;
        }
    }
    return false;
}

weft_value_kind weft_type_value_kind(weft_type type)
{
    for (size_t i = 0; i < WEFT_COUNT_OF(all_types); i++) {
        if (all_types[i].type == type) {
            return all_types[i].kind;
        }
    }
    return WEFT_VALUE_NULL;
}

weft_str weft_on_delete_name(weft_on_delete policy)
{
    switch (policy) {
    case WEFT_ON_DELETE_CASCADE:
        return WEFT_STR("cascade");
    case WEFT_ON_DELETE_CASCADE_ORPHANS:
        return WEFT_STR("cascade-orphans");
    case WEFT_ON_DELETE_RESTRICT:
        return WEFT_STR("restrict");
    case WEFT_ON_DELETE_KEEP:
        return WEFT_STR("keep");
    case WEFT_ON_DELETE_UNLINK:
    default:
        return WEFT_STR("unlink");
    }
}
