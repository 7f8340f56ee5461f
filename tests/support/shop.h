/* A small shop with known records, for tests that count and tests that fail: products with variants and many posts,
 * posts in the same store or in another. */
#ifndef WEFT_TESTS_SUPPORT_SHOP_H
#define WEFT_TESTS_SUPPORT_SHOP_H

#include "weft/weft.h"

/* Write the project's files into `directory`. `is_split`: posts live in a store of their own. */
bool shop_write(const char *directory, bool is_split);

/* The same with the addresses of the store of all, and of that of posts (NULL: none of their own). */
bool shop_write_at(const char *directory, const char *url, const char *content_url);

/* Make the tables, and `count` products with two variants, two posts and a review each, all through the public face. */
weft_code shop_fill(const char *directory, int count, weft_error *error);

#endif
