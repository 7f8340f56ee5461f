/* Guide, "Advanced Link Configuration": many products, many posts; `deleteCascade: true`. */
#include "example.h"

WEFT_LINK(.left = {.linkable = "product.product", .is_list = true},
          .right = {.linkable = "blog.blog_post", .is_list = true, .delete_cascade = true});

int main(void)
{
    const weft_definition_set definitions = weft_definitions_here();
    weft_engine *engine = example_open(&definitions);
    example_create(
        engine, "product", "[{\"id\":\"prod_1\",\"title\":\"Lamp\"},{\"id\":\"prod_2\",\"title\":\"Table\"}]");
    example_create(
        engine, "blog_post", "[{\"id\":\"post_1\",\"title\":\"Light\"},{\"id\":\"post_2\",\"title\":\"Wood\"}]");
    example_link(engine,
                 "[{\"product\":{\"product_id\":\"prod_1\"},\"blog\":{\"blog_post_id\":\"post_1\"}},"
                 "{\"product\":{\"product_id\":\"prod_2\"},\"blog\":{\"blog_post_id\":\"post_1\"}},"
                 "{\"product\":{\"product_id\":\"prod_2\"},\"blog\":{\"blog_post_id\":\"post_2\"}}]");
    example_ask(engine, "{\"entity\":\"product\",\"fields\":[\"title\",\"blog_posts.title\"]}");
    example_ask(engine, "{\"entity\":\"blog_post\",\"fields\":[\"title\",\"products.title\"]}");
    example_delete(engine, "product", "prod_1");
    example_ask(engine, "{\"entity\":\"product\",\"fields\":[\"title\",\"blog_posts.title\"]}");
    weft_close(engine);
    return 0;
}
