/* The guide's custom route, GET /products/[id]/blog-posts, beside the routes every model has: `own-route -C shop
 * serve`. */
#include "weft/main.h"

static weft_code product_with_posts(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    return weft_call_answer_graph(call,
                                  "product",
                                  "{\"entity\": \"product\","
                                  " \"fields\": [\"id\", \"title\", \"blog_posts.*\"],"
                                  " \"filters\": {\"id\": \"[id]\"}}",
                                  error);
}

static const weft_route routes[] = {{"GET", "/products/[id]/blog-posts", product_with_posts, NULL}};

int main(int argc, char **argv)
{
    return weft_main(argc, argv, &(weft_application){.routes = routes, .route_count = 1});
}
