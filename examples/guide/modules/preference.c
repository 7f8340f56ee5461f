/* The guide's preference module. */
#include <weft/define.h>

WEFT_MODULE("preference",
            WEFT_MODEL("preference", WEFT_FIELDS(WEFT_ID("id", .prefix = "pref"), WEFT_JSON("settings"))));
