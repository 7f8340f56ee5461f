/* The links of a MedusaJS 2.21 database: its built-in ones, the application's own, and those that follow a field.
 * Tables stay as Medusa made them. Whether a side of the application's own links is a list is written nowhere in the
 * database, so both are, and the file says so. */
#include "adopt/work.h"

typedef struct known_side {
    const char *module;
    const char *model;
    const char *column;
    const char *alias;
    bool is_list;
} known_side;

typedef struct known_link {
    const char *table;
    const char *id_prefix;
    known_side left;
    known_side right;
    bool cascades; /* to the right side */
} known_link;

static const known_link known_links[] = {
    {"cart_payment_collection",
     "capaycol",
     {"cart", "cart", "cart_id", "cart", false},
     {"payment", "payment_collection", "payment_collection_id", "payment_collection", false},
     false},
    {"cart_promotion",
     "cartpromo",
     {"cart", "cart", "cart_id", "cart", true},
     {"promotion", "promotion", "promotion_id", "promotion", true},
     false},
    {"customer_account_holder",
     "custacchldr",
     {"customer", "customer", "customer_id", "customer", false},
     {"payment", "account_holder", "account_holder_id", "account_holder", true},
     false},
    {"invite_rbac_role",
     "inviterole",
     {"user", "invite", "invite_id", "invite", true},
     {"rbac", "rbac_role", "rbac_role_id", "rbac_role", true},
     false},
    {"location_fulfillment_provider",
     "locfp",
     {"stock_location", "stock_location", "stock_location_id", "location", true},
     {"fulfillment", "fulfillment_provider", "fulfillment_provider_id", "fulfillment_provider", true},
     false},
    {"location_fulfillment_set",
     "locfs",
     {"stock_location", "stock_location", "stock_location_id", "location", false},
     {"fulfillment", "fulfillment_set", "fulfillment_set_id", "fulfillment_set", true},
     true},
    {"order_cart",
     "ordercart",
     {"order", "order", "order_id", "order", false},
     {"cart", "cart", "cart_id", "cart", false},
     false},
    {"order_fulfillment",
     "ordful",
     {"order", "order", "order_id", "order", false},
     {"fulfillment", "fulfillment", "fulfillment_id", "fulfillment", true},
     false},
    {"order_payment_collection",
     "ordpay",
     {"order", "order", "order_id", "order", false},
     {"payment", "payment_collection", "payment_collection_id", "payment_collection", true},
     true},
    {"order_promotion",
     "orderpromo",
     {"order", "order", "order_id", "order", true},
     {"promotion", "promotion", "promotion_id", "promotion", true},
     false},
    {"product_sales_channel",
     "prodsc",
     {"product", "product", "product_id", "product", true},
     {"sales_channel", "sales_channel", "sales_channel_id", "sales_channel", true},
     false},
    {"product_shipping_profile",
     "prodsp",
     {"product", "product", "product_id", "product", true},
     {"fulfillment", "shipping_profile", "shipping_profile_id", "shipping_profile", false},
     false},
    {"product_variant_inventory_item",
     "pvitem",
     {"product", "product_variant", "variant_id", "variant", true},
     {"inventory", "inventory_item", "inventory_item_id", "inventory_item", true},
     false},
    {"product_variant_price_set",
     "pvps",
     {"product", "product_variant", "variant_id", "variant", false},
     {"pricing", "price_set", "price_set_id", "price_set", false},
     true},
    {"publishable_api_key_sales_channel",
     "pksc",
     {"api_key", "api_key", "publishable_key_id", "publishable_api_key", true},
     {"sales_channel", "sales_channel", "sales_channel_id", "sales_channel", true},
     false},
    {"region_payment_provider",
     "regpp",
     {"region", "region", "region_id", "region", true},
     {"payment", "payment_provider", "payment_provider_id", "payment_provider", true},
     false},
    {"return_fulfillment",
     "retful",
     {"order", "return", "return_id", "return", false},
     {"fulfillment", "fulfillment", "fulfillment_id", "fulfillment", true},
     false},
    {"sales_channel_stock_location",
     "scloc",
     {"sales_channel", "sales_channel", "sales_channel_id", "sales_channel", true},
     {"stock_location", "stock_location", "stock_location_id", "stock_location", true},
     false},
    {"shipping_option_price_set",
     "sops",
     {"fulfillment", "shipping_option", "shipping_option_id", "shipping_option", false},
     {"pricing", "price_set", "price_set_id", "price_set", false},
     true},
    {"user_rbac_role",
     "userrole",
     {"user", "user", "user_id", "user", true},
     {"rbac", "rbac_role", "rbac_role_id", "rbac_role", true},
     false},
};

