/* The shop as a program of its own: every command of weft, with the modules and links of this folder compiled in. */
#include <weft/main.h>

int main(int argc, char **argv)
{
    const weft_definition_set definitions = weft_definitions_here();
    return weft_main(argc, argv, &(weft_application){.name = "shop", .definitions = &definitions});
}
