/* Starting a cluster and making databases; see postgres.h.
 *
 * The cluster has a keeper: a process that starts it, waits for the end of a pipe which only the test program holds
 * open, and stops it. The pipe ends with the program, also when it crashes or is killed. */
#include "support/postgres.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/directory.h"

#define URL_BYTES 512

static char cluster_url[URL_BYTES];

bool test_postgres_execute(const char *url, const char *sql)
{
    PGconn *connection = PQconnectdb(url);
    PGresult *result = PQstatus(connection) == CONNECTION_OK ? PQexec(connection, sql) : NULL;
    const ExecStatusType status = PQresultStatus(result);
    const bool is_done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!is_done) {
        (void)fprintf(stderr, "%s: %s", sql, PQerrorMessage(connection));
    }
    PQclear(result);
    PQfinish(connection);
    return is_done;
}

static void run_tool(const char *action, const char *directory)
{
    (void)execl(WEFT_TEST_TOOLS "/test-cluster", "test-cluster", action, directory, (char *)NULL);
    _exit(1);
}

/* The keeper's life: start, with the URL going to `writer`; wait for the end of `reader`; stop. It is in a session of
 * its own, so that what ends the test program does not end it too. */
static void keep_cluster(int reader, int writer, const char *directory)
{
    char byte = 0;
    int status = 1;
    const int nowhere = open("/dev/null", O_RDWR);
    (void)setsid();
    const pid_t starter = fork();
    if (starter == 0) {
        /* The server inherits what is open here, and must hold neither pipe. */
        (void)dup2(writer, STDOUT_FILENO);
        (void)close(writer);
        (void)close(reader);
        run_tool("start", directory);
    }
    (void)close(writer);
    (void)dup2(nowhere, STDIN_FILENO);
    (void)dup2(nowhere, STDOUT_FILENO);
    (void)dup2(nowhere, STDERR_FILENO);
    (void)waitpid(starter, &status, 0);
    while (read(reader, &byte, 1) > 0) {
    }
    run_tool("stop", directory);
}

/* What the keeper says: a line with the URL, or nothing when there is no cluster. */
static bool read_url(int reader)
{
    size_t len = 0;
    ssize_t count = 0;
    while (len + 1 < sizeof(cluster_url) &&
           (count = read(reader, cluster_url + len, sizeof(cluster_url) - 1 - len)) > 0) {
        len += (size_t)count;
    }
    cluster_url[len] = '\0';
    cluster_url[strcspn(cluster_url, "\n")] = '\0';
    return cluster_url[0] != '\0';
}

static bool start_cluster(void)
{
    char directory[URL_BYTES];
    int alive[2]; /* ends when this program does */
    int url[2];
    if (!test_directory_temporary(directory, sizeof(directory)) || pipe(alive) != 0 || pipe(url) != 0) {
        return false;
    }
    /* A program that this one runs must not hold the pipe open. */
    (void)fcntl(alive[1], F_SETFD, FD_CLOEXEC);
    const pid_t keeper = fork();
    if (keeper == 0) {
        (void)close(alive[1]);
        (void)close(url[0]);
        keep_cluster(alive[0], url[1], directory);
    }
    (void)close(alive[0]);
    (void)close(url[1]);
    const bool has_url = keeper > 0 && read_url(url[0]);
    (void)close(url[0]);
    return has_url;
}

static bool find_cluster(void)
{
    const char *given = getenv("WEFT_TEST_POSTGRES");
    if (cluster_url[0] != '\0') {
        return true;
    }
    if (given != NULL && given[0] != '\0') {
        (void)snprintf(cluster_url, sizeof(cluster_url), "%s", given);
        return true;
    }
    if (!start_cluster()) {
        (void)fputs("could not start a PostgreSQL cluster\n", stderr);
        cluster_url[0] = '\0';
        return false;
    }
    return true;
}

/* The cluster's URL with another database: "postgres://host/OLD?…" */
static void write_url(char *ret_url, size_t size, const char *database)
{
    const char *authority = strstr(cluster_url, "://");
    const char *slash = authority ? strchr(authority + 3, '/') : NULL;
    const size_t len = slash ? (size_t)(slash - cluster_url) : strlen(cluster_url);
    const char *query = strchr(cluster_url, '?');
    (void)snprintf(ret_url, size, "%.*s/%s%s", (int)len, cluster_url, database, query ? query : "");
}

bool test_postgres_database(char *ret_url, size_t size)
{
    static unsigned int count;
    char name[64];
    char sql[128];
    if (!find_cluster()) {
        return false;
    }
    (void)snprintf(name, sizeof(name), "weft_%ld_%u", (long)getpid(), ++count);
    (void)snprintf(sql, sizeof(sql), "CREATE DATABASE %s", name);
    if (!test_postgres_execute(cluster_url, sql)) {
        return false;
    }
    write_url(ret_url, size, name);
    return true;
}
