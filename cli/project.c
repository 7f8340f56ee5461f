/* Commands on the project's files: init, check, graph. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/adopt.h"

typedef struct sample_file {
    const char *path;
    const char *text;
} sample_file;

/* A small project that migrates and answers a query at once: the guide's product with its blog posts. */
static const sample_file sample_files[] = {
    {"weft.yaml",
     "# Stores are databases; modules say which store they live in (default: the store called default).\n"
     "stores:\n"
     "  default: ${DATABASE_URL:-sqlite:data/weft.db}\n"
     "modules: {}\n"
     "links: { store: default }\n"},
    {"src/modules/product/module.yaml",
     "module: product\n"
     "models:\n"
     "  product:\n"
     "    fields:\n"
     "      id:     { type: id, prefix: prod }\n"
     "      title:  text\n"
     "      handle: { type: text, unique: true }\n"
     "      status: { type: enum, values: [draft, published], default: draft, index: true }\n"},
    {"src/modules/blog/module.yaml",
     "module: blog\n"
     "models:\n"
     "  blog_post:\n"
     "    fields:\n"
     "      id:     { type: id, prefix: post }\n"
     "      title:  text\n"
     "      author: text?\n"
     "      views:  { type: number, default: 0 }\n"},
    {"src/links/product-blog.yaml",
     "# A product has many posts, a post belongs to many products.\n"
     "left:  { linkable: product.product, isList: true }\n"
     "right: { linkable: blog.blog_post,  isList: true }\n"
     "database:\n"
     "  extraColumns:\n"
     "    position: { type: number, nullable: true }\n"},
};
#define SAMPLE_COUNT (sizeof(sample_files) / sizeof(sample_files[0]))

static int fail_file(const cli_run *run, const char *doing, const char *path)
{
    weft_error error = {.code = WEFT_FILE_ERROR};
    (void)snprintf(
        error.message, sizeof(error.message), "could not %s \"%.250s\": %.80s", doing, path, strerror(errno));
    return cli_tell(run, &error);
}

/* Make every folder above `path`. */
static void make_folders(const char *path)
{
    char folder[4096];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        (void)snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
        (void)mkdir(folder, 0777);
    }
}

int cli_create_file(const cli_run *run, const char *path, const char *text)
{
    make_folders(path);
    FILE *out = fopen(path, "wx");
    if (!out) {
        return fail_file(run, "create", path);
    }
    const bool is_written = fputs(text, out) >= 0;
    if (fclose(out) != 0 || !is_written) {
        return fail_file(run, "write", path);
    }
    cli_note(run, "  %s", path);
    return 0;
}

static int run_init(cli_run *run)
{
    const char *directory = run->word_count ? run->words[0] : run->directory;
    if (cli_has(run, "medusa")) {
        const char *url = cli_value(run, "medusa");
        return cli_is_database(url) ? cli_import_schema(run, url, directory, true)
                                    : cli_usage(run, "what --medusa names is no address of a database");
    }
    char path[4096];
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", directory, sample_files[i].path);
        if (access(path, F_OK) == 0) {
            weft_error error = {.code = WEFT_FILE_ERROR};
            (void)snprintf(error.message, sizeof(error.message), "\"%.300s\" exists already", path);
            (void)snprintf(error.hint, sizeof(error.hint), "init never overwrites; choose an empty folder.");
            return cli_tell(run, &error);
        }
    }
    cli_note(run, "writing");
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", directory, sample_files[i].path);
        const int status = cli_create_file(run, path, sample_files[i].text);
        if (status) {
            return status;
        }
    }
    const bool is_here = !strcmp(directory, ".");
    const char *where = is_here ? "" : directory;
    const char *option = is_here ? "" : " -C ";
    cli_note(run,
             "next\n  weft%s%s db:migrate\n  weft%s%s create product title='Linen shirt' handle=linen-shirt",
             option,
             where,
             option,
             where);
    return 0;
}

static const cli_option init_options[] = {{"medusa", 0, "URL", "of a MedusaJS 2 database: a project for it"},
                                          {"module", 0, "NAME=WHAT,…", "medusa: tables of a module that no link names"},
                                          {"key", 0, "TABLE=COLUMN,…", "medusa: what tells the rows of a view apart"},
                                          {NULL, 0, NULL, NULL}};

