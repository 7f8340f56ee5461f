/* Joining rows that were read: groups by parent key, through link rows, cut to pages. */
#include "fetch/state.h"
#include "support/tap.h"

#define ROWS_MAX 8

/* A parent step, a child step and perhaps a target step, with rows of one text column each for key and name. */
typedef struct joint {
    weft_edge edge;
    weft_field name;
    const weft_field *fields[1];
    weft_order order;
    weft_term terms[1];
    weft_selection root_selection, selection;
    weft_step steps[3];
    weft_step_state states[3];
    weft_value values[3][ROWS_MAX][2];
    weft_row rows[3][ROWS_MAX];
    weft_row *lists[3][ROWS_MAX];
    weft_group groups[ROWS_MAX][1];
    weft_fetch fetch;
} joint;

static void joint_init(joint *j, bool is_list)
{
    *j = (joint){.edge = {.is_list = is_list}, .fields = {&j->name}};
    j->order = (weft_order){.field = &j->name};
    j->selection = (weft_selection){.edge = &j->edge, .order = &j->order, .order_count = 1};
    j->terms[0] = (weft_term){.kind = WEFT_TERM_FIELD, .order = &j->order};
    j->steps[0] = (weft_step){.kind = WEFT_STEP_ROOT, .selection = &j->root_selection};
    for (uint32_t i = 0; i < 3; i++) {
        j->steps[i].number = i;
        j->states[i].step = &j->steps[i];
        j->states[i].rows.items = j->lists[i];
    }
    j->steps[1] = (weft_step){
        .kind = WEFT_STEP_DIRECT, .number = 1, .selection = &j->selection, .parent = &j->steps[0], .key_column = 1};
    j->fetch.states = j->states;
    weft_arena_init(&j->fetch.batch_arena, NULL, 0);
}

static weft_value text(const char *bytes)
{
    return bytes ? (weft_value){.kind = WEFT_VALUE_TEXT, .as.text = weft_str_from(bytes)}
                 : (weft_value){.kind = WEFT_VALUE_NULL};
}

static void add_row(joint *j, size_t step, const char *first, const char *second)
{
    const size_t at = j->states[step].rows.count++;
    j->values[step][at][0] = text(first);
    j->values[step][at][1] = text(second);
    j->rows[step][at] = (weft_row){j->values[step][at], step == 0 ? j->groups[at] : NULL};
    j->lists[step][at] = &j->rows[step][at];
}

static void join_step(joint *j, size_t step)
{
    weft_error error;
    assert_int_equal(weft_fetch_gather(&j->fetch, &j->states[step], &error), WEFT_OK);
    if (j->steps[step].kind != WEFT_STEP_THROUGH) {
        assert_int_equal(weft_fetch_join(&j->fetch, &j->states[step], &error), WEFT_OK);
    }
}

/* The names in the group of parent `at`, as one text. */
static void assert_group(const joint *j, size_t at, const char *expected)
{
    const weft_group *group = &j->groups[at][0];
    char names[32] = "";
    size_t len = 0;
    for (size_t i = 0; i < group->count; i++) {
        names[len++] = group->rows[i]->values[0].as.text.data[0];
    }
    names[len] = '\0';
    assert_string_equal(names, expected);
}

static void test_groups_by_key(void **state)
{
    (void)state;
    joint j;
    joint_init(&j, true);
    add_row(&j, 0, "p", NULL);
    add_row(&j, 0, NULL, NULL);
    add_row(&j, 0, "q", NULL);
    add_row(&j, 0, "p", NULL);
    add_row(&j, 0, "r", NULL);
    add_row(&j, 1, "a", "p");
    add_row(&j, 1, "b", "q");
    add_row(&j, 1, "c", "p");
    add_row(&j, 1, "d", "stranger");
    join_step(&j, 1);
    assert_int_equal(j.states[1].keys.count, 3);
    assert_group(&j, 0, "ac");
    assert_group(&j, 1, "");
    assert_group(&j, 2, "b");
    assert_group(&j, 3, "ac");
    assert_group(&j, 4, "");
    weft_arena_done(&j.fetch.batch_arena);
}

static void fill_three(joint *j)
{
    add_row(j, 0, "p", NULL);
    add_row(j, 1, "a", "p");
    add_row(j, 1, "b", "p");
    add_row(j, 1, "c", "p");
}

static void test_pages(void **state)
{
    (void)state;
    static const struct {
        uint64_t skip, take;
        const char *expected;
    } pages[] = {{0, 2, "ab"}, {1, 1, "b"}, {2, 9, "c"}, {3, 9, ""}, {UINT64_MAX, 1, ""}, {0, 0, ""}};
    for (size_t i = 0; i < WEFT_COUNT_OF(pages); i++) {
        joint j;
        joint_init(&j, true);
        fill_three(&j);
        j.selection.has_skip = true;
        j.selection.skip = pages[i].skip;
        j.selection.has_take = true;
        j.selection.take = pages[i].take;
        join_step(&j, 1);
        assert_group(&j, 0, pages[i].expected);
        weft_arena_done(&j.fetch.batch_arena);
    }
}

static void test_one_partner_is_the_first(void **state)
{
    (void)state;
    joint j;
    joint_init(&j, false);
    fill_three(&j);
    join_step(&j, 1);
    assert_group(&j, 0, "a");
    weft_arena_done(&j.fetch.batch_arena);
}

static void make_through(joint *j)
{
    j->steps[1].kind = WEFT_STEP_THROUGH;
    j->steps[1].key_column = 0;
    j->steps[1].target_key_column = 1;
    j->steps[2] = (weft_step){.kind = WEFT_STEP_TARGET,
                              .number = 2,
                              .selection = &j->selection,
                              .fields = j->fields,
                              .field_count = 1,
                              .terms = j->terms,
                              .term_count = 1,
                              .parent = &j->steps[1],
                              .parent_key_field = 1,
                              .key_column = 1};
}

static void test_through_links(void **state)
{
    (void)state;
    joint j;
    joint_init(&j, true);
    make_through(&j);
    add_row(&j, 0, "p", NULL);
    add_row(&j, 0, "q", NULL);
    add_row(&j, 1, "p", "t2");
    add_row(&j, 1, "p", "gone");
    add_row(&j, 1, "q", "t2");
    add_row(&j, 1, "p", "t1");
    add_row(&j, 1, "p", "t2"); /* linked twice */
    join_step(&j, 1);
    add_row(&j, 2, "b", "t2");
    add_row(&j, 2, "a", "t1");
    join_step(&j, 2);
    assert_int_equal(j.states[2].keys.count, 3);
    assert_group(&j, 0, "ab");
    assert_group(&j, 1, "b");
    weft_arena_done(&j.fetch.batch_arena);
}

static void test_targets_that_share_a_key(void **state)
{
    (void)state;
    joint j;
    joint_init(&j, true);
    make_through(&j);
    add_row(&j, 0, "p", NULL);
    add_row(&j, 1, "p", "t");
    join_step(&j, 1);
    add_row(&j, 2, "c", "t");
    add_row(&j, 2, "a", "t");
    add_row(&j, 2, "b", "t");
    join_step(&j, 2);
    assert_group(&j, 0, "abc");
    weft_arena_done(&j.fetch.batch_arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups_by_key),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_one_partner_is_the_first),
        cmocka_unit_test(test_through_links),
        cmocka_unit_test(test_targets_that_share_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
