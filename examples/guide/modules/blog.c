/* The guide's blog module. */
#include <weft/define.h>

WEFT_MODULE("blog", WEFT_MODEL("blog_post", WEFT_FIELDS(WEFT_ID("id", .prefix = "post"), WEFT_TEXT("title"))));
