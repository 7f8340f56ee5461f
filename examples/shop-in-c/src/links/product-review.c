/* One product, many reviews: each review belongs to one product, and the database keeps it so. */
#include <weft/define.h>

WEFT_LINK(.left = {.linkable = "product.product"},
          .right = {.linkable = "review.review", .is_list = true, .delete_cascade = true});
