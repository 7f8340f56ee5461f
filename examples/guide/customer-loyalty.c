/* Guide, "With Commerce Modules": a customer's loyalty account, which goes with the customer. One to one: a second
 * account for the same customer is refused by the database. */
#include "example.h"

#include <stdio.h>
#include <string.h>

WEFT_LINK(.left = {.linkable = "customer.customer"},
          .right = {.linkable = "loyalty.loyalty_account", .delete_cascade = true});

int main(void)
{
    const weft_definition_set definitions = weft_definitions_here();
    weft_engine *engine = example_open(&definitions);
    example_create(engine, "customer", "{\"id\":\"cus_1\",\"email\":\"ada@example.com\"}");
    example_create(engine, "loyalty_account", "[{\"id\":\"loy_1\",\"points\":40},{\"id\":\"loy_2\"}]");
    example_link(engine, "{\"customer\":{\"customer_id\":\"cus_1\"},\"loyalty\":{\"loyalty_account_id\":\"loy_1\"}}");
    example_ask(engine, "{\"entity\":\"customer\",\"fields\":[\"email\",\"loyalty_account.points\"]}");

    static const char second[] =
        "{\"customer\":{\"customer_id\":\"cus_1\"},\"loyalty\":{\"loyalty_account_id\":\"loy_2\"}}";
    weft_text answer = {NULL, 0, NULL};
    weft_error error;
    const weft_code code = weft_link_create_json(engine, second, strlen(second), &answer, &error);
    printf("second account: %s: %s\n", weft_code_name(code), error.message);
    weft_close(engine);
    return 0;
}
