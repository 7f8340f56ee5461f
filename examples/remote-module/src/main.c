/* A shop whose reviews are served by an API: every command of weft, `serve` included, reads them as it reads products.
 */
#include <weft/main.h>

int main(int argc, char **argv)
{
    const weft_definition_set definitions = weft_definitions_here();
    return weft_main(argc, argv, &(weft_application){.name = "remote-module", .definitions = &definitions});
}
