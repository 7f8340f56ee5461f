/* Placing a module: find where the text says its store, or where such a place would stand, and put the words there.
 *
 *      text ─parse▶ nodes with places ─find▶ one cut of the text ─replace▶ text ─parse▶ the same nodes but one
 *
 * What the second parse does not confirm is not written: files may use any of YAML's ways to write a map, and the edit
 * knows the usual ones. */
#include "define/placing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "define/files.h"
#include "define/node.h"

typedef struct placing_work {
    weft_workshop shop;
    const weft_file *file;
    weft_arena *keep;
    weft_str text;
    weft_str module;
    weft_str store;
} placing_work;

/* What is taken out, and what comes in its place. */
typedef struct cut {
    size_t from, to;
    weft_str words;
} cut;

static const weft_node *find(const weft_node *map, weft_str key, const weft_entry **ret_entry)
{
    for (size_t i = 0; map && map->kind == WEFT_NODE_MAP && i < map->entry_count; i++) {
        if (weft_str_equal(map->entries[i].key.text, key)) {
            if (ret_entry) {
                *ret_entry = &map->entries[i];
            }
            return map->entries[i].value;
        }
    }
    return NULL;
}

/* Columns count characters. */
static size_t offset_of(weft_str text, weft_place place)
{
    size_t at = weft_str_starts_with(text, WEFT_STR("\xEF\xBB\xBF")) ? 3 : 0;
    for (uint32_t line = 1; line < place.line && at < text.len; at++) {
        line += text.data[at] == '\n';
    }
    for (uint32_t column = 1; column < place.column && at < text.len; column++) {
        do {
            at++;
        } while (at < text.len && ((unsigned char)text.data[at] & 0xC0) == 0x80);
    }
    return at;
}

static bool stands(weft_str text, size_t at, char byte)
{
    return at < text.len && text.data[at] == byte;
}

/* Behind a scalar that begins at `at`. */
static size_t scalar_end(weft_str text, size_t at)
{
    if (stands(text, at, '"') || stands(text, at, '\'')) {
        const char quote = text.data[at];
        for (at++; at < text.len && text.data[at] != quote; at++) {
        }
        return at < text.len ? at + 1 : at;
    }
    while (at < text.len && !strchr(" \t\r\n,{}[]:#", text.data[at])) {
        at++;
    }
    return at;
}

/* `blog: { store: content }`, in the file's own quoting. */
static weft_str place_words(const placing_work *work, bool with_module)
{
    const char *quote = work->file->is_json ? "\"" : "";
    weft_buf buf;
    weft_buf_init_arena(&buf, work->keep);
    if (with_module) {
        weft_buf_add_format(&buf, "%s%.*s%s: ", quote, WEFT_STR_ARG(work->module), quote);
    }
    weft_buf_add_format(&buf, "{ %sstore%s: %s%.*s%s }", quote, quote, quote, WEFT_STR_ARG(work->store), quote);
    return weft_buf_str(&buf);
}

/* The value's own place may be far behind its key or nowhere: an empty one stands behind the colon. */
static cut behind_key(const placing_work *work, const weft_entry *entry, weft_str words)
{
    size_t at = scalar_end(work->text, offset_of(work->text, entry->key.place));
    while (at < work->text.len && work->text.data[at] != ':') {
        at++;
    }
    const size_t from = at < work->text.len ? at + 1 : at;
    size_t to = from;
    while (stands(work->text, to, ' ')) {
        to++;
    }
    if (stands(work->text, to, '{')) {
        const char *end = memchr(work->text.data + to, '}', work->text.len - to);
        to = end ? (size_t)(end - work->text.data) + 1 : from;
    } else if (to < work->text.len && !strchr("\r\n#,}", work->text.data[to])) {
        to = scalar_end(work->text, to);
    } else {
        to = from;
    }
    return (cut){from, to, weft_str_format(work->keep, " %.*s", WEFT_STR_ARG(words))};
}

/* One more entry in front of those of a map that is there. */
static cut before_entries(const placing_work *work, const weft_node *map, weft_str words)
{
    const size_t at = offset_of(work->text, map->place);
    if (stands(work->text, at, '{')) {
        const char *after = map->entry_count > 0 ? "," : " ";
        return (cut){at + 1, at + 1, weft_str_format(work->keep, " %.*s%s", WEFT_STR_ARG(words), after)};
    }
    const int indent = map->place.column > 0 ? (int)map->place.column - 1 : 0;
    return (cut){at, at, weft_str_format(work->keep, "%.*s\n%*s", WEFT_STR_ARG(words), indent, "")};
}

