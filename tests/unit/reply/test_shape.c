/* The shape of a record and the records written along it. */
#include "reply/reply.h"
#include "support/tap.h"

#define OUTPUTS_MAX 8

typedef struct fixture {
    weft_arena keep;
    weft_field id, meta, note;
    const weft_field *fields[3];
    weft_output outputs[OUTPUTS_MAX];
    weft_selection selection;
    weft_step step;
    weft_value values[3];
    weft_group groups[2];
    weft_row row;
} fixture;

static weft_value value_of(weft_value_kind kind, const char *bytes)
{
    return (weft_value){.kind = kind, .as.text = weft_str_from(bytes)};
}

static void fixture_init(fixture *f)
{
    *f = (fixture){.id = {.name = WEFT_STR("id")},
                   .meta = {.name = WEFT_STR("meta")},
                   .note = {.name = WEFT_STR("note")},
                   .fields = {&f->id, &f->meta, &f->note}};
    weft_arena_init(&f->keep, NULL, 0);
    f->selection.outputs = f->outputs;
    f->step = (weft_step){
        .kind = WEFT_STEP_ROOT, .selection = &f->selection, .fields = f->fields, .field_count = 3, .column_count = 3};
    f->values[0] = value_of(WEFT_VALUE_TEXT, "p\"1");
    f->values[1] = value_of(WEFT_VALUE_JSON, "{\"b\": {\"y\": 2, \"x\": 1}, \"a\": [true]}");
    f->values[2] = (weft_value){.kind = WEFT_VALUE_NULL};
    f->row = (weft_row){f->values, f->groups};
}

static void add_field(fixture *f, const weft_field *field)
{
    f->outputs[f->selection.output_count++] = (weft_output){.kind = WEFT_OUTPUT_FIELD, .field = field};
}

static void add_path(fixture *f, const weft_str *path, size_t len)
{
    f->outputs[f->selection.output_count++] =
        (weft_output){.kind = WEFT_OUTPUT_FIELD, .field = &f->meta, .json_path = path, .json_path_len = len};
}

static void assert_row(fixture *f, const char *expected)
{
    const weft_shape *shape = NULL;
    weft_error error;
    weft_buf buf;
    assert_int_equal(weft_shape_make(&f->step, &f->keep, &shape, &error), WEFT_OK);
    weft_buf_init(&buf, NULL);
    weft_shape_add_row(shape, &f->row, &buf);
    assert_false(buf.failed);
    assert_str_equal(weft_buf_str(&buf), expected);
    weft_buf_done(&buf);
    weft_arena_done(&f->keep);
}

static const weft_str path_a[] = {{"a", 1}};
static const weft_str path_bx[] = {{"b", 1}, {"x", 1}};
static const weft_str path_by[] = {{"b", 1}, {"y", 1}};
static const weft_str path_b[] = {{"b", 1}};
static const weft_str path_odd[] = {{"\"", 1}};

static void test_fields(void **state)
{
    (void)state;
    fixture f;
    fixture_init(&f);
    add_field(&f, &f.note);
    add_field(&f, &f.id);
    add_field(&f, &f.meta);
    assert_row(&f, "{\"note\":null,\"id\":\"p\\\"1\",\"meta\":{\"a\":[true],\"b\":{\"x\":1,\"y\":2}}}");
}

static void test_nothing(void **state)
{
    (void)state;
    fixture f;
    fixture_init(&f);
    assert_row(&f, "{}");
}

static void test_json_paths_nest(void **state)
{
    (void)state;
    fixture f;
    fixture_init(&f);
    add_path(&f, path_by, 2);
    add_path(&f, path_bx, 2);
    add_path(&f, path_a, 1);
    add_path(&f, path_odd, 1);
    add_field(&f, &f.id);
    assert_row(&f, "{\"meta\":{\"b\":{\"y\":2,\"x\":1},\"a\":[true],\"\\\"\":null},\"id\":\"p\\\"1\"}");
}

static void test_one_json_path(void **state)
{
    (void)state;
    fixture f;
    fixture_init(&f);
    add_path(&f, path_a, 1);
    assert_row(&f, "{\"meta\":{\"a\":[true]}}");
}

static void test_shorter_path_hides_longer(void **state)
{
    (void)state;
    fixture f;
    fixture_init(&f);
    add_path(&f, path_bx, 2);
    add_path(&f, path_b, 1);
    assert_row(&f, "{\"meta\":{\"b\":{\"x\":1,\"y\":2}}}");
}

static void test_whole_field_hides_paths(void **state)
{
    (void)state;
    fixture f;
    fixture_init(&f);
    add_path(&f, path_a, 1);
    add_field(&f, &f.meta);
    assert_row(&f, "{\"meta\":{\"a\":[true],\"b\":{\"x\":1,\"y\":2}}}");
}

/* A list and a single partner below, the list through a step of link rows. */
static void test_edges(void **state)
{
    (void)state;
    fixture f;
    fixture_init(&f);
    const weft_edge many = {.name = WEFT_STR("posts"), .is_list = true};
    const weft_edge one = {.name = WEFT_STR("owner")};
    const weft_output id_output = {.kind = WEFT_OUTPUT_FIELD, .field = &f.id};
    const weft_selection below_many = {.edge = &many, .outputs = &id_output, .output_count = 1};
    const weft_selection below_one = {.edge = &one, .outputs = &id_output, .output_count = 1};
    const weft_step target = {.kind = WEFT_STEP_TARGET, .selection = &below_many, .fields = f.fields, .field_count = 1};
    const weft_step *const targets[] = {&target};
    const weft_step through = {.kind = WEFT_STEP_THROUGH, .selection = &below_many, .children = targets};
    const weft_step direct = {.kind = WEFT_STEP_DIRECT, .selection = &below_one, .fields = f.fields, .field_count = 1};
    const weft_step *const children[] = {&through, &direct};
    f.step.children = children;
    f.step.child_count = 2;
    f.outputs[0] = (weft_output){.kind = WEFT_OUTPUT_EDGE, .selection = &below_many};
    f.outputs[1] = (weft_output){.kind = WEFT_OUTPUT_EDGE, .selection = &below_one};
    f.selection.output_count = 2;
    const weft_value a = value_of(WEFT_VALUE_TEXT, "a");
    const weft_value b = value_of(WEFT_VALUE_TEXT, "b");
    const weft_row row_a = {&a, NULL};
    const weft_row row_b = {&b, NULL};
    const weft_row *const rows[] = {&row_a, &row_b};
    f.groups[0] = (weft_group){rows, 2};
    assert_row(&f, "{\"posts\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"owner\":null}");
    fixture_init(&f);
}

static void test_unread_field_is_refused(void **state)
{
    (void)state;
    fixture f;
    const weft_shape *shape = NULL;
    weft_error error;
    fixture_init(&f);
    f.step.field_count = 1;
    add_field(&f, &f.note);
    assert_int_equal(weft_shape_make(&f.step, &f.keep, &shape, &error), WEFT_UNSUPPORTED);
    assert_null(shape);
    weft_arena_done(&f.keep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_json_paths_nest),
        cmocka_unit_test(test_one_json_path),
        cmocka_unit_test(test_shorter_path_hides_longer),
        cmocka_unit_test(test_whole_field_hides_paths),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_unread_field_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
