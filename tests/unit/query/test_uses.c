/* What a request touches: every model, field and edge, wherever it stands. The key is always there: it orders. */
#include "support/tap.h"

#include <string.h>

#include "query/uses.h"
#include "shop.h"

typedef struct usage {
    const char *json;
    const char *uses; /* "model: fields / edges" of each, in the catalog's order; a field of "*" has one behind it */
} usage;

static void add_model(const weft_model *model, const weft_model_uses *uses, weft_buf *buf)
{
    weft_buf_add_format(buf, "%s%.*s:", buf->len ? "; " : "", WEFT_STR_ARG(model->name));
    for (size_t i = 0; i < model->field_count; i++) {
        if (uses->fields[i]) {
            weft_buf_add_format(buf, " %.*s%s", WEFT_STR_ARG(model->fields[i].name), uses->starred[i] ? "*" : "");
        } else {
            assert_false(uses->starred[i]);
        }
    }
    const char *mark = " /";
    for (size_t i = 0; i < model->edge_count; i++) {
        if (uses->edges[i]) {
            weft_buf_add_format(buf, "%s %.*s", mark, WEFT_STR_ARG(model->edges[i].name));
            mark = "";
        }
    }
}

static void check(const usage *one)
{
    weft_arena keep;
    weft_arena scratch;
    weft_buf buf;
    weft_uses uses = {0};
    weft_query_input input = {0};
    weft_request *request = NULL;
    weft_query *query = NULL;
    weft_error error = {0};
    weft_arena_init(&keep, NULL, 0);
    weft_arena_init(&scratch, NULL, 0);
    weft_buf_init_arena(&buf, &scratch);
    input.catalog = test_shop_make(&keep);
    assert_int_equal(weft_request_parse(weft_str_from(one->json), NULL, &keep, &request, &error), WEFT_OK);
    input.request = request;
    const weft_code code = weft_query_resolve(&input, &keep, &scratch, &query, &error);
    if (code != WEFT_OK) {
        fail_msg("%s: %s", one->json, error.message);
    }
    assert_true(weft_uses_find(query, &keep, &uses));
    for (size_t i = 0; i < uses.model_count; i++) {
        if (uses.models[i].is_used) {
            add_model(input.catalog->models[i], &uses.models[i], &buf);
        }
    }
    weft_buf_add_char(&buf, '\0');
    if (strcmp(buf.data, one->uses) != 0) {
        print_error("%s\n", one->json);
    }
    assert_string_equal(buf.data, one->uses);
    weft_request_done(request);
    weft_arena_done(&scratch);
    weft_arena_done(&keep);
}

static void test_everything_is_found(void **state)
{
    (void)state;
    static const usage cases[] = {
        {"{\"entity\":\"variant\",\"fields\":[\"id\"]}", "variant: id"},
        {"{\"entity\":\"variant\",\"fields\":[\"*\"]}", "variant: id sku*"},
        {"{\"entity\":\"variant\",\"fields\":[\"*\",\"sku\"]}", "variant: id sku*"},
        {"{\"entity\":\"variant\",\"fields\":[\"sku\",\"*\"]}", "variant: id sku"},
        {"{\"entity\":\"product\",\"fields\":[\"variants\"]}", "product: id / variants; variant: id sku*"},
        {"{\"entity\":\"product\",\"fields\":[\"metadata.color\"]}", "product: id metadata"},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"$not\":{\"$or\":[{\"rank\":1},{\"metadata.a\":1}]}"
         "}}",
         "product: id rank metadata"},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"variants\":{\"$none\":{\"sku\":\"a\"}}}}",
         "product: id / variants; variant: sku"},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"variants\":{\"$every\":{}}}}",
         "product: id / variants; variant:"},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"variants\":{\"$count\":{\"$gt\":1}}}}",
         "product: id / variants; variant:"},
        {"{\"entity\":\"product\",\"fields\":[\"variants.$max.sku\"]}", "product: id / variants; variant: sku"},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"order\":{\"maintainer.name\":\"ASC\"}}}",
         "product: id / maintainer; maintainer: name"},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"order\":{\"variants.$min.sku\":\"ASC\"}}}",
         "product: id / variants; variant: sku"},
        {"{\"entity\":\"product\",\"fields\":[\"blog_posts.id\"],\"with\":{\"blog_posts\":{\"filters\":{\"views\":1},"
         "\"order\":{\"author\":\"ASC\"}}}}",
         "product: id / blog_posts; blog_post: id author views"},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"blog_posts\":{\"$link.position\":1}}}",
         "product: id / blog_posts; blog_post:; product_blog_post: position"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        check(&cases[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_everything_is_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
