/* The names that foreign keys give. Private to adopt/. */
#ifndef WEFT_ADOPT_RELATIONS_H
#define WEFT_ADOPT_RELATIONS_H

#include "adopt/work.h"

/* "customer" of customer_id, customerId or, where code is the column it leads to, customer_code; else the column. */
weft_str weft_adopt_relation_name(weft_str column, weft_str target_column);

/* What the records of `from` are called on `to`; `name` is what `to` is called on them. `.data` NULL: out of memory. */
weft_str weft_adopt_other_end(weft_adopting *work, const weft_adopted_reference *reference, weft_str name);

#endif