/* A field that holds the key of a record of another module. */
typedef struct known_field {
    const char *module;
    const char *model;
    const char *field;
    const char *alias; /* of the records that have it, on what it leads to */
    const char *to_module;
    const char *to_model;
    const char *to_alias;
} known_field;

static const known_field known_fields[] = {
    {"cart", "cart", "customer_id", "cart", "customer", "customer", "customer"},
    {"cart", "cart", "region_id", "cart", "region", "region", "region"},
    {"cart", "cart", "sales_channel_id", "cart", "sales_channel", "sales_channel", "sales_channel"},
    {"cart", "line_item", "product_id", "cart_item", "product", "product", "product"},
    {"cart", "line_item", "variant_id", "cart_item", "product", "product_variant", "variant"},
    {"cart", "line_item_adjustment", "promotion_id", "line_item_adjustment", "promotion", "promotion", "promotion"},
    {"cart",
     "shipping_method",
     "shipping_option_id",
     "cart_shipping_method",
     "fulfillment",
     "shipping_option",
     "shipping_option"},
    {"inventory",
     "inventory_level",
     "location_id",
     "inventory_level",
     "stock_location",
     "stock_location",
     "stock_location"},
    {"order", "order", "customer_id", "order", "customer", "customer", "customer"},
    {"order", "order", "region_id", "order", "region", "region", "region"},
    {"order", "order", "sales_channel_id", "order", "sales_channel", "sales_channel", "sales_channel"},
    {"order", "order_line_item", "product_id", "order_item", "product", "product", "product"},
    {"order", "order_line_item", "variant_id", "order_item", "product", "product_variant", "variant"},
    {"order",
     "order_shipping_method",
     "shipping_option_id",
     "order_shipping_method",
     "fulfillment",
     "shipping_option",
     "shipping_option"},
    {"store", "store_currency", "currency_code", "store_currency", "currency", "currency", "currency"},
    {"store", "store_locale", "locale_code", "store_locale", "translation", "locale", "locale"},
};

static weft_adopted_model *model_of(const weft_adopting *work, weft_str module, weft_str model)
{
    for (size_t i = 0; i < work->modules.count; i++) {
        const weft_adopted_module *candidate = work->modules.items[i];
        for (size_t k = 0; weft_str_equal(candidate->name, module) && k < candidate->models.count; k++) {
            if (weft_str_equal(candidate->models.items[k]->name, model)) {
                return candidate->models.items[k];
            }
        }
    }
    return NULL;
}

static weft_str single_key(const weft_adopted_model *model)
{
    for (size_t i = 0; model->key_count == 1 && i < model->fields.count; i++) {
        if (model->fields.items[i].is_primary_key) {
            return model->fields.items[i].name;
        }
    }
    return (weft_str){NULL, 0};
}

static weft_code note_link(weft_adopting *work, weft_str table, const char *why)
{
    return weft_adopt_note(work, table, (weft_str){NULL, 0}, true, "%s", why);
}

/* A link between models that are there, on a table that has the columns. */
static weft_code add_table(weft_adopting *work,
                           const weft_adopted_table *table,
                           weft_str name,
                           weft_adopted_model *left,
                           weft_adopted_model *right,
                           weft_adopted_link *link)
{
    if (left == NULL || right == NULL) {
        return note_link(work, table->label, "it is a link's, and a module that it joins has no tables here");
    }
    if (single_key(left).data == NULL || single_key(right).data == NULL || !weft_adopt_is_link_row(table->present) ||
        weft_present_column_find(table->present, link->left.column) == NULL ||
        weft_present_column_find(table->present, link->right.column) == NULL) {
        return note_link(work, table->label, "it has not the columns of a link table");
    }
    link->table = table->present;
    link->is_row = true;
    link->left.model = left;
    link->right.model = right;
    link->right.alias = weft_adopt_alias_claim(work, left, link->right.alias, link->right.is_list);
    link->left.alias = weft_adopt_alias_claim(work, right, link->left.alias, link->left.is_list);
    if (link->left.alias.data == NULL || link->right.alias.data == NULL) {
        return weft_adopt_fail(work);
    }
    return weft_adopt_link_add(work, name, link);
}

