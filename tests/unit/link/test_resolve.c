/* From link changes to works: which link, which side, which values; and rows of imports. */
#include "support/tap.h"

#include <string.h>

#include "link/link.h"
#include "support/alloc.h"
#include "support/catalog.h"

static const char *const files[][2] = {
    {"src/modules/product/module.yaml",
     "module: product\n"
     "models:\n"
     "  product: { fields: { id: id, maker_id: text? } }\n"
     "  product_variant: { fields: { id: id } }\n"
     "  counter: { fields: { number: { type: autoincrement, primaryKey: true } } }\n"},
    {"src/modules/blog/module.yaml",
     "module: blog\n"
     "models:\n"
     "  blog_post: { fields: { id: id } }\n"
     "  author: { fields: { id: id } }\n"
     "  maker: { fields: { id: id } }\n"},
    {"src/links/product-post.yaml",
     "left: { linkable: product.product, isList: true }\n"
     "right: { linkable: blog.blog_post, isList: true }\n"
     "database: { extraColumns: { position: { type: number, default: 0 }, note: text?, stars: number } }\n"},
    {"src/links/author-a.yaml",
     "name: written\nleft: { linkable: product.product_variant, isList: true }\n"
     "right: { linkable: blog.author, isList: true }\ndatabase: { table: written }\n"},
    {"src/links/author-b.yaml",
     "name: edited\nleft: { linkable: product.product_variant, isList: true, alias: edition }\n"
     "right: { linkable: blog.author, isList: true, alias: editor }\n"},
    {"src/links/related.yaml",
     "name: related\nleft: { linkable: product.product, isList: true }\n"
     "right: { linkable: product.product, isList: true, alias: related }\n"},
    {"src/links/counter.yaml",
     "left: { linkable: product.counter, isList: true }\nright: { linkable: blog.author, isList: true }\n"},
    {"src/links/maker.yaml",
     "readOnly: true\nleft: { linkable: product.product, field: maker_id }\nright: { linkable: blog.maker }\n"},
    {NULL, NULL}};

static weft_arena catalog_arena;
static const weft_catalog *catalog;

/* One call: the changes, what came of them, and what they borrow from. */
typedef struct resolved {
    weft_arena arena;
    weft_link_changes *changes;
    weft_link_work *works;
    weft_error error;
} resolved;

static weft_code resolve(resolved *call, const char *text)
{
    memset(call, 0, sizeof(*call));
    weft_arena_init(&call->arena, NULL, 0);
    const weft_limits limits = {0};
    assert_int_equal(weft_link_changes_parse(weft_str_from(text), &limits, &call->arena, &call->changes, &call->error),
                     WEFT_OK);
    return weft_link_resolve(catalog, call->changes, &call->arena, &call->works, &call->error);
}

static void done(resolved *call)
{
    weft_link_changes_done(call->changes);
    weft_arena_done(&call->arena);
}

static void expect_link(const char *text, const char *link, const char *left, const char *right)
{
    resolved call;
    const weft_code code = resolve(&call, text);
    if (code != WEFT_OK) {
        fail_msg("%s: %s (%s)", text, call.error.message, call.error.hint);
    }
    assert_str_equal(call.works[0].link->name, link);
    assert_str_equal(call.works[0].left.as.text, left);
    assert_str_equal(call.works[0].right.as.text, right);
    done(&call);
}

static void expect_error(const char *text, weft_code code, const char *where, const char *message, const char *hint)
{
    resolved call;
    assert_int_equal(resolve(&call, text), code);
    assert_string_equal(call.error.where, where);
    assert_string_equal(call.error.message, message);
    if (!strstr(call.error.hint, hint)) {
        fail_msg("hint \"%s\" lacks \"%s\"", call.error.hint, hint);
    }
    done(&call);
}

static void module_order_is_free(void **state)
{
    (void)state;
    expect_link(
        "{\"product\":{\"product_id\":\"p\"},\"blog\":{\"blog_post_id\":\"b\"}}", "product_blog_post", "p", "b");
    expect_link(
        "{\"blog\":{\"blog_post_id\":\"b\"},\"product\":{\"product_id\":\"p\"}}", "product_blog_post", "p", "b");
    expect_link("{\"blog\":{\"blogPostId\":\"b\"},\"product\":{\"productId\":\"p\"}}", "product_blog_post", "p", "b");
}

