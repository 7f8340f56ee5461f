/* Guide, "Link Creation Validation": both ends must exist. weft looks before it links, in the same transaction, and
 * names what is missing; a service may also ask for itself. */
#include "example.h"

#include <stdio.h>
#include <string.h>

WEFT_LINK(.left = {.linkable = "product.product", .is_list = true},
          .right = {.linkable = "blog.blog_post", .is_list = true});

int main(void)
{
    const weft_definition_set definitions = weft_definitions_here();
    weft_engine *engine = example_open(&definitions);
    example_create(engine, "product", "{\"id\":\"prod_1\",\"title\":\"Lamp\"}");

    static const char change[] = "{\"product\":{\"product_id\":\"prod_1\"},\"blog\":{\"blog_post_id\":\"post_9\"}}";
    weft_text answer = {NULL, 0, NULL};
    weft_error error;
    weft_code code = weft_link_create_json(engine, change, strlen(change), &answer, &error);
    printf("linking: %s: %s\n", weft_code_name(code), error.message);

    code = weft_record_retrieve_json(engine, "blog_post", "post_9", NULL, &answer, &error);
    printf("asking: %s: %s\n", weft_code_name(code), error.message);
    example_ask(engine, "{\"entity\":\"product_blog_post\",\"fields\":[\"id\"]}");
    weft_close(engine);
    return 0;
}
