/* The statements of steps: the text for both dialects, and the rows the one of the database at hand gives. Plans are
 * made by plan/ from selections written by hand. */
#include <string.h>

#include "stand.h"
#include "support/tap.h"

static const weft_edge thing_to_link_rows = {.name = {"label_link", 10},
                                             .kind = WEFT_EDGE_LINK_ROW,
                                             .is_list = true,
                                             .from = &test_thing,
                                             .to = &test_thing_tag};

/* A selection of one field and at most one edge, ordered by id. */
typedef struct wish {
    weft_selection selection;
    weft_output outputs[2];
    weft_order order[2];
} wish;

static void wish_for(wish *made, const weft_model *model, const weft_edge *edge, const char *field)
{
    memset(made, 0, sizeof(*made));
    made->outputs[0] = (weft_output){.kind = WEFT_OUTPUT_FIELD, .field = test_field(model, field)};
    made->order[0] = (weft_order){.field = model->keys[0]};
    made->selection = (weft_selection){.model = model,
                                       .edge = edge,
                                       .outputs = made->outputs,
                                       .output_count = 1,
                                       .order = made->order,
                                       .order_count = 1,
                                       .path = edge != NULL ? edge->name : (weft_str){0}};
}

static void wish_below(wish *parent, const wish *child)
{
    parent->outputs[1] = (weft_output){.kind = WEFT_OUTPUT_EDGE, .selection = &child->selection};
    parent->selection.output_count = 2;
}

static void order_by(wish *made, const weft_field *field, bool is_descending)
{
    made->order[1] = made->order[0];
    made->order[0] = (weft_order){.field = field, .is_descending = is_descending};
    made->selection.order_count = 2;
}

static const weft_plan *make_plan(fixture *f, const wish *root)
{
    weft_query *query = WEFT_ARENA_NEW(&f->arena, weft_query);
    weft_plan *plan = NULL;
    weft_error error = {.code = WEFT_OK};
    assert_non_null(query);
    query->root = &root->selection;
    query->wants_count = true;
    if (weft_plan_make(query, &f->arena, &f->arena, &plan, &error) != WEFT_OK) {
        fail_msg("%s", error.message);
    }
    return plan;
}

static void expect_text(fixture *f, const weft_step *step, const char *sqlite, const char *postgres)
{
    weft_statement statement = {0};
    assert_int_equal(weft_sql_step_statement(step, test_sqlite(), NULL, 0, &f->arena, &statement, NULL), WEFT_OK);
    assert_str_equal(statement.sql, sqlite);
    assert_int_equal(weft_sql_step_statement(step, test_postgres(), NULL, 0, &f->arena, &statement, NULL), WEFT_OK);
    assert_str_equal(statement.sql, postgres);
    assert_int_equal(statement.column_count, step->column_count);
}

static void add_value(weft_buf *buf, const weft_value *value)
{
    if (value->kind == WEFT_VALUE_NULL) {
        weft_buf_add_char(buf, '-');
    } else if (value->kind == WEFT_VALUE_INTEGER) {
        weft_buf_add_integer(buf, value->as.integer);
    } else {
        weft_buf_add_str(buf, value->as.text);
    }
}

/* Rows as "value,value value,value". */
static void expect_rows(fixture *f, const weft_statement *statement, const char *expected)
{
    const weft_value *values = NULL;
    size_t count = 0;
    weft_error error = {.code = WEFT_OK};
    weft_buf buf;
    weft_buf_init_arena(&buf, &f->arena);
    if (weft_connection_collect(f->connection, statement, &f->arena, &values, &count, &error) != WEFT_OK) {
        fail_msg("%s: %s", statement->sql.data, error.message);
    }
    for (size_t i = 0; i < count * statement->column_count; i++) {
        weft_buf_add_text(&buf, i == 0 ? "" : i % statement->column_count == 0 ? " " : ",");
        add_value(&buf, &values[i]);
    }
    assert_str_equal(weft_buf_str(&buf), expected);
}

