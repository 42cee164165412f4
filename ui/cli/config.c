#include "ui/cli/config.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

#define SECTION_MAX 48 /* bytes of a section's heading that libinih keeps */

static const char expected_keys[] = "target, auth, user, secret-file, secret-command, "
                                    "insecure-plaintext, ca, cert, key, server-name, "
                                    "no-proxy";

/* The file while it is read. libinih does not tell lines, so the reader counts them. */
struct reading {
    struct config *config;
    FILE *f;
    unsigned line;
    struct err private; /* code ERR_OK: others can not use the file */
};

char *config_path(void)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

    if (config && *config == '/')
        return mem_printf("%s/dhview/config", config);
    if (home && *home == '/')
        return mem_printf("%s/.config/dhview/config", home);
    return NULL;
}

/* --- faults --- */

static void note(struct err *first, const struct err *why)
{
    if (first->code == ERR_OK)
        *first = *why;
}

/* c is the connection that is spoilt, or NULL. Values are not repeated: what is at a wrong
 * place may be a secret. */
static void fault(struct reading *r, struct config_connection *c, const struct err *why)
{
    struct err e = *why;

    (void)err_wrap(&e, ERR_USAGE, "%s:%u", r->config->path, r->line);
    note(&r->config->fault, &e);
    if (c)
        note(&c->fault, &e);
}

/* --- connections --- */

static struct config_connection *find(const struct config *c, const char *name, size_t len)
{
    for (size_t i = 0; i < c->n; i++)
        if (strncmp(c->connections[i].name, name, len) == 0 &&
            c->connections[i].name[len] == '\0')
            return &c->connections[i];
    return NULL;
}

static struct config_connection *add(struct config *c, const char *name, size_t len)
{
    struct config_connection *new;

    MEM_GROW(c->connections, c->cap, c->n + 1);
    new = &c->connections[c->n++];
    *new = (struct config_connection){.name = mem_strndup(name, len)};
    options_init(&new->options);
    return new;
}

/* The connection of [connection "NAME"]; NULL: the heading is no such. */
static struct config_connection *connection_of(struct config *c, const char *section)
{
    static const char head[] = "connection \"";
    size_t n = strlen(section), skip = sizeof(head) - 1;
    struct config_connection *known;

    if (n >= SECTION_MAX || n < skip + 2 || strncmp(section, head, skip) != 0 ||
        section[n - 1] != '"')
        return NULL;
    section += skip;
    n -= skip + 1;
    if (strcspn(section, "/:@?") < n)
        return NULL; /* it could not be told from a target */
    known = find(c, section, n);
    return known ? known : add(c, section, n);
}

static bool names_secret(const char *key)
{
    return strncmp(key, "secret", 6) == 0 || strcmp(key, "key") == 0;
}

static enum err_code set_key(struct config_connection *c, const char *key,
                             const char *value, struct err *e)
{
    if (strcmp(key, "target") == 0) {
        free(c->target);
        c->target = mem_strdup(value);
        return ERR_OK;
    }
    if (!options_of_connection(key))
        return err_set(e, ERR_USAGE, "unknown key \"%s\"; expected one of %s", key,
                       expected_keys);
    return options_set(&c->options, key, value, e);
}

static int on_key(void *user, const char *section, const char *key, const char *value)
{
    struct reading *r = user;
    struct config_connection *c = connection_of(r->config, section);
    struct err e;

    if (!c) {
        (void)err_set(&e, ERR_USAGE,
                      "expected a section [connection \"NAME\"], with at most %d letters",
                      SECTION_MAX - (int)sizeof("connection \"\""));
        fault(r, NULL, &e);
    } else if (set_key(c, key, value, &e) != ERR_OK) {
        fault(r, c, &e);
    } else if (names_secret(key) && r->private.code != ERR_OK) {
        fault(r, c, &r->private);
    }
    return 1;
}

/* --- the file --- */

static char *next_line(char *line, int size, void *stream)
{
    struct reading *r = stream;
    struct err e;

    if (!fgets(line, size, r->f))
        return NULL;
    r->line++;
    if (!strchr(line, '\n') && !feof(r->f)) {
        int c;

        (void)err_set(&e, ERR_USAGE, "expected at most %d bytes in a line", size - 2);
        fault(r, NULL, &e);
        while ((c = fgetc(r->f)) != EOF && c != '\n')
            continue;
        *line = '\0';
    }
    return line;
}

static void parse(struct reading *r)
{
    struct err e;
    int line;

    ini_allow_inline_comments = false; /* a command may well hold a ";" */
    ini_allow_multiline = false;
    line = ini_parse_stream(next_line, r, on_key, r);
    if (line <= 0)
        return;
    r->line = (unsigned)line;
    (void)err_set(&e, ERR_USAGE, "expected [connection \"NAME\"] or KEY = VALUE");
    fault(r, NULL, &e);
}

void config_read(struct config *c, char *path)
{
    struct reading r = {.config = c};

    c->path = path;
    if (!path)
        return;
    r.f = fopen(path, "re");
    if (!r.f) {
        if (errno != ENOENT && errno != ENOTDIR)
            (void)err_set(&c->fault, ERR_IO, "config file %s: %s", path, strerror(errno));
        return;
    }
    (void)file_check_private(fileno(r.f), "config file", path, &r.private);
    parse(&r);
    (void)fclose(r.f);
}

void config_release(struct config *c)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->connections[i].name);
        free(c->connections[i].target);
        options_release(&c->connections[i].options);
    }
    free(c->connections);
    free(c->path);
    *c = (struct config){0};
}

struct config_connection *config_find(const struct config *c, const char *text)
{
    return find(c, text, strcspn(text, "/"));
}

void config_override(struct config_connection *c, const struct options *given)
{
    options_override(&c->options, given);
}
