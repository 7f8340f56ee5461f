/* What definitions become: names in their places, tables, keys, edges, indexes and look-ups. */
#include <string.h>

#include "base/buf.h"
#include "support/catalog.h"
#include "support/tap.h"

#define FILES(...) ((const char *const[][2]){__VA_ARGS__, {NULL, NULL}})

#define SHOP_MODULES                                                                                                   \
    {"src/modules/product/module.yaml", "models: { product: { fields: { id: id } } }\n"},                              \
        {"src/modules/brand/module.yaml", "models: { brand: { fields: { id: id } } }\n"},                              \
    {                                                                                                                  \
        "src/modules/blog/module.yaml", "models:\n"                                                                    \
                                        "  blog_post: { fields: { id: id } }\n"                                        \
                                        "  blogAuthor: { fields: { code: { type: text, primaryKey: true } } }\n"       \
    }

static weft_arena arena;

static int set_up(void **state)
{
    (void)state;
    weft_arena_init(&arena, NULL, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weft_arena_done(&arena);
    return 0;
}

static const weft_model *entity(const weft_catalog *catalog, const char *name)
{
    const weft_model *model = NULL;
    weft_error error = {0};
    if (weft_catalog_entity(catalog, weft_str_from(name), &model, &error) != WEFT_OK) {
        fail_msg("%s: %s", name, error.message);
    }
    return model;
}

static const weft_field *field(const weft_model *model, const char *name)
{
    const weft_field *found = weft_model_field(model, weft_str_from(name));
    if (!found) {
        fail_msg("%.*s has no field %s", WEFT_STR_ARG(model->name), name);
    }
    return found;
}

static const weft_edge *edge(const weft_model *model, const char *name)
{
    const weft_edge *found = weft_model_edge(model, weft_str_from(name));
    if (!found) {
        fail_msg("%.*s has no edge %s", WEFT_STR_ARG(model->name), name);
    }
    return found;
}

static const weft_link *link_called(const weft_catalog *catalog, const char *name)
{
    const weft_link *link = weft_catalog_link(catalog, weft_str_from(name));
    if (!link) {
        fail_msg("no link %s", name);
    }
    return link;
}

/* "IDX_a(x,y)+z unique live; …" of a model's indexes. */
static const char *indexes_of(const weft_model *model)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, &arena);
    for (size_t i = 0; i < model->index_count; i++) {
        const weft_index *index = &model->indexes[i];
        weft_buf_add_format(&buf, "%s%.*s(", i ? "; " : "", WEFT_STR_ARG(index->name));
        for (size_t k = 0; k < index->field_count; k++) {
            weft_buf_add_format(&buf, "%s%.*s", k ? "," : "", WEFT_STR_ARG(index->fields[k]->column));
        }
        weft_buf_add_char(&buf, ')');
        for (size_t k = 0; k < index->including_count; k++) {
            weft_buf_add_format(&buf, "+%.*s", WEFT_STR_ARG(index->including[k]->column));
        }
        weft_buf_add_format(&buf, "%s%s", index->is_unique ? " unique" : "", index->is_live_only ? " live" : "");
        if (index->where.len) {
            weft_buf_add_format(&buf, " where %.*s", WEFT_STR_ARG(index->where));
        }
    }
    return buf.data ? buf.data : "";
}

static const char *fields_of(const weft_model *model)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, &arena);
    for (size_t i = 0; i < model->field_count; i++) {
        const weft_str type = weft_type_name(model->fields[i].type);
        weft_buf_add_format(&buf,
                            "%s%.*s:%.*s%s%s",
                            i ? " " : "",
                            WEFT_STR_ARG(model->fields[i].column),
                            WEFT_STR_ARG(type),
                            model->fields[i].is_nullable ? "?" : "",
                            model->fields[i].is_primary_key ? "!" : "");
    }
    return buf.data ? buf.data : "";
}

