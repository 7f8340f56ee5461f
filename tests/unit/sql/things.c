/* The models, values and filters of things.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "things.h"

/* One field of a hand-made model. */
#define FIELD(of, place, called, of_type, ...)                                                                         \
    {                                                                                                                  \
        .name = {(called), sizeof(called) - 1}, .column = {(called), sizeof(called) - 1}, .type = (of_type),           \
        .index = (place), .model = &(of), __VA_ARGS__                                                                  \
    }

static const weft_store_def store = {.name = {"default", 7}, .kind = WEFT_STORE_SQLITE};

static const weft_field thing_fields[] = {
    FIELD(test_thing, 0, "id", WEFT_TYPE_ID, .is_primary_key = true),
    FIELD(test_thing, 1, "name", WEFT_TYPE_TEXT, .is_nullable = true),
    FIELD(test_thing, 2, "size", WEFT_TYPE_NUMBER, .is_nullable = true),
    FIELD(test_thing, 3, "price", WEFT_TYPE_BIG_NUMBER, .is_nullable = true),
    FIELD(test_thing, 4, "weight", WEFT_TYPE_FLOAT, .is_nullable = true),
    FIELD(test_thing, 5, "is_new", WEFT_TYPE_BOOLEAN, .is_nullable = true),
    FIELD(test_thing, 6, "made_at", WEFT_TYPE_DATE_TIME, .is_nullable = true),
    FIELD(test_thing, 7, "data", WEFT_TYPE_JSON, .is_nullable = true),
    FIELD(test_thing, 8, "tags", WEFT_TYPE_ARRAY, .is_nullable = true),
    FIELD(test_thing, 9, "status", WEFT_TYPE_ENUM, .is_indexed = true),
    FIELD(test_thing, 10, "deleted_at", WEFT_TYPE_DATE_TIME, .is_nullable = true),
};
static const weft_field *const thing_keys[] = {&thing_fields[0]};

const weft_model test_thing = {.name = {"thing", 5},
                               .table = {"thing", 5},
                               .store = &store,
                               .fields = thing_fields,
                               .field_count = WEFT_COUNT_OF(thing_fields),
                               .keys = thing_keys,
                               .key_count = 1,
                               .deleted_at = &thing_fields[10],
                               .is_managed = true};

static const weft_field note_fields[] = {
    FIELD(test_note, 0, "id", WEFT_TYPE_ID, .is_primary_key = true),
    FIELD(test_note, 1, "thing_id", WEFT_TYPE_ID, .is_nullable = true),
    FIELD(test_note, 2, "body", WEFT_TYPE_TEXT, .is_nullable = false),
    FIELD(test_note, 3, "rank", WEFT_TYPE_NUMBER, .is_nullable = false),
    FIELD(test_note, 4, "deleted_at", WEFT_TYPE_DATE_TIME, .is_nullable = true),
};
static const weft_field *const note_keys[] = {&note_fields[0]};

const weft_model test_note = {.name = {"note", 4},
                              .table = {"note", 4},
                              .store = &store,
                              .fields = note_fields,
                              .field_count = WEFT_COUNT_OF(note_fields),
                              .keys = note_keys,
                              .key_count = 1,
                              .deleted_at = &note_fields[4],
                              .is_managed = true};

static const weft_field tag_fields[] = {
    FIELD(test_tag, 0, "id", WEFT_TYPE_ID, .is_primary_key = true),
    FIELD(test_tag, 1, "label", WEFT_TYPE_TEXT, .is_nullable = false),
    FIELD(test_tag, 2, "deleted_at", WEFT_TYPE_DATE_TIME, .is_nullable = true),
};
static const weft_field *const tag_keys[] = {&tag_fields[0]};

const weft_model test_tag = {.name = {"tag", 3},
                             .table = {"tag", 3},
                             .store = &store,
                             .fields = tag_fields,
                             .field_count = WEFT_COUNT_OF(tag_fields),
                             .keys = tag_keys,
                             .key_count = 1,
                             .deleted_at = &tag_fields[2],
                             .is_managed = true};

static const weft_field link_fields[] = {
    FIELD(test_thing_tag, 0, "id", WEFT_TYPE_ID, .is_primary_key = true),
    FIELD(test_thing_tag, 1, "thing_id", WEFT_TYPE_ID, .is_foreign_key = true),
    FIELD(test_thing_tag, 2, "tag_id", WEFT_TYPE_ID, .is_foreign_key = true),
    FIELD(test_thing_tag, 3, "position", WEFT_TYPE_NUMBER, .is_nullable = true),
    FIELD(test_thing_tag, 4, "deleted_at", WEFT_TYPE_DATE_TIME, .is_nullable = true),
};
static const weft_field *const link_keys[] = {&link_fields[0]};

const weft_model test_thing_tag = {.name = {"thing_tag", 9},
                                   .table = {"thing_tag", 9},
                                   .store = &store,
                                   .fields = link_fields,
                                   .field_count = WEFT_COUNT_OF(link_fields),
                                   .keys = link_keys,
                                   .key_count = 1,
                                   .deleted_at = &link_fields[4],
                                   .is_managed = true};

const weft_edge test_notes = {.name = {"notes", 5},
                              .kind = WEFT_EDGE_RELATION,
                              .is_list = true,
                              .from = &test_thing,
                              .to = &test_note,
                              .from_field = &thing_fields[0],
                              .to_field = &note_fields[1]};

