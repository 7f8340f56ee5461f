/* Deciding and ordering in memory: by marks, by what looks found, by the link row. */
#include <stdio.h>

#include "fetch/state.h"
#include "support/tap.h"

/* A root with two marks and one look, whose target has a mark of its own. */
typedef struct scene {
    weft_edge edge;
    weft_filter count;
    weft_value operands[2];
    weft_mark marks[2];
    weft_step root, look;
    const weft_step *looks[1];
    weft_value values[3];
    weft_row row;
    weft_group groups[1];
    weft_value partner_values[4][2];
    weft_row partners[4];
    const weft_row *partner_list[4];
    char digits[64]; /* of the last decimal */
} scene;

static weft_value integer(int64_t number)
{
    return (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = number};
}

static weft_value boolean(bool is)
{
    return (weft_value){.kind = WEFT_VALUE_BOOLEAN, .as.boolean = is};
}

static void scene_init(scene *s, size_t partners)
{
    *s = (scene){.edge = {.is_list = true}};
    s->look = (weft_step){.kind = WEFT_STEP_JOINED, .number = 1, .parent = &s->root, .is_look = true};
    s->look.marks = s->marks;
    s->look.mark_count = 2;
    s->look.column_count = 2;
    s->looks[0] = &s->look;
    s->root = (weft_step){.kind = WEFT_STEP_ROOT, .looks = s->looks, .look_count = 1, .marks = s->marks};
    s->root.mark_count = 2;
    s->root.column_count = 3;
    s->values[0] = integer(1);
    s->values[1] = boolean(true);
    s->values[2] = (weft_value){.kind = WEFT_VALUE_NULL};
    for (size_t i = 0; i < partners; i++) {
        s->partner_values[i][0] = integer((int64_t)i * 10);
        s->partner_values[i][1] = integer(100 - (int64_t)i); /* the key that chooses: the last is the first */
        s->partners[i].values = s->partner_values[i];
        s->partner_list[i] = &s->partners[i];
    }
    s->groups[0] = (weft_group){s->partner_list, partners};
    s->row = (weft_row){s->values, s->groups};
}

static bool holds_of(const weft_step *step, const weft_residual *residual, const weft_row *row, const weft_row *link)
{
    const weft_ordered judged = {step, row, link};
    weft_error error = {0};
    weft_arena arena;
    bool passes = false;
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(weft_residual_holds(&judged, residual, &arena, &passes, &error), WEFT_OK);
    weft_arena_done(&arena);
    return passes;
}

static bool holds(scene *s, weft_residual residual)
{
    return holds_of(&s->root, &residual, &s->row, NULL);
}

static void test_marks(void **state)
{
    (void)state;
    scene s;
    scene_init(&s, 0);
    assert_true(holds(&s, (weft_residual){.kind = WEFT_RESIDUAL_MARK, .place = 0}));
    assert_false(holds(&s, (weft_residual){.kind = WEFT_RESIDUAL_MARK, .place = 1})); /* null counts as false */
    s.values[2] = boolean(false);
    assert_false(holds(&s, (weft_residual){.kind = WEFT_RESIDUAL_MARK, .place = 1}));
}

static void test_some(void **state)
{
    (void)state;
    scene s;
    scene_init(&s, 1);
    assert_true(holds(&s, (weft_residual){.kind = WEFT_RESIDUAL_SOME}));
    s.groups[0].count = 0;
    assert_false(holds(&s, (weft_residual){.kind = WEFT_RESIDUAL_SOME}));
}

static void test_junctions(void **state)
{
    (void)state;
    scene s;
    scene_init(&s, 0);
    const weft_residual yes = {.kind = WEFT_RESIDUAL_MARK, .place = 0};
    const weft_residual no = {.kind = WEFT_RESIDUAL_SOME};
    const weft_residual *both[2] = {&yes, &no};
    const weft_residual *only[1] = {&no};
    assert_false(holds(&s, (weft_residual){.kind = WEFT_RESIDUAL_AND, .children = both, .child_count = 2}));
    assert_true(holds(&s, (weft_residual){.kind = WEFT_RESIDUAL_OR, .children = both, .child_count = 2}));
    assert_true(holds(&s, (weft_residual){.kind = WEFT_RESIDUAL_NOT, .children = only, .child_count = 1}));
    assert_true(holds(&s, (weft_residual){.kind = WEFT_RESIDUAL_AND}));
    assert_false(holds(&s, (weft_residual){.kind = WEFT_RESIDUAL_OR}));
}

