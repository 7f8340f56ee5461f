/* Deciding and writing, from a present that is made up: no store is asked. */
#include "adopt/adopt.h"
#include "adopt/types.h"
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

static weft_present_column column(const char *name, weft_type type)
{
    return (weft_present_column){.name = weft_str_from(name), .native = WEFT_STR("native"), .type = type};
}

static const weft_str id_name[] = {{"id", 2}};
static const weft_present_unique by_id[] = {{.columns = id_name, .column_count = 1, .is_primary = true}};

static weft_present_table table(const char *name, const weft_present_column *columns, size_t count)
{
    return (weft_present_table){.schema = {"", 0},
                                .name = weft_str_from(name),
                                .columns = columns,
                                .column_count = count,
                                .uniques = by_id,
                                .unique_count = 1};
}

static const weft_adoption *adopt(const weft_present_table *tables, size_t count, const weft_adopt_options *options)
{
    const weft_present present = {.database = WEFT_STR("my-shop"), .tables = tables, .table_count = count};
    const weft_adoption *adoption = NULL;
    weft_error error = {0};
    if (weft_adopt(&present, options, &arena, &arena, &adoption, &error) != WEFT_OK) {
        fail_msg("%s", error.message);
    }
    return adoption;
}

static void a_foreign_key_is_named_after_its_column(void **state)
{
    (void)state;
    const weft_present_column parents[] = {column("id", WEFT_TYPE_NUMBER)};
    const weft_present_column children[] = {column("id", WEFT_TYPE_NUMBER),
                                            column("ownerId", WEFT_TYPE_NUMBER),
                                            column("payer", WEFT_TYPE_NUMBER),
                                            column("2nd note", WEFT_TYPE_TEXT)};
    const weft_str owner[] = {WEFT_STR("ownerId")};
    const weft_str payer[] = {WEFT_STR("payer")};
    const weft_present_foreign_key keys[] = {
        {.columns = owner, .target_columns = id_name, .column_count = 1, .target_table = WEFT_STR("person")},
        {.columns = payer, .target_columns = id_name, .column_count = 1, .target_table = WEFT_STR("person")}};
    weft_present_table tables[] = {table("Bill", children, 4), table("person", parents, 1)};
    tables[0].foreign_keys = keys;
    tables[0].foreign_key_count = 2;
    const weft_adoption *adoption = adopt(tables, 2, &(weft_adopt_options){0});
    assert_int_equal(adoption->note_count, 0);
    assert_int_equal(adoption->relations, 4);
    assert_str_equal(adoption->files[0].path, "src/modules/my_shop/module.yaml");
    assert_str_equal(adoption->files[0].text,
                     "module: my_shop\n"
                     "models:\n"
                     "  bill:\n"
                     "    table: Bill\n"
                     "    managed: false\n"
                     "    fields:\n"
                     "      id:        { type: number, primaryKey: true }\n"
                     "      ownerId:   number\n"
                     "      payer_id:  { type: number, column: payer }\n"
                     "      _2nd_note: { type: text, column: \"2nd note\" }\n"
                     "    relations:\n"
                     "      owner:     { belongsTo: person, field: ownerId }\n"
                     "      payer:     { belongsTo: person, field: payer_id }\n"
                     "  person:\n"
                     "    managed: false\n"
                     "    fields:\n"
                     "      id:          { type: number, primaryKey: true }\n"
                     "    relations:\n"
                     "      owner_bills: { hasMany: bill, mappedBy: owner }\n"
                     "      payer_bills: { hasMany: bill, mappedBy: payer }\n");
}

static void what_is_asked_for_by_one_name_is_one_model(void **state)
{
    (void)state;
    const weft_present_column columns[] = {column("id", WEFT_TYPE_TEXT)};
    const weft_present_table tables[] = {table("order", columns, 1), table("orders", columns, 1)};
    const weft_adoption *adoption = adopt(tables, 2, &(weft_adopt_options){0});
    assert_int_equal(adoption->models, 2);
    assert_int_equal(adoption->left_out, 0);
    assert_int_equal(adoption->note_count, 1);
    assert_str_equal(adoption->notes[0].text,
                     "its model is called \"orders_2\", because \"orders\" already means another");
}

