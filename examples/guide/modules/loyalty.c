/* The guide's loyalty module. */
#include <weft/define.h>

WEFT_MODULE("loyalty",
            WEFT_MODEL("loyalty_account",
                       WEFT_FIELDS(WEFT_ID("id", .prefix = "loy"), WEFT_NUMBER("points", .default_value = "0"))));
