/* Guide, "Cascade Deletion Safety": a deletion that is refused tells why and leaves everything; one that works can be
 * undone by its id. */
#include "example.h"

#include <stdio.h>
#include <string.h>

WEFT_LINK(.left = {.linkable = "product.product", .is_list = true, .on_delete = "restrict"},
          .right = {.linkable = "blog.blog_post", .is_list = true, .delete_cascade = true});

/* The id of a deletion out of its answer, which begins {"deletion":"del_…". */
static void copy_id(const char *answer, char *ret_id, size_t size)
{
    const char *id = strstr(answer, "del_");
    (void)snprintf(ret_id, size, "%.*s", id ? (int)strcspn(id, "\"") : 0, id ? id : "");
}

int main(void)
{
    const weft_definition_set definitions = weft_definitions_here();
    weft_engine *engine = example_open(&definitions);
    example_create(engine, "product", "{\"id\":\"prod_1\",\"title\":\"Lamp\"}");
    example_create(engine, "blog_post", "{\"id\":\"post_1\",\"title\":\"Light\"}");
    example_link(engine, "{\"product\":{\"product_id\":\"prod_1\"},\"blog\":{\"blog_post_id\":\"post_1\"}}");

    const char *const post[] = {"post_1"};
    const char *const product[] = {"prod_1"};
    char id[64];
    weft_text answer = {NULL, 0, NULL};
    weft_error error;
    const weft_code code = weft_delete_json(engine, "blog_post", post, 1, 0, &answer, &error);
    printf("deleting the post: %s: %s\n", weft_code_name(code), error.message);

    example_must(weft_delete_json(engine, "product", product, 1, 0, &answer, &error), &error);
    copy_id(answer.data, id, sizeof(id));
    weft_text_free(&answer);
    example_ask(engine, "{\"entity\":\"blog_post\",\"fields\":[\"title\"]}");
    example_must(weft_restore_json(engine, id, &answer, &error), &error);
    weft_text_free(&answer);
    example_ask(engine, "{\"entity\":\"product\",\"fields\":[\"title\",\"blog_posts.title\"]}");
    weft_close(engine);
    return 0;
}
