/* The guide's product attributes. */
#include <weft/define.h>

WEFT_MODULE("product_attributes",
            WEFT_MODEL("attribute", WEFT_FIELDS(WEFT_ID("id", .prefix = "attr"), WEFT_TEXT("name"))));
