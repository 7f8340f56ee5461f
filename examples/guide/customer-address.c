/* Guide, "Customer addresses": many a customer, gone with the customer. */
#include "example.h"

WEFT_LINK(.left = {.linkable = "customer.customer"},
          .right = {.linkable = "address.extended_address", .is_list = true, .delete_cascade = true});

int main(void)
{
    const weft_definition_set definitions = weft_definitions_here();
    weft_engine *engine = example_open(&definitions);
    example_create(engine, "customer", "{\"id\":\"cus_1\",\"email\":\"ada@example.com\"}");
    example_create(engine,
                   "extended_address",
                   "[{\"id\":\"addr_1\",\"street\":\"Main St 1\",\"floor\":\"3\"},"
                   "{\"id\":\"addr_2\",\"street\":\"Side St 2\",\"floor\":\"0\"}]");
    example_link(engine,
                 "[{\"customer\":{\"customer_id\":\"cus_1\"},\"address\":{\"extended_address_id\":\"addr_1\"}},"
                 "{\"customer\":{\"customer_id\":\"cus_1\"},\"address\":{\"extended_address_id\":\"addr_2\"}}]");
    example_ask(engine, "{\"entity\":\"customer\",\"fields\":[\"email\",\"extended_addresses.street\"]}");
    example_delete(engine, "customer", "cus_1");
    weft_close(engine);
    return 0;
}
