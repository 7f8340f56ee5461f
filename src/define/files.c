/* Walking the project's directory. The names of a directory are sorted before they are used, so that the order of files
 * never depends on the file system. */
#include "define/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/vec.h"

#define LINK_DEPTH_MAX 16

typedef WEFT_VEC(weft_str) name_list;
typedef WEFT_VEC(weft_file *) file_list;

typedef struct walk {
    weft_workshop *shop;
    uint32_t rank_next;
    size_t files_seen;
    file_list modules;
    name_list module_directories;
    file_list links;
} walk;

static weft_code fail_file(weft_workshop *shop, weft_str path, const char *action)
{
    const int reason = errno;
    if (reason == ENOMEM) {
        return WEFT_NO_MEMORY;
    }
    weft_file *file = WEFT_ARENA_NEW(shop->scratch, weft_file);
    if (!file) {
        return WEFT_NO_MEMORY;
    }
    file->path = path;
    (void)weft_problem(shop,
                       (weft_place){file, 0, 0},
                       WEFT_FILE_ERROR,
                       "could not %s \"%.*s\": %s",
                       action,
                       WEFT_STR_ARG(path),
                       strerror(reason));
    return WEFT_OK;
}

static weft_str join(weft_arena *arena, weft_str directory, weft_str name)
{
    return directory.len ? weft_str_format(arena, "%.*s/%.*s", WEFT_STR_ARG(directory), WEFT_STR_ARG(name))
                         : weft_str_copy(arena, name);
}

/* Where a path of the project is opened. */
static weft_str absolute_of(weft_workshop *shop, weft_str path)
{
    return join(shop->scratch, weft_str_from(shop->directory), path);
}

/* "yaml" of "x.yaml", or empty. */
static weft_str extension_of(weft_str name)
{
    for (size_t i = name.len; i > 1; i--) {
        if (name.data[i - 1] == '.') {
            return weft_str_slice(name, i, name.len);
        }
    }
    return (weft_str){NULL, 0};
}

static bool is_definition(weft_str name)
{
    const weft_str extension = extension_of(name);
    return weft_str_equal_text(extension, "yaml") || weft_str_equal_text(extension, "yml") ||
           weft_str_equal_text(extension, "json");
}

static weft_code make_file(walk *self, weft_str path, weft_file **ret_file)
{
    weft_file *file = WEFT_ARENA_NEW(self->shop->scratch, weft_file);
    const weft_str absolute = absolute_of(self->shop, path);
    /* Places are kept in the catalog's messages, so the path is copied where it lives as long. */
    const weft_str kept = weft_str_copy(self->shop->keep, path);
    if (!file || !absolute.data || !kept.data) {
        return WEFT_NO_MEMORY;
    }
    size_t name_at = 0;
    for (size_t i = 0; i < kept.len; i++) {
        name_at = kept.data[i] == '/' ? i + 1 : name_at;
    }
    const weft_str name = weft_str_slice(kept, name_at, kept.len);
    const weft_str extension = extension_of(name);
    file->path = kept;
    file->absolute = absolute;
    file->name = weft_str_slice(name, 0, name.len - extension.len - (extension.len ? 1 : 0));
    file->is_json = weft_str_equal_text(extension, "json");
    file->rank = self->rank_next++;
    *ret_file = file;
    return WEFT_OK;
}

static int compare_names(const void *a, const void *b)
{
    const weft_str *left = a;
    const weft_str *right = b;
    return weft_str_compare(*left, *right);
}

/* The names in a directory, sorted; hidden and "_" ones left out. A directory that is not there has none. */
static weft_code list_directory(weft_workshop *shop, weft_str path, name_list *ret_names)
{
    const weft_str absolute = absolute_of(shop, path);
    if (!absolute.data) {
        return WEFT_NO_MEMORY;
    }
    DIR *directory = opendir(absolute.data);
    if (!directory) {
        return errno == ENOENT || errno == ENOTDIR ? WEFT_OK : fail_file(shop, path, "read the directory");
    }
    weft_code code = WEFT_OK;
    for (const struct dirent *entry = readdir(directory); entry && code == WEFT_OK; entry = readdir(directory)) {
        if (entry->d_name[0] == '.' || entry->d_name[0] == '_') {
            continue;
        }
        const weft_str name = weft_str_copy(shop->scratch, weft_str_from(entry->d_name));
        code = name.data && weft_vec_push(shop->scratch, ret_names, name) ? WEFT_OK : WEFT_NO_MEMORY;
    }
    (void)closedir(directory);
    if (code == WEFT_OK && ret_names->count) {
        qsort(ret_names->items, ret_names->count, sizeof(*ret_names->items), compare_names);
    }
    return code;
}

