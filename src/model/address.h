/* The address of a PostgreSQL server, taken apart by rules of our own, so that what is secret in it is known before
 * anybody could print it: scheme://user:password@host:port,host:port/database?key=value&key=value
 *
 * The rules are narrower than libpq's. A password that holds one of @ : / ? # [ ] % as it is could be read in more than
 * one way, and each way but one shows a part of it as something else. */
#ifndef WEFT_MODEL_ADDRESS_H
#define WEFT_MODEL_ADDRESS_H

#include "base/str.h"

/* Parts of the address as they are written, percent signs and all; never who asks. */
typedef struct weft_address {
    weft_str scheme;     /* "postgres" or "postgresql" */
    weft_str hosts;      /* of the authority: "h", "h:1,[::1]:2", "" */
    weft_str database;   /* "" when there is none */
    weft_str parameters; /* secret: behind the "?" */
} weft_address;

/* NULL, or what of `url` cannot be right, to be told without quoting it: "the port". */
const char *weft_address_read(weft_str url, weft_address *ret_address);

/* Take the first parameter off: false when none is left. */
bool weft_address_next(weft_str *parameters, weft_str *ret_key, weft_str *ret_value);

#endif
