/* Requests met with a catalog: request → printed query, or code, place, message and hint. */
#include "support/tap.h"

#include <string.h>

#include "query/query.h"
#include "shop.h"
#include "support/alloc.h"

typedef struct resolution {
    const char *json;
    const char *printed;
} resolution;

typedef struct refusal {
    const char *json;
    weft_code code;
    const char *where;
    const char *message;
    const char *hint; /* part of it, or NULL */
} refusal;

/* One request on its way, with all it holds. */
typedef struct scenario {
    weft_arena keep, scratch;
    const weft_catalog *catalog;
    weft_request *request;
    weft_query *query;
    weft_error error;
    weft_code code;
} scenario;

static void begin(scenario *run, const weft_allocator *allocator)
{
    *run = (scenario){.code = WEFT_OK};
    weft_arena_init(&run->keep, allocator, 0);
    weft_arena_init(&run->scratch, allocator, 0);
}

static void end(scenario *run)
{
    weft_request_done(run->request);
    weft_arena_done(&run->keep);
    weft_arena_done(&run->scratch);
}

static weft_code resolve(scenario *run, const char *json, const weft_limits *limits)
{
    weft_str text = weft_str_from(json);
    run->catalog = test_shop_make(&run->keep);
    if (!run->catalog) {
        return weft_fail_no_memory(&run->error);
    }
    WEFT_TRY(weft_request_parse(text, limits, &run->keep, &run->request, &run->error));
    return weft_query_resolve(&(weft_query_input){.catalog = run->catalog, .request = run->request, .limits = limits},
                              &run->keep,
                              &run->scratch,
                              &run->query,
                              &run->error);
}

static void check_resolutions(const resolution *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        scenario run;
        weft_buf printed;
        begin(&run, NULL);
        if (resolve(&run, cases[i].json, NULL) != WEFT_OK) {
            fail_msg("%s\n  %s at \"%s\"", cases[i].json, run.error.message, run.error.where);
        }
        weft_buf_init_arena(&printed, &run.keep);
        weft_query_print(run.query, &run.keep, &printed);
        if (strcmp(printed.data, cases[i].printed) != 0) {
            fail_msg("%s\n%swanted\n%s", cases[i].json, printed.data, cases[i].printed);
        }
        end(&run);
    }
}

static void check_refusals(const refusal *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        scenario run;
        begin(&run, NULL);
        const weft_code code = resolve(&run, cases[i].json, NULL);
        if (code != cases[i].code || strcmp(run.error.where, cases[i].where) != 0 ||
            strcmp(run.error.message, cases[i].message) != 0 ||
            (cases[i].hint && !strstr(run.error.hint, cases[i].hint))) {
            fail_msg("%s\n  gave %s at \"%s\": %s; hint: %s",
                     cases[i].json,
                     weft_code_name(code),
                     run.error.where,
                     run.error.message,
                     run.error.hint);
        }
        assert_null(run.query);
        end(&run);
    }
}

static void test_fields(void **state)
{
    (void)state;
    static const resolution cases[] = {
        {"{\"entity\":\"products\",\"fields\":[\"title\",\"id\",\"title\"]}",
         "query product\n  field title\n  field id\n  order id asc\n"},
        {"{\"entity\":\"maintainer\",\"fields\":[\"name\",\"*\"]}",
         "query maintainer\n  field name\n  field id\n  order id asc\n"},
        {"{\"entity\":\"product\",\"fields\":[\"maintainer\",\"id\",\"blog_posts.author\",\"maintainer.name\","
         "\"blog_posts.id\"]}",
         "query product\n"
         "  one maintainer -> maintainer\n    field id\n    field name\n    order id asc\n"
         "  field id\n"
         "  list blog_posts -> blog_post\n    field author\n    field id\n    order id asc\n"
         "  order id asc\n"},
        {"{\"entity\":\"blog_post\",\"fields\":[\"products.maintainer.*\",\"products.id\"]}",
         "query blog_post\n  list products -> product\n"
         "    one maintainer -> maintainer\n      field id\n      field name\n      order id asc\n"
         "    field id\n    order id asc\n  order id asc\n"},
        {"{\"entity\":\"product_blog_post\",\"fields\":[\"position\",\"product.title\"]}",
         "query product_blog_post\n  field position\n  one product -> product\n    field title\n    order id asc\n"
         "  order id asc\n"},
        {"{\"entity\":\"product\",\"fields\":[\"blog_post_link.position\"]}",
         "query product\n  list blog_post_link -> product_blog_post\n    field position\n    order id asc\n"
         "  order id asc\n"},
    };
    check_resolutions(cases, WEFT_COUNT_OF(cases));
}

