/* The last request for one record that a client's address became. Who asks for records one after another mostly asks
 * for the same fields of the same model: then only the key is another, and the rest need not be read and written again.
 */
#ifndef SERVER_RECALL_H
#define SERVER_RECALL_H

#include "server/text.h"
#include "weft/serve.h"

struct json_t;

typedef struct server_recall {
    unsigned long project; /* its number; 0: nothing is recalled */
    char *plural, *query;  /* of the address; the query as it was sent, "" without one */
    struct json_t *entity; /* of that project's schema */
    server_text before;    /* the request as far as the key … */
    server_text behind;    /* … and from there on */
} server_recall;

/* The request for the record that `call` names, where it differs from the one recalled in its key alone; its entity.
 * NULL: it does not. Appends to `request`, whose failure is to be looked at. */
struct json_t *server_recall_request(const server_recall *recall, const weft_call *call, server_text *request);

/* Recall `request`, which `call` became: one for `entity` with the condition `condition`. Does nothing where the key is
 * no single text, where the request is large or memory is short. */
void server_recall_keep(server_recall *recall,
                        const weft_call *call,
                        struct json_t *entity,
                        const server_text *request,
                        const char *condition);
void server_recall_done(server_recall *recall);

#endif
