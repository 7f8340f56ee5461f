/* Guide, "Basic Link Definition": one product, one blog post, deleted with its product. The cascade names its model. */
#include "example.h"

WEFT_LINK(.left = {.linkable = "product.product"},
          .right = {.linkable = "blog.blog_post", .delete_cascade_models = WEFT_TEXTS("blog_post")});

int main(void)
{
    const weft_definition_set definitions = weft_definitions_here();
    example_show_tables(&definitions);
    weft_engine *engine = example_open(&definitions);
    example_create(engine, "product", "{\"id\":\"prod_1\",\"title\":\"Lamp\"}");
    example_create(engine, "blog_post", "{\"id\":\"post_1\",\"title\":\"Light\"}");
    example_link(engine, "{\"product\":{\"product_id\":\"prod_1\"},\"blog\":{\"blog_post_id\":\"post_1\"}}");
    example_ask(engine, "{\"entity\":\"product\",\"fields\":[\"title\",\"blog_post.title\"]}");
    example_delete(engine, "product", "prod_1");
    example_ask(engine, "{\"entity\":\"blog_post\",\"fields\":[\"title\"]}");
    weft_close(engine);
    return 0;
}