static void test_json_fields(void **state)
{
    (void)state;
    static const resolution cases[] = {
        {"{\"entity\":\"product\",\"fields\":[\"metadata.color\",\"id\",\"metadata.size.0\"]}",
         "query product\n  field metadata.color\n  field metadata.size.0\n  field id\n  order id asc\n"},
        {"{\"entity\":\"product\",\"fields\":[\"metadata.a.b\",\"metadata.c\",\"metadata.a.d\",\"metadata.a.b\"]}",
         "query product\n  field metadata.a.b\n  field metadata.a.d\n  field metadata.c\n  order id asc\n"},
        {"{\"entity\":\"product\",\"fields\":[\"id\",\"metadata.a.b\",\"title\",\"metadata.a.c\",\"metadata.a\","
         "\"metadata.a.d\"]}",
         "query product\n  field id\n  field metadata.a\n  field title\n  order id asc\n"},
        {"{\"entity\":\"product\",\"fields\":[\"metadata.a\",\"metadata.b\",\"id\",\"metadata\",\"metadata.c\"]}",
         "query product\n  field metadata\n  field id\n  order id asc\n"},
    };
    check_resolutions(cases, WEFT_COUNT_OF(cases));
}

static void test_aggregates(void **state)
{
    (void)state;
    static const resolution cases[] = {
        {"{\"entity\":\"product\",\"fields\":[\"blog_posts.$count\",\"id\",\"blog_posts.$max.views\","
         "\"variants.$count\",\"blog_posts.$count\",\"blog_posts.$max.title\"]}",
         "query product\n  $count blog_posts\n  $count variants\n  field id\n  $max blog_posts.views\n"
         "  $max blog_posts.title\n  order id asc\n"},
        {"{\"entity\":\"maintainer\",\"fields\":[\"products.blog_posts.$avg.views\"]}",
         "query maintainer\n  list products -> product\n    $avg blog_posts.views\n    order id asc\n  order id asc\n"},
    };
    check_resolutions(cases, WEFT_COUNT_OF(cases));
}

static void test_pages(void **state)
{
    (void)state;
    static const resolution cases[] = {
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"withDeleted\":true,"
         "\"pagination\":{\"skip\":0,\"take\":5,\"order\":{\"title\":\"DESC\",\"id\":\"DESC\"}}}",
         "query product\n  field id\n  order title desc, id desc\n  skip 0\n  take 5\n  with deleted\n"
         "  metadata with count\n"},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"count\":false,\"pagination\":{\"skip\":3}}",
         "query product\n  field id\n  order id asc\n  skip 3\n  metadata\n"},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"after\":null,\"take\":2}}",
         "query product\n  field id\n  order id asc\n  take 2\n  after \"\"\n  metadata with count\n"},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"before\":null}}",
         "query product\n  field id\n  order id asc\n  before \"\"\n  metadata with count\n"},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"order\":{\"maintainer\":{\"name\":\"ASC\"},"
         "\"blog_posts.$count\":\"DESC\",\"blog_posts\":{\"$max\":{\"views\":\"ASC\"}},\"metadata.rank\":\"ASC\","
         "\"maintainer_link.position\":\"DESC\"}}}",
         "query product\n  field id\n  order maintainer.name asc, blog_posts.$count desc, blog_posts.$max.views asc, "
         "metadata.rank asc, maintainer_link.position desc, id asc\n"},
    };
    check_resolutions(cases, WEFT_COUNT_OF(cases));
}

static void test_with(void **state)
{
    (void)state;
    static const resolution cases[] = {
        {"{\"entity\":\"product\",\"fields\":[\"id\",\"blog_posts.id\"],\"with\":{\"blog_posts\":{\"filters\":{"
         "\"views\":"
         "{\"$gt\":10}},\"order\":{\"views\":\"DESC\"},\"take\":3,\"skip\":1,\"withDeleted\":true}}}",
         "query product\n  field id\n  list blog_posts -> blog_post\n    field id\n    filter\n      views $gt 10\n"
         "    order views desc, id asc\n    skip 1\n    take 3\n    with deleted\n  order id asc\n"},
        {"{\"entity\":\"product\",\"fields\":[\"blog_posts.products.id\"],\"with\":{\"blog_posts.products\":{\"take\":"
         "1},"
         "\"blog_posts\":{\"order\":[{\"$link.position\":\"ASC\"},{\"title\":\"DESC\"}]}}}",
         "query product\n  list blog_posts -> blog_post\n"
         "    list products -> product\n      field id\n      order id asc\n      take 1\n"
         "    order $link.position asc, title desc, id asc\n  order id asc\n"},
        {"{\"entity\":\"product\",\"fields\":[\"blog_posts.id\"],\"with\":{\"blog_posts\":{\"order\":"
         "{\"blog_post_link\":{\"position\":\"ASC\"}},\"filters\":{\"$link\":{\"position\":1}}}}}",
         "query product\n  list blog_posts -> blog_post\n    field id\n    filter\n      $link.position $eq 1\n"
         "    order $link.position asc, id asc\n  order id asc\n"},
        {"{\"entity\":\"product\",\"fields\":[\"blog_posts.id\"],\"with\":{\"blog_posts\":{\"filters\":"
         "{\"blog_post_link\":{\"$or\":[{\"position\":1},{\"id\":\"x\"}]}}}}}",
         "query product\n  list blog_posts -> blog_post\n    field id\n    filter\n      or\n"
         "        $link.position $eq 1\n        $link.id $eq \"x\"\n    order id asc\n  order id asc\n"},
        {"{\"entity\":\"product\",\"fields\":[\"maintainer.id\"],\"with\":{\"maintainer\":{\"filters\":{\"name\":\"x\"}"
         "}}}",
         "query product\n  one maintainer -> maintainer\n    field id\n    filter\n      name $eq \"x\"\n"
         "    order id asc\n  order id asc\n"},
    };
    check_resolutions(cases, WEFT_COUNT_OF(cases));
}