const weft_edge test_note_thing = {.name = {"thing", 5},
                                   .kind = WEFT_EDGE_RELATION,
                                   .from = &test_note,
                                   .to = &test_thing,
                                   .from_field = &note_fields[1],
                                   .to_field = &thing_fields[0]};

const weft_edge test_labels = {.name = {"labels", 6},
                               .kind = WEFT_EDGE_LINK,
                               .is_list = true,
                               .from = &test_thing,
                               .to = &test_tag,
                               .from_field = &thing_fields[0],
                               .to_field = &tag_fields[0],
                               .through = &test_thing_tag,
                               .through_from = &link_fields[1],
                               .through_to = &link_fields[2]};

const weft_field *test_field(const weft_model *model, const char *name)
{
    for (size_t i = 0; i < model->field_count; i++) {
        if (weft_str_equal_text(model->fields[i].name, name)) {
            return &model->fields[i];
        }
    }
    fail_msg("no field %s", name);
    return NULL;
}

static weft_value text_of(weft_value_kind kind, const char *text)
{
    return (weft_value){.kind = kind, .as.text = weft_str_from(text)};
}

weft_value test_text(const char *text)
{
    return text_of(WEFT_VALUE_TEXT, text);
}

weft_value test_json(const char *text)
{
    return text_of(WEFT_VALUE_JSON, text);
}

weft_value test_decimal(const char *text)
{
    return text_of(WEFT_VALUE_DECIMAL, text);
}

weft_value test_integer(int64_t integer)
{
    return (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = integer};
}

weft_value test_real(double real)
{
    return (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = real};
}

weft_value test_boolean(bool boolean)
{
    return (weft_value){.kind = WEFT_VALUE_BOOLEAN, .as.boolean = boolean};
}

weft_value test_time(const char *text)
{
    weft_value value = {.kind = WEFT_VALUE_TIME};
    assert_true(weft_time_parse(weft_str_from(text), &value.as.time_us));
    return value;
}

weft_value test_null(void)
{
    return (weft_value){.kind = WEFT_VALUE_NULL};
}

static weft_filter *new_filter(weft_arena *arena, weft_filter_kind kind)
{
    weft_filter *filter = WEFT_ARENA_NEW(arena, weft_filter);
    assert_non_null(filter);
    filter->kind = kind;
    return filter;
}

const weft_filter *test_compare_many(
    weft_arena *arena, const weft_field *field, weft_operator op, const weft_value *values, size_t count)
{
    weft_filter *filter = new_filter(arena, WEFT_FILTER_COMPARE);
    weft_value *copy = WEFT_ARENA_ARRAY(arena, weft_value, count);
    assert_non_null(copy);
    if (count > 0) {
        memcpy(copy, values, count * sizeof(*values));
    }
    filter->field = field;
    filter->op = op;
    filter->values = copy;
    filter->value_count = count;
    return filter;
}

const weft_filter *test_compare(weft_arena *arena, const weft_field *field, weft_operator op, weft_value value)
{
    return test_compare_many(arena, field, op, &value, 1);
}

const weft_filter *test_compare_path(
    weft_arena *arena, const char *key, const char *inner_key, weft_operator op, weft_value value)
{
    weft_filter *filter = WEFT_ARENA_NEW(arena, weft_filter);
    weft_str *path = WEFT_ARENA_ARRAY(arena, weft_str, 2);
    assert_non_null(filter);
    assert_non_null(path);
    *filter = *test_compare(arena, test_field(&test_thing, "data"), op, value);
    path[0] = weft_str_from(key);
    path[1] = weft_str_from(inner_key);
    filter->json_path = path;
    filter->json_path_len = inner_key != NULL ? 2 : 1;
    return filter;
}

const weft_filter *test_junction(weft_arena *arena, weft_filter_kind kind, const weft_filter *a, const weft_filter *b)
{
    weft_filter *filter = new_filter(arena, kind);
    const weft_filter **children = WEFT_ARENA_ARRAY(arena, const weft_filter *, 2);
    assert_non_null(children);
    children[0] = a;
    children[1] = b;
    filter->children = children;
    filter->child_count = b != NULL ? 2 : 1;
    return filter;
}

const weft_filter *test_partner(weft_arena *arena,
                                const weft_edge *edge,
                                weft_quantifier quantifier,
                                const weft_filter *child)
{
    weft_filter *filter = new_filter(arena, WEFT_FILTER_EDGE);
    filter->edge = edge;
    filter->quantifier = quantifier;
    filter->child = child;
    return filter;
}

const weft_filter *test_count(weft_arena *arena, const weft_edge *edge, weft_operator op, int64_t number)
{
    weft_filter *filter = new_filter(arena, WEFT_FILTER_COUNT);
    weft_value *value = WEFT_ARENA_NEW(arena, weft_value);
    assert_non_null(value);
    *value = test_integer(number);
    filter->edge = edge;
    filter->op = op;
    filter->values = value;
    filter->value_count = 1;
    return filter;
}

const weft_dialect *test_sqlite(void)
{
    return weft_driver_for(WEFT_STORE_SQLITE)->dialect;
}

const weft_dialect *test_postgres(void)
{
    return weft_driver_for(WEFT_STORE_POSTGRES)->dialect;
}