static void names_choose(void **state)
{
    (void)state;
    expect_link("{\"link\":\"written\",\"left\":\"v\",\"right\":\"a\"}", "written", "v", "a");
    expect_link(
        "{\"link\":\"edited\",\"blog\":{\"editor_id\":\"a\"},\"product\":{\"edition_id\":\"v\"}}", "edited", "v", "a");
    expect_link("{\"blog\":{\"editor_id\":\"a\"},\"product\":{\"edition_id\":\"v\"}}", "edited", "v", "a");
    expect_link("{\"blog\":{\"author_id\":\"a\"},\"product\":{\"product_variant_id\":\"v\"}}", "written", "v", "a");
}

static void a_link_within_one_model_has_two_keys(void **state)
{
    (void)state;
    expect_link("{\"product\":{\"product_id\":\"p\",\"related_id\":\"q\"}}", "related", "p", "q");
    expect_link("{\"product\":{\"related_id\":\"q\",\"product_id\":\"p\"}}", "related", "p", "q");
    expect_link("{\"link\":\"related\",\"left\":\"p\",\"right\":\"q\"}", "related", "p", "q");
}

static void what_is_not_known_is_told_with_what_is(void **state)
{
    (void)state;
    expect_error("[{\"link\":\"writen\",\"left\":\"v\",\"right\":\"a\"}]",
                 WEFT_UNKNOWN_LINK,
                 "/0/link",
                 "no link is called \"writen\"",
                 "\"written\"");
    expect_error("{\"prodct\":{\"product_id\":\"p\"},\"blog\":{\"blog_post_id\":\"b\"}}",
                 WEFT_UNKNOWN_LINK,
                 "/prodct/product_id",
                 "no module is called \"prodct\"",
                 "\"product\"");
    expect_error("{\"product\":{\"product_id\":\"p\"},\"blog\":{\"post_id\":\"b\"}}",
                 WEFT_UNKNOWN_LINK,
                 "",
                 "no link joins product by \"product_id\" and blog by \"post_id\"",
                 "product_blog_post (\"product\": \"product_id\", \"blog\": \"blog_post_id\")");
    expect_error("{\"link\":\"written\",\"product\":{\"product_id\":\"p\"},\"blog\":{\"author_id\":\"b\"}}",
                 WEFT_UNKNOWN_LINK,
                 "",
                 "link \"written\" does not join these keys",
                 "written (\"product\": \"product_variant_id\", \"blog\": \"author_id\")");
    expect_error("{\"left\":\"v\",\"right\":\"a\"}",
                 WEFT_UNKNOWN_LINK,
                 "",
                 "\"left\" and \"right\" need the name of a link",
                 "\"link\"");
}

static void read_only_links_have_no_rows(void **state)
{
    (void)state;
    const weft_link *read_only = NULL;
    for (size_t i = 0; i < catalog->link_count; i++) {
        read_only = catalog->links[i]->is_read_only ? catalog->links[i] : read_only;
    }
    assert_non_null(read_only);
    weft_error error = {0};
    weft_link_work work = {0};
    json_t *row = json_pack("{s:s,s:s}", "left", "a", "right", "b");
    assert_int_equal(weft_link_work_from_row(read_only, row, false, WEFT_STR(""), &catalog_arena, &work, &error),
                     WEFT_UNSUPPORTED);
    json_decref(row);
}

static void data_is_typed(void **state)
{
    (void)state;
    resolved call;
    assert_int_equal(resolve(&call,
                             "[{\"link\":\"product_blog_post\",\"left\":\"p\",\"right\":\"b\",\"validate\":false,"
                             "\"data\":{\"stars\":3,\"note\":null,\"position\":2.0}}]"),
                     WEFT_OK);
    const weft_link_work *work = &call.works[0];
    assert_false(work->validate);
    assert_str_equal(work->where, "/0");
    assert_int_equal(work->data_count, 3);
    assert_str_equal(work->data_fields[0]->name, "position");
    assert_int_equal(work->data_values[0].as.integer, 2);
    assert_int_equal(work->data_values[1].kind, WEFT_VALUE_NULL);
    assert_int_equal(work->data_values[2].as.integer, 3);
    done(&call);
}

