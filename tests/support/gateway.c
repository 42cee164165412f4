#include "tests/support/gateway.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/held_port.h"

#define START_TURNS 1000 /* of 10 ms */

struct gateway {
    pid_t pid;
    struct held_port port;
    char *config, *chain; /* files; chain NULL: none */
};

/* Of a link that is quiet for days. */
static const char nginx_patient[] =
    "client_max_body_size 0; client_body_timeout 7d; keepalive_time 7d;\n"
    "keepalive_requests 1000000; grpc_read_timeout 7d; grpc_send_timeout 7d;\n";
static const char haproxy_patient[] =
    "timeout client 7d\n timeout server 7d\n timeout tunnel 7d\n";

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static bool listens(int port)
{
    struct sockaddr_in at = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool found = connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0;

    (void)close(fd);
    return found;
}

static void wait_until_it_listens(const struct gateway *g, const char *program)
{
    for (int i = 0; i < START_TURNS && !listens(g->port.number); i++) {
        if (waitpid(g->pid, NULL, WNOHANG) == g->pid)
            fail_msg("%s ends at its start", program);
        (void)nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    if (!listens(g->port.number))
        fail_msg("%s does not listen", program);
}

static void run(struct gateway *g, const char *const *argv)
{
    pid_t parent = getpid();

    g->pid = fork();
    assert_true(g->pid >= 0);
    if (g->pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() == parent)
            (void)execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    wait_until_it_listens(g, argv[0]);
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "we");

    assert_non_null(f);
    assert_int_equal(chmod(path, 0600), 0);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void append_file(const char *path, FILE *out)
{
    FILE *in = fopen(path, "re");
    int c;

    assert_non_null(in);
    while ((c = fgetc(in)) != EOF)
        (void)fputc(c, out);
    (void)fclose(in);
}

struct gateway *gateway_nginx(const char *folder, const char *upstream,
                              const struct cert *cert, const char *settings)
{
    struct gateway *g = MEM_NEW(struct gateway);
    char *text;

    g->port = held_port_new();
    g->config = mem_printf("%s/nginx.conf", folder);
    text = mem_printf(
        "daemon off;\nworker_processes 1;\nworker_shutdown_timeout 1s;\npid "
        "%s/nginx.pid;\nerror_log stderr crit;\n"
        "events {}\nhttp {\naccess_log off;\nclient_body_temp_path %s/body;\n"
        "proxy_temp_path %s/proxy;\nfastcgi_temp_path %s/fastcgi;\n"
        "uwsgi_temp_path %s/uwsgi;\nscgi_temp_path %s/scgi;\n"
        "server {\nlisten 127.0.0.1:%d ssl http2;\nssl_certificate %s;\n"
        "ssl_certificate_key %s;\n%s\nlocation / { grpc_pass grpc://%s; }\n}\n}\n",
        folder, folder, folder, folder, folder, folder, g->port.number, cert->file,
        cert->key_file, *settings ? settings : nginx_patient, upstream);
    write_file(g->config, text);
    free(text);
    run(g, (const char *const[]){"/usr/sbin/nginx", "-e", "stderr", "-p", folder, "-c",
                                 g->config, NULL});
    return g;
}

struct gateway *gateway_haproxy(const char *folder, const char *upstream,
                                const struct cert *cert, const char *settings)
{
    struct gateway *g = MEM_NEW(struct gateway);
    char *text;
    FILE *f;

    g->port = held_port_new();
    g->config = mem_printf("%s/haproxy.cfg", folder);
    g->chain = mem_printf("%s/haproxy.pem", folder);
    write_file(g->chain, "");
    f = fopen(g->chain, "ae");
    assert_non_null(f);
    append_file(cert->file, f);
    append_file(cert->key_file, f);
    assert_int_equal(fclose(f), 0);
    text = mem_printf(
        "global\n maxconn 100\ndefaults\n mode http\n timeout connect 5s\n %s\n"
        "frontend f\n bind 127.0.0.1:%d ssl crt %s alpn h2\n"
        " default_backend b\nbackend b\n server s %s proto h2\n",
        *settings ? settings : haproxy_patient, g->port.number, g->chain, upstream);
    write_file(g->config, text);
    free(text);
    run(g, (const char *const[]){"/usr/sbin/haproxy", "-q", "-db", "-f", g->config, NULL});
    return g;
}

int gateway_port(const struct gateway *g)
{
    return g->port.number;
}

void gateway_signal(struct gateway *g, int signal)
{
    (void)kill(g->pid, signal);
}

void gateway_free(struct gateway *g)
{
    if (!g)
        return;
    (void)kill(g->pid, SIGTERM);
    (void)waitpid(g->pid, NULL, 0);
    held_port_close(&g->port);
    (void)unlink(g->config);
    if (g->chain)
        (void)unlink(g->chain);
    free(g->config);
    free(g->chain);
    free(g);
}
