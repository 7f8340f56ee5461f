/* Plans from requests: which steps, where, keyed by what, reading what; what is refused and how it says so; and that
 * the printed plan tells all of it. */
#include <stdio.h>
#include <string.h>

#include "plan/plan.h"
#include "query/query.h"
#include "support/alloc.h"
#include "support/catalog.h"
#include "support/tap.h"

/* One store or three: only weft.yaml differs. */
#define DEFINITIONS                                                                                                    \
    {"src/modules/shop/module.yaml",                                                                                   \
     "module: shop\n"                                                                                                  \
     "models:\n"                                                                                                       \
     "  product:\n"                                                                                                    \
     "    fields: { id: id, title: text, price: bigNumber, flag: boolean? }\n"                                         \
     "    relations: { variants: { hasMany: variant, mappedBy: product } }\n"                                          \
     "  variant:\n"                                                                                                    \
     "    fields: { id: id, sku: text, price: bigNumber, flag: boolean? }\n"                                           \
     "    relations: { product: { belongsTo: product } }\n"},                                                          \
        {"src/modules/blog/module.yaml",                                                                               \
         "module: blog\n"                                                                                              \
         "models: { post: { fields: { id: id, title: text, views: number } } }\n"},                                    \
    {                                                                                                                  \
        "src/links/product-post.yaml", "left: { linkable: shop.product, isList: true }\n"                              \
                                       "right: { linkable: blog.post, isList: true }\n"                                \
                                       "database: { extraColumns: { position: { type: number, nullable: true } } }\n"  \
    }

static const char *const together[][2] = {DEFINITIONS, {NULL, NULL}};
static const char *const apart[][2] = {
    {"weft.yaml",
     "stores: { default: 'sqlite::memory:', content: 'sqlite::memory:' }\nmodules: { blog: { store: content } }\n"},
    DEFINITIONS,
    {NULL, NULL}};
static const char *const links_with_posts[][2] = {
    {"weft.yaml",
     "stores: { default: 'sqlite::memory:', content: 'sqlite::memory:' }\nmodules: { blog: { store: content } }\n"
     "links: { store: content }\n"},
    DEFINITIONS,
    {NULL, NULL}};

typedef struct fixture {
    weft_arena arena;
    weft_request *request;
    weft_error error;
} fixture;

static fixture at;

static int set_up(void **state)
{
    (void)state;
    memset(&at, 0, sizeof(at));
    weft_arena_init(&at.arena, NULL, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weft_request_done(at.request);
    weft_arena_done(&at.arena);
    return 0;
}

static const weft_query *resolve(const char *const files[][2], const char *json)
{
    weft_query *query = NULL;
    const weft_catalog *catalog = test_catalog(&at.arena, files);
    weft_request_done(at.request);
    at.request = NULL;
    weft_code code = weft_request_parse(weft_str_from(json), NULL, &at.arena, &at.request, &at.error);
    if (code == WEFT_OK) {
        code = weft_query_resolve(
            &(weft_query_input){.catalog = catalog, .request = at.request}, &at.arena, &at.arena, &query, &at.error);
    }
    if (code != WEFT_OK) {
        fail_msg("%s: %s", at.error.where, at.error.message);
    }
    return query;
}

static const weft_plan *plan_of(const char *const files[][2], const char *json)
{
    weft_plan *plan = NULL;
    const weft_query *query = resolve(files, json);
    if (weft_plan_make(query, &at.arena, &at.arena, &plan, &at.error) != WEFT_OK) {
        fail_msg("%s", at.error.message);
    }
    return plan;
}

/* "id title" */
static void expect_fields(const weft_step *step, const char *expected)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, &at.arena);
    for (size_t i = 0; i < step->field_count; i++) {
        weft_buf_add_format(&buf, i > 0 ? " %.*s" : "%.*s", WEFT_STR_ARG(step->fields[i]->name));
    }
    assert_str_equal(weft_buf_str(&buf), expected);
}

static void test_one_model(void **state)
{
    (void)state;
    const weft_plan *plan =
        plan_of(together, "{\"entity\":\"product\",\"fields\":[\"title\"],\"pagination\":{\"skip\":0,\"take\":5}}");
    assert_int_equal(plan->step_count, 1);
    assert_ptr_equal(plan->root, plan->steps[0]);
    assert_int_equal(plan->root->kind, WEFT_STEP_ROOT);
    assert_true(plan->has_count);
    assert_int_equal(plan->root->child_count, 0);
    assert_int_equal(plan->root->column_count, 1);
    expect_fields(plan->root, "title");
}