static void test_stores(void **state)
{
    (void)state;
    const weft_catalog *catalog =
        test_catalog(&arena,
                     FILES({"weft.yaml",
                            "stores:\n"
                            "  default: sqlite:${NOWHERE:-data/x.db}\n"
                            "  there: { url: 'sqlite:${WEFT_TEST_HOME}/y.db' }\n"
                            "  content: postgres://u:p@h/d\n"
                            "modules: { b: { store: content } }\n"
                            "links: { store: there }\n"
                            "limits: { depth_max: 3, time_ms: 99, rows_max: 7 }\n"},
                           {"src/modules/a/module.yaml", "models: { item: { fields: { id: id } } }\n"},
                           {"src/modules/b/module.json", "{\"models\": {\"thing\": {\"fields\": {\"id\": \"id\"}}}}"},
                           {"src/links/l.yml", "left: a.item\nright: b.thing\n"},
                           {"src/links/m.yml",
                            "name: m\nplace: content\nleft: { linkable: a.item, alias: x }\nright: { linkable: "
                            "b.thing, alias: y }\n"}));
    const weft_store_def *store = weft_catalog_store(catalog, WEFT_STR("default"));
    assert_int_equal(store->kind, WEFT_STORE_SQLITE);
    assert_str_equal(store->url, "sqlite:data/x.db");
    assert_true(weft_str_starts_with(store->path, catalog->directory));
    assert_true(weft_str_ends_with(store->path, WEFT_STR("/data/x.db")));
    assert_str_equal(weft_catalog_store(catalog, WEFT_STR("there"))->path, "/home/weft/y.db");
    assert_int_equal(weft_catalog_store(catalog, WEFT_STR("content"))->kind, WEFT_STORE_POSTGRES);
    assert_null(weft_catalog_store(catalog, WEFT_STR("nowhere")));
    assert_str_equal(weft_catalog_module(catalog, WEFT_STR("b"))->store->name, "content");
    assert_str_equal(entity(catalog, "item")->store->name, "default");
    assert_str_equal(entity(catalog, "thing")->store->name, "content");
    assert_str_equal(entity(catalog, "item_thing")->store->name, "there");
    assert_str_equal(entity(catalog, "m")->store->name, "content");
    assert_int_equal(catalog->limits.depth_max, 3);
    assert_int_equal(catalog->limits.time_ms, 99);
    assert_int_equal(catalog->limits.rows_max, 7);
    assert_int_equal(catalog->limits.batch_rows, 0);
}

static void test_default_store(void **state)
{
    (void)state;
    const weft_catalog *catalog = test_catalog(&arena, FILES({"weft.yaml", "{}\n"}));
    assert_int_equal(catalog->store_count, 1);
    assert_str_equal(catalog->stores[0].name, "default");
    assert_str_equal(catalog->stores[0].url, "sqlite:data/weft.db");
    catalog = test_catalog(&arena,
                           FILES({"weft.yaml", "stores: { only: 'sqlite::memory:' }\n"},
                                 {"src/modules/a/module.yaml", "models: { item: { fields: { id: id } } }\n"}));
    assert_str_equal(entity(catalog, "item")->store->path, ":memory:");
}

static void test_lookups(void **state)
{
    (void)state;
    const weft_catalog *catalog = test_catalog_of(&arena, "shop");
    static const char *const names[] = {"blog_post",
                                        "blogPost",
                                        "blog_posts",
                                        "blogPosts",
                                        "blog.blog_post",
                                        "blog.blogPost",
                                        "blog.blog_posts",
                                        "blog.blogPosts"};
    for (size_t i = 0; i < WEFT_COUNT_OF(names); i++) {
        assert_ptr_equal(entity(catalog, names[i]), entity(catalog, "blog_post"));
    }
    static const char *const link_names[] = {"product_blog_post", "productBlogPost", "product_blog_posts"};
    for (size_t i = 0; i < WEFT_COUNT_OF(link_names); i++) {
        assert_ptr_equal(entity(catalog, link_names[i])->link, link_called(catalog, "product_blog_post"));
    }
    assert_ptr_equal(link_called(catalog, "product_product_blog_post"), link_called(catalog, "product_blog_post"));
    assert_ptr_equal(link_called(catalog, "related_products"), entity(catalog, "related_products")->link);
    assert_null(weft_catalog_link(catalog, WEFT_STR("product")));
    assert_true(link_called(catalog, "review_reviewer")->is_read_only);
}

static void check_unknown(const weft_catalog *catalog, const char *name, weft_code code, const char *hint)
{
    const weft_model *model = NULL;
    weft_error error = {0};
    assert_int_equal(weft_catalog_entity(catalog, weft_str_from(name), &model, &error), code);
    assert_null(model);
    assert_string_equal(error.hint, hint);
}

static void test_unknown_names(void **state)
{
    (void)state;
    const weft_catalog *catalog = test_catalog_of(&arena, "shop");
    check_unknown(catalog, "produkt", WEFT_UNKNOWN_ENTITY, "Did you mean \"product\"?");
    check_unknown(catalog, "blogPosst", WEFT_UNKNOWN_ENTITY, "Did you mean \"blogPost\"?");
    check_unknown(catalog, "product.produkt", WEFT_UNKNOWN_ENTITY, "Did you mean \"product.product\"?");
    check_unknown(catalog, "nothing_like_it_at_all", WEFT_UNKNOWN_ENTITY, "");
    check_unknown(catalog, "product_tags", WEFT_UNKNOWN_ENTITY, "Did you mean \"products\"?");
    check_unknown(catalog, "review_reviewer", WEFT_UNKNOWN_ENTITY, "");
    weft_error error = {0};
    const weft_model *product = entity(catalog, "product");
    assert_int_equal(weft_fail_unknown_field(product, WEFT_STR("blog_pots"), &error), WEFT_UNKNOWN_FIELD);
    assert_string_equal(error.message, "\"product\" has no field or edge \"blog_pots\"");
    assert_string_equal(error.hint, "Did you mean \"blog_posts\"?");
}