static weft_adopted_side side_of(const known_side *known, bool cascades)
{
    return (weft_adopted_side){.alias = weft_str_from(known->alias),
                               .column = weft_str_from(known->column),
                               .is_list = known->is_list,
                               .cascades = cascades};
}

static weft_code add_known(weft_adopting *work, const weft_adopted_table *table, const known_link *known)
{
    weft_adopted_link link = {.left = side_of(&known->left, false),
                              .right = side_of(&known->right, known->cascades),
                              .id_prefix = weft_str_from(known->id_prefix)};
    return add_table(work,
                     table,
                     table->present->name,
                     model_of(work, weft_str_from(known->left.module), weft_str_from(known->left.model)),
                     model_of(work, weft_str_from(known->right.module), weft_str_from(known->right.model)),
                     &link);
}

/* The application's own: its key is the pair, the left side's column first. */
static weft_code add_own(weft_adopting *work, const weft_adopted_table *table, const weft_present_medusa_link *own)
{
    const weft_present_unique *key = table->present->unique_count > 0 ? &table->present->uniques[0] : NULL;
    if (key == NULL || !key->is_primary || key->column_count != 2) {
        return note_link(work, table->label, "its key is not a pair of keys");
    }
    const bool is_default = own->id_prefix.len == 0 || weft_str_equal_text(own->id_prefix, "link");
    weft_adopted_link link = {
        .comment =
            "# Whether a side is a list (isList) is written nowhere in the database: say it as the application's\n"
            "# defineLink does.\n",
        .left = {.alias = own->from_model, .column = key->columns[0], .is_list = true},
        .right = {.alias = own->to_model, .column = key->columns[1], .is_list = true},
        .id_prefix = is_default ? (weft_str){NULL, 0} : own->id_prefix};
    const weft_str name =
        weft_str_format(work->keep, "%.*s_%.*s", WEFT_STR_ARG(own->from_model), WEFT_STR_ARG(own->to_model));
    return name.data == NULL ? weft_adopt_fail(work)
                             : add_table(work,
                                         table,
                                         name,
                                         model_of(work, own->from_module, own->from_model),
                                         model_of(work, own->to_module, own->to_model),
                                         &link);
}

static weft_code add_link(weft_adopting *work, const weft_present_medusa_link *link)
{
    const weft_adopted_table *table = weft_adopt_table_find(work, (weft_str){"", 0}, link->table);
    if (table == NULL) {
        return note_link(work, link->table, "link_module_migrations names it, and it is not there");
    }
    for (size_t i = 0; i < WEFT_COUNT_OF(known_links); i++) {
        if (weft_str_equal_text(link->table, known_links[i].table)) {
            return add_known(work, table, &known_links[i]);
        }
    }
    return add_own(work, table, link);
}

static weft_code add_field(weft_adopting *work, const known_field *known)
{
    weft_adopted_model *from = model_of(work, weft_str_from(known->module), weft_str_from(known->model));
    weft_adopted_model *to = model_of(work, weft_str_from(known->to_module), weft_str_from(known->to_model));
    const weft_adopted_field *field = from != NULL ? weft_adopted_field_of(from, weft_str_from(known->field)) : NULL;
    if (field == NULL || to == NULL || single_key(to).data == NULL) {
        return WEFT_OK;
    }
    weft_adopted_link link = {
        .left = {.model = from,
                 .alias = weft_adopt_alias_claim(work, to, weft_str_from(known->alias), true),
                 .field = field->name,
                 .is_list = true},
        .right = {.model = to, .alias = weft_adopt_alias_claim(work, from, weft_str_from(known->to_alias), false)}};
    if (link.left.alias.data == NULL || link.right.alias.data == NULL) {
        return weft_adopt_fail(work);
    }
    return weft_adopt_link_add(
        work, weft_str_format(work->keep, "%.*s_%s", WEFT_STR_ARG(from->table->name), known->to_alias), &link);
}

weft_code weft_adopt_medusa_links(weft_adopting *work)
{
    for (size_t i = 0; i < work->present->medusa_link_count; i++) {
        WEFT_TRY(add_link(work, &work->present->medusa_links[i]));
    }
    for (size_t i = 0; i < WEFT_COUNT_OF(known_fields); i++) {
        WEFT_TRY(add_field(work, &known_fields[i]));
    }
    return WEFT_OK;
}
