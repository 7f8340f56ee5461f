/* The customer module: who buys. */
#include <weft/define.h>

WEFT_MODULE(
    "customer",
    WEFT_MODEL("customer",
               WEFT_FIELDS(WEFT_ID("id", .prefix = "cus"), WEFT_TEXT("name"), WEFT_TEXT("email", .unique = true))));
