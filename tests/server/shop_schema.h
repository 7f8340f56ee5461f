/* A schema of two models and their link as weft_describe tells it, for tests of what reads addresses. */
#ifndef TESTS_SERVER_SHOP_SCHEMA_H
#define TESTS_SERVER_SHOP_SCHEMA_H

#include "server/schema.h"

static inline server_schema test_schema_make(void)
{
    static const char text[] =
        "[{\"entity\":\"product\",\"name\":\"product.product\",\"plural\":\"products\",\"module\":\"product\",\"link\":"
        "null,"
        "\"managed\":true,\"key\":[\"id\"],\"fields\":[{\"name\":\"id\",\"type\":\"id\"},{\"name\":\"title\",\"type\":"
        "\"text\"},"
        "{\"name\":\"price\",\"type\":\"bigNumber\"},{\"name\":\"live\",\"type\":\"boolean\"},{\"name\":\"metadata\","
        "\"type\":"
        "\"json\"},{\"name\":\"limit\",\"type\":\"number\"}],\"edges\":[{\"name\":\"blog_posts\",\"entity\":\"blog_"
        "post\","
        "\"module\":\"blog\",\"list\":true,\"reverse\":\"products\"}]},"
        "{\"entity\":\"blog_post\",\"name\":\"blog.blog_post\",\"plural\":\"blog_posts\",\"module\":\"blog\",\"link\":"
        "null,"
        "\"managed\":true,\"key\":[\"blog\",\"number\"],\"fields\":[{\"name\":\"blog\",\"type\":\"text\"},{\"name\":"
        "\"number\","
        "\"type\":\"number\"},{\"name\":\"views\",\"type\":\"number\"}],\"edges\":[{\"name\":\"products\",\"entity\":"
        "\"product\","
        "\"module\":\"product\",\"list\":true,\"reverse\":\"blog_posts\"}]},"
        "{\"entity\":\"product\",\"name\":\"archive.product\",\"plural\":\"old_things\",\"module\":\"archive\","
        "\"link\":null,"
        "\"managed\":true,\"key\":[\"id\"],\"fields\":[{\"name\":\"id\",\"type\":\"autoincrement\"}],\"edges\":[]},"
        "{\"entity\":\"thing\",\"name\":\"other.thing\",\"plural\":\"old_things\",\"module\":\"other\",\"link\":null,"
        "\"managed\":false,\"key\":[\"id\"],\"fields\":[{\"name\":\"id\",\"type\":\"id\"}],\"edges\":[]},"
        "{\"entity\":\"product_blog_post\",\"name\":\"product_blog_post\",\"plural\":\"product_blog_posts\",\"module\":"
        "null,"
        "\"link\":\"product_blog_post\",\"managed\":true,\"key\":[\"id\"],\"fields\":[{\"name\":\"id\",\"type\":\"id\"}"
        "],"
        "\"edges\":[]}]";
    const server_schema schema = {.entities = json_loads(text, 0, NULL), .store_count = 1};
    return schema;
}

#endif
