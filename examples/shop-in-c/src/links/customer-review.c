/* Who wrote what. */
#include <weft/define.h>

WEFT_LINK(.left = {.linkable = "customer.customer"}, .right = {.linkable = "review.review", .is_list = true});
