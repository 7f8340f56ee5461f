/* The functions of libweft-serve with memory running out, as exhaust.h has those of libweft. The server asks malloc, so
 * malloc is what fails (starve.h), for the calling thread alone; what handlers may call is tried inside a handler,
 * asked over loopback.
 *
 * All requests from the nth on fail. That one alone does is not tried: jansson 2.14 writes past a buffer that could not
 * grow when the next request is granted. */
#ifndef WEFT_TESTS_EXHAUST_SERVING_H
#define WEFT_TESTS_EXHAUST_SERVING_H

#include "weft/serve.h"

/* Filled with a pattern before the call; a call that fails leaves the pattern. */
typedef struct serving_out {
    weft_server *server; /* closed after the call */
    weft_text text;      /* freed after the call */
} serving_out;

typedef struct serving {
    const char *directory;
    weft_server *server; /* made by `prepare` or not; closed after the call */
    char key_id[32];
    serving_out out;
} serving;

/* A function that is called before, beside or after serving. */
typedef struct outside_entry {
    const char *function;
    bool allocates_nothing;
    bool may_manage; /* it may do its work, as documented, with less memory than it asked for */
    weft_code also;  /* what else it may answer, as documented; WEFT_OK: nothing */
    void (*prepare)(serving *s);
    weft_code (*call)(serving *s, weft_error *error);
} outside_entry;

/* A function that handlers call. */
typedef struct inside_entry {
    const char *function;
    bool allocates_nothing;
    weft_code (*call)(weft_call *call, weft_error *error);
    const char *answered[2]; /* in the answer, when the call had memory enough: one of both */
} inside_entry;

extern const outside_entry outside_entries[];
extern const size_t outside_entry_count;
extern const inside_entry inside_entries[];
extern const size_t inside_entry_count;

#define SERVING_REQUESTS_MAX 20000

/* Open a server over the project in `directory`, not starved. */
weft_server *serving_open(const char *directory, weft_error *error);

/* inside.c: a test of one entry, its state; of all the rest of this folder, that of `outside_entry`. */
void serving_try_inside(void **state);

/* Where the project is. */
extern char serving_directory[256];

#endif