static void what_cannot_be_mapped_is_listed(void **state)
{
    (void)state;
    weft_present_column columns[] = {
        column("id", WEFT_TYPE_TEXT), column("photo", 0), column("at", WEFT_TYPE_DATE_TIME)};
    columns[1].problem = "it is a picture";
    const weft_str at[] = {WEFT_STR("at")};
    const weft_present_unique by_time[] = {{.columns = at, .column_count = 1, .is_primary = true}};
    weft_present_table tables[] = {
        table("a", columns, 2), table("b", columns, 3), table("c", columns, 1), table("weft_migrations", columns, 1)};
    tables[1].uniques = by_time;
    tables[2].unique_count = 0;
    const weft_adoption *adoption = adopt(tables, 4, &(weft_adopt_options){0});
    assert_int_equal(adoption->models, 1);
    assert_int_equal(adoption->left_out, 3);
    assert_str_equal(adoption->notes[0].text, "it is a picture (native)");
    assert_str_equal(adoption->notes[1].text, "it belongs to the key, and no key can be of the type native");
    assert_str_equal(adoption->notes[2].text,
                     "nothing tells its rows apart: it has no primary key and no unique index without NULL");
}

/* Words and signs that YAML takes for something else come back as the texts they are. */
static void texts_are_quoted_where_yaml_needs_it(void **state)
{
    (void)state;
    static const weft_str labels[] = {
        {"no", 2}, {"plain", 5}, {"a: b", 4}, {"\"\\", 2}, {"1", 1}, {"", 0}, {"\xc3\xa9\n", 3}, {"Null", 4}};
    weft_present_column columns[] = {column("id", WEFT_TYPE_TEXT), column("state", WEFT_TYPE_ENUM)};
    columns[1].labels = labels;
    columns[1].label_count = WEFT_COUNT_OF(labels);
    const weft_present_table tables[] = {table("a", columns, 2)};
    const weft_adoption *adoption = adopt(tables, 1, &(weft_adopt_options){0});
    assert_non_null(
        strstr(adoption->files[0].text.data,
               "values: [\"no\", plain, \"a: b\", \"\\\"\\\\\", \"1\", \"\", \"\xc3\xa9\\x0a\", \"Null\"] }"));
}

static void a_table_of_only_a_pair_is_many_to_many(void **state)
{
    (void)state;
    const weft_present_column parents[] = {column("id", WEFT_TYPE_NUMBER)};
    const weft_present_column pair[] = {column("post_id", WEFT_TYPE_NUMBER), column("tag_id", WEFT_TYPE_NUMBER)};
    const weft_str names[] = {WEFT_STR("post_id"), WEFT_STR("tag_id")};
    const weft_present_unique by_pair[] = {{.columns = names, .column_count = 2, .is_primary = true}};
    const weft_present_foreign_key keys[] = {
        {.columns = names, .target_columns = id_name, .column_count = 1, .target_table = WEFT_STR("post")},
        {.columns = names + 1, .target_columns = id_name, .column_count = 1, .target_table = WEFT_STR("tag")}};
    weft_present_table tables[] = {table("post", parents, 1), table("post_tag", pair, 2), table("tag", parents, 1)};
    tables[1].uniques = by_pair;
    tables[1].foreign_keys = keys;
    tables[1].foreign_key_count = 2;
    const weft_adoption *one = adopt(tables, 3, &(weft_adopt_options){0});
    assert_int_equal(one->models, 2);
    assert_int_equal(one->links, 0);
    assert_non_null(strstr(one->files[0].text.data,
                           "tags: { manyToMany: tag, mappedBy: posts, pivotTable: post_tag, joinColumn: post_id, "
                           "inverseJoinColumn: tag_id }"));
    const weft_str modules[] = {WEFT_STR("a=post"), WEFT_STR("b=tag")};
    const weft_adoption *two = adopt(tables, 3, &(weft_adopt_options){.modules = modules, .module_count = 2});
    assert_int_equal(two->links, 0);
    const weft_str all[] = {WEFT_STR("b=tag"), WEFT_STR("a=*")};
    const weft_adoption *three = adopt(tables, 3, &(weft_adopt_options){.modules = all, .module_count = 2});
    assert_int_equal(three->models, 2);
    assert_int_equal(three->links, 1);
    assert_str_equal(three->files[2].text,
                     "name: post_tag\n"
                     "left:  { linkable: a.post, column: post_id, isList: true }\n"
                     "right: { linkable: b.tag, column: tag_id, isList: true }\n"
                     "database:\n"
                     "  table: post_tag\n"
                     "  managed: false\n"
                     "  pairOnly: true\n");
}