static void expect_found(fixture *f, const weft_step *step, const char *keys, const char *expected)
{
    weft_value items[8];
    weft_statement statement = {0};
    size_t count = 0;
    for (; keys[count] != '\0'; count++) {
        items[count] = (weft_value){.kind = WEFT_VALUE_TEXT, .as.text = {&keys[count], 1}};
    }
    assert_int_equal(weft_sql_step_statement(step, f->dialect, items, count, &f->arena, &statement, NULL), WEFT_OK);
    expect_rows(f, &statement, expected);
}

static void test_root(void **state)
{
    fixture *f = *state;
    wish root;
    wish_for(&root, &test_thing, NULL, "id");
    order_by(&root, test_field(&test_thing, "price"), true);
    root.selection.filter = test_compare(&f->arena, test_field(&test_thing, "status"), WEFT_OP_IN, test_text("open"));
    const weft_plan *plan = make_plan(f, &root);
    expect_text(f,
                plan->root,
                "SELECT \"t\".\"id\" FROM \"thing\" AS \"t\" WHERE \"t\".\"deleted_at\" IS NULL AND \"t\".\"status\" "
                "IN weft_list(?1) ORDER BY \"t\".\"price\" COLLATE weft_decimal DESC NULLS FIRST, \"t\".\"id\"",
                "SELECT \"t\".\"id\" FROM \"thing\" AS \"t\" WHERE \"t\".\"deleted_at\" IS NULL AND \"t\".\"status\" "
                "= ANY($1::text[]) ORDER BY \"t\".\"price\" DESC, \"t\".\"id\" COLLATE \"C\"");
    expect_found(f, plan->root, "", "c a");
    weft_statement count = {0};
    assert_int_equal(weft_sql_count_statement(plan, f->dialect, &f->arena, &count, NULL), WEFT_OK);
    expect_rows(f, &count, "2");
    root.selection.with_deleted = true;
    expect_found(f, plan->root, "", "c a d");
}

static void test_root_page(void **state)
{
    fixture *f = *state;
    wish root;
    weft_statement statement = {0};
    wish_for(&root, &test_thing, NULL, "id");
    root.selection.has_take = true;
    root.selection.take = 2;
    root.selection.has_skip = true;
    root.selection.skip = 1;
    const weft_plan *plan = make_plan(f, &root);
    expect_found(f, plan->root, "", "b c");
    root.selection.skip = 0;
    assert_int_equal(weft_sql_step_statement(plan->root, test_sqlite(), NULL, 0, &f->arena, &statement, NULL), WEFT_OK);
    assert_false(statement.is_incremental);
    expect_found(f, plan->root, "", "a b");
    root.selection.has_take = false;
    root.selection.skip = 3;
    assert_int_equal(weft_sql_step_statement(plan->root, test_sqlite(), NULL, 0, &f->arena, &statement, NULL), WEFT_OK);
    assert_true(statement.is_incremental);
    expect_found(f, plan->root, "", "e");
}

/* Text as bytes, numbers by value, nulls last where ascending and first where descending. */
static void test_orders(void **state)
{
    fixture *f = *state;
    const struct {
        const char *field;
        bool is_descending;
        const char *expected;
    } cases[] = {
        {"name", false, "a e b c"},
        {"name", true, "c b e a"},
        {"price", false, "e a b c"},
        {"price", true, "c b a e"},
        {"weight", false, "e a b c"},
        {"is_new", false, "b e a c"},
        {"size", true, "c a b e"},
        {"made_at", false, "e a b c"},
        {"status", true, "a c b e"},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        wish root;
        wish_for(&root, &test_thing, NULL, "id");
        order_by(&root, test_field(&test_thing, cases[i].field), cases[i].is_descending);
        expect_found(f, make_plan(f, &root)->root, "", cases[i].expected);
    }
}

/* By numbers, then by texts, then the rest; the other way round when descending. */
static void test_order_by_json(void **state)
{
    fixture *f = *state;
    const weft_str path[] = {WEFT_STR("box"), WEFT_STR("w")};
    wish root;
    wish_for(&root, &test_thing, NULL, "id");
    order_by(&root, test_field(&test_thing, "data"), false);
    root.order[0].json_path = path;
    root.order[0].json_path_len = 2;
    const weft_plan *plan = make_plan(f, &root);
    expect_found(f, plan->root, "", "a b e c");
    root.order[0].is_descending = true;
    expect_found(f, plan->root, "", "c e b a");
}