static cut find_cut(const placing_work *work, const weft_node *root)
{
    const weft_entry *entry = NULL;
    const weft_node *modules = find(root, WEFT_STR("modules"), &entry);
    const weft_entry *module_entry = NULL;
    const weft_node *module = find(modules, work->module, &module_entry);
    const weft_node *store = find(module, WEFT_STR("store"), NULL);
    if (store) {
        const size_t at = offset_of(work->text, store->place);
        const char *quote = work->file->is_json ? "\"" : "";
        return (cut){at,
                     scalar_end(work->text, at),
                     weft_str_format(work->keep, "%s%.*s%s", quote, WEFT_STR_ARG(work->store), quote)};
    }
    if (module) {
        return behind_key(work, module_entry, place_words(work, false));
    }
    const weft_str words = place_words(work, true);
    if (modules && modules->kind == WEFT_NODE_MAP) {
        return before_entries(work, modules, words);
    }
    if (modules) {
        return behind_key(work, entry, weft_str_format(work->keep, "{ %.*s }", WEFT_STR_ARG(words)));
    }
    const char *quote = work->file->is_json ? "\"" : "";
    if (stands(work->text, offset_of(work->text, root->place), '{')) {
        const weft_str all = weft_str_format(work->keep, "%smodules%s: { %.*s }", quote, quote, WEFT_STR_ARG(words));
        return before_entries(work, root, all);
    }
    const bool ends = work->text.len == 0 || work->text.data[work->text.len - 1] == '\n';
    return (cut){work->text.len,
                 work->text.len,
                 weft_str_format(work->keep, "%smodules:\n  %.*s\n", ends ? "" : "\n", WEFT_STR_ARG(words))};
}

static bool is_same(const weft_node *a, const weft_node *b, size_t depth)
{
    if (!a || !b || a->kind != b->kind || a->entry_count != b->entry_count || depth > WEFT_YAML_DEPTH_MAX ||
        !weft_str_equal(a->text, b->text) || a->is_plain != b->is_plain) {
        return false;
    }
    for (size_t i = 0; i < a->entry_count; i++) {
        if (!weft_str_equal(a->entries[i].key.text, b->entries[i].key.text) ||
            !is_same(a->entries[i].value, b->entries[i].value, depth + 1)) {
            return false;
        }
    }
    return true;
}

/* Every entry of `a` but the one called `except` stands in `b`, unchanged. */
static bool has_all_but(const weft_node *a, const weft_node *b, weft_str except)
{
    for (size_t i = 0; a && i < a->entry_count; i++) {
        const weft_str key = a->entries[i].key.text;
        if (!weft_str_equal(key, except) && !is_same(a->entries[i].value, find(b, key, NULL), 0)) {
            return false;
        }
    }
    return true;
}

/* Nothing but the module's place differs, and that is what was asked for. */
static bool is_confirmed(const placing_work *work, const weft_node *before, const weft_node *after)
{
    const weft_str modules = WEFT_STR("modules");
    const weft_node *old_modules = find(before, modules, NULL);
    const weft_node *new_modules = find(after, modules, NULL);
    const weft_node *module = find(new_modules, work->module, NULL);
    const weft_node *store = find(module, WEFT_STR("store"), NULL);
    return store && store->kind == WEFT_NODE_SCALAR && weft_str_equal(store->text, work->store) &&
           module->entry_count == 1 && has_all_but(before, after, modules) && has_all_but(after, before, modules) &&
           has_all_but(old_modules, new_modules, work->module) && has_all_but(new_modules, old_modules, work->module);
}

static weft_code parse(placing_work *work, weft_str text, weft_node **ret_node, weft_error *error)
{
    weft_node *node = NULL;
    const weft_code code = weft_yaml_read(&work->shop, work->file, text, &node);
    if (code != WEFT_OK) {
        return weft_fail_no_memory(error);
    }
    *ret_node = node;
    return WEFT_OK;
}

static weft_code refuse(const placing_work *work, weft_error *error)
{
    weft_fail(error,
              WEFT_UNSUPPORTED,
              "\"%.*s\" is written in a way that cannot be edited here",
              WEFT_STR_ARG(work->file->path));
    weft_error_set_hint(
        error, "Write the module's place as modules: { %.*s: { store: … } } first.", WEFT_STR_ARG(work->module));
    return WEFT_UNSUPPORTED;
}

static weft_code edit(placing_work *work, weft_str *ret_text, weft_error *error)
{
    weft_node *before = NULL;
    weft_node *after = NULL;
    WEFT_TRY(parse(work, work->text, &before, error));
    if (!before) {
        return refuse(work, error);
    }
    const cut change = find_cut(work, before);
    if (!change.words.data) {
        return weft_fail_arena(error, work->keep);
    }
    weft_buf buf;
    weft_buf_init_arena(&buf, work->keep);
    weft_buf_add_str(&buf, weft_str_slice(work->text, 0, change.from));
    weft_buf_add_str(&buf, change.words);
    weft_buf_add_str(&buf, weft_str_slice(work->text, change.to, work->text.len));
    if (buf.failed) {
        return weft_fail_arena(error, work->keep);
    }
    WEFT_TRY(parse(work, weft_buf_str(&buf), &after, error));
    if (!after || !is_confirmed(work, before, after)) {
        return refuse(work, error);
    }
    *ret_text = weft_buf_str(&buf);
    return WEFT_OK;
}

