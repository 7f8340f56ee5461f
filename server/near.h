/* The nearest right name, for hints. */
#ifndef SERVER_NEAR_H
#define SERVER_NEAR_H

/* Keeps the candidate nearest to `wrong`; zeroed but for `wrong` to begin with. */
typedef struct server_near {
    const char *wrong;
    const char *best; /* borrowed; NULL while none is near enough */
    unsigned distance;
} server_near;

void server_near_try(server_near *near, const char *candidate);

#endif