/* A step reads what its children are keyed by, once, after what is answered. */
static void test_keys_are_read(void **state)
{
    (void)state;
    const weft_plan *plan = plan_of(
        together,
        "{\"entity\":\"product\",\"fields\":[\"title\",\"variants.sku\",\"posts.title\",\"post_link.position\"]}");
    assert_false(plan->has_count);
    assert_int_equal(plan->step_count, 4);
    expect_fields(plan->root, "title id");
    assert_int_equal(plan->root->child_count, 3);
    const weft_step *variants = plan->root->children[0];
    assert_int_equal(variants->kind, WEFT_STEP_DIRECT);
    expect_fields(variants, "sku");
    assert_int_equal(variants->key_column, 1);
    assert_int_equal(variants->column_count, 2);
    assert_int_equal(variants->parent_key_field, 1);
    const weft_step *posts = plan->root->children[1];
    assert_int_equal(posts->kind, WEFT_STEP_JOINED);
    assert_int_equal(posts->key_column, 1);
    assert_int_equal(posts->number, 2);
    assert_int_equal(plan->root->children[2]->kind, WEFT_STEP_DIRECT);
}

static void test_key_that_is_answered(void **state)
{
    (void)state;
    const weft_plan *plan =
        plan_of(together, "{\"entity\":\"variant\",\"fields\":[\"sku\",\"product.title\",\"product.id\"]}");
    const weft_step *product = plan->steps[1];
    expect_fields(product, "title id");
    assert_int_equal(product->key_column, 1);
    assert_int_equal(product->column_count, 2);
    assert_false(weft_step_is_ordered(product));
}

static void test_split(void **state)
{
    (void)state;
    const weft_plan *plan = plan_of(apart,
                                    "{\"entity\":\"product\",\"fields\":[\"posts.title\"],"
                                    "\"with\":{\"posts\":{\"order\":{\"views\":\"DESC\"},\"take\":2}}}");
    assert_int_equal(plan->step_count, 3);
    const weft_step *through = plan->steps[1];
    const weft_step *target = plan->steps[2];
    assert_int_equal(through->kind, WEFT_STEP_THROUGH);
    assert_str_equal(through->store->name, "default");
    assert_int_equal(through->column_count, 2);
    assert_int_equal(through->child_count, 1);
    assert_ptr_equal(through->children[0], target);
    assert_int_equal(target->kind, WEFT_STEP_TARGET);
    assert_str_equal(target->store->name, "content");
    assert_int_equal(target->parent_key_field, 1);
    expect_fields(target, "title id views");
    assert_int_equal(target->key_column, 1);
    assert_false(weft_step_is_ranked(target));
}

static void test_link_table_beside_target(void **state)
{
    (void)state;
    const weft_plan *plan = plan_of(links_with_posts, "{\"entity\":\"product\",\"fields\":[\"posts.title\"]}");
    assert_int_equal(plan->step_count, 2);
    assert_int_equal(plan->steps[1]->kind, WEFT_STEP_JOINED);
    assert_str_equal(plan->steps[1]->store->name, "content");
    plan = plan_of(links_with_posts, "{\"entity\":\"post\",\"fields\":[\"products.title\"]}");
    assert_int_equal(plan->steps[1]->kind, WEFT_STEP_THROUGH);
}

static void test_split_filter(void **state)
{
    (void)state;
    const weft_plan *plan =
        plan_of(apart,
                "{\"entity\":\"product\",\"fields\":[\"posts.title\"],\"with\":{\"posts\":{\"filters\":"
                "{\"$link.position\":{\"$gt\":1},\"views\":{\"$lt\":5},\"title\":\"x\"}}}}");
    assert_int_equal(plan->steps[1]->filter->child_count, 1);
    assert_int_equal(plan->steps[2]->filter->child_count, 2);
    plan = plan_of(apart,
                   "{\"entity\":\"product\",\"fields\":[\"posts.title\"],\"with\":{\"posts\":{\"filters\":"
                   "{\"$link.position\":{\"$gt\":1}}}}}");
    assert_non_null(plan->steps[1]->filter);
    assert_null(plan->steps[2]->filter);
}

