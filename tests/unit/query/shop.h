/* The catalog that query's tests and the fuzz target resolve requests against: every field type, every kind of edge. */
#ifndef WEFT_TESTS_UNIT_QUERY_SHOP_H
#define WEFT_TESTS_UNIT_QUERY_SHOP_H

#include "model/catalog.h"

/* product.product   id title rank price weight active released tags status metadata
 *                   variants (list), maintainer (one, link), blog_posts (list, link), related_products (list, self
 * link) product.variant   id sku product (one) people.maintainer id name, products (list) blog.blog_post    id title
 * author views, products (list) Link rows have id and position; blog_post_link is a list, maintainer_link one. NULL
 * when out of memory. */
const weft_catalog *test_shop_make(weft_arena *keep);

#endif
