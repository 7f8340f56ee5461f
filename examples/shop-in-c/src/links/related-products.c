/* A self link: products shown beside a product. */
#include <weft/define.h>

WEFT_LINK(.name = "related_products",
          .left = {.linkable = "product.product", .alias = "recommended_by", .is_list = true},
          .right = {.linkable = "product.product", .alias = "related_product", .is_list = true});
