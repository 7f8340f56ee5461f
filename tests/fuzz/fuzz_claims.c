/* Claims of a token, as they come out of a signature: whatever they are, a caller is made whole or not at all. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char settings_text[] =
        "{\"issuer\":\"me\",\"audience\":\"shop\",\"leeway_seconds\":10,\"scope_claim\":\"scope\",\"role_claim\":"
        "\"role\",\"tenant_claim\":\"org\",\"scope\":\"read\",\"role\":\"clerk\"}";
    weft_error error = {0};
    server_principal who = {0};
    json_t *settings = json_loads(settings_text, 0, NULL);
    json_t *claims = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    const weft_code code = server_claims_read(settings, claims, 1000000, &who, &error);
    const bool is_whole = who.scope >= SERVER_SCOPE_READ && who.scope <= SERVER_SCOPE_ADMIN && who.role[0] &&
                          !strncmp(who.name, "jwt ", 4) && who.has_tenant == (who.tenant[0] != '\0');
    const bool is_empty = who.scope == 0 && !who.name[0] && !who.role[0] && !who.has_tenant && error.message[0];
    if (code == WEFT_OK ? !is_whole : code != WEFT_UNAUTHENTICATED || !is_empty) {
        abort();
    }
    json_decref(claims);
    json_decref(settings);
    return 0;
}