#define WITH_FILTERS(filters) "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":" filters "}"
#define PRINTED_FILTER(lines) "query product\n  field id\n  filter\n" lines "  order id asc\n"

static void test_own_filters(void **state)
{
    (void)state;
    static const resolution cases[] = {
        {WITH_FILTERS("{}"), "query product\n  field id\n  order id asc\n"},
        {WITH_FILTERS("{\"title\":\"x\"}"), PRINTED_FILTER("    title $eq \"x\"\n")},
        {WITH_FILTERS("{\"title\":null}"), PRINTED_FILTER("    title $eq null\n")},
        {WITH_FILTERS("{\"rank\":[1,2]}"), PRINTED_FILTER("    rank $in [1, 2]\n")},
        {WITH_FILTERS("{\"rank\":[]}"), PRINTED_FILTER("    rank $in []\n")},
        {WITH_FILTERS("{\"rank\":[null]}"), PRINTED_FILTER("    rank $eq null\n")},
        {WITH_FILTERS("{\"rank\":[1,null]}"), PRINTED_FILTER("    or\n      rank $in [1]\n      rank $eq null\n")},
        {WITH_FILTERS("{\"rank\":{\"$nin\":[1,null]}}"),
         PRINTED_FILTER("    and\n      rank $nin [1]\n      rank $ne null\n")},
        {WITH_FILTERS("{\"rank\":{\"$gt\":1,\"$lte\":3.0}}"),
         PRINTED_FILTER("    and\n      rank $gt 1\n      rank $lte 3\n")},
        {WITH_FILTERS("{\"price\":{\"$gte\":\"0012.50\"}}"), PRINTED_FILTER("    price $gte 12.5\n")},
        {WITH_FILTERS("{\"weight\":1,\"active\":true}"),
         PRINTED_FILTER("    and\n      weight $eq 1\n      active $eq true\n")},
        {WITH_FILTERS("{\"released\":{\"$lt\":\"2026-01-02\"}}"),
         PRINTED_FILTER("    released $lt \"2026-01-02T00:00:00.000Z\"\n")},
        {WITH_FILTERS("{\"status\":{\"$in\":[\"draft\"]}}"), PRINTED_FILTER("    status $in [\"draft\"]\n")},
        {WITH_FILTERS("{\"status\":{\"$like\":\"dr%\"}}"), PRINTED_FILTER("    status $like \"dr%\"\n")},
        {WITH_FILTERS("{\"title\":{\"$ilike\":\"a\\\\\\\\\",\"$contains\":\"b\"}}"),
         PRINTED_FILTER("    and\n      title $ilike \"a\\\\\\\\\"\n      title $contains \"b\"\n")},
        {WITH_FILTERS("{\"tags\":{\"$contains\":\"a\"}}"), PRINTED_FILTER("    tags $contains [\"a\"]\n")},
        {WITH_FILTERS("{\"tags\":{\"$overlap\":[\"a\",\"b\"]}}"), PRINTED_FILTER("    tags $overlap [\"a\", \"b\"]\n")},
        {WITH_FILTERS("{\"tags\":{\"$eq\":[\"a\"]}}"), PRINTED_FILTER("    tags $eq [\"a\"]\n")},
        {WITH_FILTERS("{\"rank\":{\"$exists\":false}}"), PRINTED_FILTER("    rank $exists false\n")},
        {WITH_FILTERS("{\"$not\":{\"rank\":1}}"), PRINTED_FILTER("    not\n      rank $eq 1\n")},
        {WITH_FILTERS("{\"rank\":{\"$not\":{\"$gt\":1}}}"), PRINTED_FILTER("    not\n      rank $gt 1\n")},
        {WITH_FILTERS("{\"rank\":{\"$or\":[{\"$gt\":5},{\"$lt\":2}]}}"),
         PRINTED_FILTER("    or\n      rank $gt 5\n      rank $lt 2\n")},
        {WITH_FILTERS("{\"$or\":[{\"rank\":1},{\"$and\":[{\"title\":\"a\"},{\"active\":false}]}]}"),
         PRINTED_FILTER("    or\n      rank $eq 1\n      and\n        title $eq \"a\"\n        active $eq false\n")},
    };
    check_resolutions(cases, WEFT_COUNT_OF(cases));
}