static void test_ambiguous_names(void **state)
{
    (void)state;
    const weft_catalog *catalog = test_catalog(
        &arena,
        FILES({"src/modules/a/module.yaml",
               "models: { item: { table: a_item, fields: { id: id } }, person: { fields: { id: id } } }\n"},
              {"src/modules/b/module.yaml",
               "models: { item: { table: b_item, fields: { id: id } }, people: { fields: { id: id } } }\n"}));
    check_unknown(catalog, "item", WEFT_AMBIGUOUS_NAME, "Say which: \"b.item\", \"a.item\".");
    check_unknown(catalog, "items", WEFT_AMBIGUOUS_NAME, "Say which: \"b.item\", \"a.item\".");
    assert_str_equal(entity(catalog, "a.item")->table, "a_item");
    assert_str_equal(entity(catalog, "b.items")->table, "b_item");
    /* An own name beats another's plural. */
    assert_str_equal(entity(catalog, "people")->module->name, "b");
    assert_str_equal(entity(catalog, "a.people")->name, "person");
}

static void test_fields(void **state)
{
    (void)state;
    const weft_catalog *catalog =
        test_catalog(&arena,
                     FILES({"src/modules/a/module.yaml",
                            "models:\n"
                            "  item:\n"
                            "    table: Items\n"
                            "    renamedFrom: things\n"
                            "    fields:\n"
                            "      id: { type: id, prefix: it }\n"
                            "      long_title: { type: text, column: ttl, renamedFrom: title, searchable: true }\n"
                            "      a: { type: number, default: -3 }\n"
                            "      b: { type: float, default: 1 }\n"
                            "      c: { type: bigNumber, default: 1.50e1 }\n"
                            "      d: { type: boolean, default: true }\n"
                            "      e: { type: dateTime?, default: 2026-01-02 }\n"
                            "      f: { type: json, default: { z: [1, 'x', null], a: 1.0 } }\n"
                            "      g: { type: array, default: ['b', 'a'] }\n"
                            "      h: { type: enum, values: [1, two], default: 1 }\n"
                            "      i: { type: text, default: '3' }\n"
                            "      j: { type: text, nullable: true, default: null }\n"
                            "      k: autoincrement\n"}));
    const weft_model *item = entity(catalog, "item");
    assert_str_equal(item->table, "Items");
    assert_str_equal(item->renamed_from, "things");
    assert_string_equal(fields_of(item),
                        "id:id! ttl:text a:number b:float c:bigNumber d:boolean e:dateTime? f:json g:array h:enum "
                        "i:text j:text? k:autoincrement created_at:dateTime updated_at:dateTime deleted_at:dateTime?");
    assert_ptr_equal(item->keys[0], field(item, "id"));
    assert_str_equal(field(item, "id")->id_prefix, "it");
    assert_ptr_equal(field(item, "longTitle"), field(item, "long_title"));
    assert_str_equal(field(item, "long_title")->renamed_from, "title");
    assert_true(field(item, "long_title")->is_searchable);
    assert_int_equal(field(item, "a")->default_value.as.integer, -3);
    assert_true(field(item, "b")->default_value.as.real == 1.0);
    assert_str_equal(field(item, "c")->default_value.as.text, "15");
    assert_true(field(item, "d")->default_value.as.boolean);
    assert_true(field(item, "e")->default_value.as.time_us == 1767312000000000);
    assert_str_equal(field(item, "f")->default_value.as.text, "{\"a\":1,\"z\":[1,\"x\",null]}");
    assert_str_equal(field(item, "g")->default_value.as.text, "[\"b\",\"a\"]");
    assert_str_equal(field(item, "h")->default_value.as.text, "1");
    assert_int_equal(field(item, "h")->enum_value_count, 2);
    assert_str_equal(field(item, "i")->default_value.as.text, "3");
    assert_false(field(item, "j")->has_default);
    assert_ptr_equal(item->deleted_at, field(item, "deleted_at"));
    assert_true(item->created_at->is_timestamp && item->updated_at && item->deleted_at->is_nullable);
    for (size_t i = 0; i < item->field_count; i++) {
        assert_int_equal(item->fields[i].index, i);
        assert_ptr_equal(item->fields[i].model, item);
    }
}

static void test_model_options(void **state)
{
    (void)state;
    const weft_catalog *catalog =
        test_catalog(&arena,
                     FILES({"src/modules/a/module.yaml",
                            "models:\n"
                            "  plain: { timestamps: false, softDelete: false, fields: { id: id, n: { type: number, "
                            "unique: true } } }\n"
                            "  theirs: { managed: false, fields: { id: id, other: { type: text, column: 'Other Name', "
                            "index: true } } }\n"
                            "  soft: { managed: false, softDelete: true, fields: { id: id } }\n"
                            "  pair: { fields: { a: { type: text, primaryKey: true }, b: { type: number, primaryKey: "
                            "true }, id: id } }\n"
                            "  HTTPServer: { fields: { id: id } }\n"}));
    const weft_model *plain = entity(catalog, "plain");
    assert_string_equal(fields_of(plain), "id:id! n:number");
    assert_string_equal(indexes_of(plain), "IDX_plain_n_unique(n) unique");
    assert_null(plain->deleted_at);
    const weft_model *theirs = entity(catalog, "theirs");
    assert_false(theirs->is_managed);
    assert_string_equal(fields_of(theirs), "id:id! Other Name:text");
    assert_string_equal(indexes_of(theirs), "");
    assert_non_null(entity(catalog, "soft")->deleted_at);
    assert_null(entity(catalog, "soft")->created_at);
    const weft_model *pair = entity(catalog, "pair");
    assert_int_equal(pair->key_count, 2);
    assert_str_equal(pair->keys[1]->name, "b");
    assert_str_equal(entity(catalog, "HTTPServer")->table, "httpserver");
}