static void test_order_over_edges(void **state)
{
    fixture *f = *state;
    const weft_edge *edge = &test_note_thing;
    wish root;
    wish_for(&root, &test_note, NULL, "id");
    order_by(&root, test_field(&test_thing, "name"), true);
    root.order[0].edges = &edge;
    root.order[0].edge_count = 1;
    const weft_plan *plan = make_plan(f, &root);
    expect_text(f,
                plan->root,
                "SELECT \"t\".\"id\" FROM \"note\" AS \"t\" WHERE \"t\".\"deleted_at\" IS NULL ORDER BY (SELECT "
                "\"e1\".\"name\" FROM \"thing\" AS \"e1\" WHERE \"e1\".\"id\" = \"t\".\"thing_id\" AND "
                "\"e1\".\"deleted_at\" IS NULL) DESC NULLS FIRST, \"t\".\"id\"",
                "SELECT \"t\".\"id\" FROM \"note\" AS \"t\" WHERE \"t\".\"deleted_at\" IS NULL ORDER BY (SELECT "
                "\"e1\".\"name\" FROM \"thing\" AS \"e1\" WHERE \"e1\".\"id\" = \"t\".\"thing_id\" AND "
                "\"e1\".\"deleted_at\" IS NULL) COLLATE \"C\" DESC, \"t\".\"id\" COLLATE \"C\"");
    expect_found(f, plan->root, "", "n4 n1 n2");
}

static void test_order_by_aggregates(void **state)
{
    fixture *f = *state;
    const weft_edge *edge = &test_notes;
    const struct {
        weft_aggregate aggregate;
        bool is_descending;
        const char *expected;
    } cases[] = {
        {WEFT_AGGREGATE_COUNT, true, "a e b c"},
        {WEFT_AGGREGATE_COUNT, false, "b c e a"},
        {WEFT_AGGREGATE_MAX, false, "a e b c"},
        {WEFT_AGGREGATE_MIN, true, "b c e a"},
        {WEFT_AGGREGATE_SUM, false, "a e b c"},
        {WEFT_AGGREGATE_AVG, true, "b c e a"},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        wish root;
        wish_for(&root, &test_thing, NULL, "id");
        const weft_field *rank = test_field(&test_note, "rank");
        order_by(&root, cases[i].aggregate == WEFT_AGGREGATE_COUNT ? NULL : rank, cases[i].is_descending);
        root.order[0].edges = &edge;
        root.order[0].edge_count = 1;
        root.order[0].aggregate = cases[i].aggregate;
        expect_found(f, make_plan(f, &root)->root, "", cases[i].expected);
    }
}

/* Read on from where `values` are, or back to it; the values of the order come behind what is answered. */
static void expect_page(fixture *f, wish *root, bool is_after, const weft_value *values, const char *expected)
{
    root->selection.after = is_after ? WEFT_STR("x") : (weft_str){NULL, 0};
    root->selection.before = is_after ? (weft_str){NULL, 0} : WEFT_STR("x");
    root->selection.cursor = values;
    expect_found(f, make_plan(f, root)->root, "", expected);
}

