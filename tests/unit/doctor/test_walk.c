/* Pages go on exactly behind the last row, whatever the number of columns in the order. */
#include "doctor/walk.h"
#include "support/catalog.h"
#include "support/tap.h"

static weft_arena arena;

static int set_up(void **state)
{
    (void)state;
    weft_arena_init(&arena, NULL, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weft_arena_done(&arena);
    return 0;
}

static weft_place place_of(const weft_model *model, size_t count)
{
    weft_place place;
    weft_place_init(&place, NULL);
    for (size_t i = 0; i < count; i++) {
        place.fields[i] = &model->fields[i];
    }
    place.count = count;
    return place;
}

static const weft_model *thing(void)
{
    const weft_catalog *catalog = test_catalog(
        &arena,
        (const char *const[][2]){
            {"src/modules/m/module.yaml", "module: m\nmodels: { thing: { fields: { id: id, a: number, b: text } } }\n"},
            {NULL, NULL}});
    return catalog->modules[0]->models[0];
}

static weft_str text_of(const weft_place *place)
{
    const weft_sql_expr *where = NULL;
    weft_error error = {0};
    assert_int_equal(weft_place_where(place, &arena, &where, &error), WEFT_OK);
    const weft_sql_select select = {.table = WEFT_STR("thing"), .where = where};
    weft_statement statement = {0};
    assert_int_equal(
        weft_sql_render_select(&select, weft_driver_for(WEFT_STORE_SQLITE)->dialect, &arena, &statement, &error),
        WEFT_OK);
    return statement.sql;
}

static void the_first_page_has_no_condition(void **state)
{
    (void)state;
    weft_place place = place_of(thing(), 1);
    assert_str_equal(text_of(&place), "SELECT 1 FROM \"thing\"");
    weft_place_done(&place);
}

static void one_column_is_beyond(void **state)
{
    (void)state;
    weft_place place = place_of(thing(), 1);
    const weft_value id = weft_value_from_text(WEFT_STR("x"));
    assert_int_equal(weft_place_move(&place, &id, NULL), WEFT_OK);
    assert_str_equal(text_of(&place), "SELECT 1 FROM \"thing\" WHERE \"id\" > ?1");
    weft_place_done(&place);
}

static void columns_count_in_their_order(void **state)
{
    (void)state;
    weft_place place = place_of(thing(), 3);
    const weft_value values[3] = {weft_value_from_text(WEFT_STR("x")),
                                  {.kind = WEFT_VALUE_INTEGER, .as.integer = 4},
                                  weft_value_from_text(WEFT_STR("y"))};
    assert_int_equal(weft_place_move(&place, values, NULL), WEFT_OK);
    assert_str_equal(text_of(&place),
                     "SELECT 1 FROM \"thing\" WHERE \"id\" >= ?1 AND (\"id\" > ?2 OR (\"a\" >= ?3 AND (\"a\" > ?4 OR "
                     "\"b\" > ?5)))");
    weft_place_done(&place);
}

static void a_place_keeps_its_values(void **state)
{
    (void)state;
    weft_place place = place_of(thing(), 1);
    char text[] = "abc";
    const weft_value id = weft_value_from_text((weft_str){text, 3});
    assert_int_equal(weft_place_move(&place, &id, NULL), WEFT_OK);
    text[0] = 'z';
    assert_str_equal(place.values[0].as.text, "abc");
    weft_place_done(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_page_has_no_condition, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_column_is_beyond, set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_count_in_their_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_place_keeps_its_values, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("doctor/walk", tests, NULL, NULL);
}
