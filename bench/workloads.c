/* The reading workloads, each once: as a graph request, and as facts for the hand-written programs. */
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

#define BY_ID                                                                                                          \
    .request = "{\"entity\":\"product\",\"fields\":[\"*\",\"blog_posts.*\"],\"filters\":{\"id\":\"%s\"}}",             \
    .entity = "product", .columns = COLUMNS(product_all), .edges = posts_all, .edge_count = 1, .is_by_key = true,      \
    .runs = 2000
#define THOUSAND                                                                                                       \
    .request = "{\"entity\":\"product\",\"fields\":[\"id\",\"blog_posts.id\",\"blog_posts.title\"],"                   \
               "\"pagination\":{\"take\":1000}}",                                                                      \
    .entity = "product", .columns = COLUMNS(id_only), .edges = posts_short, .edge_count = 1, .take = 1000, .runs = 40
#define FILTERED                                                                                                       \
    .request = "{\"entity\":\"product\",\"fields\":[\"id\",\"title\"],\"filters\":{\"blog_posts\":{\"author\":"        \
               "\"Author 7\"}},\"pagination\":{\"order\":{\"title\":\"ASC\"},\"take\":50}}",                           \
    .entity = "product", .columns = COLUMNS(id_title), .is_filtered = true, .take = 50, .runs = 20
#define EXPORT                                                                                                         \
    .request = "{\"entity\":\"product\",\"fields\":[\"id\",\"blog_posts.id\"]}", .entity = "product",                  \
    .columns = COLUMNS(id_only), .edges = posts_id, .edge_count = 1, .runs = 7

const bench_workload bench_workloads[] = {
    {.name = "W1", .what = "a product by id with its posts", BY_ID},
    {.name = "W2",
     .what = "a page of 50 with posts, reviews and the count",
     .request = "{\"entity\":\"product\",\"fields\":[\"id\",\"title\",\"handle\",\"blog_posts.*\",\"reviews.*\"],"
                "\"pagination\":{\"skip\":0,\"take\":50}}",
     .entity = "product",
     .columns = COLUMNS(product_short),
     .edges = posts_reviews,
     .edge_count = 2,
     .has_count = true,
     .take = 50,
     .runs = 60},
    {.name = "W2n",
     .what = "the same without the count",
     .request = "{\"entity\":\"product\",\"fields\":[\"id\",\"title\",\"handle\",\"blog_posts.*\",\"reviews.*\"],"
                "\"pagination\":{\"take\":50}}",
     .entity = "product",
     .columns = COLUMNS(product_short),
     .edges = posts_reviews,
     .edge_count = 2,
     .take = 50,
     .runs = 100},
    {.name = "W3", .what = "1,000 products with their posts' titles", THOUSAND},
    {.name = "W4",
     .what = "50 posts with their products",
     .request = "{\"entity\":\"blog_post\",\"fields\":[\"id\",\"title\",\"products.id\",\"products.title\"],"
                "\"pagination\":{\"take\":50}}",
     .entity = "blog_post",
     .columns = COLUMNS(id_title),
     .edges = products_short,
     .edge_count = 1,
     .take = 50,
     .runs = 400},
    {.name = "W5", .what = "a page of 50 by title, of one author's posts", FILTERED},
    {.name = "W6", .what = "every product with its posts' ids", EXPORT},
};
const int bench_workload_count = COUNT(bench_workloads);

const bench_workload bench_far_workloads[] = {
    {.name = "X1", .what = "a product by id with its posts", BY_ID},
    {.name = "X2",
     .what = "a page of 50 with posts",
     .request = "{\"entity\":\"product\",\"fields\":[\"id\",\"title\",\"handle\",\"blog_posts.*\"],"
                "\"pagination\":{\"take\":50}}",
     .entity = "product",
     .columns = COLUMNS(product_short),
     .edges = posts_all,
     .edge_count = 1,
     .take = 50,
     .runs = 100},
    {.name = "X3", .what = "1,000 products with their posts' titles", THOUSAND},
    {.name = "X5", .what = "a page of 50 by title, of one author's posts", FILTERED},
    {.name = "X6", .what = "every product with its posts' ids", EXPORT},
};
const int bench_far_workload_count = COUNT(bench_far_workloads);

const bench_workload bench_http_one = {.name = "one", .what = "a product by id with its posts", BY_ID};
const bench_workload bench_http_page = {.name = "page",
                                        .what = "a page of 50 with their posts' titles",
                                        .entity = "product",
                                        .columns = COLUMNS(product_short),
                                        .edges = posts_short,
                                        .edge_count = 1,
                                        .is_skipped = true,
                                        .take = 50};
