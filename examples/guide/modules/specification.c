/* The guide's specification module. */
#include <weft/define.h>

WEFT_MODULE("specification",
            WEFT_MODEL("specification",
                       WEFT_FIELDS(WEFT_ID("id", .prefix = "spec"), WEFT_TEXT("name"), WEFT_TEXT("value"))));
