/* Names, against the vectors of the reference and thousands made by JavaScript. */
#include "support/tap.h"

#include <string.h>

#include "model/names.h"
#include "support/vectors.h"

typedef weft_str (*transformation)(weft_str name, weft_arena *keep);

typedef struct named {
    const char *name;
    transformation make;
} named;

static void check(transformation make, const char *name, const char *expected)
{
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    const weft_str made = make(weft_str_from(name), &arena);
    assert_non_null(made.data);
    assert_str_equal(made, expected);
    weft_arena_done(&arena);
}

static void names_change_style_as_in_the_reference(void **state)
{
    (void)state;
    check(weft_name_snake, "blogAuthor", "blog_author");
    check(weft_name_snake, "HTTPServer", "httpserver");
    check(weft_name_snake, "myAPIKey", "my_apikey");
    check(weft_name_snake, "product1Variant", "product1variant");
    check(weft_name_snake, "Foo2Bar", "foo2bar");
    check(weft_name_snake, "a_b", "a_b");
    check(weft_name_pascal, "a_b", "AB");
    check(weft_name_pascal, "HTTPServer", "HTTPServer");
    check(weft_name_pascal, "blogAuthor", "BlogAuthor");
    check(weft_name_camel, "a_b", "aB");
    check(weft_name_camel, "blogAuthor", "blogAuthor");
    check(weft_name_camel, "blog_post", "blogPost");
    check(weft_name_camel, "DmlC", "dmlc");
    check(weft_name_kebab, "blog_posts", "blog-posts");
    check(weft_name_kebab, "blogPosts", "blog-posts");
}

static void hashes_are_those_of_the_reference(void **state)
{
    (void)state;
    check(weft_name_hash, "", "1505");
    check(weft_name_hash, "a", "2b606");
    check(weft_name_hash, "product_product_brand_brand", "29c624132");
    check(weft_name_hash, "product_product_blog_post", "1a67452ee");
    check(weft_name_hash, "brand_brand_blog_post", "-14833ce46");
    check(weft_name_hash, "my_custom_tbl", "b3a3d406");
    check(weft_name_hash, "superlongmodulename_extraordinarily_long_model_name_brand_brand", "-3b0e0146a");
    check(weft_name_hash, "cart_payment_collection", "-4a39f6c9");
    check(weft_name_hash, "product_variant_inventory_item", "17b4c4e35");
}

static void long_names_are_compressed_as_in_the_reference(void **state)
{
    (void)state;
    check(weft_name_compress, "Product_Product", "product_product");
    check(weft_name_compress,
          "superlongmodulename_extraordinarily_long_model_name_brand_brand",
          "superlongmodulename_extraordinarily_long_model_n-3b0e0146a");
    check(weft_name_compress,
          "stock_location_stock_location_fulfillment_fulfillment_provider_extra_long",
          "stoc_loca_stoc_loca_fulf_fulf_prov_extr_long1f97c72fa");
    check(weft_name_compress,
          "MyModule_my_module_thing_AnotherVeryLongModuleName_another_very_long_entity_name",
          "my_modu_my_modu_thin_anot_very_long_modu_name_an-18b7bf17f");
    char name[72] = "";
    memset(name, 'a', 71);
    check(weft_name_compress, name, "aaaa-54d16e114");
}

static void a_long_name_is_never_cut_within_a_character(void **state)
{
    (void)state;
    char name[201] = "";
    for (size_t i = 0; i < 100; i++) {
        memcpy(name + i * 2, "\xC3\xA9", 3);
    }
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    const weft_str made = weft_name_compress(weft_str_from(name), &arena);
    assert_true(weft_str_starts_with(made, WEFT_STR("\xC3\xA9\xC3\xA9")));
    assert_true(made.len <= 58);
    weft_arena_done(&arena);
}

