/* Which files define a project, in the order they are read and told of, and their bytes. */
#ifndef WEFT_DEFINE_FILES_H
#define WEFT_DEFINE_FILES_H

#include "define/node.h"

#define WEFT_FILES_MAX 10000

/* A module's file with the name of its directory. */
typedef struct weft_files {
    const weft_file *project;
    weft_file **modules; /* by path, bytewise */
    weft_str *module_directories;
    size_t module_count;
    weft_file **links; /* by path, bytewise */
    size_t link_count;
} weft_files;

/* Find weft.yaml, src/modules/<name>/module.yaml and src/links/<any depth>; .yml and .json are equal to .yaml, names
 * that start with "_" or "." are passed over. What cannot be read is reported (WEFT_FILE_ERROR), and so is weft.yaml
 * when it is not there (then ret_files->project stays NULL). WEFT_NO_MEMORY. */
weft_code weft_files_find(weft_workshop *shop, weft_files *ret_files);

/* The bytes of `file`; *ret_text.data stays NULL when a problem was reported. WEFT_NO_MEMORY. */
weft_code weft_file_read(weft_workshop *shop, const weft_file *file, weft_str *ret_text);

#endif