static void test_indexes_and_checks(void **state)
{
    (void)state;
    const weft_catalog *catalog = test_catalog(
        &arena,
        FILES(
            {"src/modules/a/module.yaml",
             "models:\n"
             "  item:\n"
             "    fields: { id: id, a: { type: text, unique: true }, b: { type: text, index: true }, c: text }\n"
             "    indexes:\n"
             "      - { on: [a, b] }\n"
             "      - { on: [c], unique: true, where: b <> '' }\n"
             "      - { name: mine, on: [b, c], where: null, type: btree }\n"
             "    checks: [a <> '', { name: chk, expression: b <> '' }, c <> '']\n"
             "  a_model_with_a_rather_long_name: { fields: { id: id, and_a_field_with_a_long_one: { type: text, index: "
             "true } } }\n"}));
    const weft_model *item = entity(catalog, "item");
    assert_string_equal(indexes_of(item),
                        "IDX_item_a_unique(a) unique live; IDX_item_b(b) live; "
                        "IDX_item_a_b(a,b) live; IDX_item_c_unique(c) unique live where b <> ''; mine(b,c)");
    assert_int_equal(item->check_count, 3);
    assert_str_equal(item->checks[0].name, "item_check");
    assert_str_equal(item->checks[1].name, "chk");
    assert_str_equal(item->checks[2].name, "item_check1");
    const weft_model *longest = entity(catalog, "a_model_with_a_rather_long_name");
    assert_true(longest->indexes[0].name.len <= 58);
}

static void test_relations(void **state)
{
    (void)state;
    const weft_catalog *catalog = test_catalog(
        &arena,
        FILES({"src/modules/a/module.yaml",
               "models:\n"
               "  parent:\n"
               "    fields: { id: id }\n"
               "    relations: { children: { hasMany: child }, detail: { hasOne: detail, mappedBy: parent } }\n"
               "    cascades: { delete: [children] }\n"
               "  child:\n"
               "    fields: { n: { type: number, primaryKey: true } }\n"
               "    relations:\n"
               "      owner: { belongsTo: parent, nullable: true, column: owner_ref }\n"
               "      friend: { belongsTo: a.child, nullable: true }\n"
               "  detail: { fields: { id: id }, relations: { parent: { belongsTo: parents } } }\n"
               ""}));
    const weft_model *parent = entity(catalog, "parent");
    const weft_model *child = entity(catalog, "child");
    const weft_edge *children = edge(parent, "children");
    assert_true(children->is_list && children->cascades_delete);
    assert_ptr_equal(children->to, child);
    assert_ptr_equal(children->from_field, field(parent, "id"));
    assert_ptr_equal(children->to_field, field(child, "owner_id"));
    assert_str_equal(children->to_field->column, "owner_ref");
    assert_true(children->to_field->is_nullable && children->to_field->is_foreign_key);
    assert_ptr_equal(children->reverse, edge(child, "owner"));
    assert_ptr_equal(edge(child, "owner")->reverse, children);
    assert_int_equal(field(child, "friend_id")->type, WEFT_TYPE_NUMBER);
    assert_null(edge(child, "friend")->reverse);
    const weft_edge *detail = edge(parent, "detail");
    assert_false(detail->is_list || detail->cascades_delete);
    assert_string_equal(indexes_of(entity(catalog, "detail")), "IDX_detail_parent_id_unique(parent_id) unique live");
    assert_string_equal(indexes_of(child), "IDX_child_owner_ref(owner_ref) live; IDX_child_friend_id(friend_id) live");
}

