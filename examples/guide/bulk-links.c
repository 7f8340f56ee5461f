/* Guide, "Efficient bulk link creation": a thousand links in one call, which is a handful of statements. */
#include "example.h"

#include <stdio.h>
#include <string.h>
#include <weft/build.h>

WEFT_LINK(.left = {.linkable = "product.product", .is_list = true},
          .right = {.linkable = "blog.blog_post", .is_list = true});

#define POSTS 1000

static size_t statements;

static void count_statements(void *ctx, const weft_event *event)
{
    (void)ctx;
    statements += event->kind == WEFT_EVENT_STATEMENT;
}

static weft_engine *open_counting(const weft_definition_set *definitions)
{
    weft_options options = WEFT_OPTIONS_INIT;
    options.project = "stores: { default: 'sqlite::memory:' }";
    options.definitions = definitions;
    options.observer = (weft_observer){count_statements, NULL};
    weft_engine *engine = NULL;
    weft_error error;
    example_must(weft_open(&options, &engine, &error), &error);
    example_must(weft_migrate_apply(engine, WEFT_SCOPE_ALL, false, NULL, NULL, &error), &error);
    return engine;
}

static void create_product_links(weft_engine *engine, const char *product_id, char post_ids[][16], size_t count)
{
    weft_error error;
    weft_text changes = {NULL, 0, NULL};
    weft_text outcome = {NULL, 0, NULL};
    weft_link_builder *links = weft_link_builder_new(NULL);
    for (size_t i = 0; i < count; i++) {
        weft_link_builder_pair(links, "product_blog_post", weft_value_text(product_id), weft_value_text(post_ids[i]));
    }
    example_must(weft_link_builder_text(links, &changes, &error), &error);
    weft_link_builder_free(links);
    example_must(weft_link_create_json(engine, changes.data, changes.len, &outcome, &error), &error);
    weft_text_free(&changes);
    weft_text_free(&outcome);
}

int main(void)
{
    const weft_definition_set definitions = weft_definitions_here();
    weft_engine *engine = open_counting(&definitions);
    static char post_ids[POSTS][16];
    static char posts[POSTS * 48] = "[";
    for (int i = 0; i < POSTS; i++) {
        (void)snprintf(post_ids[i], sizeof(post_ids[i]), "post_%04d", i);
        char post[48];
        (void)snprintf(post, sizeof(post), "%.1s{\"id\":\"%.15s\",\"title\":\"Post\"}", i > 0 ? "," : "", post_ids[i]);
        strcat(posts, post);
    }
    strcat(posts, "]");
    example_create(engine, "product", "{\"id\":\"prod_1\",\"title\":\"Lamp\"}");
    example_create(engine, "blog_post", posts);
    statements = 0;
    create_product_links(engine, "prod_1", post_ids, POSTS);
    printf("statements: %s\n", statements < 20 ? "fewer than 20" : "too many");
    example_ask(engine, "{\"entity\":\"product\",\"fields\":[\"title\",\"blog_posts.$count\"]}");
    weft_close(engine);
    return 0;
}