static void test_cursor_over_edges(void **state)
{
    fixture *f = *state;
    const weft_edge *edge = &test_note_thing;
    const weft_value of_n4[] = {test_text("a%b"), test_text("n4")};
    const weft_value of_n1[] = {test_text("Ant_1"), test_text("n1")};
    wish root;
    wish_for(&root, &test_note, NULL, "id");
    order_by(&root, test_field(&test_thing, "name"), true);
    root.order[0].edges = &edge;
    root.order[0].edge_count = 1;
    expect_page(f, &root, true, of_n4, "n1,Ant_1 n2,Ant_1");
    expect_page(f, &root, true, of_n1, "n2,Ant_1");
    expect_page(f, &root, false, of_n1, "n4,a%b");
    expect_page(f, &root, false, of_n4, "");
    root.order[0].is_descending = false;
    expect_page(f, &root, true, of_n1, "n2,Ant_1 n4,a%b");
    expect_page(f, &root, false, of_n4, "n1,Ant_1 n2,Ant_1");
    root.selection.cursor = of_n1;
    root.selection.after = WEFT_STR("x");
    root.selection.before = (weft_str){NULL, 0};
    root.selection.has_take = true;
    root.selection.take = 5;
#define NAME "(SELECT \"e1\".\"name\" FROM \"thing\" AS \"e1\" WHERE \"e1\".\"id\" = \"t\".\"thing_id\" AND "
#define LIVE "\"e1\".\"deleted_at\" IS NULL)"
    expect_text(
        f,
        make_plan(f, &root)->root,
        "SELECT \"t\".\"id\", " NAME LIVE " FROM \"note\" AS \"t\" WHERE \"t\".\"deleted_at\" IS NULL AND (" NAME LIVE
        " > ?1 OR " NAME LIVE " IS NULL OR (" NAME LIVE " = ?2 AND \"t\".\"id\" > ?3)) ORDER BY " NAME LIVE
        " NULLS LAST, \"t\".\"id\" LIMIT 6",
        "SELECT \"t\".\"id\", " NAME LIVE " FROM \"note\" AS \"t\" WHERE \"t\".\"deleted_at\" IS NULL AND (" NAME LIVE
        " COLLATE \"C\" > $1 OR " NAME LIVE " IS NULL OR (" NAME LIVE
        " = $2 AND \"t\".\"id\" COLLATE \"C\" > $3)) ORDER BY " NAME LIVE
        " COLLATE \"C\", \"t\".\"id\" COLLATE \"C\" LIMIT 6");
#undef NAME
#undef LIVE
}

static void test_cursor_over_sums(void **state)
{
    fixture *f = *state;
    const weft_edge *edge = &test_notes;
    const weft_value of_a[] = {test_integer(0), test_integer(3), test_text("a")};
    const weft_value of_none[] = {test_null(), test_null(), test_text("b")};
    wish root;
    wish_for(&root, &test_thing, NULL, "id");
    order_by(&root, test_field(&test_note, "rank"), false);
    root.order[0].edges = &edge;
    root.order[0].edge_count = 1;
    root.order[0].aggregate = WEFT_AGGREGATE_SUM;
    expect_page(f, &root, true, of_a, "e,0,5 b,-,- c,-,-");
    expect_page(f, &root, true, of_none, "c,-,-");
    expect_page(f, &root, false, of_none, "a,0,3 e,0,5");
}

/* Digits in JSON are as they were written; numbers all the same. */
static void test_cursor_over_json(void **state)
{
    fixture *f = *state;
    const weft_str path[] = {WEFT_STR("box"), WEFT_STR("w")};
    const weft_value of_a[] = {test_decimal("2.00"), test_null(), test_text("a")};
    const weft_value of_e[] = {test_null(), test_text("2"), test_text("e")};
    wish root;
    wish_for(&root, &test_thing, NULL, "id");
    order_by(&root, test_field(&test_thing, "data"), false);
    root.order[0].json_path = path;
    root.order[0].json_path_len = 2;
    expect_page(f, &root, true, of_a, "b,10,- e,-,2 c,-,-");
    expect_page(f, &root, false, of_a, "");
    expect_page(f, &root, true, of_e, "c,-,-");
    expect_page(f, &root, false, of_e, "a,2,- b,10,-");
}

static void test_direct(void **state)
{
    fixture *f = *state;
    wish root;
    wish notes;
    wish_for(&root, &test_thing, NULL, "name");
    wish_for(&notes, &test_note, &test_notes, "body");
    wish_below(&root, &notes);
    const weft_plan *plan = make_plan(f, &root);
    const weft_step *step = plan->steps[1];
    assert_int_equal(plan->root->field_count, 2); /* name, and the id that notes are keyed by */
    assert_int_equal(step->parent_key_field, 1);
    assert_int_equal(step->key_column, 1);
    expect_text(f,
                step,
                "SELECT \"t\".\"body\", \"t\".\"thing_id\" FROM \"note\" AS \"t\" WHERE \"t\".\"thing_id\" IN "
                "weft_list(?1) AND \"t\".\"deleted_at\" IS NULL ORDER BY \"t\".\"thing_id\", \"t\".\"id\"",
                "SELECT \"t\".\"body\", \"t\".\"thing_id\" FROM \"note\" AS \"t\" WHERE \"t\".\"thing_id\" = "
                "ANY($1::text[]) AND \"t\".\"deleted_at\" IS NULL ORDER BY \"t\".\"thing_id\" COLLATE \"C\", "
                "\"t\".\"id\" COLLATE \"C\"");
    expect_found(f, step, "eab", "first,a second,a only,e");
    expect_found(f, step, "", "");
}

