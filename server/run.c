/* The running server:
 *
 *     recover ▶ answer ──SIGTERM, SIGINT, weft_server_stop▶ drain ▶ end
 *                 │▲
 *                 └┴─ SIGHUP: read the project anew; every recover_ms: recover
 *
 * Signals are waited for on one thread, and recovery and reading are its work too: none of them is in a hurry but the
 * end, which begins when the work at hand is done. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/fail.h"
#include "server/log.h"
#include "server/notify.h"
#include "server/server.h"

/* Deletions that were cut off are finished before anybody reads what they left, and deletes by plain SQL that triggers
 * noted are carried out. A store that is away now is no reason not to serve; the next look finds it. */
static void recover(weft_server *server)
{
    /* A call ends soon, so that starting and stopping do not wait for a long outbox. */
    const weft_recover_options options = {.notes_max = 1000};
    weft_text told = {0};
    weft_error error = {0};
    server_project *project = server_seat_hold(&server->seat);
    const weft_code code = weft_recover_with(project->engine, &options, &told, &error);
    server_seat_leave(&server->seat, project);
    const bool has_finished = told.data && (!strstr(told.data, "\"finished\":[]") || strstr(told.data, "\"outbox\":"));
    atomic_fetch_add(&server->metrics.recoveries, 1);
    atomic_fetch_add(&server->metrics.recoveries_failed, code != WEFT_OK);
    if (code != WEFT_OK || has_finished) {
        server_text line = {0};
        server_log_begin(&line, code == WEFT_OK ? "info" : "error", "recover");
        if (told.data) {
            server_text_format(&line, ",\"deletions\":%s", told.data);
        }
        if (code != WEFT_OK) {
            server_log_error(&line, &error);
        }
        server_log_end(server, &line);
    }
    weft_text_free(&told);
}

/* A project that is bad now changes nothing. */
static void reload(weft_server *server)
{
    weft_error error = {0};
    server_text line = {0};
    server_notify("RELOADING=1");
    const weft_code code = server_seat_open(&server->seat, &server->options.engine, &error);
    atomic_fetch_add(code == WEFT_OK ? &server->metrics.reloads : &server->metrics.reloads_failed, 1);
    server_log_begin(&line, code == WEFT_OK ? "info" : "error", code == WEFT_OK ? "reloaded" : "kept the old project");
    if (code != WEFT_OK) {
        server_log_error(&line, &error);
    }
    server_log_end(server, &line);
    server_notify("READY=1");
}

static void wait_for_end(weft_server *server, const sigset_t *signals)
{
    const struct timespec wait = {.tv_sec = server->options.recover_ms / 1000,
                                  .tv_nsec = (long)(server->options.recover_ms % 1000) * 1000000};
    while (!atomic_load(&server->is_stopping)) {
        siginfo_t info;
        const int number = sigtimedwait(signals, &info, &wait);
        if (number == SIGTERM || number == SIGINT) {
            atomic_store(&server->is_stopping, true);
        } else if (number == SIGHUP) {
            reload(server);
        } else if (number < 0 && errno == EAGAIN) {
            recover(server);
        }
    }
}

static void tell(const weft_server *server, const char *event)
{
    server_text line = {0};
    server_log_begin(&line, "info", event);
    server_text_format(&line, ",\"port\":%u", server->port);
    if (server->admin_port) {
        server_text_format(&line, ",\"admin_port\":%u", server->admin_port);
    }
    server_log_end(server, &line);
}

static weft_code serve(weft_server *server, const sigset_t *signals, weft_error *error)
{
    SERVER_TRY(server_daemon_start(server, error));
    const weft_code code = server_admin_start(server, error);
    if (code == WEFT_OK) {
        tell(server, "serving");
        server_notify("READY=1");
        wait_for_end(server, signals);
        tell(server, "draining");
        server_notify("STOPPING=1");
    }
    server_daemon_drain(server);
    server_admin_stop(server);
    server_daemon_stop(server);
    return code;
}

/* A signal that came during the end has had its way, and must not end the program when it is let through again. */
static void take_pending(const sigset_t *signals)
{
    const struct timespec at_once = {0};
    siginfo_t info;
    while (sigtimedwait(signals, &info, &at_once) > 0) {
    }
}

weft_code weft_server_run(weft_server *server, weft_error *error)
{
    sigset_t signals;
    sigset_t before;
    if (!server || atomic_exchange(&server->is_running, true)) {
        return server_fail(error, WEFT_MISUSE, "a server that does not run yet must be given");
    }
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &signals, &before);
    server->runner = pthread_self();
    atomic_store(&server->has_runner, true);
    recover(server);
    const weft_code code = serve(server, &signals, error);
    if (code == WEFT_OK) {
        tell(server, "stopped");
    }
    atomic_store(&server->has_runner, false);
    take_pending(&signals);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

void weft_server_stop(weft_server *server)
{
    if (!atomic_exchange(&server->is_stopping, true) && atomic_load(&server->has_runner)) {
        (void)pthread_kill(server->runner, SIGINT);
    }
}