static void test_many_to_many(void **state)
{
    (void)state;
    const weft_catalog *catalog = test_catalog(
        &arena,
        FILES({"src/modules/a/module.yaml",
               "models:\n"
               "  dml_delta: { fields: { id: id }, relations: { alphas: { manyToMany: dml_alpha } } }\n"
               "  dml_alpha:\n"
               "    fields: { n: { type: number, primaryKey: true } }\n"
               "    relations:\n"
               "      deltas: { manyToMany: dml_delta, mappedBy: alphas }\n"
               "      peers: { manyToMany: dml_alpha, pivotTable: peers, joinColumn: me, inverseJoinColumn: you }\n"
               "  self: { fields: { id: id }, relations: { others: { manyToMany: self } } }\n"}));
    const weft_model *alpha = entity(catalog, "dml_alpha");
    const weft_model *delta = entity(catalog, "dml_delta");
    const weft_edge *deltas = edge(alpha, "deltas");
    assert_true(deltas->is_list);
    assert_str_equal(deltas->through->table, "dml_alpha_dml_deltas");
    assert_true(deltas->through->is_pivot);
    assert_string_equal(fields_of(deltas->through), "dml_delta_id:text! dml_alpha_id:number!");
    assert_str_equal(deltas->through_from->name, "dml_alpha_id");
    assert_str_equal(deltas->through_to->name, "dml_delta_id");
    assert_ptr_equal(deltas->to_field, field(delta, "id"));
    assert_ptr_equal(deltas->reverse, edge(delta, "alphas"));
    assert_ptr_equal(deltas->reverse->reverse, deltas);
    assert_ptr_equal(deltas->reverse->through, deltas->through);
    assert_ptr_equal(deltas->reverse->through_from, deltas->through_to);
    assert_string_equal(indexes_of(deltas->through),
                        "IDX_dml_alpha_dml_deltas_dml_alpha_id_dml_delta_id(dml_alpha_id,dml_delta_id)");
    const weft_edge *peers = edge(alpha, "peers");
    assert_str_equal(peers->through->table, "peers");
    assert_str_equal(peers->through_from->column, "me");
    assert_str_equal(peers->through_to->column, "you");
    assert_null(peers->reverse);
    assert_string_equal(fields_of(edge(entity(catalog, "self"), "others")->through), "self_1_id:text! self_2_id:text!");
}

static void check_walk(const weft_model *from, const char *name, weft_edge_kind kind, bool is_list, const char *to)
{
    const weft_edge *found = edge(from, name);
    assert_int_equal(found->kind, kind);
    assert_int_equal(found->is_list, is_list);
    assert_str_equal(found->to->name, to);
    assert_ptr_equal(found->from, from);
    assert_ptr_equal(found->reverse->reverse, found);
    assert_ptr_equal(found->reverse->to, from);
}

static void test_link_edges(void **state)
{
    (void)state;
    const weft_catalog *catalog = test_catalog_of(&arena, "shop");
    const weft_model *product = entity(catalog, "product");
    const weft_model *post = entity(catalog, "blog_post");
    const weft_model *row = entity(catalog, "product_blog_post");
    check_walk(product, "blog_posts", WEFT_EDGE_LINK, true, "blog_post");
    check_walk(product, "blog_post_link", WEFT_EDGE_LINK_ROW, true, "product_blog_post");
    check_walk(post, "products", WEFT_EDGE_LINK, true, "product");
    check_walk(post, "product_link", WEFT_EDGE_LINK_ROW, true, "product_blog_post");
    check_walk(row, "product", WEFT_EDGE_LINK_SIDE, false, "product");
    check_walk(row, "blog_post", WEFT_EDGE_LINK_SIDE, false, "blog_post");
    check_walk(entity(catalog, "review"), "product", WEFT_EDGE_LINK, false, "product");
    check_walk(entity(catalog, "review"), "product_link", WEFT_EDGE_LINK_ROW, false, "product_review");
    check_walk(entity(catalog, "customer"), "loyalty_account", WEFT_EDGE_LINK, false, "loyalty_account");
    check_walk(product, "sources", WEFT_EDGE_LINK, true, "product");
    check_walk(product, "related_products", WEFT_EDGE_LINK, true, "product");
    check_walk(product, "related_product_link", WEFT_EDGE_LINK_ROW, true, "related_products");
    check_walk(entity(catalog, "review"), "reviewer", WEFT_EDGE_READ_ONLY, false, "customer");
    check_walk(entity(catalog, "customer"), "reviews", WEFT_EDGE_READ_ONLY, true, "review");
    const weft_edge *posts = edge(product, "blog_posts");
    assert_ptr_equal(posts->through, row);
    assert_ptr_equal(posts->through_from, field(row, "product_id"));
    assert_ptr_equal(posts->through_to, field(row, "blog_post_id"));
    assert_ptr_equal(posts->from_field, field(product, "id"));
    assert_ptr_equal(posts->to_field, field(post, "id"));
    const weft_link *link = row->link;
    assert_ptr_equal(link->right.edge, posts);
    assert_ptr_equal(link->right.row_edge, edge(product, "blog_post_link"));
    assert_ptr_equal(link->right.side_edge, edge(row, "blog_post"));
    assert_int_equal(link->left.on_delete, WEFT_ON_DELETE_UNLINK);
    assert_int_equal(link->right.on_delete, WEFT_ON_DELETE_CASCADE);
    assert_int_equal(link_called(catalog, "customer_loyalty_account")->right.on_delete, WEFT_ON_DELETE_CASCADE);
}

