/* The small shop. */
#include "support/shop.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/fail.h"
#include "support/directory.h"

static const char product_module[] = "module: product\n"
                                     "models:\n"
                                     "  product:\n"
                                     "    fields:\n"
                                     "      id: { type: id, prefix: prod }\n"
                                     "      title: text\n"
                                     "      metadata: json?\n"
                                     "    relations:\n"
                                     "      variants: { hasMany: variant, mappedBy: product }\n"
                                     "  variant:\n"
                                     "    fields: { id: id, sku: text, price: bigNumber }\n"
                                     "    relations:\n"
                                     "      product: { belongsTo: product }\n";

static const char blog_module[] = "module: blog\n"
                                  "models:\n"
                                  "  post:\n"
                                  "    fields: { id: { type: id, prefix: post }, title: text, views: number? }\n";

static const char review_module[] = "module: review\n"
                                    "models:\n"
                                    "  review:\n"
                                    "    fields: { id: { type: id, prefix: rev }, rating: number }\n";

bool shop_write(const char *directory, bool is_split)
{
    return shop_write_at(directory, "sqlite:shop.db", is_split ? "sqlite:content.db" : NULL);
}

bool shop_write_at(const char *directory, const char *url, const char *content_url)
{
    char stores[1024];
    (void)snprintf(stores,
                   sizeof(stores),
                   "stores:\n  default: \"%s\"\n%s%s%smodules:\n  blog: { store: %s }\n",
                   url,
                   content_url ? "  content: \"" : "",
                   content_url ? content_url : "",
                   content_url ? "\"\n" : "",
                   content_url ? "content" : "default");
    return test_file_write(directory, "weft.yaml", stores) &&
           test_file_write(directory, "src/modules/product/module.yaml", product_module) &&
           test_file_write(directory, "src/modules/blog/module.yaml", blog_module) &&
           test_file_write(directory, "src/modules/review/module.yaml", review_module) &&
           test_file_write(directory,
                           "src/links/product-post.yaml",
                           "left: { linkable: product.product, isList: true }\n"
                           "right: { linkable: blog.post, isList: true }\n"
                           "database:\n  extraColumns:\n    position: { type: number, nullable: true }\n") &&
           test_file_write(directory,
                           "src/links/product-review.yaml",
                           "left: product.product\nright: { linkable: review.review, isList: true }\n");
}

static weft_code create(weft_engine *engine, const char *entity, const weft_buf *rows, weft_error *error)
{
    weft_text answer = {0};
    WEFT_TRY(weft_record_create_json(engine, entity, rows->data, rows->len, &answer, error));
    weft_text_free(&answer);
    return WEFT_OK;
}

/* An array of `count` objects made of `format`, which takes the number up to four times. */
static void write_rows(weft_buf *buf, int count, const char *const *formats, size_t format_count)
{
    weft_buf_clear(buf);
    weft_buf_add_char(buf, '[');
    for (int i = 0; i < count; i++) {
        for (size_t f = 0; f < format_count; f++) {
            weft_buf_add_text(buf, i > 0 || f > 0 ? "," : "");
            for (const char *at = formats[f]; *at; at++) {
                if (*at == '#') {
                    weft_buf_add_integer(buf, i);
                } else {
                    weft_buf_add_char(buf, *at);
                }
            }
        }
    }
    weft_buf_add_char(buf, ']');
}

static weft_code fill(weft_engine *engine, int count, weft_buf *rows, weft_error *error)
{
    static const char *const products[] = {"{\"id\":\"p#\",\"title\":\"Product #\",\"metadata\":{\"color\":\"c#\"}}"};
    static const char *const variants[] = {"{\"id\":\"a#\",\"sku\":\"A#\",\"price\":\"1.5\",\"product_id\":\"p#\"}",
                                           "{\"id\":\"b#\",\"sku\":\"B#\",\"price\":\"2\",\"product_id\":\"p#\"}"};
    static const char *const posts[] = {"{\"id\":\"t#\",\"title\":\"First of #\"}",
                                        "{\"id\":\"u#\",\"title\":\"Second of #\",\"views\":#}"};
    static const char *const reviews[] = {"{\"id\":\"r#\",\"rating\":#}"};
    static const char *const links[] = {
        "{\"product\":{\"product_id\":\"p#\"},\"blog\":{\"post_id\":\"t#\"},\"data\":{\"position\":#}}",
        "{\"product\":{\"product_id\":\"p#\"},\"blog\":{\"post_id\":\"u#\"}}",
        "{\"product\":{\"product_id\":\"p#\"},\"review\":{\"review_id\":\"r#\"}}"};
    weft_text answer = {0};
    write_rows(rows, count, products, 1);
    WEFT_TRY(create(engine, "product", rows, error));
    write_rows(rows, count, variants, 2);
    WEFT_TRY(create(engine, "variant", rows, error));
    write_rows(rows, count, posts, 2);
    WEFT_TRY(create(engine, "post", rows, error));
    write_rows(rows, count, reviews, 1);
    WEFT_TRY(create(engine, "review", rows, error));
    write_rows(rows, count, links, 3);
    WEFT_TRY(weft_link_create_json(engine, rows->data, rows->len, &answer, error));
    weft_text_free(&answer);
    return WEFT_OK;
}

weft_code shop_fill(const char *directory, int count, weft_error *error)
{
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = directory;
    options.deterministic = true;
    options.limits.changes_bytes_max = (size_t)64 << 20;
    weft_engine *engine = NULL;
    WEFT_TRY(weft_open(&options, &engine, error));
    weft_buf rows;
    weft_buf_init(&rows, NULL);
    weft_code code = weft_migrate_apply(engine, WEFT_SCOPE_ALL, false, NULL, NULL, error);
    if (code == WEFT_OK) {
        code = fill(engine, count, &rows, error);
    }
    weft_buf_done(&rows);
    weft_close(engine);
    return code;
}
