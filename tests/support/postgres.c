/* Starting a cluster and making databases; see postgres.h.
 *
 * Who stops the cluster: a process of its own that waits for the end of a pipe which only the test program holds open.
 * The pipe ends with the program, also when it crashes or is killed. */
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

/* In the child: tell nobody, hold nothing of the parent's, wait, stop. */
static void watch(int reader, const char *directory)
{
    char byte = 0;
    const int nowhere = open("/dev/null", O_RDWR);
    (void)setsid();
    (void)dup2(nowhere, STDIN_FILENO);
    (void)dup2(nowhere, STDOUT_FILENO);
    (void)dup2(nowhere, STDERR_FILENO);
    while (read(reader, &byte, 1) > 0) {
    }
    (void)execl(WEFT_TEST_TOOLS "/test-cluster", "test-cluster", "stop", directory, (char *)NULL);
    _exit(1);
}

static bool start_watcher(const char *directory)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return false;
    }
    const pid_t child = fork();
    if (child == 0) {
        (void)close(ends[1]);
        watch(ends[0], directory);
    }
    (void)close(ends[0]);
    /* A program that this one runs must not hold the pipe open. */
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return child > 0;
}

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
    int ends[2];
    int status = 1;
    if (!test_directory_temporary(directory, sizeof(directory)) || pipe(ends) != 0) {
        return false;
    }
    const pid_t child = fork();
    if (child == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]); /* or the server would hold the pipe open for ever */
        (void)close(ends[1]);
        (void)execl(WEFT_TEST_TOOLS "/test-cluster", "test-cluster", "start", directory, (char *)NULL);
        _exit(1);
    }
    (void)close(ends[1]);
    const bool has_url = child > 0 && read_url(ends[0]);
    (void)close(ends[0]);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0 && has_url && start_watcher(directory);
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
