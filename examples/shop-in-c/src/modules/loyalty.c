/* The loyalty module: points and tiers. */
#include <weft/define.h>

WEFT_MODULE(
    "loyalty",
    WEFT_MODEL("loyalty_account",
               WEFT_FIELDS(WEFT_ID("id", .prefix = "loy"),
                           WEFT_NUMBER("points", .default_value = "0"),
                           WEFT_ENUM("tier", WEFT_TEXTS("basic", "silver", "gold"), .default_value = "basic"))));
