/* The key of a record in an address: its text, or a JSON array of a composite key's parts. Pure. */
#ifndef SERVER_KEY_H
#define SERVER_KEY_H

#include <jansson.h>

#include "server/text.h"
#include "weft/error.h"

/* Append the condition that only this record meets: {"id":"prod_1"}. A key that cannot be one is WEFT_NOT_FOUND: no
 * record has it. */
weft_code server_key_condition(const json_t *entity, const char *key, server_text *text, weft_error *error);

/* Make the error of a record that is not there. */
weft_code server_key_not_found(const json_t *entity, const char *key, weft_error *error);

#endif
