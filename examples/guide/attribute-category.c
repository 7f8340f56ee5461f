/* Guide, "Between Custom Modules": an attribute has many categories, a category one attribute. */
#include "example.h"

WEFT_LINK(.left = {.linkable = "product_attributes.attribute"},
          .right = {.linkable = "custom_category.category", .is_list = true});

int main(void)
{
    const weft_definition_set definitions = weft_definitions_here();
    weft_engine *engine = example_open(&definitions);
    example_create(engine, "attribute", "{\"id\":\"attr_1\",\"name\":\"Colour\"}");
    example_create(engine, "category", "[{\"id\":\"cat_1\",\"name\":\"Warm\"},{\"id\":\"cat_2\",\"name\":\"Cold\"}]");
    example_link(
        engine,
        "[{\"product_attributes\":{\"attribute_id\":\"attr_1\"},\"custom_category\":{\"category_id\":\"cat_1\"}},"
        "{\"product_attributes\":{\"attribute_id\":\"attr_1\"},\"custom_category\":{\"category_id\":\"cat_2\"}}]");
    example_ask(engine, "{\"entity\":\"attribute\",\"fields\":[\"name\",\"categories.name\"]}");
    example_ask(engine, "{\"entity\":\"category\",\"fields\":[\"name\",\"attribute.name\"]}");
    weft_close(engine);
    return 0;
}