static void test_counts(void **state)
{
    (void)state;
    static const struct {
        weft_operator op;
        bool expected[3]; /* of 1, 2 and 3 partners compared with 2 */
    } cases[] = {{WEFT_OP_EQ, {false, true, false}},
                 {WEFT_OP_NE, {true, false, true}},
                 {WEFT_OP_GT, {false, false, true}},
                 {WEFT_OP_GTE, {false, true, true}},
                 {WEFT_OP_LT, {true, false, false}},
                 {WEFT_OP_LTE, {true, true, false}},
                 {WEFT_OP_IN, {false, true, true}}, /* 2 or 3 */
                 {WEFT_OP_NIN, {true, false, false}}};
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        for (size_t count = 1; count <= 3; count++) {
            scene s;
            scene_init(&s, count);
            s.operands[0] = integer(2);
            s.operands[1] = integer(3);
            s.count =
                (weft_filter){.kind = WEFT_FILTER_COUNT, .op = cases[i].op, .values = s.operands, .value_count = 2};
            assert_int_equal(holds(&s, (weft_residual){.kind = WEFT_RESIDUAL_COUNT, .filter = &s.count}),
                             cases[i].expected[count - 1]);
        }
    }
}

/* Sums of 0, 10 and 20, compared. */
static void test_sums(void **state)
{
    (void)state;
    static const struct {
        weft_operator op;
        int64_t lower; /* of the operand; the sum is 30 */
        bool expected, of_none;
    } cases[] = {{WEFT_OP_EQ, 30, true, false},
                 {WEFT_OP_EQ, 31, false, false},
                 {WEFT_OP_NE, 30, false, true},
                 {WEFT_OP_IN, 30, true, false},
                 {WEFT_OP_NIN, 30, false, true},
                 {WEFT_OP_GT, 29, true, false},
                 {WEFT_OP_GT, 30, false, false},
                 {WEFT_OP_GTE, 30, true, false},
                 {WEFT_OP_LT, 30, false, false},
                 {WEFT_OP_LTE, 30, true, false}};
    const weft_field field = {.name = WEFT_STR("views"), .type = WEFT_TYPE_NUMBER};
    const weft_order order = {.edge_count = 1, .field = &field, .aggregate = WEFT_AGGREGATE_SUM};
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        const weft_value parts[2] = {integer(0), integer(cases[i].lower)};
        const weft_filter filter = {
            .kind = WEFT_FILTER_AGGREGATE, .op = cases[i].op, .values = parts, .value_count = 1, .order = &order};
        for (size_t partners = 0; partners <= 3; partners += 3) {
            scene s;
            scene_init(&s, partners);
            assert_int_equal(holds(&s, (weft_residual){.kind = WEFT_RESIDUAL_AGGREGATE, .filter = &filter}),
                             partners > 0 ? cases[i].expected : cases[i].of_none);
        }
    }
}

/* A part of what the root is ordered by over its look. */
static weft_value part_value(scene *s, weft_aggregate aggregate, weft_type type, size_t part)
{
    weft_error error = {0};
    weft_value value = {0};
    weft_arena arena;
    const weft_edge *edges[1] = {&s->edge};
    const weft_field field = {.type = type};
    const weft_order order = {.edges = edges, .edge_count = 1, .field = &field, .aggregate = aggregate};
    const weft_term term = {.kind = WEFT_TERM_LOOK, .order = &order, .part = part};
    const weft_ordered ordered = {.step = &s->root, .row = &s->row};
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(weft_term_values(&ordered, &term, 1, &arena, &value, &error), WEFT_OK);
    if (value.kind == WEFT_VALUE_DECIMAL) {
        (void)snprintf(s->digits, sizeof(s->digits), "%.*s", WEFT_STR_ARG(value.as.text));
    }
    weft_arena_done(&arena);
    return value;
}

static weft_value term_value(scene *s, weft_aggregate aggregate)
{
    return part_value(s, aggregate, WEFT_TYPE_NUMBER, aggregate == WEFT_AGGREGATE_SUM);
}

static void test_terms(void **state)
{
    (void)state;
    scene s;
    scene_init(&s, 3);
    assert_int_equal(term_value(&s, WEFT_AGGREGATE_COUNT).as.integer, 3);
    assert_int_equal(term_value(&s, WEFT_AGGREGATE_MIN).as.integer, 0);
    assert_int_equal(term_value(&s, WEFT_AGGREGATE_MAX).as.integer, 20);
    assert_int_equal(term_value(&s, WEFT_AGGREGATE_SUM).as.integer, 30);
    assert_true(term_value(&s, WEFT_AGGREGATE_AVG).as.real == 10.0);
    assert_int_equal(term_value(&s, WEFT_AGGREGATE_NONE).as.integer, 20);
    s.partner_values[1][0].kind = WEFT_VALUE_NULL; /* left out of all but the count */
    assert_int_equal(term_value(&s, WEFT_AGGREGATE_COUNT).as.integer, 3);
    assert_true(term_value(&s, WEFT_AGGREGATE_AVG).as.real == 10.0);
}

static void test_terms_of_nobody(void **state)
{
    (void)state;
    scene s;
    scene_init(&s, 0);
    assert_int_equal(term_value(&s, WEFT_AGGREGATE_COUNT).kind, WEFT_VALUE_INTEGER);
    for (weft_aggregate aggregate = WEFT_AGGREGATE_MIN; aggregate <= WEFT_AGGREGATE_AVG; aggregate++) {
        assert_int_equal(term_value(&s, aggregate).kind, WEFT_VALUE_NULL);
    }
    assert_int_equal(term_value(&s, WEFT_AGGREGATE_NONE).kind, WEFT_VALUE_NULL);
}

