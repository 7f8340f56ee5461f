/* Environment variables in weft.yaml: ${NAME} and ${NAME:-default}. */
#ifndef WEFT_DEFINE_EXPAND_H
#define WEFT_DEFINE_EXPAND_H

#include "define/node.h"

/* Replace them in every value (not key) of the tree; done after parsing, so that a value can never add structure. An
 * unset variable without default, a bad name and a missing "}" are reported. WEFT_NO_MEMORY. */
weft_code weft_expand(weft_workshop *shop, weft_node *node);

#endif
