/* Products, as the commerce module of the guide has them. */
#include <weft/define.h>

WEFT_MODULE("product", WEFT_MODEL("product", WEFT_FIELDS(WEFT_ID("id", .prefix = "prod"), WEFT_TEXT("title"))));
