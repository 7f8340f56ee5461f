/* Customers, as the commerce module of the guide has them. */
#include <weft/define.h>

WEFT_MODULE("customer", WEFT_MODEL("customer", WEFT_FIELDS(WEFT_ID("id", .prefix = "cus"), WEFT_TEXT("email"))));