static void table_and_link_names_are_composed(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    const weft_str brand[] = {WEFT_STR("product"), WEFT_STR("product"), WEFT_STR("brand"), WEFT_STR("brand")};
    const weft_str price[] = {
        WEFT_STR("product"), WEFT_STR("variant_id"), WEFT_STR("pricing"), WEFT_STR("price_set_id")};
    const weft_str service[] = {WEFT_STR("fooService"), WEFT_STR("PRODUCT_ID"), WEFT_STR("service")};
    assert_str_equal(weft_name_compose_link(brand, 4, &arena), "ProductProductBrandBrandLink");
    assert_str_equal(weft_name_compose_link(price, 4, &arena), "ProductVariantPricingPriceSetLink");
    assert_str_equal(weft_name_compose_table(brand, 4, &arena), "product_product_brand_brand");
    assert_str_equal(weft_name_compose_table(service, 3, &arena), "foo_PRODUCT_");
    assert_non_null(weft_name_compose_table(service, 0, &arena).data);
    weft_arena_done(&arena);
}

static void plurals_are_those_of_the_reference(void **state)
{
    (void)state;
    const char *pairs =
        "brand>brands category>categories address>addresses person>people data>data status>statuses box>boxes day>days "
        "leaf>leaves analysis>analyses child>children inventory>inventories currency>currencies index>indices "
        "matrix>matrices photo>photos hero>heroes tomato>tomatoes quiz>quizzes order_quiz>order_quizs schema>schemata "
        "metadata>metadata virus>viri campus>campuses canvas>canvas lens>lens menu>menus monkey>monkeys wolf>wolves "
        "german>germen human>humans criterion>criteria product_series>product_series user_staff>user_staffs "
        "tax_status>tax_statuses brand_news>brand_news atlas>atlases BlogPost>BlogPosts "
        "ProductCategory>ProductCategories Person>People BRAND>BRANDS brands>brands people>people foot>feet "
        "my_foot>my_foots info>info user_info>user_infos media>media customer_media>customer_medias "
        "blog_person>blog_people order_child>order_children my_mouse>my_mouses ";
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_str rest = weft_str_from(pairs);
    while (rest.len > 0) {
        const weft_str pair = weft_str_slice(rest, 0, weft_str_find(rest, ' '));
        const size_t middle = weft_str_find(pair, '>');
        const weft_str plural = weft_name_plural(weft_str_slice(pair, 0, middle), &arena);
        if (!weft_str_equal(plural, weft_str_slice(pair, middle + 1, pair.len))) {
            fail_msg("%.*s: got %.*s", WEFT_STR_ARG(pair), WEFT_STR_ARG(plural));
        }
        rest = weft_str_slice(rest, pair.len + 1, rest.len);
    }
    weft_arena_done(&arena);
}

static void thousands_of_plurals_are_those_of_pluralize(void **state)
{
    (void)state;
    test_vectors vectors;
    assert_true(test_vectors_open(&vectors, "pluralize.tsv"));
    size_t count = 0;
    weft_str fields[2];
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    for (; test_vectors_next(&vectors, fields, 2); count++) {
        const weft_str plural = weft_name_plural(fields[0], &arena);
        if (!plural.data || !weft_str_equal(plural, fields[1])) {
            fail_msg(
                "%.*s: got %.*s, wanted %.*s", WEFT_STR_ARG(fields[0]), WEFT_STR_ARG(plural), WEFT_STR_ARG(fields[1]));
        }
        weft_arena_reset(&arena);
    }
    assert_int_equal(vectors.at, vectors.len);
    assert_true(count > 4000);
    weft_arena_done(&arena);
    test_vectors_close(&vectors);
}

/* Cut "a + b + c" into parts. */
static size_t read_parts(weft_str text, weft_str parts[4])
{
    size_t count = 0;
    while (count < 4) {
        size_t end = 0;
        while (end < text.len && !weft_str_starts_with(weft_str_slice(text, end, text.len), WEFT_STR(" + "))) {
            end++;
        }
        parts[count++] = weft_str_slice(text, 0, end);
        if (end == text.len) {
            break;
        }
        text = weft_str_slice(text, end + 3, text.len);
    }
    return count;
}

