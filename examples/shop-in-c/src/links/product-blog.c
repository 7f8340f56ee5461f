/* A product has many posts and a post shows many products; posts are deleted with their product. */
#include <weft/define.h>

WEFT_LINK(.left = {.linkable = "product.product", .is_list = true},
          .right = {.linkable = "blog.blog_post", .is_list = true, .delete_cascade = true},
          WEFT_EXTRA_COLUMNS(WEFT_NUMBER("position", .nullable = true)));