#define WITH_DATA(data) "[{\"link\":\"product_blog_post\",\"left\":\"p\",\"right\":\"b\",\"data\":" data "}]"

static void wrong_data_is_told_with_its_place(void **state)
{
    (void)state;
    resolved call;
    static const struct {
        const char *text;
        weft_code code;
        const char *where;
    } cases[] = {
        {WITH_DATA("{\"positon\":1}"), WEFT_UNKNOWN_FIELD, "/0/data/positon"},
        {WITH_DATA("{\"position\":\"x\"}"), WEFT_TYPE_MISMATCH, "/0/data/position"},
        {WITH_DATA("{\"position\":null}"), WEFT_REQUIRED_VALUE, "/0/data/position"},
        {WITH_DATA("{\"id\":\"link_1\"}"), WEFT_INVALID_REQUEST, "/0/data/id"},
        {WITH_DATA("{\"product_id\":\"p\"}"), WEFT_INVALID_REQUEST, "/0/data/product_id"},
        {WITH_DATA("{\"created_at\":\"2026-01-01\"}"), WEFT_INVALID_REQUEST, "/0/data/created_at"},
        {"[{\"link\":\"product_blog_post\",\"left\":\"p\",\"right\":3}]", WEFT_TYPE_MISMATCH, "/0/right"},
        {"[{\"product\":{\"counter_number\":\"x\"},\"blog\":{\"author_id\":\"a\"}}]",
         WEFT_TYPE_MISMATCH,
         "/0/product/counter_number"},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        const weft_code code = resolve(&call, cases[i].text);
        if (code != cases[i].code) {
            fail_msg("%s: %s: %s", cases[i].text, weft_code_name(code), call.error.message);
        }
        assert_string_equal(call.error.where, cases[i].where);
        done(&call);
    }
}

static weft_code read_row(const char *text, bool is_text, weft_link_work *work, weft_arena *keep, weft_error *error)
{
    json_t *row = json_loads(text, 0, NULL);
    assert_non_null(row);
    const weft_link *link = weft_catalog_link(catalog, WEFT_STR("product_blog_post"));
    const weft_code code = weft_link_work_from_row(link, row, is_text, WEFT_STR("line 3"), keep, work, error);
    if (code == WEFT_OK) {
        weft_value copy = {0};
        assert_true(weft_value_copy(keep, work->right, &copy));
        work->right = copy;
    }
    json_decref(row);
    return code;
}

static void rows_of_imports_are_works(void **state)
{
    (void)state;
    weft_arena keep;
    weft_arena_init(&keep, NULL, 0);
    weft_link_work work = {0};
    weft_error error = {0};
    assert_int_equal(
        read_row("{\"left\":\"p\",\"right\":\"b\",\"position\":\"4\",\"stars\":\"1\"}", true, &work, &keep, &error),
        WEFT_OK);
    assert_str_equal(work.right.as.text, "b");
    assert_int_equal(work.data_values[0].as.integer, 4);
    assert_str_equal(work.where, "line 3");
    assert_true(work.validate);
    assert_int_equal(read_row("{\"product_id\":\"p\",\"blog_post_id\":\"c\"}", false, &work, &keep, &error), WEFT_OK);
    assert_str_equal(work.right.as.text, "c");

    static const struct {
        const char *text;
        bool is_text;
        weft_code code;
        const char *where;
    } cases[] = {
        {"{\"left\":\"p\"}", true, WEFT_REQUIRED_VALUE, "line 3"},
        {"{\"left\":\"p\",\"right\":null}", false, WEFT_REQUIRED_VALUE, "line 3/right"},
        {"{\"left\":\"p\",\"product_id\":\"p\",\"right\":\"b\"}", true, WEFT_INVALID_REQUEST, "line 3/product_id"},
        {"{\"left\":\"p\",\"right\":\"b\",\"position\":\"x\"}", true, WEFT_TYPE_MISMATCH, "line 3/position"},
        {"{\"left\":\"p\",\"right\":\"b\",\"position\":\"4\"}", false, WEFT_TYPE_MISMATCH, "line 3/position"},
        {"{\"left\":\"p\",\"right\":\"b\",\"place\":\"4\"}", true, WEFT_UNKNOWN_FIELD, "line 3/place"},
        {"[1]", true, WEFT_INVALID_REQUEST, "line 3"},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        error = (weft_error){0};
        assert_int_equal(read_row(cases[i].text, cases[i].is_text, &work, &keep, &error), cases[i].code);
        assert_string_equal(error.where, cases[i].where);
    }
    weft_arena_done(&keep);
}

