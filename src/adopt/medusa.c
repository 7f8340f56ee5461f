/* Which module and model each table of MedusaJS 2.21 belongs to, and what records are called on what they refer to.
 * Tables of the application are found by its links: what a link names as a module's model, and what foreign keys join
 * with that, since those never leave a module there. */
#include "adopt/work.h"

typedef struct medusa_table {
    const char *module;
    const char *table;
    const char *model; /* NULL: called as its table */
} medusa_table;

static const medusa_table tables[] = {
    {"api_key", "api_key", NULL},
    {"auth", "auth_identity", NULL},
    {"auth", "auth_mfa_factor", NULL},
    {"auth", "auth_mfa_recovery_code", NULL},
    {"auth", "auth_password_reset_token", NULL},
    {"auth", "auth_verification", NULL},
    {"auth", "provider_identity", NULL},
    {"cart", "cart", NULL},
    {"cart", "cart_address", "address"},
    {"cart", "cart_line_item", "line_item"},
    {"cart", "cart_line_item_adjustment", "line_item_adjustment"},
    {"cart", "cart_line_item_tax_line", "line_item_tax_line"},
    {"cart", "cart_shipping_method", "shipping_method"},
    {"cart", "cart_shipping_method_adjustment", "shipping_method_adjustment"},
    {"cart", "cart_shipping_method_tax_line", "shipping_method_tax_line"},
    {"cart", "credit_line", NULL},
    {"currency", "currency", NULL},
    {"customer", "customer", NULL},
    {"customer", "customer_address", NULL},
    {"customer", "customer_group", NULL},
    {"customer", "customer_group_customer", NULL},
    {"fulfillment", "fulfillment", NULL},
    {"fulfillment", "fulfillment_address", NULL},
    {"fulfillment", "fulfillment_item", NULL},
    {"fulfillment", "fulfillment_label", NULL},
    {"fulfillment", "fulfillment_provider", NULL},
    {"fulfillment", "fulfillment_set", NULL},
    {"fulfillment", "geo_zone", NULL},
    {"fulfillment", "service_zone", NULL},
    {"fulfillment", "shipping_option", NULL},
    {"fulfillment", "shipping_option_rule", NULL},
    {"fulfillment", "shipping_option_type", NULL},
    {"fulfillment", "shipping_profile", NULL},
    {"inventory", "inventory_item", NULL},
    {"inventory", "inventory_level", NULL},
    {"inventory", "reservation_item", NULL},
    {"notification", "notification", NULL},
    {"notification", "notification_provider", NULL},
    {"order", "order", NULL},
    {"order", "order_address", NULL},
    {"order", "order_change", NULL},
    {"order", "order_change_action", NULL},
    {"order", "order_claim", NULL},
    {"order", "order_claim_item", NULL},
    {"order", "order_claim_item_image", NULL},
    {"order", "order_credit_line", NULL},
    {"order", "order_exchange", NULL},
    {"order", "order_exchange_item", NULL},
    {"order", "order_item", NULL},
    {"order", "order_line_item", NULL},
    {"order", "order_line_item_adjustment", NULL},
    {"order", "order_line_item_tax_line", NULL},
    {"order", "order_shipping", NULL},
    {"order", "order_shipping_method", NULL},
    {"order", "order_shipping_method_adjustment", NULL},
    {"order", "order_shipping_method_tax_line", NULL},
    {"order", "order_summary", NULL},
    {"order", "order_transaction", NULL},
    {"order", "return", NULL},
    {"order", "return_item", NULL},
    {"order", "return_reason", NULL},
    {"payment", "account_holder", NULL},
    {"payment", "capture", NULL},
    {"payment", "payment", NULL},
    {"payment", "payment_collection", NULL},
    {"payment", "payment_collection_payment_providers", NULL},
    {"payment", "payment_provider", NULL},
    {"payment", "payment_session", NULL},
    {"payment", "refund", NULL},
    {"payment", "refund_reason", NULL},
    {"pricing", "price", NULL},
    {"pricing", "price_list", NULL},
    {"pricing", "price_list_rule", NULL},
    {"pricing", "price_preference", NULL},
    {"pricing", "price_rule", NULL},
    {"pricing", "price_set", NULL},
    {"product", "image", "product_image"},
    {"product", "product", NULL},
    {"product", "product_category", NULL},
    {"product", "product_category_product", NULL},
    {"product", "product_collection", NULL},
    {"product", "product_option", NULL},
    {"product", "product_option_value", NULL},
    {"product", "product_product_option", NULL},
    {"product", "product_product_option_value", NULL},
    {"product", "product_tag", NULL},
    {"product", "product_tags", NULL},
    {"product", "product_type", NULL},
    {"product", "product_variant", NULL},
    {"product", "product_variant_option", NULL},
    {"product", "product_variant_product_image", NULL},
    {"promotion", "application_method_buy_rules", NULL},
    {"promotion", "application_method_target_rules", NULL},
    {"promotion", "promotion", NULL},
    {"promotion", "promotion_application_method", "application_method"},
    {"promotion", "promotion_campaign", "campaign"},
    {"promotion", "promotion_campaign_budget", "campaign_budget"},
    {"promotion", "promotion_campaign_budget_usage", "campaign_budget_usage"},
    {"promotion", "promotion_promotion_rule", NULL},
    {"promotion", "promotion_rule", NULL},
    {"promotion", "promotion_rule_value", NULL},
    {"rbac", "rbac_policy", NULL},
    {"rbac", "rbac_role", NULL},
    {"rbac", "rbac_role_inheritance", NULL},
    {"rbac", "rbac_role_policy", NULL},
    {"region", "region", NULL},
    {"region", "region_country", "country"},
    {"sales_channel", "sales_channel", NULL},
    {"settings", "layout_configuration", NULL},
    {"settings", "property_label", NULL},
    {"settings", "user_preference", NULL},
    {"settings", "view_configuration", NULL},
    {"stock_location", "stock_location", NULL},
    {"stock_location", "stock_location_address", NULL},
    {"store", "store", NULL},
    {"store", "store_currency", NULL},
    {"store", "store_locale", NULL},
    {"tax", "tax_provider", NULL},
    {"tax", "tax_rate", NULL},
    {"tax", "tax_rate_rule", NULL},
    {"tax", "tax_region", NULL},
    {"translation", "locale", NULL},
    {"translation", "translation", NULL},
    {"user", "invite", NULL},
    {"user", "user", NULL},
    {"workflows", "workflow_execution", NULL},
};