static void test_json_filters(void **state)
{
    (void)state;
    static const resolution cases[] = {
        {WITH_FILTERS("{\"metadata.color\":\"red\"}"), PRINTED_FILTER("    metadata.color $eq \"red\"\n")},
        {WITH_FILTERS("{\"metadata\":{\"color\":{\"$ne\":null},\"size\":{\"w\":3}}}"),
         PRINTED_FILTER("    and\n      metadata.color $ne null\n      metadata.size.w $eq 3\n")},
        {WITH_FILTERS("{\"metadata\":{\"$eq\":{\"b\":1,\"a\":2.0}}}"),
         PRINTED_FILTER("    metadata $eq {\"a\":2,\"b\":1}\n")},
        {WITH_FILTERS("{\"metadata\":{\"$contains\":{\"a\":[1]}}}"),
         PRINTED_FILTER("    metadata $contains {\"a\":[1]}\n")},
        {WITH_FILTERS("{\"metadata.a\":[1,\"x\",null]}"),
         PRINTED_FILTER("    or\n      metadata.a $in [1, \"x\"]\n      metadata.a $eq null\n")},
        {WITH_FILTERS("{\"metadata.a\":{\"$exists\":true}}"), PRINTED_FILTER("    metadata.a $exists true\n")},
        {WITH_FILTERS("{\"metadata\":{\"a\":{\"$not\":{\"b\":1}}}}"),
         PRINTED_FILTER("    not\n      metadata.a.b $eq 1\n")},
    };
    check_resolutions(cases, WEFT_COUNT_OF(cases));
}

static void test_edge_filters(void **state)
{
    (void)state;
    static const resolution cases[] = {
        {WITH_FILTERS("{\"blog_posts\":{\"author\":\"Ada\",\"views\":{\"$gt\":3}}}"),
         PRINTED_FILTER("    some blog_posts\n      and\n        author $eq \"Ada\"\n        views $gt 3\n")},
        {WITH_FILTERS("{\"blog_posts.author\":\"Ada\"}"),
         PRINTED_FILTER("    some blog_posts\n      author $eq \"Ada\"\n")},
        {WITH_FILTERS("{\"blog_posts.products.maintainer\":{\"name\":\"x\"}}"),
         PRINTED_FILTER(
             "    some blog_posts\n      some products\n        some maintainer\n          name $eq \"x\"\n")},
        {WITH_FILTERS("{\"blog_posts\":{\"$none\":{}}}"), PRINTED_FILTER("    none blog_posts\n")},
        {WITH_FILTERS("{\"blog_posts\":{\"$some\":{}}}"), PRINTED_FILTER("    some blog_posts\n")},
        {WITH_FILTERS("{\"blog_posts\":{\"$every\":{}}}"), PRINTED_FILTER("    true\n")},
        {WITH_FILTERS("{\"blog_posts\":{\"$every\":{\"views\":1},\"$some\":{\"author\":\"x\"}}}"),
         PRINTED_FILTER("    and\n      every blog_posts\n        views $eq 1\n      some blog_posts\n"
                        "        author $eq \"x\"\n")},
        {WITH_FILTERS("{\"blog_posts\":{\"$count\":{\"$gte\":3}}}"), PRINTED_FILTER("    blog_posts.$count $gte 3\n")},
        {WITH_FILTERS("{\"blog_posts.$count\":[1,2]}"), PRINTED_FILTER("    blog_posts.$count $in [1, 2]\n")},
        {WITH_FILTERS("{\"blog_posts\":{\"products\":{\"$count\":2}}}"),
         PRINTED_FILTER("    some blog_posts\n      products.$count $eq 2\n")},
        {WITH_FILTERS("{\"maintainer\":null}"), PRINTED_FILTER("    none maintainer\n")},
        {WITH_FILTERS("{\"maintainer\":{\"$ne\":null}}"), PRINTED_FILTER("    some maintainer\n")},
        {WITH_FILTERS("{\"blog_posts\":{\"$exists\":false}}"), PRINTED_FILTER("    none blog_posts\n")},
        {WITH_FILTERS("{\"blog_posts\":{\"$not\":{\"author\":\"x\"}}}"),
         PRINTED_FILTER("    some blog_posts\n      not\n        author $eq \"x\"\n")},
        {WITH_FILTERS("{\"$not\":{\"blog_posts\":{\"author\":\"x\"}}}"),
         PRINTED_FILTER("    not\n      some blog_posts\n        author $eq \"x\"\n")},
        {WITH_FILTERS("{\"$or\":[{\"title\":\"a\"},{\"maintainer.name\":\"b\"}]}"),
         PRINTED_FILTER("    or\n      title $eq \"a\"\n      some maintainer\n        name $eq \"b\"\n")},
        {WITH_FILTERS("{\"blog_post_link\":{\"position\":3}}"),
         PRINTED_FILTER("    some blog_post_link\n      position $eq 3\n")},
        {WITH_FILTERS("{\"blog_posts\":{\"$link\":{\"position\":{\"$not\":{\"$gt\":3}}},\"author\":\"x\"}}"),
         PRINTED_FILTER("    some blog_posts\n      and\n        not\n          $link.position $gt 3\n"
                        "        author $eq \"x\"\n")},
        {WITH_FILTERS("{\"blog_posts\":{\"$link.position\":3,\"author\":\"x\"}}"),
         PRINTED_FILTER("    some blog_posts\n      and\n        $link.position $eq 3\n        author $eq \"x\"\n")},
        {WITH_FILTERS("{\"blog_posts.$link.position\":3}"),
         PRINTED_FILTER("    some blog_posts\n      $link.position $eq 3\n")},
    };
    check_resolutions(cases, WEFT_COUNT_OF(cases));
}