static void test_link_table(void **state)
{
    (void)state;
    const weft_catalog *catalog =
        test_catalog(&arena,
                     FILES(SHOP_MODULES,
                           {"src/links/l.yaml",
                            "left: product.product\n"
                            "right: { linkable: blog.blogAuthor, isList: true, onDelete: restrict }\n"
                            "database:\n"
                            "  idPrefix: pa\n"
                            "  extraColumns:\n"
                            "    a: integer\n"
                            "    b: { type: decimal, nullable: true, defaultValue: 1.5 }\n"
                            "    c: double?\n"
                            "    d: { type: datetime, nullable: true, index: true }\n"
                            "    e: { type: enum, values: [x, y], default: x }\n"
                            "    f: uuid?\n"}));
    const weft_link *link = link_called(catalog, "product_blog_author");
    const weft_model *row = link->model;
    assert_str_equal(row->table, "product_product_blog_author");
    assert_str_equal(row->plural, "product_blog_authors");
    assert_null(row->module);
    assert_ptr_equal(row->link, link);
    assert_string_equal(
        fields_of(row),
        "id:id! product_id:text blog_author_code:text a:number b:bigNumber? c:float? d:dateTime? e:enum "
        "f:text? created_at:dateTime updated_at:dateTime deleted_at:dateTime?");
    assert_str_equal(link->id_prefix, "pa");
    assert_str_equal(field(row, "id")->id_prefix, "pa");
    assert_str_equal(field(row, "b")->default_value.as.text, "1.5");
    assert_ptr_equal(link->right.column, field(row, "blog_author_code"));
    assert_str_equal(link->right.key->name, "code");
    assert_int_equal(link->right.on_delete, WEFT_ON_DELETE_RESTRICT);
    assert_string_equal(row->indexes[row->index_count - 1].name.data, "IDX_product_product_blog_author_d");
}

/* Cardinality as indexes: a side that is no list lets the other side's key stand in one live row only. */
static void test_cardinality(void **state)
{
    (void)state;
    static const struct {
        const char *left;
        const char *right;
        const char *indexes;
    } cases[] = {
        {"true", "true", ""},
        {"true", "false", "; IDX_a_l_b_r_l_id_unique(l_id) unique live"},
        {"false", "true", "; IDX_a_l_b_r_r_id_unique(r_id) unique live"},
        {"false", "false", "; IDX_a_l_b_r_l_id_unique(l_id) unique live; IDX_a_l_b_r_r_id_unique(r_id) unique live"},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        const weft_str text =
            weft_str_format(&arena,
                            "left: { linkable: a.l, isList: %s }\nright: { linkable: b.r, isList: %s }\n",
                            cases[i].left,
                            cases[i].right);
        const weft_catalog *catalog =
            test_catalog(&arena,
                         FILES({"src/modules/a/module.yaml", "models: { l: { fields: { id: id } } }\n"},
                               {"src/modules/b/module.yaml", "models: { r: { fields: { id: id } } }\n"},
                               {"src/links/l.yaml", text.data}));
        const weft_str wanted = weft_str_format(&arena,
                                                "IDX_a_l_b_r_l_id_r_id_unique(l_id,r_id)+deleted_at unique; "
                                                "IDX_a_l_b_r_r_id_l_id(r_id,l_id)+deleted_at%s",
                                                cases[i].indexes);
        assert_string_equal(indexes_of(entity(catalog, "l_r")), wanted.data);
    }
}

static void test_shard(void **state)
{
    (void)state;
    const weft_catalog *catalog = test_catalog(
        &arena,
        FILES(SHOP_MODULES, {"src/links/l.yaml", "left: product.product\nright: brand.brand\nshard: reference\n"}));
    const weft_link *link = link_called(catalog, "product_brand");
    assert_int_equal(link->shard, WEFT_SHARD_REFERENCE);
    assert_int_equal(link->model->key_count, 2);
    assert_string_equal(
        fields_of(link->model),
        "id:id product_id:text! brand_id:text! created_at:dateTime updated_at:dateTime deleted_at:dateTime?");
    assert_string_equal(link->model->indexes[0].name.data, "IDX_product_product_brand_brand_brand_id_product_id");
}

static void test_table_names(void **state)
{
    (void)state;
    static const struct {
        const char *link;
        const char *table;
    } cases[] = {
        {"left: product.product\nright: brand.brand\n", "product_product_brand_brand"},
        {"left: product.product\nright: blog.blog_post\n", "product_product_blog_post"},
        {"left: brand.brand\nright: blog.blogPosts\n", "brand_brand_blog_post"},
        {"name: n\nleft: product.product\nright: brand.brand\n", "product_product_brand_brand_n"},
        {"left: product.product\nright: brand.brand\ndatabase: { table: My_Links }\n", "my_links"},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        const weft_catalog *catalog = test_catalog(&arena, FILES(SHOP_MODULES, {"src/links/l.yaml", cases[i].link}));
        assert_str_equal(catalog->links[0]->model->table, cases[i].table);
    }
    const weft_catalog *catalog = test_catalog(
        &arena,
        FILES(SHOP_MODULES,
              {"src/modules/superlongmodulename/module.yaml",
               "models: { extraordinarily_long_model_name: { fields: { id: id } } }\n"},
              {"src/modules/my-things/module.yaml", "models: { thing: { fields: { id: id } } }\n"},
              {"src/links/l.yaml", "left: superlongmodulename.extraordinarily_long_model_name\nright: brand.brand\n"},
              {"src/links/m.yaml", "left: my-things.thing\nright: brand.brand\n"}));
    assert_str_equal(catalog->links[0]->model->table, "superlongmodulename_extraordinarily_long_model_n-3b0e0146a");
    assert_str_equal(catalog->links[1]->model->table, "my_things_thing_brand_brand");
}