/* What the store cannot answer becomes a look, and weft decides by it. */
static void test_far_filter(void **state)
{
    (void)state;
    const weft_plan *plan = plan_of(apart,
                                    "{\"entity\":\"product\",\"fields\":[\"title\"],\"pagination\":{\"skip\":0},"
                                    "\"filters\":{\"title\":\"x\",\"posts\":{\"title\":\"x\"}}}");
    const weft_step *root = plan->root;
    assert_int_equal(plan->step_count, 3);
    assert_int_equal(root->filter->child_count, 1);
    assert_int_equal(root->residual->kind, WEFT_RESIDUAL_SOME);
    assert_int_equal(root->look_count, 1);
    assert_int_equal(root->child_count, 0);
    assert_false(weft_step_is_paged(root));
    assert_false(weft_plan_counts_in_store(plan));
    expect_fields(root, "title id");
    const weft_step *links = root->looks[0];
    assert_int_equal(links->kind, WEFT_STEP_THROUGH);
    assert_true(links->is_look && links->children[0]->is_look);
    assert_non_null(links->children[0]->filter);
    size_t place = 0;
    assert_true(weft_plan_next_probe(plan, &place));
    assert_int_equal(place, 0);
}

/* Below OR and NOT the store says of each row whether its own conditions hold. */
static void test_far_alternative(void **state)
{
    (void)state;
    const weft_plan *plan =
        plan_of(links_with_posts,
                "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"$or\":[{\"title\":\"x\"},"
                "{\"$not\":{\"posts.$count\":2}},{\"posts\":{\"$every\":{\"views\":1}}}]}}");
    const weft_step *root = plan->root;
    assert_null(root->filter);
    assert_int_equal(root->mark_count, 1);
    assert_int_equal(root->column_count, 2);
    assert_int_equal(root->residual->kind, WEFT_RESIDUAL_OR);
    assert_int_equal(root->residual->children[0]->kind, WEFT_RESIDUAL_MARK);
    assert_int_equal(root->residual->children[1]->children[0]->kind, WEFT_RESIDUAL_COUNT);
    assert_int_equal(root->residual->children[2]->kind, WEFT_RESIDUAL_NOT);
    assert_int_equal(root->look_count, 2);
    assert_false(root->looks[0]->is_existence);
    assert_true(root->looks[1]->is_existence);
    assert_int_equal(root->looks[1]->filter->kind, WEFT_FILTER_NOT);
    size_t place = 0;
    assert_false(weft_plan_next_probe(plan, &place));
}

/* A condition on the link row beside one on the record is a mark of the link step. */
static void test_far_link_row(void **state)
{
    (void)state;
    const weft_plan *plan = plan_of(apart,
                                    "{\"entity\":\"product\",\"fields\":[\"posts.title\"],\"with\":{\"posts\":{"
                                    "\"filters\":{\"$or\":[{\"$link.position\":1},{\"views\":5}]},"
                                    "\"order\":{\"$link.position\":\"ASC\"}}}}");
    const weft_step *through = plan->steps[1];
    const weft_step *target = plan->steps[2];
    assert_int_equal(through->mark_count, 2);
    assert_int_equal(through->column_count, 4);
    assert_int_equal(target->mark_count, 1);
    assert_int_equal(target->residual->children[0]->kind, WEFT_RESIDUAL_LINK_MARK);
    assert_int_equal(target->residual->children[1]->kind, WEFT_RESIDUAL_MARK);
    assert_int_equal(target->terms[0].kind, WEFT_TERM_LINK_MARK);
    assert_int_equal(target->terms[1].kind, WEFT_TERM_FIELD);
}

static void test_far_order(void **state)
{
    (void)state;
    const weft_plan *plan = plan_of(
        apart,
        "{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"skip\":0,\"order\":[{\"posts.$count\":\"ASC\"},"
        "{\"variants.$max.price\":\"ASC\"}]}}");
    const weft_step *root = plan->root;
    assert_int_equal(root->term_count, 3);
    assert_int_equal(root->terms[0].kind, WEFT_TERM_LOOK);
    assert_int_equal(root->terms[1].kind, WEFT_TERM_MARK);
    assert_int_equal(root->terms[2].kind, WEFT_TERM_FIELD);
    assert_false(weft_step_is_ordered(root));
    assert_true(weft_plan_counts_in_store(plan));
}

/* What is added up must come out the same in every store: decimals and doubles are weft's, whole numbers the store's.
 */