/* What MedusaJS keeps for itself. */
static const char *const bookkeeping[] = {"link_module_migrations",
                                          "mikro_orm_migrations",
                                          "script_migrations",
                                          "search_index",
                                          "search_index_sync",
                                          "search_index_version",
                                          "search_postgres_index",
                                          "index_metadata",
                                          "index_sync",
                                          "index_data",
                                          "index_relation"};

/* Names that do not follow from the child's own; of a table that joins two, what the column leads to is called so. */
static const struct {
    const char *table;
    const char *column;
    const char *name;
} other_ends[] = {
    {"application_method_buy_rules", "promotion_rule_id", "buy_rules"},
    {"application_method_buy_rules", "application_method_id", "method_buy_rules"},
    {"application_method_target_rules", "promotion_rule_id", "target_rules"},
    {"application_method_target_rules", "application_method_id", "method_target_rules"},
    {"cart_line_item", "cart_id", "items"},
    {"cart_line_item_adjustment", "item_id", "adjustments"},
    {"cart_line_item_tax_line", "item_id", "tax_lines"},
    {"cart_shipping_method_adjustment", "shipping_method_id", "adjustments"},
    {"cart_shipping_method_tax_line", "shipping_method_id", "tax_lines"},
    {"customer_address", "customer_id", "addresses"},
    {"fulfillment_item", "fulfillment_id", "items"},
    {"fulfillment_label", "fulfillment_id", "labels"},
    {"image", "product_id", "images"},
    {"inventory_level", "inventory_item_id", "location_levels"},
    {"order_change_action", "order_change_id", "actions"},
    {"order_credit_line", "order_id", "credit_lines"},
    {"order_item", "order_id", "items"},
    {"order_line_item_adjustment", "item_id", "adjustments"},
    {"order_line_item_tax_line", "item_id", "tax_lines"},
    {"order_shipping", "order_id", "shipping_methods"},
    {"order_shipping_method_adjustment", "shipping_method_id", "adjustments"},
    {"order_shipping_method_tax_line", "shipping_method_id", "tax_lines"},
    {"order_transaction", "order_id", "transactions"},
    {"product_category", "parent_category_id", "category_children"},
    {"product_category_product", "product_category_id", "categories"},
    {"product_option_value", "option_id", "values"},
    {"product_tags", "product_tag_id", "tags"},
    {"product_variant", "product_id", "variants"},
    {"product_variant_option", "option_value_id", "options"},
    {"promotion_campaign_budget", "campaign_id", "budget"},
    {"promotion_campaign_budget_usage", "budget_id", "usages"},
    {"promotion_promotion_rule", "promotion_rule_id", "rules"},
    {"promotion_rule_value", "promotion_rule_id", "values"},
    {"return_reason", "parent_return_reason_id", "return_reason_children"},
    {"shipping_option_rule", "shipping_option_id", "rules"},
    {"store_currency", "store_id", "supported_currencies"},
    {"store_locale", "store_id", "supported_locales"},
    {"tax_rate_rule", "tax_rate_id", "rules"},
    {"tax_region", "parent_id", "children"},
};

