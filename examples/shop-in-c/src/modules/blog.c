/* The blog module: posts with their comments, which die with them. */
#include <weft/define.h>

WEFT_MODULE("blog",
            WEFT_MODEL("blog_post",
                       WEFT_FIELDS(WEFT_ID("id", .prefix = "post"),
                                   WEFT_TEXT("title"),
                                   WEFT_TEXT("body", .nullable = true),
                                   WEFT_TEXT("author", .nullable = true, .index = true),
                                   WEFT_ENUM("status",
                                             WEFT_TEXTS("draft", "published"),
                                             .default_value = "draft",
                                             .index = true),
                                   WEFT_DATE_TIME("published_at", .nullable = true),
                                   WEFT_NUMBER("views", .default_value = "0")),
                       WEFT_RELATIONS(WEFT_HAS_MANY("comments", "comment", .mapped_by = "post")),
                       .cascades = WEFT_TEXTS("comments")),
            WEFT_MODEL("comment",
                       WEFT_FIELDS(WEFT_ID("id"), WEFT_TEXT("body")),
                       WEFT_RELATIONS(WEFT_BELONGS_TO("post", "blog_post"))));
