/* Who asks, and whether they may. The only two doors of authentication: server_principal_decide is called once a
 * request, when its headers are here and before its body is read; server_permit before anything is run for it. */
#ifndef SERVER_PRINCIPAL_H
#define SERVER_PRINCIPAL_H

#include "server/text.h"
#include "weft/access.h"

struct weft_call;

/* What a principal may do: each includes those before it. */
typedef enum server_scope { SERVER_SCOPE_READ = 1, SERVER_SCOPE_WRITE, SERVER_SCOPE_ADMIN } server_scope;

#define SERVER_NAME_SIZE             64 /* of a role or a module, with its NUL */
#define SERVER_TENANT_SIZE           256
#define SERVER_PRINCIPAL_MODULES_MAX 16

/* Who asks. */
typedef struct server_principal {
    char name[80]; /* for log lines, and the owner of idempotency keys; of nobody else */
    server_scope scope;
    char role[SERVER_NAME_SIZE]; /* of weft.yaml; "": no lists */
    char modules[SERVER_PRINCIPAL_MODULES_MAX][SERVER_NAME_SIZE];
    size_t module_count; /* 0: every module */
    char tenant[SERVER_TENANT_SIZE];
    bool has_tenant;
} server_principal;

/* The same for the library; `modules` has room for SERVER_PRINCIPAL_MODULES_MAX names. Borrows from the principal. */
void server_principal_access(const server_principal *principal, const char **modules, weft_access *ret_access);

typedef enum server_work_kind {
    SERVER_WORK_QUERY = 1, /* `request` is a graph request */
    SERVER_WORK_EXPLAIN,   /* the same, only explained */
    SERVER_WORK_CREATE,    /* records of `entity`; `request` is the body */
    SERVER_WORK_UPDATE,
    SERVER_WORK_DELETE,
    SERVER_WORK_IMPACT,
    SERVER_WORK_RESTORE, /* of the deletion `key` */
    SERVER_WORK_LINK,    /* `request` is the change, or changes */
    SERVER_WORK_UNLINK,
    SERVER_WORK_RELINK,
    SERVER_WORK_SCHEMA, /* to see what there is: the OpenAPI document */
    SERVER_WORK_OWN     /* a route of the program's own; `entity` is its path */
} server_work_kind;

/* What is about to be run. */
typedef struct server_work {
    server_work_kind kind;
    const char *entity; /* "product.product"; NULL where the request names it */
    const char *key;    /* of the record, or a deletion; NULL */
    const char *request;
    size_t request_len;
} server_work;

/* Fill call->principal from the call's headers. A failure is answered as it is. */
weft_code server_principal_decide(struct weft_call *call, weft_error *error);

/* Whether call->principal may have this run. A failure is answered as it is. A rule that narrows a query to the
 * principal's rows makes its own text of it: `*ret_request` is then not empty and is run in place of work->request. */
weft_code server_permit(struct weft_call *call, const server_work *work, server_text *ret_request, weft_error *error);

#endif
