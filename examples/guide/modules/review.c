/* The guide's review module. */
#include <weft/define.h>

WEFT_MODULE("review", WEFT_MODEL("review", WEFT_FIELDS(WEFT_ID("id", .prefix = "rev"), WEFT_NUMBER("rating"))));