static void test_medusa_naming(void **state)
{
    (void)state;
    const char *project = "stores: { default: 'sqlite::memory:' }\nlinks: { naming: medusa }\n";
    const weft_catalog *catalog = test_catalog(
        &arena,
        FILES({"weft.yaml", project},
              SHOP_MODULES,
              {"src/links/a.yaml",
               "left: { linkable: product.product, isList: true }\nright: { linkable: brand.brand, isList: true }\n"},
              {"src/links/b.yaml", "left: blog.blogAuthor\nright: brand.brand\n"},
              {"src/links/c.yaml",
               "name: named\nleft: { linkable: product.product, alias: thing, isList: true }\nright: { linkable: "
               "blog.blog_post, isList: true, alias: story }\ndatabase: { table: my_custom_tbl }\n"}));
    const weft_model *row = catalog->links[0]->model;
    assert_str_equal(row->table, "product_product_brand_brand");
    assert_int_equal(row->key_count, 2);
    assert_string_equal(
        fields_of(row),
        "product_id:text! brand_id:text! id:id created_at:dateTime updated_at:dateTime deleted_at:dateTime?");
    assert_string_equal(indexes_of(row),
                        "IDX_id_29c624132(id); IDX_product_id_29c624132(product_id) live; "
                        "IDX_brand_id_29c624132(brand_id) live; IDX_deleted_at_29c624132(deleted_at)");
    row = catalog->links[1]->model;
    assert_str_equal(row->table, "blog_blog_author_code_brand_brand");
    assert_str_equal(row->name, "blog_author_brand");
    assert_str_equal(catalog->links[1]->left.column->name, "blog_author_code");
    assert_int_equal(row->index_count, 6);
    assert_true(row->indexes[4].is_unique && row->indexes[5].is_unique);
    row = catalog->links[2]->model;
    assert_str_equal(row->table, "my_custom_tbl");
    assert_str_equal(row->indexes[0].name, "IDX_id_b3a3d406");
    assert_str_equal(catalog->links[2]->left.column->name, "product_id");
    assert_non_null(edge(entity(catalog, "product"), "stories"));
    assert_non_null(edge(entity(catalog, "product"), "story_link"));
}

/* What a side is called on the other model. */
static void test_property_names(void **state)
{
    (void)state;
    static const struct {
        const char *side;
        const char *property;
        const char *row;
        bool is_list;
    } cases[] = {
        {"{ linkable: blog.blog_post, isList: true }", "blog_posts", "blog_post_link", true},
        {"blog.blog_post", "blog_post", "blog_post_link", false},
        {"{ linkable: blog.blogPost, alias: quiz, isList: true }", "quizzes", "quiz_link", true},
        {"{ linkable: blog.blogPost, alias: order_quiz, isList: true }", "order_quizs", "order_quiz_link", true},
        {"{ linkable: blog.blogPost, alias: person, isList: true }", "people", "person_link", true},
        {"{ linkable: blog.blogPost, alias: info, isList: true }", "info", "info_link", true},
        {"{ linkable: blog.blogPost, alias: mainStory }", "mainStory", "mainStory_link", false},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        const weft_str text = weft_str_format(&arena, "left: product.product\nright: %s\n", cases[i].side);
        const weft_catalog *catalog = test_catalog(&arena, FILES(SHOP_MODULES, {"src/links/l.yaml", text.data}));
        const weft_model *product = entity(catalog, "product");
        assert_int_equal(edge(product, cases[i].property)->is_list, cases[i].is_list);
        assert_int_equal(edge(product, cases[i].row)->is_list, cases[i].is_list);
    }
}