const cli_command cli_command_init = {
    .name = "init",
    .summary = "write a small project to begin with, or one for a MedusaJS database",
    .usage = "init [DIR]\n       weft init [DIR] --medusa URL [--module NAME=WHAT,…]",
    .details =
        "With --medusa: commerce modules, the application's own, and all links, on the tables that are there. Nothing\n"
        "in the database is changed.\n",
    .examples = "  weft init shop && cd shop && weft db:migrate\n"
                "  weft init shop --medusa postgres:///medusa\n",
    .options = init_options,
    .repeats = {"module", "key"},
    .words_max = 1,
    .run = run_init,
};

typedef struct problems {
    const cli_run *run;
    size_t told;
} problems;

static void print_problem(void *ctx, const weft_error *problem)
{
    problems *all = ctx;
    const cli_run *run = all->run;
    all->told++;
    if (run->wants_json) {
        (void)cli_tell(run, problem);
        return;
    }
    (void)fprintf(stderr,
                  "%s%s%s%s %s\n",
                  cli_color(run, "bold"),
                  problem->where,
                  problem->where[0] ? ":" : "",
                  cli_color(run, ""),
                  problem->message);
    if (problem->detail[0]) {
        (void)fprintf(stderr, "  %s\n", problem->detail);
    }
    if (problem->hint[0]) {
        (void)fprintf(stderr, "  %shint%s %s\n", cli_color(run, "dim"), cli_color(run, ""), problem->hint);
    }
}

static int run_check(cli_run *run)
{
    weft_options options;
    cli_options(run, &options);
    weft_error error;
    problems all = {.run = run};
    const weft_code code = weft_check(&options, print_problem, &all, &error);
    if (code != WEFT_OK && all.told == 0) {
        return cli_tell(run, &error); /* what kept it from looking at them is no problem of theirs */
    }
    if (code == WEFT_OK) {
        cli_note(run, "the definitions are sound");
    }
    return weft_code_exit_status(code);
}

const cli_command cli_command_check = {
    .name = "check",
    .summary = "check every definition; touches no store",
    .usage = "check",
    .details = "Lists every problem with file:line:column.\n",
    .examples = "  weft check\n  weft -C shop check --json\n",
    .run = run_check,
};

/* SVG is drawn by graphviz out of DOT. */
static int draw_svg(const cli_run *run, const weft_text *dot)
{
    (void)fflush(stdout);
    FILE *graphviz =
        popen("dot -Tsvg", "w"); /* NOLINT(cert-env33-c): a constant command, nothing of the user's in it */
    if (!graphviz) {
        return fail_file(run, "start", "dot");
    }
    (void)fwrite(dot->data, 1, dot->len, graphviz);
    if (pclose(graphviz) != 0) {
        weft_error error = {.code = WEFT_UNSUPPORTED};
        (void)snprintf(error.message, sizeof(error.message), "graphviz could not draw the graph");
        (void)snprintf(error.hint, sizeof(error.hint), "Install graphviz, or use --format dot or --format mermaid.");
        return cli_tell(run, &error);
    }
    return 0;
}

static int run_graph(cli_run *run)
{
    static const struct {
        const char *name;
        weft_format format;
    } formats[] = {{"dot", WEFT_FORMAT_DOT},
                   {"svg", WEFT_FORMAT_DOT},
                   {"mermaid", WEFT_FORMAT_MERMAID},
                   {"json", WEFT_FORMAT_JSON}};
    const char *name = cli_has(run, "format") ? cli_value(run, "format") : run->wants_json ? "json" : "dot";
    size_t at = 0;
    while (at < 4 && strcmp(formats[at].name, name) != 0) {
        at++;
    }
    if (at == 4) {
        return cli_usage(run, "unknown format \"%s\"; it is dot, mermaid, svg or json", name);
    }
    int status = 0;
    if (!cli_open(run, &status)) {
        return status;
    }
    weft_text text = {0};
    weft_error error;
    if (weft_graph(run->engine, formats[at].format, &text, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    if (!strcmp(name, "svg")) {
        status = draw_svg(run, &text);
    } else {
        printf("%s%s", text.data, text.len && text.data[text.len - 1] == '\n' ? "" : "\n");
    }
    weft_text_free(&text);
    return status;
}

static const cli_option graph_options[] = {{"format", 'F', "dot|mermaid|svg|json", "default dot"},
                                           {NULL, 0, NULL, NULL}};

const cli_command cli_command_graph = {
    .name = "graph",
    .summary = "draw the modules as islands and the links as bridges",
    .usage = "graph [--format dot|mermaid|svg|json]",
    .examples = "  weft graph --format svg > graph.svg\n  weft graph --format mermaid\n",
    .options = graph_options,
    .run = run_graph,
};