weft_code weft_placing_make(const char *directory,
                            weft_str module,
                            weft_str store,
                            weft_arena *keep,
                            weft_placing *ret_placing,
                            weft_error *error)
{
    placing_work work = {.keep = keep, .module = module, .store = store};
    weft_files files = {0};
    weft_str after = {NULL, 0};
    if (weft_workshop_init(&work.shop, directory, NULL, keep, keep) != WEFT_OK ||
        weft_files_find(&work.shop, &files) != WEFT_OK) {
        return weft_fail_arena(error, keep);
    }
    if (files.project && weft_file_read(&work.shop, files.project, &work.text) != WEFT_OK) {
        return weft_fail_arena(error, keep);
    }
    WEFT_TRY(weft_workshop_report(&work.shop, NULL, error));
    if (!files.project) {
        return weft_fail(error, WEFT_FILE_ERROR, "could not find weft.yaml in \"%s\"", directory);
    }
    work.file = files.project;
    struct stat found;
    if (lstat(work.file->absolute.data, &found) == 0 && S_ISLNK(found.st_mode)) {
        return weft_fail(
            error, WEFT_UNSUPPORTED, "\"%.*s\" is a symbolic link, which is not edited", WEFT_STR_ARG(work.file->path));
    }
    WEFT_TRY(edit(&work, &after, error));
    *ret_placing = (weft_placing){.path = work.file->absolute, .before = work.text, .after = after};
    return WEFT_OK;
}

static weft_code fail_file(weft_str path, const char *what, weft_error *error)
{
    weft_fail(error, WEFT_FILE_ERROR, "could not %s \"%.*s\"", what, WEFT_STR_ARG(path));
    weft_error_set_detail(error, "%s.", strerror(errno));
    return WEFT_FILE_ERROR;
}

/* Is the file still what it was? One byte more is asked for, so that a longer one is noticed. */
static bool is_unchanged(const weft_placing *placing, weft_arena *scratch)
{
    char *data = weft_arena_alloc(scratch, placing->before.len + 1);
    FILE *stream = data ? fopen(placing->path.data, "rb") : NULL;
    const size_t len = stream ? fread(data, 1, placing->before.len + 1, stream) : 0;
    if (stream) {
        (void)fclose(stream);
    }
    return stream && len == placing->before.len && memcmp(data, placing->before.data, len) == 0;
}

weft_code weft_placing_check(const weft_placing *placing, weft_arena *scratch, weft_error *error)
{
    if (is_unchanged(placing, scratch)) {
        return WEFT_OK;
    }
    weft_fail(error, WEFT_DRIFTED, "\"%.*s\" was changed by somebody else meanwhile", WEFT_STR_ARG(placing->path));
    weft_error_set_hint(error, "Run it again.");
    return WEFT_DRIFTED;
}

/* With the rights of the old file, which may hold passwords. */
static weft_code write_beside(const weft_placing *placing, const char *path, weft_error *error)
{
    struct stat found;
    FILE *stream = stat(placing->path.data, &found) == 0 ? fopen(path, "wb") : NULL;
    if (!stream) {
        return fail_file(placing->path, "write beside", error);
    }
    const bool is_written = fchmod(fileno(stream), found.st_mode & (mode_t)07777) == 0 &&
                            fwrite(placing->after.data, 1, placing->after.len, stream) == placing->after.len &&
                            fflush(stream) == 0 && fsync(fileno(stream)) == 0;
    if (fclose(stream) != 0 || !is_written) {
        (void)remove(path);
        return fail_file(placing->path, "write beside", error);
    }
    return WEFT_OK;
}

/* So that the new name outlives a loss of power. What cannot be synced is as safe as the file system makes it. */
static void sync_directory(const char *path, weft_arena *scratch)
{
    const char *slash = strrchr(path, '/');
    const weft_str directory = slash ? weft_str_format(scratch, "%.*s/", (int)(slash - path), path) : WEFT_STR(".");
    const int descriptor = directory.data ? open(directory.data, O_RDONLY | O_DIRECTORY) : -1;
    if (descriptor >= 0) {
        (void)fsync(descriptor);
        (void)close(descriptor);
    }
}

weft_code weft_placing_write(const weft_placing *placing, weft_arena *scratch, weft_error *error)
{
    WEFT_TRY(weft_placing_check(placing, scratch, error));
    const char *path = placing->path.data;
    const weft_str beside = weft_str_format(scratch, "%s.weft-new", path);
    if (!beside.data) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(write_beside(placing, beside.data, error));
    if (rename(beside.data, path) != 0) {
        const weft_code code = fail_file(placing->path, "replace", error);
        (void)remove(beside.data);
        return code;
    }
    sync_directory(path, scratch);
    return WEFT_OK;
}