static void test_read_only(void **state)
{
    (void)state;
    const weft_catalog *catalog = test_catalog(
        &arena,
        FILES({"src/modules/a/module.yaml",
               "models: { item: { fields: { id: id, sku: { type: text, unique: true }, maker_id: text? } } }\n"},
              {"src/modules/b/module.yaml", "models: { maker: { fields: { id: id, item_sku: text } } }\n"},
              {"src/links/forth.yaml", "readOnly: true\nleft: { linkable: a.item, field: maker_id }\nright: b.maker\n"},
              {"src/links/turned.yaml",
               "readOnly: true\nname: turned\nleft: { linkable: a.item, alias: thing, field: sku }\nright: { linkable: "
               "b.maker, alias: fan, field: item_sku, isList: true }\n"}));
    const weft_model *item = entity(catalog, "item");
    const weft_model *maker = entity(catalog, "maker");
    const weft_edge *forth = edge(item, "maker");
    assert_ptr_equal(forth->from_field, field(item, "maker_id"));
    assert_ptr_equal(forth->to_field, field(maker, "id"));
    assert_false(forth->is_list);
    assert_null(forth->through);
    /* Back from maker to item several may match, and the left side is no list: there is no such walk. */
    assert_null(forth->reverse);
    assert_null(weft_model_edge(maker, WEFT_STR("item")));
    const weft_edge *fans = edge(item, "fans");
    assert_true(fans->is_list);
    assert_ptr_equal(fans->from_field, field(item, "sku"));
    assert_ptr_equal(fans->to_field, field(maker, "item_sku"));
    assert_ptr_equal(fans->reverse, edge(maker, "thing"));
    assert_null(link_called(catalog, "turned")->model);
    assert_int_equal(catalog->model_count, 2);
}

static void test_cascade_forms(void **state)
{
    (void)state;
    static const struct {
        const char *link;
        weft_on_delete left;
        weft_on_delete right;
    } cases[] = {
        {"left: product.product\nright: { linkable: brand.brand, deleteCascade: true }\n",
         WEFT_ON_DELETE_UNLINK,
         WEFT_ON_DELETE_CASCADE},
        {"left: { linkable: product.product, deleteCascade: [brands] }\nright: brand.brand\n",
         WEFT_ON_DELETE_UNLINK,
         WEFT_ON_DELETE_CASCADE},
        {"left: { linkable: product.product, deleteCascade: [product, brand] }\nright: brand.brand\n",
         WEFT_ON_DELETE_CASCADE,
         WEFT_ON_DELETE_CASCADE},
        {"left: { linkable: product.product, deleteCascade: false }\nright: { linkable: brand.brand, onDelete: "
         "cascade-orphans }\n",
         WEFT_ON_DELETE_UNLINK,
         WEFT_ON_DELETE_CASCADE_ORPHANS},
        {"left: { linkable: product.product, onDelete: keep }\nright: { linkable: brand.brand, deleteCascade: brand, "
         "onDelete: cascade }\n",
         WEFT_ON_DELETE_KEEP,
         WEFT_ON_DELETE_CASCADE},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        const weft_catalog *catalog = test_catalog(&arena, FILES(SHOP_MODULES, {"src/links/l.yaml", cases[i].link}));
        assert_int_equal(catalog->links[0]->left.on_delete, cases[i].left);
        assert_int_equal(catalog->links[0]->right.on_delete, cases[i].right);
    }
}

static void test_limits_of_files(void **state)
{
    (void)state;
    weft_error error = {0};
    char *large = weft_arena_alloc(&arena, ((size_t)1 << 20) + 2);
    memset(large, '#', ((size_t)1 << 20) + 1);
    assert_int_equal(test_catalog_try(&arena, FILES({"weft.yaml", large}), NULL, NULL, &error), WEFT_LIMIT_EXCEEDED);
    assert_string_equal(error.where, "weft.yaml");
    assert_int_equal(test_catalog_try(&arena, FILES({"weft.yaml", "a: \xff\n"}), NULL, NULL, &error),
                     WEFT_INVALID_DEFINITION);
    assert_string_equal(error.message, "the file is not UTF-8 text");
}

static void test_too_many_problems(void **state)
{
    (void)state;
    weft_buf buf;
    weft_buf_init_arena(&buf, &arena);
    weft_buf_add_text(&buf, "models:\n  item:\n    fields:\n      id: id\n");
    for (int i = 0; i < WEFT_DEFINE_PROBLEMS_MAX + 20; i++) {
        weft_buf_add_format(&buf, "      f%d: nothing\n", i);
    }
    weft_problems *problems = WEFT_ARENA_NEW(&arena, weft_problems);
    const weft_code code =
        test_catalog_try(&arena, FILES({"src/modules/a/module.yaml", buf.data}), NULL, problems, NULL);
    assert_int_equal(code, WEFT_INVALID_DEFINITION);
    assert_int_equal(problems->count, WEFT_DEFINE_PROBLEMS_MAX);
    assert_string_equal(problems->items[0].where, "src/modules/a/module.yaml:5:11");
}

static void test_no_project(void **state)
{
    (void)state;
    weft_arena scratch;
    weft_arena_init(&scratch, NULL, 0);
    weft_error error = {0};
    const weft_catalog *catalog = NULL;
    assert_int_equal(
        weft_define_project("/nowhere/at/all", &test_environment, &arena, &scratch, &catalog, NULL, &error),
        WEFT_FILE_ERROR);
    assert_string_equal(error.message, "could not find weft.yaml in \"/nowhere/at/all\"");
    weft_arena_done(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_stores, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_default_store, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lookups, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unknown_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ambiguous_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_model_options, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_indexes_and_checks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_relations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_to_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_link_edges, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_link_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cardinality, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shard, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_table_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_medusa_naming, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_property_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_read_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cascade_forms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits_of_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_many_problems, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_project, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