static void test_joined(void **state)
{
    fixture *f = *state;
    wish root;
    wish tags;
    wish_for(&root, &test_thing, NULL, "id");
    wish_for(&tags, &test_tag, &test_labels, "label");
    order_by(&tags, test_field(&test_thing_tag, "position"), true);
    tags.order[0].is_through = true;
    wish_below(&root, &tags);
    const weft_step *step = make_plan(f, &root)->steps[1];
    expect_text(f,
                step,
                "SELECT \"t\".\"label\", \"l\".\"thing_id\" FROM \"thing_tag\" AS \"l\" CROSS JOIN \"tag\" AS \"t\" "
                "ON \"t\".\"id\" = \"l\".\"tag_id\" WHERE \"l\".\"thing_id\" IN weft_list(?1) AND "
                "\"l\".\"deleted_at\" IS NULL AND \"t\".\"deleted_at\" IS NULL ORDER BY \"l\".\"thing_id\", "
                "\"l\".\"position\" DESC NULLS FIRST, \"l\".\"tag_id\"",
                "SELECT \"t\".\"label\", \"l\".\"thing_id\" FROM \"thing_tag\" AS \"l\" JOIN \"tag\" AS \"t\" "
                "ON \"t\".\"id\" = \"l\".\"tag_id\" WHERE \"l\".\"thing_id\" = ANY($1::text[]) AND "
                "\"l\".\"deleted_at\" IS NULL AND \"t\".\"deleted_at\" IS NULL ORDER BY \"l\".\"thing_id\" COLLATE "
                "\"C\", \"l\".\"position\" DESC, \"l\".\"tag_id\" COLLATE \"C\"");
    expect_found(f, step, "abe", "blue,a red,a blue,b");
    tags.selection.with_deleted = true; /* the target's deletion; a dismissed link stays unseen */
    expect_found(f, step, "abe", "blue,a red,a blue,b old,e");
}

static void test_page_per_parent(void **state)
{
    fixture *f = *state;
    wish root;
    wish notes;
    wish_for(&root, &test_thing, NULL, "id");
    wish_for(&notes, &test_note, &test_notes, "body");
    order_by(&notes, test_field(&test_note, "rank"), true);
    notes.selection.has_take = true;
    notes.selection.take = 1;
    wish_below(&root, &notes);
    const weft_step *step = make_plan(f, &root)->steps[1];
    expect_text(f,
                step,
                "SELECT c0, c1 FROM (SELECT \"t\".\"body\" AS c0, \"t\".\"thing_id\" AS c1, row_number() OVER "
                "(PARTITION BY \"t\".\"thing_id\" ORDER BY \"t\".\"rank\" DESC, \"t\".\"id\") AS rank FROM \"note\" "
                "AS \"t\" WHERE \"t\".\"thing_id\" IN weft_list(?1) AND \"t\".\"deleted_at\" IS NULL) AS ranked WHERE "
                "rank <= 1 ORDER BY c1, rank",
                "SELECT c0, c1 FROM (SELECT \"t\".\"body\" AS c0, \"t\".\"thing_id\" AS c1, row_number() OVER "
                "(PARTITION BY \"t\".\"thing_id\" ORDER BY \"t\".\"rank\" DESC, \"t\".\"id\" COLLATE \"C\") AS rank "
                "FROM \"note\" AS \"t\" WHERE \"t\".\"thing_id\" = ANY($1::text[]) AND \"t\".\"deleted_at\" IS NULL) "
                "AS ranked WHERE rank <= 1 ORDER BY c1 COLLATE \"C\", rank");
    expect_found(f, step, "ae", "second,a only,e");
    notes.selection.has_skip = true; /* what is skipped comes too: the reader cuts it off */
    notes.selection.skip = 1;
    expect_found(f, step, "ae", "second,a first,a only,e");
}

