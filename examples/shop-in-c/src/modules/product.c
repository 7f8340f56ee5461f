/* The product module: what is sold. */
#include <weft/define.h>

WEFT_MODULE("product",
            WEFT_MODEL("product",
                       WEFT_FIELDS(WEFT_ID("id", .prefix = "prod"),
                                   WEFT_TEXT("title"),
                                   WEFT_TEXT("handle", .unique = true),
                                   WEFT_ENUM("status",
                                             WEFT_TEXTS("draft", "published"),
                                             .default_value = "draft",
                                             .index = true),
                                   WEFT_JSON("metadata", .nullable = true)),
                       WEFT_RELATIONS(WEFT_HAS_MANY("variants", "product_variant", .mapped_by = "product")),
                       .cascades = WEFT_TEXTS("variants")),
            WEFT_MODEL("product_variant",
                       WEFT_FIELDS(WEFT_ID("id", .prefix = "variant"),
                                   WEFT_TEXT("title"),
                                   WEFT_TEXT("sku", .unique = true),
                                   WEFT_BIG_NUMBER("price")),
                       WEFT_RELATIONS(WEFT_BELONGS_TO("product", "product"))));
