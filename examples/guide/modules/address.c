/* The guide's extended addresses. */
#include <weft/define.h>

WEFT_MODULE("address",
            WEFT_MODEL("extended_address",
                       WEFT_FIELDS(WEFT_ID("id", .prefix = "addr"), WEFT_TEXT("street"), WEFT_TEXT("floor"))));
