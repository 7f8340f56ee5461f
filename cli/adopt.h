/* Definition files from a database: import schema, and init --medusa. */
#ifndef CLI_ADOPT_H
#define CLI_ADOPT_H

#include "cli/cli.h"

/* Write the definitions of the database at `url` into the project in `directory`; answers the exit status. */
int cli_import_schema(cli_run *run, const char *url, const char *directory, bool is_medusa);

/* True for what is written as the address of a database. */
bool cli_is_database(const char *text);

#endif