/* A text key of a table that weft did not make is compared in that table's collation, so that its index serves. */
static void test_joined_to_a_foreign_table(void **state)
{
    fixture *f = *state;
    weft_model tag = test_tag;
    weft_field key = *test_field(&test_tag, "id");
    weft_edge labels = test_labels;
    wish root;
    wish tags;
    tag.is_managed = false;
    key.model = &tag;
    labels.to = &tag;
    labels.to_field = &key;
    wish_for(&root, &test_thing, NULL, "id");
    wish_for(&tags, &tag, &labels, "label");
    wish_below(&root, &tags);
    const weft_step *step = make_plan(f, &root)->steps[1];
    weft_statement statement = {0};
    assert_int_equal(weft_sql_step_statement(step, test_postgres(), NULL, 0, &f->arena, &statement, NULL), WEFT_OK);
    assert_non_null(strstr(statement.sql.data, "ON \"t\".\"id\" = \"l\".\"tag_id\" COLLATE \"default\" WHERE"));
    expect_found(f, step, "ab", "red,a blue,a blue,b");
}

/* A link table that lives apart: two steps. */
static void test_through_and_target(void **state)
{
    static const weft_store_def elsewhere = {.name = {"content", 7}, .kind = WEFT_STORE_SQLITE, .index = 1};
    fixture *f = *state;
    weft_model tag = test_tag;
    weft_edge labels = test_labels;
    wish root;
    wish tags;
    tag.store = &elsewhere;
    labels.to = &tag;
    wish_for(&root, &test_thing, NULL, "name");
    wish_for(&tags, &tag, &labels, "label");
    wish_below(&root, &tags);
    const weft_plan *plan = make_plan(f, &root);
    assert_int_equal(plan->step_count, 3);
    const weft_step *through = plan->steps[1];
    const weft_step *target = plan->steps[2];
    assert_int_equal(through->kind, WEFT_STEP_THROUGH);
    assert_int_equal(target->kind, WEFT_STEP_TARGET);
    assert_int_equal(target->parent_key_field, through->target_key_column);
    expect_text(f,
                through,
                "SELECT \"l\".\"thing_id\", \"l\".\"tag_id\" FROM \"thing_tag\" AS \"l\" WHERE \"l\".\"thing_id\" IN "
                "weft_list(?1) AND \"l\".\"deleted_at\" IS NULL",
                "SELECT \"l\".\"thing_id\", \"l\".\"tag_id\" FROM \"thing_tag\" AS \"l\" WHERE \"l\".\"thing_id\" = "
                "ANY($1::text[]) AND \"l\".\"deleted_at\" IS NULL");
    expect_text(f,
                target,
                "SELECT \"t\".\"label\", \"t\".\"id\" FROM \"tag\" AS \"t\" WHERE \"t\".\"id\" IN weft_list(?1) AND "
                "\"t\".\"deleted_at\" IS NULL",
                "SELECT \"t\".\"label\", \"t\".\"id\" FROM \"tag\" AS \"t\" WHERE \"t\".\"id\" = ANY($1::text[]) AND "
                "\"t\".\"deleted_at\" IS NULL");
    expect_found(f, through, "b", "b,t2");
}

/* Link rows as records: their own deletion is what with_deleted speaks of. */
static void test_link_rows(void **state)
{
    fixture *f = *state;
    weft_edge edge = thing_to_link_rows;
    wish root;
    wish rows;
    edge.from_field = test_field(&test_thing, "id");
    edge.to_field = test_field(&test_thing_tag, "thing_id");
    wish_for(&root, &test_thing, NULL, "id");
    wish_for(&rows, &test_thing_tag, &edge, "position");
    wish_below(&root, &rows);
    const weft_step *step = make_plan(f, &root)->steps[1];
    assert_int_equal(step->kind, WEFT_STEP_DIRECT);
    expect_found(f, step, "ab", "1,a 2,a 1,b");
    rows.selection.with_deleted = true;
    expect_found(f, step, "ab", "1,a 2,a 1,b 1,b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_root, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_root_page, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_orders, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order_by_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order_over_edges, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order_by_aggregates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cursor_over_edges, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cursor_over_sums, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cursor_over_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_direct, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_joined, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_page_per_parent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_joined_to_a_foreign_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_through_and_target, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_link_rows, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("sql/step", tests, NULL, NULL);
}
