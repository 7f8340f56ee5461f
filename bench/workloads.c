/* The workloads, each once: as a graph request, and as facts for the hand-written programs. */
#include "bench/bench.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define TIMES                                                                                                          \
    {"created_at", BENCH_TIME}, {"updated_at", BENCH_TIME},                                                            \
    {                                                                                                                  \
        "deleted_at", BENCH_TIME                                                                                       \
    }

static const bench_column product_all[] = {{"id", 0}, {"title", 0}, {"handle", 0}, {"status", 0}, TIMES};
static const bench_column product_short[] = {{"id", 0}, {"title", 0}, {"handle", 0}};
static const bench_column id_title[] = {{"id", 0}, {"title", 0}};
static const bench_column id_only[] = {{"id", 0}};
static const bench_column post_all[] = {
    {"id", 0}, {"title", 0}, {"author", 0}, {"body", 0}, {"views", BENCH_INTEGER}, TIMES};
static const bench_column review_all[] = {{"id", 0}, {"rating", BENCH_INTEGER}, {"body", 0}, TIMES};

#define COLUMNS(array)                                                                                                 \
    {                                                                                                                  \
        array, COUNT(array)                                                                                            \
    }
#define POSTS(array)                                                                                                   \
    {                                                                                                                  \
        "blog_posts", "product_product_blog_post", "product_id", "blog_post_id", "blog_post", COLUMNS(array)           \
    }
#define REVIEWS(array)                                                                                                 \
    {                                                                                                                  \
        "reviews", "product_product_review_review", "product_id", "review_id", "review", COLUMNS(array)                \
    }

static const bench_edge posts_all[] = {POSTS(post_all)};
static const bench_edge posts_reviews[] = {POSTS(post_all), REVIEWS(review_all)};
static const bench_edge posts_short[] = {POSTS(id_title)};
static const bench_edge posts_id[] = {POSTS(id_only)};
static const bench_edge products_short[] = {
    {"products", "product_product_blog_post", "blog_post_id", "product_id", "product", COLUMNS(id_title)}};

const bench_workload bench_workloads[] = {
    {"W1",
     "a product by id with its posts",
     "{\"entity\":\"product\",\"fields\":[\"*\",\"blog_posts.*\"],\"filters\":{\"id\":\"%s\"}}",
     "product",
     COLUMNS(product_all),
     posts_all,
     1,
     true,
     false,
     0,
     2000,
     NULL,
     NULL},
    {"W2",
     "a page of 50 with posts, reviews and the count",
     "{\"entity\":\"product\",\"fields\":[\"id\",\"title\",\"handle\",\"blog_posts.*\",\"reviews.*\"],\"pagination\":{"
     "\"skip\":0,\"take\":50}}",
     "product",
     COLUMNS(product_short),
     posts_reviews,
     2,
     false,
     true,
     50,
     60,
     NULL,
     NULL},
    {"W2n",
     "the same without the count",
     "{\"entity\":\"product\",\"fields\":[\"id\",\"title\",\"handle\",\"blog_posts.*\",\"reviews.*\"],\"pagination\":{"
     "\"take\":50}}",
     "product",
     COLUMNS(product_short),
     posts_reviews,
     2,
     false,
     false,
     50,
     200,
     NULL,
     NULL},
    {"W3",
     "1,000 products with their posts' titles",
     "{\"entity\":\"product\",\"fields\":[\"id\",\"blog_posts.id\",\"blog_posts.title\"],\"pagination\":{\"take\":1000}"
     "}",
     "product",
     COLUMNS(id_only),
     posts_short,
     1,
     false,
     false,
     1000,
     60,
     NULL,
     NULL},
    {"W4",
     "50 posts with their products",
     "{\"entity\":\"blog_post\",\"fields\":[\"id\",\"title\",\"products.id\",\"products.title\"],\"pagination\":{"
     "\"take\":50}}",
     "blog_post",
     COLUMNS(id_title),
     products_short,
     1,
     false,
     false,
     50,
     300,
     NULL,
     NULL},
    {"W5",
     "a page of 50 by title, of one author's posts",
     "{\"entity\":\"product\",\"fields\":[\"id\",\"title\"],\"filters\":{\"blog_posts\":{\"author\":\"Author 7\"}},"
     "\"pagination\":{\"order\":{\"title\":\"ASC\"},\"take\":50}}",
     "product",
     COLUMNS(id_title),
     NULL,
     0,
     false,
     false,
     50,
     20,
     "EXISTS (SELECT 1 FROM product_product_blog_post l JOIN blog_post t ON t.id = l.blog_post_id WHERE l.product_id = "
     "p.id AND l.deleted_at IS NULL AND t.deleted_at IS NULL AND t.author = 'Author 7')",
     "title"},
    {"W6",
     "every product with its posts' ids",
     "{\"entity\":\"product\",\"fields\":[\"id\",\"blog_posts.id\"]}",
     "product",
     COLUMNS(id_only),
     posts_id,
     1,
     false,
     false,
     0,
     5,
     NULL,
     NULL},
};
const int bench_workload_count = COUNT(bench_workloads);
