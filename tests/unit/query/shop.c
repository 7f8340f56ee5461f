/* The shop, made by hand: this floor must not need define/. Only what query/ reads is filled in. */
#include "shop.h"

#include <string.h>

#include "model/lookup.h"

#define FIELDS_MAX 16
#define EDGES_MAX  12
#define MODELS_MAX 12
#define LINKS_MAX  3

/* A model being made; const inside weft_model, not here. */
typedef struct shop_model {
    weft_model model;
    weft_field fields[FIELDS_MAX];
    weft_edge edges[EDGES_MAX];
    const weft_field *keys[1];
} shop_model;

typedef struct test_shop {
    weft_catalog catalog;
    weft_module modules[3];
    shop_model models[MODELS_MAX];
    const weft_model *model_list[MODELS_MAX];
    weft_link links[LINKS_MAX];
    const weft_link *link_list[LINKS_MAX];
    weft_arena *keep;
    bool failed;
} test_shop;

static shop_model *add_model(test_shop *shop, const char *name, const char *plural, const weft_module *module)
{
    shop_model *made = &shop->models[shop->catalog.model_count];
    weft_model *model = &made->model;
    model->index = (uint32_t)shop->catalog.model_count;
    model->name = weft_str_from(name);
    model->plural = weft_str_from(plural);
    model->camel = model->name;
    model->table = model->name;
    model->module = module;
    model->fields = made->fields;
    model->edges = made->edges;
    model->keys = made->keys;
    model->key_count = 1;
    made->keys[0] = &made->fields[0];
    weft_map_init(&model->field_map, shop->keep);
    weft_map_init(&model->edge_map, shop->keep);
    shop->model_list[shop->catalog.model_count++] = model;
    shop->failed |= !weft_entity_map_add(&shop->catalog.entity_map, shop->keep, model->name, model);
    shop->failed |= !weft_entity_map_add(&shop->catalog.entity_map, shop->keep, model->plural, model);
    return made;
}

static weft_field *add_field(test_shop *shop, shop_model *made, const char *name, weft_type type)
{
    weft_field *field = &made->fields[made->model.field_count];
    field->name = weft_str_from(name);
    field->column = field->name;
    field->type = type;
    field->index = (uint32_t)made->model.field_count++;
    field->is_primary_key = field->index == 0;
    field->is_nullable = field->index != 0;
    field->model = &made->model;
    shop->failed |= !weft_map_set(&made->model.field_map, field->name, field);
    return field;
}

static weft_edge *add_edge(
    test_shop *shop, shop_model *from, const char *name, weft_edge_kind kind, bool is_list, const shop_model *to)
{
    weft_edge *edge = &from->edges[from->model.edge_count];
    edge->name = weft_str_from(name);
    edge->kind = kind;
    edge->is_list = is_list;
    edge->from = &from->model;
    edge->to = &to->model;
    edge->from_field = &from->fields[0];
    edge->to_field = &to->fields[0];
    edge->index = (uint32_t)from->model.edge_count++;
    shop->failed |= !weft_map_set(&from->model.edge_map, edge->name, edge);
    return edge;
}

/* One side of a link: the edges that lead to it, from the other side and from the link row. */
typedef struct side_names {
    const char *edge;
    const char *row;
    const char *alias;
    bool is_list;
} side_names;

static void add_side(
    test_shop *shop, weft_link *link, shop_model *row, shop_model *from, shop_model *to, side_names names)
{
    weft_link_side *side = link->left.model ? &link->right : &link->left;
    weft_edge *edge = add_edge(shop, from, names.edge, WEFT_EDGE_LINK, names.is_list, to);
    weft_edge *row_edge = add_edge(shop, from, names.row, WEFT_EDGE_LINK_ROW, names.is_list, row);
    weft_edge *side_edge = add_edge(shop, row, names.alias, WEFT_EDGE_LINK_SIDE, false, to);
    edge->through = &row->model;
    edge->link = row_edge->link = side_edge->link = link;
    *side = (weft_link_side){.model = &to->model,
                             .key = &to->fields[0],
                             .alias = weft_str_from(names.alias),
                             .is_list = names.is_list,
                             .edge = edge,
                             .row_edge = row_edge,
                             .side_edge = side_edge};
}