static bool is_directory(weft_workshop *shop, weft_str path)
{
    struct stat status;
    const weft_str absolute = absolute_of(shop, path);
    return absolute.data && stat(absolute.data, &status) == 0 && S_ISDIR(status.st_mode);
}

static weft_code count_file(walk *self, const weft_file *file, bool *ret_is_within)
{
    *ret_is_within = ++self->files_seen <= WEFT_FILES_MAX;
    if (self->files_seen == WEFT_FILES_MAX + 1) {
        weft_error *error = weft_problem(
            self->shop, (weft_place){file, 0, 0}, WEFT_LIMIT_EXCEEDED, "the project has too many definition files");
        weft_error_set_detail(error, "At most %d files are read.", WEFT_FILES_MAX);
    }
    return WEFT_OK;
}

/* "module.yaml" (or weft.yaml …) among `names`, which may be only one of the three spellings. */
static weft_code find_one(
    walk *self, weft_str directory, const name_list *names, const char *wanted, weft_file **ret_file)
{
    for (size_t i = 0; i < names->count; i++) {
        const weft_str name = names->items[i];
        const weft_str extension = extension_of(name);
        const weft_str stem = weft_str_slice(name, 0, name.len - extension.len - (extension.len ? 1 : 0));
        if (!is_definition(name) || !weft_str_equal_text(stem, wanted)) {
            continue;
        }
        const weft_str path = join(self->shop->scratch, directory, name);
        if (!path.data) {
            return WEFT_NO_MEMORY;
        }
        if (*ret_file) {
            weft_error *error = weft_problem(self->shop,
                                             (weft_place){*ret_file, 0, 0},
                                             WEFT_NAME_CLASH,
                                             "\"%.*s\" and \"%.*s\" define the same thing",
                                             WEFT_STR_ARG((*ret_file)->path),
                                             WEFT_STR_ARG(path));
            weft_error_set_hint(error, "Keep one of them.");
            return WEFT_OK;
        }
        WEFT_TRY(make_file(self, path, ret_file));
    }
    return WEFT_OK;
}

static weft_code fail_stray(walk *self, weft_str path, const char *message, const char *hint)
{
    weft_file *file = NULL;
    WEFT_TRY(make_file(self, path, &file));
    weft_error *error = weft_problem(self->shop, (weft_place){file, 0, 0}, WEFT_INVALID_DEFINITION, "%s", message);
    weft_error_set_hint(error, "%s", hint);
    return WEFT_OK;
}

static weft_code find_module(walk *self, weft_str name)
{
    const weft_str path = join(self->shop->scratch, WEFT_STR("src/modules"), name);
    if (!path.data) {
        return WEFT_NO_MEMORY;
    }
    if (!is_directory(self->shop, path)) {
        return is_definition(name) ? fail_stray(self,
                                                path,
                                                "a module's file stands in a directory of the module's name",
                                                "Move it to src/modules/<module>/module.yaml.")
                                   : WEFT_OK;
    }
    name_list names = {0};
    WEFT_TRY(list_directory(self->shop, path, &names));
    weft_file *file = NULL;
    WEFT_TRY(find_one(self, path, &names, "module", &file));
    if (!file) {
        return fail_stray(self,
                          path,
                          "the directory of a module holds no module.yaml",
                          "Write one, or let the directory's name start with \"_\".");
    }
    bool is_within = false;
    WEFT_TRY(count_file(self, file, &is_within));
    const bool is_kept = !is_within || (weft_vec_push(self->shop->scratch, &self->modules, file) &&
                                        weft_vec_push(self->shop->scratch, &self->module_directories, name));
    return is_kept ? WEFT_OK : WEFT_NO_MEMORY;
}

static weft_code find_links(walk *self, weft_str directory, size_t depth);

/* A directory to look into, a definition, or something else, which is passed over. */
static weft_code find_link(walk *self, weft_str path, weft_str name, size_t depth)
{
    if (is_directory(self->shop, path)) {
        /* Deeper than this is a symbolic link that leads back up. */
        return depth < LINK_DEPTH_MAX ? find_links(self, path, depth + 1)
                                      : fail_stray(self,
                                                   path,
                                                   "the directories of links are nested too deeply",
                                                   "Symbolic links that lead back up do this.");
    }
    if (!is_definition(name)) {
        return WEFT_OK;
    }
    weft_file *file = NULL;
    bool is_within = false;
    WEFT_TRY(make_file(self, path, &file));
    WEFT_TRY(count_file(self, file, &is_within));
    const bool is_kept = !is_within || weft_vec_push(self->shop->scratch, &self->links, file);
    return is_kept ? WEFT_OK : WEFT_NO_MEMORY;
}