static void test_order_by_sums(void **state)
{
    (void)state;
    const weft_plan *plan = plan_of(
        together,
        "{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"order\":{\"variants.$sum.price\":\"ASC\"}}}");
    assert_int_equal(plan->root->term_count, 2);
    assert_int_equal(plan->root->terms[0].kind, WEFT_TERM_LOOK);
    plan = plan_of(
        together,
        "{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"order\":{\"posts.$sum.views\":\"ASC\"}}}");
    assert_int_equal(plan->root->term_count, 0);
    assert_int_equal(plan->root->key_count, 0);
}

/* Pages by cursor in an order of the store: it gives the values of the order too, and leaves out what is not behind. */
static void test_cursor_keys(void **state)
{
    (void)state;
    const weft_plan *plan = plan_of(together,
                                    "{\"entity\":\"product\",\"fields\":[\"title\"],\"pagination\":{\"take\":2,"
                                    "\"after\":null,\"order\":{\"posts.$sum.views\":\"ASC\"}}}");
    const weft_step *root = plan->root;
    assert_int_equal(root->key_count, 3); /* two halves of the sum, and the primary key */
    assert_int_equal(root->keys[0].kind, WEFT_TERM_MARK);
    assert_int_equal(root->keys[1].kind, WEFT_TERM_MARK);
    assert_int_equal(root->keys[2].kind, WEFT_TERM_FIELD);
    assert_int_equal(root->mark_count, 2);
    assert_false(root->is_sought_by_weft);
    assert_true(weft_step_reads_beyond(root));
    plan = plan_of(apart,
                   "{\"entity\":\"product\",\"fields\":[\"title\"],\"pagination\":{\"take\":2,\"after\":null,"
                   "\"order\":{\"posts.$sum.views\":\"ASC\"}}}");
    assert_int_equal(plan->root->key_count, 0);
    assert_int_equal(plan->root->term_count, 3);
}

/* One step for all aggregates of an edge where its store can work them out; else weft does, over the partners. */
static void test_aggregates(void **state)
{
    (void)state;
    static const char request[] =
        "{\"entity\":\"product\",\"fields\":[\"posts.$max.views\",\"posts.$count\",\"posts.title\"]}";
    const weft_plan *plan = plan_of(together, request);
    assert_int_equal(plan->step_count, 3);
    const weft_step *step = plan->root->children[1];
    assert_int_equal(step->kind, WEFT_STEP_AGGREGATE);
    assert_int_equal(step->aggregate_count, 2);
    assert_int_equal(step->column_count, 3);
    assert_int_equal(step->key_column, 2);
    plan = plan_of(apart, request);
    assert_int_equal(plan->step_count, 5);
    step = plan->root->children[1];
    assert_int_equal(step->kind, WEFT_STEP_THROUGH);
    assert_int_equal(step->children[0]->aggregate_count, 2);
    assert_int_equal(step->children[0]->aggregates[1].aggregate, WEFT_AGGREGATE_COUNT);
}

static void test_print(void **state)
{
    (void)state;
    const weft_plan *plan = plan_of(apart,
                                    "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.title\"],"
                                    "\"filters\":{\"title\":\"x\",\"variants\":{\"sku\":\"s\"}},"
                                    "\"pagination\":{\"skip\":1,\"take\":2}}");
    weft_buf buf;
    weft_buf_init_arena(&buf, &at.arena);
    weft_plan_print(plan, &buf);
    assert_string_equal(
        buf.data,
        "#0 root product: product in store default\n"
        "     reads   id\n"
        "     filter  in the store, over variants: all of them in this store\n"
        "     order   id: in the store\n"
        "     page    skip 1, take 2: in the store\n"
        "     why     filter, order and page run where the records live\n"
        "             not EXISTS at once: it would be asked of every record\n"
        "     probe   the keys that matching \"variants\" lead to are asked for first: from at most 10000 of "
        "them the store begins at these, else it asks EXISTS of each record\n"
        "     count   a second statement in the same snapshot\n"
        "  #1 through posts: shop_product_blog_post in store default\n"
        "       keys    product_id = any id of #0\n"
        "       reads   product_id, post_id\n"
        "       why     link table lives in store \"default\", target in store \"content\"\n"
        "               not a join with #0: \"posts\" does not lie in store \"default\" alone\n"
        "    #2 target posts: post in store content\n"
        "         keys    id = any post_id of #1\n"
        "         reads   title, id\n"
        "         order   id: by weft, over the link rows\n"
        "         why     each target is read once, by its key\n"
        "                 not a join with the link rows: they live in another store\n");
    weft_buf_clear(&buf);
    weft_plan_write_json(plan, &buf);
    json_t *json = json_loads(buf.data, 0, NULL);
    assert_non_null(json);
    assert_true(json_is_true(json_object_get(json, "count")));
    const json_t *steps = json_object_get(json, "steps");
    assert_int_equal(json_array_size(steps), 3);
    const json_t *target = json_array_get(steps, 2);
    assert_string_equal(json_string_value(json_object_get(target, "kind")), "target");
    assert_string_equal(json_string_value(json_object_get(target, "ordered_by")), "weft");
    assert_string_equal(json_string_value(json_object_get(target, "parent_key")), "post_id");
    json_decref(json);
}