/* A sum that 64 bits cannot hold still has its place: by its halves. */
static void test_large_sum(void **state)
{
    (void)state;
    scene s;
    scene_init(&s, 2);
    s.partner_values[0][0] = integer(INT64_MAX);
    s.partner_values[1][0] = integer(INT64_MAX);
    assert_int_equal(part_value(&s, WEFT_AGGREGATE_SUM, WEFT_TYPE_NUMBER, 0).as.integer, INT64_C(0xFFFFFFFF));
    assert_int_equal(part_value(&s, WEFT_AGGREGATE_SUM, WEFT_TYPE_NUMBER, 1).as.integer, INT64_C(0xFFFFFFFE));
    s.partner_values[0][0] = integer(-1);
    s.partner_values[1][0] = integer(-2);
    assert_int_equal(part_value(&s, WEFT_AGGREGATE_SUM, WEFT_TYPE_NUMBER, 0).as.integer, -1);
    assert_int_equal(part_value(&s, WEFT_AGGREGATE_SUM, WEFT_TYPE_NUMBER, 1).as.integer, INT64_C(0xFFFFFFFD));
}

static void test_decimal_sum(void **state)
{
    (void)state;
    scene s;
    scene_init(&s, 2);
    s.partner_values[0][0] = (weft_value){.kind = WEFT_VALUE_DECIMAL, .as.text = WEFT_STR("0.1")};
    s.partner_values[1][0] = (weft_value){.kind = WEFT_VALUE_DECIMAL, .as.text = WEFT_STR("12345678901234567890")};
    assert_int_equal(part_value(&s, WEFT_AGGREGATE_SUM, WEFT_TYPE_BIG_NUMBER, 0).kind, WEFT_VALUE_DECIMAL);
    assert_string_equal(s.digits, "12345678901234567890.1");
}

static void test_double_sum(void **state)
{
    (void)state;
    scene s;
    weft_error error = {0};
    weft_value value = {0};
    weft_arena arena;
    scene_init(&s, 2);
    s.partner_values[0][0] = (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = 1e308};
    s.partner_values[1][0] = (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = 1e308};
    const weft_field field = {.name = WEFT_STR("price"), .type = WEFT_TYPE_FLOAT};
    const weft_order order = {.edge_count = 1, .field = &field, .aggregate = WEFT_AGGREGATE_SUM};
    const weft_term term = {.kind = WEFT_TERM_LOOK, .order = &order};
    const weft_ordered ordered = {.step = &s.root, .row = &s.row};
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(weft_term_values(&ordered, &term, 1, &arena, &value, &error), WEFT_LIMIT_EXCEEDED);
    assert_string_equal(error.message, "the sum of \"price\" is too large to order by");
    weft_arena_done(&arena);
}

static void test_rows_are_dropped(void **state)
{
    (void)state;
    scene s;
    scene_init(&s, 1);
    const weft_residual some = {.kind = WEFT_RESIDUAL_SOME};
    weft_group nobody = {0};
    weft_row other = {s.values, &nobody};
    weft_row *rows[3] = {&other, &s.row, &other};
    s.root.residual = &some;
    weft_step_state root = {.step = &s.root, .rows = {rows, 3, 3}};
    assert_int_equal(weft_residual_filter(&root, NULL, NULL), WEFT_OK);
    assert_int_equal(root.rows.count, 1);
    assert_ptr_equal(rows[0], &s.row);
}

static void test_link_rows(void **state)
{
    (void)state;
    scene s;
    scene_init(&s, 0);
    weft_step through = {.kind = WEFT_STEP_THROUGH, .mark_count = 1, .column_count = 3};
    weft_step target = {.kind = WEFT_STEP_TARGET, .parent = &through};
    const weft_residual mark = {.kind = WEFT_RESIDUAL_LINK_MARK};
    const weft_residual *only[1] = {&mark};
    const weft_residual not_mark = {.kind = WEFT_RESIDUAL_NOT, .children = only, .child_count = 1};
    weft_value link_values[3] = {integer(1), integer(2), boolean(true)};
    const weft_row link = {.values = link_values};
    assert_true(holds_of(&target, &mark, &s.row, &link));
    assert_false(holds_of(&target, &not_mark, &s.row, &link));
    assert_false(weft_step_speaks_of_link(&target));
    target.residual = &not_mark;
    assert_true(weft_step_speaks_of_link(&target));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_some),
        cmocka_unit_test(test_junctions),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_terms_of_nobody),
        cmocka_unit_test(test_large_sum),
        cmocka_unit_test(test_decimal_sum),
        cmocka_unit_test(test_double_sum),
        cmocka_unit_test(test_rows_are_dropped),
        cmocka_unit_test(test_link_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
