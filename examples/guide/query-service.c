/* Guide, "Using Query API": a product with its posts, by id, as a service function with typed results. */
#include "example.h"

#include <stdio.h>
#include <weft/build.h>

WEFT_LINK(.left = {.linkable = "product.product", .is_list = true},
          .right = {.linkable = "blog.blog_post", .is_list = true});

static void print_product_with_posts(weft_engine *engine, const char *product_id)
{
    weft_error error;
    weft_text request = {NULL, 0, NULL};
    weft_query_builder *builder = weft_query_builder_new(NULL, "product");
    weft_query_builder_field(builder, "*");
    weft_query_builder_field(builder, "blog_posts.*");
    weft_query_builder_filter(builder, "id", "$eq", weft_value_text(product_id));
    example_must(weft_query_builder_text(builder, &request, &error), &error);
    weft_query_builder_free(builder);

    weft_reply *reply = NULL;
    example_must(weft_query_open(engine, request.data, request.len, WEFT_FORMAT_RECORDS, &reply, &error), &error);
    weft_text_free(&request);
    weft_record product;
    example_must(weft_reply_next(reply, &product, &error), &error);
    if (product.row) {
        const weft_str title = weft_record_text(product, "title");
        const size_t posts = weft_record_member(product, "blog_posts");
        printf("%.*s has %zu posts:", (int)title.len, title.data, weft_record_partner_count(product, posts));
        for (size_t i = 0; i < weft_record_partner_count(product, posts); i++) {
            const weft_str post = weft_record_text(weft_record_partner(product, posts, i), "title");
            printf(" \"%.*s\"", (int)post.len, post.data);
        }
        printf("\n");
    } else {
        printf("%s was not found\n", product_id);
    }
    weft_reply_close(reply);
}

int main(void)
{
    const weft_definition_set definitions = weft_definitions_here();
    weft_engine *engine = example_open(&definitions);
    example_create(engine, "product", "{\"id\":\"prod_1\",\"title\":\"Lamp\"}");
    example_create(
        engine, "blog_post", "[{\"id\":\"post_1\",\"title\":\"Light\"},{\"id\":\"post_2\",\"title\":\"Dark\"}]");
    example_link(engine,
                 "[{\"product\":{\"product_id\":\"prod_1\"},\"blog\":{\"blog_post_id\":\"post_1\"}},"
                 "{\"product\":{\"product_id\":\"prod_1\"},\"blog\":{\"blog_post_id\":\"post_2\"}}]");
    print_product_with_posts(engine, "prod_1");
    print_product_with_posts(engine, "prod_2");
    weft_close(engine);
    return 0;
}
