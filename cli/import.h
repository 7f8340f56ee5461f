/* What importing records and importing links share: opening the file, reading it, telling the outcome. */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include "cli/cli.h"

/* A weft_read over a FILE. */
weft_code cli_read_file(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *error);

/* Open `path` ("-": stdin), its format from --format or its ending. False: told, *ret_status set. */
bool cli_open_import(cli_run *run, const char *path, FILE **ret_in, weft_import_kind *ret_kind, int *ret_status);

/* Tell how an import ended; answers the exit status. */
int cli_tell_import(cli_run *run, const char *what, weft_code code, uint64_t count, const weft_error *error);

#endif
