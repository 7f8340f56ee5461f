/* One to one: a customer has one account. */
#include <weft/define.h>

WEFT_LINK(.left = {.linkable = "customer.customer"},
          .right = {.linkable = "loyalty.loyalty_account", .delete_cascade = true});