static weft_str make_by_name(weft_str what, weft_str name, weft_arena *arena)
{
    static const named all[] = {{"snake", weft_name_snake},
                                {"kebab", weft_name_kebab},
                                {"pascal", weft_name_pascal},
                                {"camel", weft_name_camel},
                                {"hash", weft_name_hash},
                                {"compress", weft_name_compress}};
    for (size_t i = 0; i < WEFT_COUNT_OF(all); i++) {
        if (weft_str_equal_text(what, all[i].name)) {
            return all[i].make(name, arena);
        }
    }
    weft_str parts[4];
    const size_t count = read_parts(name, parts);
    return weft_str_equal_text(what, "table") ? weft_name_compose_table(parts, count, arena)
                                              : weft_name_compose_link(parts, count, arena);
}

static void thousands_of_names_are_those_of_javascript(void **state)
{
    (void)state;
    test_vectors vectors;
    assert_true(test_vectors_open(&vectors, "names.tsv"));
    size_t count = 0;
    weft_str fields[3];
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    for (; test_vectors_next(&vectors, fields, 3); count++) {
        const weft_str made = make_by_name(fields[0], fields[1], &arena);
        if (!made.data || !weft_str_equal(made, fields[2])) {
            fail_msg("%.*s of %.*s: got %.*s, wanted %.*s",
                     WEFT_STR_ARG(fields[0]),
                     WEFT_STR_ARG(fields[1]),
                     WEFT_STR_ARG(made),
                     WEFT_STR_ARG(fields[2]));
        }
        weft_arena_reset(&arena);
    }
    assert_int_equal(vectors.at, vectors.len);
    assert_true(count > 3000);
    weft_arena_done(&arena);
    test_vectors_close(&vectors);
}

static void identifiers_are_what_weft_accepts(void **state)
{
    (void)state;
    assert_true(weft_name_is_identifier(WEFT_STR("blog_post2")));
    assert_true(weft_name_is_identifier(WEFT_STR("_a")));
    assert_false(weft_name_is_identifier(WEFT_STR("")));
    assert_false(weft_name_is_identifier(WEFT_STR("2a")));
    assert_false(weft_name_is_identifier(WEFT_STR("a-b")));
    assert_false(weft_name_is_identifier(WEFT_STR("a b")));
    assert_false(weft_name_is_identifier(WEFT_STR("a\0b")));
    assert_false(weft_name_is_identifier(WEFT_STR("\xC3\xA9")));
    assert_true(weft_name_is_module(WEFT_STR("my-module")));
    assert_false(weft_name_is_module(WEFT_STR("-module")));
    char name[65] = "";
    memset(name, 'a', 64);
    assert_true(weft_name_is_identifier((weft_str){name, 63}));
    assert_false(weft_name_is_identifier((weft_str){name, 64}));
}

static void every_transformation_tells_when_memory_ends(void **state)
{
    (void)state;
    const transformation all[] = {weft_name_snake,
                                  weft_name_kebab,
                                  weft_name_pascal,
                                  weft_name_camel,
                                  weft_name_hash,
                                  weft_name_compress,
                                  weft_name_plural};
    char name[71] = "";
    memset(name, 'a', 70);
    for (size_t i = 0; i < WEFT_COUNT_OF(all); i++) {
        for (size_t bytes_max = 1; bytes_max < 1024; bytes_max += 16) {
            weft_arena arena;
            weft_arena_init(&arena, NULL, bytes_max);
            const weft_str made = all[i](weft_str_from(name), &arena);
            assert_true(made.data != NULL || weft_arena_is_full(&arena));
            assert_true(made.data == NULL || made.len > 0);
            weft_arena_done(&arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_change_style_as_in_the_reference),
        cmocka_unit_test(hashes_are_those_of_the_reference),
        cmocka_unit_test(long_names_are_compressed_as_in_the_reference),
        cmocka_unit_test(a_long_name_is_never_cut_within_a_character),
        cmocka_unit_test(table_and_link_names_are_composed),
        cmocka_unit_test(plurals_are_those_of_the_reference),
        cmocka_unit_test(thousands_of_plurals_are_those_of_pluralize),
        cmocka_unit_test(thousands_of_names_are_those_of_javascript),
        cmocka_unit_test(identifiers_are_what_weft_accepts),
        cmocka_unit_test(every_transformation_tells_when_memory_ends),
    };
    return cmocka_run_group_tests_name("model/names", tests, NULL, NULL);
}
