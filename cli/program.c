/* The program weft: the command line with nothing compiled in. */
#include "weft/main.h"

int main(int argc, char **argv)
{
    return weft_main(argc, argv, NULL);
}
