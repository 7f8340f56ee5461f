/* Ordering in memory. */
#include "fetch/state.h"
#include "support/tap.h"

static weft_value text_of(weft_value_kind kind, const char *bytes)
{
    return (weft_value){.kind = kind, .as.text = weft_str_from(bytes)};
}

static const weft_value null_value = {.kind = WEFT_VALUE_NULL};

static void test_values(void **state)
{
    (void)state;
    const weft_value a = text_of(WEFT_VALUE_TEXT, "Z");
    const weft_value b = text_of(WEFT_VALUE_TEXT, "a");
    assert_true(weft_value_order(&a, &b) < 0);
    const weft_value nine = text_of(WEFT_VALUE_DECIMAL, "9");
    const weft_value ten = text_of(WEFT_VALUE_DECIMAL, "10");
    assert_true(weft_value_order(&nine, &ten) < 0);
    const weft_value no = {.kind = WEFT_VALUE_BOOLEAN, .as.boolean = false};
    const weft_value yes = {.kind = WEFT_VALUE_BOOLEAN, .as.boolean = true};
    assert_true(weft_value_order(&no, &yes) < 0);
    const weft_value early = {.kind = WEFT_VALUE_TIME, .as.time_us = INT64_MIN};
    const weft_value late = {.kind = WEFT_VALUE_TIME, .as.time_us = INT64_MAX};
    assert_true(weft_value_order(&late, &early) > 0);
    const weft_value low = {.kind = WEFT_VALUE_DOUBLE, .as.real = -0.5};
    const weft_value high = {.kind = WEFT_VALUE_DOUBLE, .as.real = 0.25};
    assert_true(weft_value_order(&low, &high) < 0);
    assert_int_equal(weft_value_order(&low, &low), 0);
}

static void test_null_is_last(void **state)
{
    (void)state;
    const weft_value one = {.kind = WEFT_VALUE_INTEGER, .as.integer = INT64_MAX};
    assert_true(weft_value_order(&one, &null_value) < 0);
    assert_true(weft_value_order(&null_value, &one) > 0);
    assert_int_equal(weft_value_order(&null_value, &null_value), 0);
}

#define ROWS 5

/* Five rows of (views, id): two tie, one has no views. */
typedef struct table {
    weft_field views, id;
    const weft_field *fields[2];
    weft_order order[2];
    weft_term terms[2];
    weft_selection selection;
    weft_step step;
    weft_value values[ROWS][2];
    weft_row rows[ROWS];
    weft_row *list[ROWS];
    weft_arena arena;
} table;

static void table_init(table *t, bool is_descending)
{
    static const int64_t views[ROWS] = {3, 1, 0, 3, 2};
    static const char *const ids[ROWS] = {"e", "d", "c", "b", "a"};
    *t = (table){.fields = {&t->views, &t->id}};
    t->order[0] = (weft_order){.field = &t->views, .is_descending = is_descending};
    t->order[1] = (weft_order){.field = &t->id};
    t->selection = (weft_selection){.order = t->order, .order_count = 2};
    t->step = (weft_step){.selection = &t->selection, .fields = t->fields, .field_count = 2};
    t->step.terms = t->terms;
    t->step.term_count = 2;
    for (size_t i = 0; i < 2; i++) {
        t->terms[i] = (weft_term){.kind = WEFT_TERM_FIELD, .place = i, .order = &t->order[i]};
    }
    for (size_t i = 0; i < ROWS; i++) {
        t->values[i][0] = (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = views[i]};
        t->values[i][1] = text_of(WEFT_VALUE_TEXT, ids[i]);
        t->rows[i].values = t->values[i];
        t->list[i] = &t->rows[i];
    }
    t->values[2][0] = null_value;
    weft_arena_init(&t->arena, NULL, 0);
}

static void assert_ids(const table *t, const char *expected)
{
    for (size_t i = 0; i < ROWS; i++) {
        assert_int_equal(t->list[i]->values[1].as.text.data[0], expected[i]);
    }
}

static void test_rows(void **state)
{
    (void)state;
    table t;
    weft_error error;
    table_init(&t, false);
    assert_int_equal(weft_rows_sort(&t.step, t.list, ROWS, &t.arena, &error), WEFT_OK);
    assert_ids(&t, "dabec");
    weft_arena_done(&t.arena);
    table_init(&t, true);
    assert_int_equal(weft_rows_sort(&t.step, t.list, ROWS, &t.arena, &error), WEFT_OK);
    assert_ids(&t, "cbead");
    weft_arena_done(&t.arena);
}

static void test_no_memory(void **state)
{
    (void)state;
    table t;
    weft_error error;
    table_init(&t, false);
    weft_arena_done(&t.arena);
    weft_arena_init(&t.arena, NULL, 16);
    assert_int_equal(weft_rows_sort(&t.step, t.list, ROWS, &t.arena, &error), WEFT_LIMIT_EXCEEDED);
    weft_arena_done(&t.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_null_is_last),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