static void add_link(
    test_shop *shop, const char *name, shop_model *left, side_names to_left, shop_model *right, side_names to_right)
{
    weft_link *link = &shop->links[shop->catalog.link_count];
    shop_model *row = add_model(shop, name, name, NULL);
    (void)add_field(shop, row, "id", WEFT_TYPE_ID);
    (void)add_field(shop, row, "position", WEFT_TYPE_NUMBER);
    link->name = row->model.name;
    link->model = &row->model;
    row->model.link = link;
    add_side(shop, link, row, right, left, to_left);
    add_side(shop, link, row, left, right, to_right);
    shop->link_list[shop->catalog.link_count++] = link;
}

static shop_model *add_product(test_shop *shop, const weft_module *module)
{
    static const weft_str statuses[] = {{"draft", 5}, {"published", 9}};
    shop_model *product = add_model(shop, "product", "products", module);
    (void)add_field(shop, product, "id", WEFT_TYPE_ID);
    (void)add_field(shop, product, "title", WEFT_TYPE_TEXT);
    (void)add_field(shop, product, "rank", WEFT_TYPE_NUMBER);
    (void)add_field(shop, product, "price", WEFT_TYPE_BIG_NUMBER);
    (void)add_field(shop, product, "weight", WEFT_TYPE_FLOAT);
    (void)add_field(shop, product, "active", WEFT_TYPE_BOOLEAN);
    (void)add_field(shop, product, "released", WEFT_TYPE_DATE_TIME);
    (void)add_field(shop, product, "tags", WEFT_TYPE_ARRAY);
    weft_field *status = add_field(shop, product, "status", WEFT_TYPE_ENUM);
    status->enum_values = statuses;
    status->enum_value_count = 2;
    (void)add_field(shop, product, "metadata", WEFT_TYPE_JSON);
    return product;
}

static shop_model *add_small(test_shop *shop, const char *name, const char *plural, const weft_module *module)
{
    shop_model *made = add_model(shop, name, plural, module);
    (void)add_field(shop, made, "id", WEFT_TYPE_ID);
    return made;
}

static void fill(test_shop *shop)
{
    shop_model *product = add_product(shop, &shop->modules[0]);
    shop_model *variant = add_small(shop, "variant", "variants", &shop->modules[0]);
    shop_model *maintainer = add_small(shop, "maintainer", "maintainers", &shop->modules[1]);
    shop_model *post = add_small(shop, "blog_post", "blog_posts", &shop->modules[2]);
    (void)add_field(shop, variant, "sku", WEFT_TYPE_TEXT);
    (void)add_field(shop, maintainer, "name", WEFT_TYPE_TEXT);
    (void)add_field(shop, post, "title", WEFT_TYPE_TEXT);
    (void)add_field(shop, post, "author", WEFT_TYPE_TEXT);
    (void)add_field(shop, post, "views", WEFT_TYPE_NUMBER);
    (void)add_edge(shop, product, "variants", WEFT_EDGE_RELATION, true, variant);
    (void)add_edge(shop, variant, "product", WEFT_EDGE_RELATION, false, product);
    add_link(shop,
             "product_blog_post",
             product,
             (side_names){"products", "product_link", "product", true},
             post,
             (side_names){"blog_posts", "blog_post_link", "blog_post", true});
    add_link(shop,
             "product_maintainer",
             product,
             (side_names){"products", "product_link", "product", true},
             maintainer,
             (side_names){"maintainer", "maintainer_link", "maintainer", false});
    add_link(shop,
             "related_products",
             product,
             (side_names){"recommended_by", "recommended_by_link", "recommended_by", true},
             product,
             (side_names){"related_products", "related_product_link", "related_product", true});
}

const weft_catalog *test_shop_make(weft_arena *keep)
{
    static const weft_str names[] = {{"product", 7}, {"people", 6}, {"blog", 4}};
    test_shop *made = WEFT_ARENA_NEW(keep, test_shop);
    if (!made) {
        return NULL;
    }
    made->keep = keep;
    made->catalog.models = made->model_list;
    made->catalog.links = made->link_list;
    weft_map_init(&made->catalog.entity_map, keep);
    for (size_t i = 0; i < WEFT_COUNT_OF(names); i++) {
        made->modules[i].name = names[i];
    }
    fill(made);
    return made->failed ? NULL : &made->catalog;
}
