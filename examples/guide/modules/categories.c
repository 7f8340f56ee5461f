/* The guide's custom categories. */
#include <weft/define.h>

WEFT_MODULE("custom_category", WEFT_MODEL("category", WEFT_FIELDS(WEFT_ID("id", .prefix = "cat"), WEFT_TEXT("name"))));
