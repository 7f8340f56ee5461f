/* Definitions in C as the nodes that a file would have made, so that one reader checks both. Every node stands where
 * its macro does; what was not given is not there. */
#ifndef WEFT_DEFINE_CODED_H
#define WEFT_DEFINE_CODED_H

#include "define/node.h"
#include "weft/define.h"

/* In `shop->scratch`, but for texts, which go where a file's do. A default that is not JSON is reported and left out.
 * WEFT_NO_MEMORY. */
weft_code weft_coded_module(weft_workshop *shop, const weft_module_spec *spec, weft_place place, weft_node **ret_node);
weft_code weft_coded_link(weft_workshop *shop, const weft_link_spec *spec, weft_place place, weft_node **ret_node);

/* Where a definition in C stands. Its file ranks behind those on disk, `rank` among its like. WEFT_NO_MEMORY. */
weft_code weft_coded_place(weft_workshop *shop, const char *path, int line, uint32_t rank, weft_place *ret_place);

#endif