static void test_unknown_names(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {"{\"entity\":\"prodcut\",\"fields\":[\"id\"]}",
         WEFT_UNKNOWN_ENTITY,
         "/entity",
         "no model or link is called \"prodcut\"",
         "\"product\""},
        {"{\"entity\":\"product\",\"fields\":[\"id\",\"titel\"]}",
         WEFT_UNKNOWN_FIELD,
         "/fields/1",
         "\"product\" has no field or edge \"titel\"",
         "\"title\""},
        {"{\"entity\":\"product\",\"fields\":[\"blog_post.id\"]}",
         WEFT_UNKNOWN_FIELD,
         "/fields/0",
         "\"product\" has no field or edge \"blog_post\"",
         "\"blog_posts\""},
        {"{\"entity\":\"product\",\"fields\":[\"blog_posts.auhtor\"]}",
         WEFT_UNKNOWN_FIELD,
         "/fields/0",
         "\"blog_post\" has no field or edge \"auhtor\"",
         "\"author\""},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"$or\":[{\"titel\":1}]}}",
         WEFT_UNKNOWN_FIELD,
         "/filters/$or/0/titel",
         "\"product\" has no field or edge \"titel\"",
         "\"title\""},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"order\":{\"ranc\":\"ASC\"}}}",
         WEFT_UNKNOWN_FIELD,
         "/pagination/order/ranc",
         "\"product\" has no field or edge \"ranc\"",
         "\"rank\""},
        {"{\"entity\":\"product\",\"fields\":[\"id\"],\"with\":{\"blog_post\":{}}}",
         WEFT_UNKNOWN_FIELD,
         "/with/blog_post",
         "\"product\" has no field or edge \"blog_post\"",
         "\"blog_posts\""},
        {"{\"entity\":\"product\",\"fields\":[\"blog_posts.$max.views2\"]}",
         WEFT_UNKNOWN_FIELD,
         "/fields/0",
         "\"blog_post\" has no field or edge \"views2\"",
         "\"views\""},
        {WITH_FILTERS("{\"blog_posts.$link.positoin\":3}"),
         WEFT_UNKNOWN_FIELD,
         "/filters/blog_posts.$link.positoin",
         "\"product_blog_post\" has no field or edge \"positoin\"",
         "\"position\""},
    };
    check_refusals(cases, WEFT_COUNT_OF(cases));
}

#define WITH_FIELDS(fields) "{\"entity\":\"product\",\"fields\":[" fields "]}"
#define WITH_ORDER(order)   "{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"order\":" order "}}"
#define WITH_WITH(with)     "{\"entity\":\"product\",\"fields\":[\"id\",\"maintainer\"],\"with\":" with "}"

