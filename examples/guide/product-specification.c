/* Guide, "Product specifications": many a product, and they go with it; restoring the deletion brings all back. */
#include "example.h"

#include <stdio.h>

WEFT_LINK(.left = {.linkable = "product.product"},
          .right = {.linkable = "specification.specification", .is_list = true, .delete_cascade = true});

int main(void)
{
    const weft_definition_set definitions = weft_definitions_here();
    weft_engine *engine = example_open(&definitions);
    example_create(engine, "product", "{\"id\":\"prod_1\",\"title\":\"Lamp\"}");
    example_create(engine,
                   "specification",
                   "[{\"id\":\"spec_1\",\"name\":\"power\",\"value\":\"9 W\"},"
                   "{\"id\":\"spec_2\",\"name\":\"socket\",\"value\":\"E27\"}]");
    example_link(engine,
                 "[{\"product\":{\"product_id\":\"prod_1\"},\"specification\":{\"specification_id\":\"spec_1\"}},"
                 "{\"product\":{\"product_id\":\"prod_1\"},\"specification\":{\"specification_id\":\"spec_2\"}}]");

    const char *const keys[] = {"prod_1"};
    weft_text answer = {NULL, 0, NULL};
    weft_error error;
    example_must(weft_impact_json(engine, "product", keys, 1, 0, &answer, &error), &error);
    printf("impact: %s\n", answer.data);
    weft_text_free(&answer);
    example_delete(engine, "product", "prod_1");
    example_ask(engine, "{\"entity\":\"specification\",\"fields\":[\"name\"]}");
    weft_close(engine);
    return 0;
}
