/* Guide, "Product reviews": many reviews a product. Deleting a product only unlinks them. */
#include "example.h"

WEFT_LINK(.left = {.linkable = "product.product"}, .right = {.linkable = "review.review", .is_list = true});

int main(void)
{
    const weft_definition_set definitions = weft_definitions_here();
    weft_engine *engine = example_open(&definitions);
    example_create(engine, "product", "{\"id\":\"prod_1\",\"title\":\"Lamp\"}");
    example_create(engine, "review", "[{\"id\":\"rev_1\",\"rating\":5},{\"id\":\"rev_2\",\"rating\":2}]");
    example_link(engine,
                 "[{\"product\":{\"product_id\":\"prod_1\"},\"review\":{\"review_id\":\"rev_1\"}},"
                 "{\"product\":{\"product_id\":\"prod_1\"},\"review\":{\"review_id\":\"rev_2\"}}]");
    example_ask(engine, "{\"entity\":\"product\",\"fields\":[\"title\",\"reviews.rating\",\"reviews.$avg.rating\"]}");
    example_ask(engine,
                "{\"entity\":\"product\",\"fields\":[\"title\"],\"filters\":{\"reviews\":{\"rating\":{\"$lt\":3}}}}");
    example_delete(engine, "product", "prod_1");
    example_ask(engine, "{\"entity\":\"review\",\"fields\":[\"rating\",\"product.title\"]}");
    weft_close(engine);
    return 0;
}