static void test_misplaced(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {WITH_FIELDS("\"title.x\""),
         WEFT_INVALID_REQUEST,
         "/fields/0",
         "\"title\" of \"product\" is a field of type text, with nothing below it",
         "\"title\" alone"},
        {WITH_FIELDS("\"metadata.*\""),
         WEFT_INVALID_REQUEST,
         "/fields/0",
         "\"*\" cannot stand below the json field \"metadata\"",
         "\"metadata\""},
        {WITH_FIELDS("\"$count\""), WEFT_INVALID_REQUEST, "/fields/0", "\"$count\" must follow an edge", NULL},
        {WITH_FIELDS("\"blog_posts.$count.id\""),
         WEFT_INVALID_REQUEST,
         "/fields/0",
         "\"$count\" counts records and takes no field",
         NULL},
        {WITH_FIELDS("\"blog_posts.$max\""),
         WEFT_INVALID_REQUEST,
         "/fields/0",
         "\"$max\" must be followed by one field",
         NULL},
        {WITH_FIELDS("\"blog_posts.$sum.title\""),
         WEFT_TYPE_MISMATCH,
         "/fields/0",
         "\"$sum\" cannot be taken of \"title\", which is of type text",
         NULL},
        {WITH_FIELDS("\"blog_posts.$link.position\""),
         WEFT_INVALID_REQUEST,
         "/fields/0",
         "\"blog_posts.$link.position\" names a field of a link row, which is shown below its own edge",
         NULL},
        {WITH_FIELDS("\"variants.$link.x\""),
         WEFT_INVALID_REQUEST,
         "/fields/0",
         "\"$link\" must stand below a link",
         NULL},
        {WITH_ORDER("{\"blog_posts.views\":\"ASC\"}"),
         WEFT_INVALID_REQUEST,
         "/pagination/order/blog_posts.views",
         "cannot order by \"blog_posts.views\", because \"blog_posts\" is a list",
         "\"blog_posts.$max.views\""},
        {WITH_ORDER("{\"blog_posts\":{\"products\":{\"$count\":\"ASC\"}}}"),
         WEFT_INVALID_REQUEST,
         "/pagination/order/blog_posts/products/$count",
         "cannot order by \"blog_posts.products.$count\", because \"blog_posts\" is a list",
         NULL},
        {WITH_ORDER("{\"maintainer\":\"ASC\"}"),
         WEFT_INVALID_REQUEST,
         "/pagination/order/maintainer",
         "cannot order by \"maintainer\", which is an edge",
         NULL},
        {WITH_ORDER("{\"tags\":\"ASC\"}"),
         WEFT_TYPE_MISMATCH,
         "/pagination/order/tags",
         "cannot order by \"tags\", which is of type array",
         NULL},
        {WITH_ORDER("{\"metadata\":\"ASC\"}"),
         WEFT_TYPE_MISMATCH,
         "/pagination/order/metadata",
         "cannot order by \"metadata\", which is of type json",
         NULL},
        {WITH_ORDER("[{\"title\":\"ASC\"},{\"title\":\"DESC\"}]"),
         WEFT_INVALID_REQUEST,
         "/pagination/order/1/title",
         "the order names \"title\" twice",
         NULL},
        {WITH_ORDER("{\"maintainer.$link.position\":\"ASC\"}"),
         WEFT_INVALID_REQUEST,
         "/pagination/order/maintainer.$link.position",
         "cannot order by \"maintainer.$link.position\", which is of another list's link row",
         "in \"with\""},
        {WITH_WITH("{\"blog_posts\":{\"take\":1}}"),
         WEFT_INVALID_REQUEST,
         "/with/blog_posts",
         "\"with\" speaks of \"blog_posts\", which \"fields\" does not ask for",
         "\"blog_posts.*\""},
        {WITH_WITH("{\"title\":{}}"),
         WEFT_INVALID_REQUEST,
         "/with/title",
         "\"with\" speaks of \"title\", which is not an edge",
         NULL},
        {WITH_WITH("{\"maintainer\":{\"take\":1}}"),
         WEFT_INVALID_REQUEST,
         "/with/maintainer",
         "\"maintainer\" is a single record and cannot be ordered or paged",
         NULL},
    };
    check_refusals(cases, WEFT_COUNT_OF(cases));
}