static void outcomes_are_written_in_order(void **state)
{
    (void)state;
    const weft_link *link = weft_catalog_link(catalog, WEFT_STR("related"));
    const weft_value key = {.kind = WEFT_VALUE_TEXT, .as.text = WEFT_STR("a\"b")};
    const weft_link_work works[] = {
        {.link = link, .left = key, .right = key, .outcome = WEFT_LINK_CREATED, .id = WEFT_STR("link_1")},
        {.link = link, .left = key, .right = key, .outcome = WEFT_LINK_ABSENT},
    };
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    weft_link_outcomes_write(works, 2, &buf);
    assert_str_equal(
        weft_buf_str(&buf),
        "[{\"link\":\"related\",\"id\":\"link_1\",\"left\":\"a\\\"b\",\"right\":\"a\\\"b\",\"outcome\":\"created\"},"
        "{\"link\":\"related\",\"id\":null,\"left\":\"a\\\"b\",\"right\":\"a\\\"b\",\"outcome\":\"absent\"}]");
    weft_buf_clear(&buf);
    weft_link_outcomes_write(works, 0, &buf);
    assert_str_equal(weft_buf_str(&buf), "[]");
    weft_buf_done(&buf);
    assert_str_equal(weft_link_outcome_name(WEFT_LINK_REVIVED), "revived");
    assert_str_equal(weft_link_outcome_name(WEFT_LINK_DISMISSED), "dismissed");
}

static void running_out_of_memory_is_told(void **state)
{
    (void)state;
    const char *text = WITH_DATA("{\"note\":\"x\"}");
    for (size_t nth = 1;; nth++) {
        test_alloc alloc;
        test_alloc_init(&alloc, nth);
        weft_arena arena;
        weft_arena_init(&arena, NULL, 0);
        weft_arena failing;
        weft_arena_init(&failing, &alloc.allocator, 0);
        weft_link_changes *changes = NULL;
        const weft_limits limits = {0};
        assert_int_equal(weft_link_changes_parse(weft_str_from(text), &limits, &arena, &changes, NULL), WEFT_OK);
        weft_link_work *works = NULL;
        const weft_code code = weft_link_resolve(catalog, changes, &failing, &works, NULL);
        weft_link_changes_done(changes);
        weft_arena_done(&failing);
        weft_arena_done(&arena);
        assert_true(test_alloc_done(&alloc));
        assert_int_equal(code, alloc.has_failed ? WEFT_NO_MEMORY : WEFT_OK);
        if (!alloc.has_failed) {
            break;
        }
    }
}

static int load(void **state)
{
    (void)state;
    weft_arena_init(&catalog_arena, NULL, 0);
    catalog = test_catalog(&catalog_arena, files);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    weft_arena_done(&catalog_arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(module_order_is_free),
        cmocka_unit_test(names_choose),
        cmocka_unit_test(a_link_within_one_model_has_two_keys),
        cmocka_unit_test(what_is_not_known_is_told_with_what_is),
        cmocka_unit_test(read_only_links_have_no_rows),
        cmocka_unit_test(data_is_typed),
        cmocka_unit_test(wrong_data_is_told_with_its_place),
        cmocka_unit_test(rows_of_imports_are_works),
        cmocka_unit_test(outcomes_are_written_in_order),
        cmocka_unit_test(running_out_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