static weft_code find_links(walk *self, weft_str directory, size_t depth)
{
    name_list names = {0};
    WEFT_TRY(list_directory(self->shop, directory, &names));
    for (size_t i = 0; i < names.count && self->files_seen <= WEFT_FILES_MAX; i++) {
        const weft_str path = join(self->shop->scratch, directory, names.items[i]);
        if (!path.data) {
            return WEFT_NO_MEMORY;
        }
        WEFT_TRY(find_link(self, path, names.items[i], depth));
    }
    return WEFT_OK;
}

static weft_code find_project(walk *self, const weft_file **ret_project)
{
    name_list names = {0};
    WEFT_TRY(list_directory(self->shop, WEFT_STR(""), &names));
    weft_file *file = NULL;
    WEFT_TRY(find_one(self, WEFT_STR(""), &names, "weft", &file));
    if (!file && self->shop->problem_count == 0) {
        weft_file *wanted = NULL;
        WEFT_TRY(make_file(self, WEFT_STR("weft.yaml"), &wanted));
        weft_error *error = weft_problem(self->shop,
                                         (weft_place){wanted, 0, 0},
                                         WEFT_FILE_ERROR,
                                         "could not find weft.yaml in \"%s\"",
                                         self->shop->directory);
        weft_error_set_hint(error, "Run \"weft init\" to begin a project, or name its directory with -C.");
    }
    if (file) {
        file->is_secret = true;
    }
    *ret_project = file;
    return WEFT_OK;
}

static int compare_paths(const void *a, const void *b)
{
    const weft_file *const *left = a;
    const weft_file *const *right = b;
    return weft_str_compare((*left)->path, (*right)->path);
}

/* Whole paths are compared: "a.yaml" stands before what is in the directory "a". */
static void sort_links(walk *self)
{
    if (self->links.count == 0) {
        return;
    }
    qsort(self->links.items,
          self->links.count,
          sizeof(weft_file *),
          compare_paths); /* NOLINT(bugprone-sizeof-expression): an array of pointers */
    for (size_t i = 0; i < self->links.count; i++) {
        self->links.items[i]->rank = self->rank_next++;
    }
}

weft_code weft_files_find(weft_workshop *shop, weft_files *ret_files)
{
    walk self = {.shop = shop};
    const weft_file *project = NULL;
    WEFT_TRY(find_project(&self, &project));
    if (!project) {
        return WEFT_OK;
    }
    name_list modules = {0};
    WEFT_TRY(list_directory(shop, WEFT_STR("src/modules"), &modules));
    for (size_t i = 0; i < modules.count; i++) {
        WEFT_TRY(find_module(&self, modules.items[i]));
    }
    WEFT_TRY(find_links(&self, WEFT_STR("src/links"), 0));
    sort_links(&self);
    *ret_files = (weft_files){.project = project,
                              .modules = self.modules.items,
                              .module_directories = self.module_directories.items,
                              .module_count = self.modules.count,
                              .links = self.links.items,
                              .link_count = self.links.count};
    return WEFT_OK;
}

static weft_code read_stream(weft_workshop *shop, const weft_file *file, FILE *stream, weft_str *ret_text)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, shop->scratch);
    char piece[4096];
    size_t len = fread(piece, 1, sizeof(piece), stream);
    while (len > 0 && buf.len <= WEFT_FILE_BYTES_MAX) {
        weft_buf_add(&buf, piece, len);
        len = fread(piece, 1, sizeof(piece), stream);
    }
    if (ferror(stream)) {
        return fail_file(shop, file->path, "read");
    }
    if (buf.failed || !weft_buf_reserve(&buf, 0)) {
        return WEFT_NO_MEMORY;
    }
    if (buf.len > WEFT_FILE_BYTES_MAX) {
        weft_error *error =
            weft_problem(shop, (weft_place){file, 0, 0}, WEFT_LIMIT_EXCEEDED, "the definition file is too large");
        weft_error_set_detail(error, "At most %zu bytes are read.", WEFT_FILE_BYTES_MAX);
        return WEFT_OK;
    }
    *ret_text = weft_buf_str(&buf);
    return WEFT_OK;
}

weft_code weft_file_read(weft_workshop *shop, const weft_file *file, weft_str *ret_text)
{
    FILE *stream = fopen(file->absolute.data, "rb");
    if (!stream) {
        return fail_file(shop, file->path, "open");
    }
    const weft_code code = read_stream(shop, file, stream, ret_text);
    (void)fclose(stream);
    return code;
}
