/* An application as its own weft: every command of the program, with the application's definitions and subscribers
 * compiled in. Link weft-main beside weft-serve and weft (pkg-config weft-main). */
#ifndef WEFT_MAIN_H
#define WEFT_MAIN_H

#include "weft/serve.h"
#include "weft/weft.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the application brings. Zero what it does not. All pointers must outlive weft_main. */
typedef struct weft_application {
    const char *name;                       /* of the program, in its help; default "weft" */
    const weft_definition_set *definitions; /* modules and links; added to those of the project's files */
    const char *project;                    /* the text of a weft.yaml; NULL: the project's files */
    const weft_observer *subscribers;       /* each is told every event, links that were attached and detached too */
    size_t subscriber_count;                /* of `subscribers` */
    const weft_route *routes;               /* of `serve`, beside those every model has */
    size_t route_count;                     /* of `routes` */
} weft_application;

/* Run the command line `argc`, `argv` as the program weft does: docs/command-line.md. `application` may be NULL. Writes
 * to stdout and stderr, and tells every error there.
 *
 * Returns: the exit status: 0 ok, 1 failed, 2 usage, 3 changes pending, 4 integrity findings, 5 refused as unsafe.
 * Threads: one call at a time in a process. */
int weft_main(int argc, char **argv, const weft_application *application);

#ifdef __cplusplus
}
#endif
#endif