weft_str weft_adopt_medusa_other_end(weft_str table, weft_str column)
{
    for (size_t i = 0; i < WEFT_COUNT_OF(other_ends); i++) {
        if (weft_str_equal_text(table, other_ends[i].table) && weft_str_equal_text(column, other_ends[i].column)) {
            return weft_str_from(other_ends[i].name);
        }
    }
    return (weft_str){NULL, 0};
}

static weft_code give(weft_adopting *work, weft_adopted_table *table, weft_str module, const char *model)
{
    table->module = weft_adopt_module(work, module);
    table->bare = model != NULL ? weft_str_from(model) : table->present->name;
    return table->module != NULL ? WEFT_OK : weft_adopt_fail(work);
}

static weft_code give_known(weft_adopting *work)
{
    const weft_str own = {"", 0};
    for (size_t i = 0; i < WEFT_COUNT_OF(tables); i++) {
        weft_adopted_table *table = weft_adopt_table_find(work, own, weft_str_from(tables[i].table));
        WEFT_TRY(table != NULL ? give(work, table, weft_str_from(tables[i].module), tables[i].model) : WEFT_OK);
    }
    for (size_t i = 0; i < WEFT_COUNT_OF(bookkeeping); i++) {
        weft_adopted_table *table = weft_adopt_table_find(work, own, weft_str_from(bookkeeping[i]));
        if (table != NULL) {
            table->is_link = true; /* none of the application's */
        }
    }
    return WEFT_OK;
}

/* The application's model at one end of a link: its table is called as its alias. */
static weft_code give_end(weft_adopting *work, weft_str module, weft_str model)
{
    weft_adopted_table *table = weft_adopt_table_find(work, (weft_str){"", 0}, model);
    return table != NULL && table->module == NULL && !table->is_link ? give(work, table, module, NULL) : WEFT_OK;
}

static weft_code give_ends(weft_adopting *work)
{
    for (size_t i = 0; i < work->present->medusa_link_count; i++) {
        weft_adopted_table *table =
            weft_adopt_table_find(work, (weft_str){"", 0}, work->present->medusa_links[i].table);
        if (table != NULL) {
            table->is_link = true;
        }
    }
    for (size_t i = 0; i < work->present->medusa_link_count; i++) {
        const weft_present_medusa_link *link = &work->present->medusa_links[i];
        WEFT_TRY(give_end(work, link->from_module, link->from_model));
        WEFT_TRY(give_end(work, link->to_module, link->to_model));
    }
    return WEFT_OK;
}

/* One table that a foreign key joins with a table of a module, in either direction; false when there is none left. */
static bool spread(weft_adopting *work)
{
    for (size_t i = 0; i < work->present->table_count; i++) {
        weft_adopted_table *here = &work->tables[i];
        for (size_t k = 0; k < here->present->foreign_key_count; k++) {
            const weft_present_foreign_key *key = &here->present->foreign_keys[k];
            weft_adopted_table *there = weft_adopt_table_find(work, key->target_schema, key->target_table);
            if (there == NULL || here->is_link || there->is_link || (here->module == NULL) == (there->module == NULL)) {
                continue;
            }
            (here->module == NULL ? here : there)->module = here->module == NULL ? there->module : here->module;
            return true;
        }
    }
    return false;
}

weft_code weft_adopt_assign_medusa(weft_adopting *work)
{
    if (work->present->medusa_link_count == 0 ||
        weft_adopt_table_find(work, (weft_str){"", 0}, WEFT_STR("mikro_orm_migrations")) == NULL) {
        (void)weft_fail(work->error, WEFT_UNSUPPORTED, "the database is not one of MedusaJS 2");
        weft_error_set_detail(work->error,
                              "It has no link_module_migrations with links in it, or no mikro_orm_migrations.");
        weft_error_set_hint(work->error, "Run Medusa's own db:migrate first, or use import schema.");
        return WEFT_UNSUPPORTED;
    }
    WEFT_TRY(give_known(work));
    WEFT_TRY(give_ends(work));
    while (spread(work)) {
    }
    return WEFT_OK;
}