static void expect_drive(const char *filters, const char *pagination, weft_drive_verdict expected, const char *edge)
{
    char request[512];
    weft_drive drive = {0};
    (void)snprintf(request,
                   sizeof(request),
                   "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":%s,\"pagination\":%s}",
                   filters,
                   pagination);
    assert_int_equal(weft_plan_find_drive(plan_of(together, request), &drive), expected);
    if (expected == WEFT_DRIVE_WORTH) {
        assert_str_equal(drive.condition->edge->name, edge);
    }
    weft_request_done(at.request);
    at.request = NULL;
}

/* Which conditions are asked from their far side, and which records are looked at one by one instead. */
static void test_drive(void **state)
{
    (void)state;
    static const char by_title[] = "{\"take\":2,\"order\":{\"title\":\"ASC\"}}";
    static const char by_id[] = "{\"take\":2}";
    expect_drive("{\"posts\":{\"views\":1}}", by_title, WEFT_DRIVE_WORTH, "posts");
    expect_drive("{\"posts\":{\"views\":1}}", "{}", WEFT_DRIVE_WORTH, "posts");
    expect_drive("{\"posts\":{\"views\":1}}", "{\"skip\":0,\"take\":2}", WEFT_DRIVE_WORTH, "posts");
    expect_drive("{\"posts\":{\"views\":1}}", by_id, WEFT_DRIVE_ORDERED, NULL);
    expect_drive("{\"posts\":{\"id\":\"x\"}}", by_id, WEFT_DRIVE_WORTH, "posts");
    expect_drive("{\"posts\":{\"products\":{\"id\":\"x\"}}}", by_id, WEFT_DRIVE_WORTH, "posts");
    expect_drive("{\"posts\":{\"views\":1},\"variants\":{\"id\":\"x\"}}", by_title, WEFT_DRIVE_WORTH, "variants");
    expect_drive("{\"id\":\"x\",\"posts\":{\"views\":1}}", by_title, WEFT_DRIVE_NAMED, NULL);
    expect_drive("{\"posts\":{\"$some\":{}}}", by_title, WEFT_DRIVE_NOTHING, NULL);
    expect_drive("{\"posts\":{\"$none\":{\"views\":1}}}", by_title, WEFT_DRIVE_NOTHING, NULL);
    expect_drive("{\"$or\":[{\"posts\":{\"views\":1}},{\"title\":\"x\"}]}", by_title, WEFT_DRIVE_NOTHING, NULL);
    expect_drive("{\"posts\":{\"views\":1}}", "{\"take\":0}", WEFT_DRIVE_NOTHING, NULL);
}

/* Every allocation of a plan's making may fail. */
static void test_out_of_memory(void **state)
{
    (void)state;
    const weft_query *query = resolve(apart,
                                      "{\"entity\":\"product\",\"fields\":[\"*\",\"posts.*\",\"variants.*\"],"
                                      "\"with\":{\"posts\":{\"filters\":{\"$link.position\":1,\"views\":2}}}}");
    for (size_t nth = 1;; nth++) {
        test_alloc alloc;
        weft_arena keep;
        weft_plan *plan = NULL;
        test_alloc_init(&alloc, nth);
        weft_arena_init(&keep, &alloc.allocator, 0);
        const weft_code code = weft_plan_make(query, &keep, &keep, &plan, NULL);
        weft_arena_done(&keep);
        assert_true(test_alloc_done(&alloc));
        if (!alloc.has_failed) {
            assert_int_equal(code, WEFT_OK);
            break;
        }
        assert_int_equal(code, WEFT_NO_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_model, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_key_that_is_answered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_split, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_link_table_beside_target, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_split_filter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_far_filter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_far_alternative, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_far_link_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_far_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order_by_sums, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cursor_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_aggregates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_print, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_drive, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_out_of_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("plan/plan", tests, NULL, NULL);
}