static void test_wrong_operands(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {WITH_FILTERS("{\"rank\":{\"$like\":\"1%\"}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/rank/$like",
         "operator \"$like\" does not fit \"rank\", which is of type number",
         NULL},
        {WITH_FILTERS("{\"active\":{\"$gt\":false}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/active/$gt",
         "operator \"$gt\" does not fit \"active\", which is of type boolean",
         NULL},
        {WITH_FILTERS("{\"tags\":{\"$gt\":\"a\"}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/tags/$gt",
         "operator \"$gt\" does not fit \"tags\", which is of type array",
         NULL},
        {WITH_FILTERS("{\"title\":{\"$overlap\":[\"a\"]}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/title/$overlap",
         "operator \"$overlap\" does not fit \"title\", which is of type text",
         NULL},
        {WITH_FILTERS("{\"metadata.size\":{\"$gt\":[3]}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/metadata.size/$gt",
         "\"$gt\" of \"metadata\" needs a string or a number",
         "Texts are compared with texts"},
        {WITH_FILTERS("{\"metadata\":{\"$gt\":3}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/metadata/$gt",
         "operator \"$gt\" does not fit \"metadata\", which is of type json",
         "metadata.size"},
        {WITH_FILTERS("{\"metadata.size\":{\"$like\":3}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/metadata.size/$like",
         "\"metadata\" must be a text, not 3",
         NULL},
        {WITH_FILTERS("{\"title\":{\"$like\":\"a\\\\\"}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/title/$like",
         "\"$like\" of \"title\" needs a pattern that does not end in a lone backslash",
         "two for one"},
        {WITH_FILTERS("{\"rank\":{\"$gt\":null}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/rank/$gt",
         "\"$gt\" of \"rank\" needs a value, not null",
         NULL},
        {WITH_FILTERS("{\"rank\":{\"$in\":3}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/rank/$in",
         "\"$in\" of \"rank\" needs an array of values",
         NULL},
        {WITH_FILTERS("{\"rank\":{\"$exists\":1}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/rank/$exists",
         "\"$exists\" of \"rank\" needs true or false",
         NULL},
        {WITH_FILTERS("{\"tags\":{\"$contains\":[\"a\",null]}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/tags/$contains",
         "\"$contains\" of \"tags\" needs strings, not null",
         NULL},
        {WITH_FILTERS("{\"blog_posts\":3}"),
         WEFT_TYPE_MISMATCH,
         "/filters/blog_posts",
         "\"blog_posts\" is an edge to \"blog_post\" and has no value to compare",
         "{\"blog_posts\": {\"id\": …}}"},
        {WITH_FILTERS("{\"blog_posts\":null}"),
         WEFT_TYPE_MISMATCH,
         "/filters/blog_posts",
         "\"blog_posts\" is an edge to \"blog_post\" and has no value to compare",
         "$none"},
        {WITH_FILTERS("{\"blog_posts\":{\"$count\":null}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/blog_posts/$count",
         "\"$count\" is a number and never null",
         NULL},
        {WITH_FILTERS("{\"blog_posts\":{\"$count\":{\"views\":1}}}"),
         WEFT_INVALID_REQUEST,
         "/filters/blog_posts/$count",
         "\"$count\" is compared with a number and has nothing below it",
         NULL},
        {WITH_FILTERS("{\"blog_posts\":{\"$max\":{\"views\":{\"$like\":\"1\"}}}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/blog_posts/$max/views/$like",
         "operator \"$like\" does not fit \"$max\"",
         "$gte"},
        {WITH_FILTERS("{\"blog_posts\":{\"$sum\":{\"title\":1}}}"),
         WEFT_TYPE_MISMATCH,
         "/filters/blog_posts/$sum/title",
         "\"$sum\" cannot be taken of \"title\", which is of type text",
         NULL},
        {WITH_FILTERS("{\"blog_posts\":{\"$max\":3}}"),
         WEFT_INVALID_REQUEST,
         "/filters/blog_posts/$max",
         "\"$max\" must be an object, not an integer",
         NULL},
        {WITH_FILTERS("{\"blog_posts\":{\"$max.views\":{\"x\":1}}}"),
         WEFT_INVALID_REQUEST,
         "/filters/blog_posts/$max.views",
         "an aggregate is compared with a value and has nothing below it",
         NULL},
        {WITH_FILTERS("{\"blog_posts\":{\"$link\":3}}"),
         WEFT_INVALID_REQUEST,
         "/filters/blog_posts/$link",
         "the link row has no value to compare; name one of its fields",
         NULL},
        {WITH_FILTERS("{\"blog_posts\":{\"$link\":{\"product\":{\"id\":\"x\"}}}}"),
         WEFT_INVALID_REQUEST,
         "/filters/blog_posts/$link/product",
         "below \"$link\" there are the link row's own fields and nothing else",
         NULL},
        {WITH_FILTERS("{\"$link\":{\"position\":1}}"),
         WEFT_INVALID_REQUEST,
         "/filters/$link",
         "\"$link\" must stand below a link",
         NULL},
        {WITH_FILTERS("{\"blog_posts.$max.views\":\"1\"}"),
         WEFT_TYPE_MISMATCH,
         "/filters/blog_posts.$max.views",
         "\"views\" must be an integer of 64 bits, not \"1\"",
         NULL},
        {WITH_FILTERS("{\"title\":{\"$some\":{\"x\":1}}}"),
         WEFT_INVALID_REQUEST,
         "/filters/title/$some",
         "\"$some\" needs an edge, and \"title\" is a field",
         NULL},
        {WITH_FILTERS("{\"title\":{\"x\":1}}"),
         WEFT_INVALID_REQUEST,
         "/filters/title/x",
         "\"title\" is a field of type text, with nothing called \"x\" below it",
         "operators"},
        {WITH_FILTERS("{\"blog_posts\":{\"$not\":{\"$gt\":1}}}"),
         WEFT_INVALID_REQUEST,
         "/filters/blog_posts/$not/$gt",
         "\"$gt\" needs a field, and stands below an edge to \"blog_post\"",
         NULL},
    };
    check_refusals(cases, WEFT_COUNT_OF(cases));
}

/* What model/operand.h says of a value, at the place of the item. */
static void test_item_places(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *where;
    } cases[] = {
        {WITH_FILTERS("{\"rank\":[1,\"x\"]}"), "/filters/rank/1"},
        {WITH_FILTERS("{\"rank\":\"x\"}"), "/filters/rank"},
        {WITH_FILTERS("{\"$or\":[{\"status\":{\"$eq\":\"drfat\"}}]}"), "/filters/$or/0/status/$eq"},
        {WITH_FILTERS("{\"blog_posts\":{\"$count\":{\"$in\":[1,2.5]}}}"), "/filters/blog_posts/$count/$in/1"},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        scenario run;
        begin(&run, NULL);
        assert_int_equal(resolve(&run, cases[i].json, NULL), WEFT_TYPE_MISMATCH);
        assert_string_equal(run.error.where, cases[i].where);
        end(&run);
    }
}

static void check_limit(const char *json, const weft_limits *limits, const char *where, const char *detail)
{
    scenario run;
    begin(&run, NULL);
    assert_int_equal(resolve(&run, json, limits), WEFT_LIMIT_EXCEEDED);
    assert_string_equal(run.error.where, where);
    assert_string_equal(run.error.detail, detail);
    end(&run);
}

static void test_limits(void **state)
{
    (void)state;
    const weft_limits limits = {.depth_max = 2, .values_max = 2};
    const char *depth = "The limit depth_max is 2 here.";
    check_limit(WITH_FIELDS("\"blog_posts.products.variants.id\""), &limits, "/fields/0", depth);
    check_limit(WITH_FILTERS("{\"blog_posts\":{\"products\":{\"variants.sku\":1}}}"),
                &limits,
                "/filters/blog_posts/products/variants.sku",
                depth);
    check_limit("{\"entity\":\"product\",\"fields\":[\"blog_posts.products.id\"],"
                "\"with\":{\"blog_posts.products\":{\"filters\":{\"variants.sku\":1}}}}",
                &limits,
                "/with/blog_posts.products/filters/variants.sku",
                depth);
    check_limit(WITH_FILTERS("{\"rank\":[1,2,3]}"), &limits, "/filters/rank", "The limit values_max is 2 here.");
}

static void test_out_of_memory(void **state)
{
    (void)state;
    const char *json = "{\"entity\":\"product\",\"fields\":[\"*\",\"blog_posts.products.$count\",\"metadata.a\"],"
                       "\"filters\":{\"$or\":["
                       "{\"rank\":[1,null]},{\"blog_posts\":{\"$none\":{\"author\":\"x\"},\"$count\":1}},{\"metadata\":"
                       "{\"a\":{\"b\":1}}}"
                       "]},\"with\":{\"blog_posts\":{\"order\":{\"$link.position\":\"ASC\"}}}}";
    for (size_t nth = 1;; nth++) {
        test_alloc alloc;
        scenario run;
        test_alloc_init(&alloc, nth);
        begin(&run, &alloc.allocator);
        const weft_code code = resolve(&run, json, NULL);
        end(&run);
        assert_true(test_alloc_done(&alloc));
        if (!alloc.has_failed) {
            assert_int_equal(code, WEFT_OK);
            break;
        }
        assert_int_equal(code, WEFT_NO_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_json_fields),
        cmocka_unit_test(test_aggregates),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_with),
        cmocka_unit_test(test_own_filters),
        cmocka_unit_test(test_json_filters),
        cmocka_unit_test(test_edge_filters),
        cmocka_unit_test(test_unknown_names),
        cmocka_unit_test(test_misplaced),
        cmocka_unit_test(test_wrong_operands),
        cmocka_unit_test(test_item_places),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests_name("query/resolve", tests, NULL, NULL);
}