static void options_that_mean_nothing_are_refused(void **state)
{
    (void)state;
    const weft_present_column columns[] = {column("id", WEFT_TYPE_TEXT)};
    const weft_present_table tables[] = {table("customer", columns, 1)};
    const weft_present present = {.database = WEFT_STR("db"), .tables = tables, .table_count = 1};
    const char *const wrong[] = {"a=custmer", "=customer", "customer", "a b=customer", "a="};
    for (size_t i = 0; i < WEFT_COUNT_OF(wrong); i++) {
        const weft_str module = weft_str_from(wrong[i]);
        const weft_adopt_options options = {.modules = &module, .module_count = 1};
        const weft_adoption *adoption = NULL;
        weft_error error = {0};
        assert_int_equal(weft_adopt(&present, &options, &arena, &arena, &adoption, &error), WEFT_USAGE);
    }
    const weft_str key = WEFT_STR("customer=nothing");
    const weft_adopt_options options = {.keys = &key, .key_count = 1};
    const weft_adoption *adoption = NULL;
    assert_int_equal(weft_adopt(&present, &options, &arena, &arena, &adoption, NULL), WEFT_USAGE);
}

static void medusa_is_told_by_its_tables(void **state)
{
    (void)state;
    const weft_present_column columns[] = {column("id", WEFT_TYPE_TEXT)};
    const weft_present_table tables[] = {table("product", columns, 1)};
    const weft_present present = {.database = WEFT_STR("db"), .tables = tables, .table_count = 1};
    const weft_adopt_options options = {.is_medusa = true};
    const weft_adoption *adoption = NULL;
    assert_int_equal(weft_adopt(&present, &options, &arena, &arena, &adoption, NULL), WEFT_UNSUPPORTED);
}

static void types_are_mapped_by_name(void **state)
{
    (void)state;
    const struct {
        weft_native_type native;
        weft_type type;
        const char *column_type;
    } cases[] = {
        {{.name = WEFT_STR("int2"), .is_plain = true}, WEFT_TYPE_NUMBER, ""},
        {{.name = WEFT_STR("int4"), .is_plain = true, .counts_itself = true}, WEFT_TYPE_AUTOINCREMENT, ""},
        {{.name = WEFT_STR("uuid"), .is_plain = true}, WEFT_TYPE_TEXT, "uuid"},
        {{.name = WEFT_STR("citext"), .schema = WEFT_STR("ext"), .is_plain = true}, WEFT_TYPE_TEXT, "ext.citext"},
        {{.name = WEFT_STR("text"), .schema = WEFT_STR("mine"), .is_plain = true}, 0, ""},
        {{.name = WEFT_STR("bytea"), .is_plain = true}, 0, ""},
        {{.name = WEFT_STR("int4range")}, 0, ""},
        {{.name = WEFT_STR("_uuid"), .item = WEFT_STR("uuid"), .is_plain = true}, WEFT_TYPE_ARRAY, "_uuid"},
        {{.name = WEFT_STR("_text"), .item = WEFT_STR("text"), .is_plain = true}, WEFT_TYPE_ARRAY, ""},
        {{.name = WEFT_STR("_int4"), .item = WEFT_STR("int4"), .is_plain = true}, 0, ""},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        weft_present_column mapped = {.name = WEFT_STR("c")};
        assert_true(weft_native_type_map(&cases[i].native, &arena, &mapped));
        assert_int_equal(mapped.type, cases[i].type);
        assert_str_equal(mapped.column_type, cases[i].column_type);
        assert_int_equal(mapped.problem == NULL, cases[i].type != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_foreign_key_is_named_after_its_column, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_asked_for_by_one_name_is_one_model, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_mapped_is_listed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_are_quoted_where_yaml_needs_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_table_of_only_a_pair_is_many_to_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(options_that_mean_nothing_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(medusa_is_told_by_its_tables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(types_are_mapped_by_name, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
