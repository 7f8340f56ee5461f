/* Guide, "Customer preferences": one record of settings a customer, gone with the customer. */
#include "example.h"

WEFT_LINK(.left = {.linkable = "customer.customer"},
          .right = {.linkable = "preference.preference", .delete_cascade = true});

int main(void)
{
    const weft_definition_set definitions = weft_definitions_here();
    weft_engine *engine = example_open(&definitions);
    example_create(engine, "customer", "{\"id\":\"cus_1\",\"email\":\"ada@example.com\"}");
    example_create(engine, "preference", "{\"id\":\"pref_1\",\"settings\":{\"theme\":\"dark\",\"mails\":false}}");
    example_link(engine, "{\"customer\":{\"customer_id\":\"cus_1\"},\"preference\":{\"preference_id\":\"pref_1\"}}");
    example_ask(engine, "{\"entity\":\"customer\",\"fields\":[\"email\",\"preference.settings.theme\"]}");
    example_delete(engine, "customer", "cus_1");
    example_ask(engine, "{\"entity\":\"preference\",\"fields\":[\"id\"]}");
    weft_close(engine);
    return 0;
}
