#include "ui/cli/config.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "model/format.h"

#define SECTION_MAX 48 /* bytes of a section's heading that libinih keeps */

static const char expected_keys[] = "target, auth, user, secret-file, secret-command, "
                                    "insecure-plaintext, ca, cert, key, server-name, "
                                    "no-proxy";

static const char sections[] = "[options], [keys], [theme] or [connection \"NAME\"]";

/* A file while it is read. libinih does not tell lines, so the reader counts them. */
struct reading {
    struct config *config;
    FILE *f;
    int error; /* errno of reading it, or 0 */
    unsigned line;
    struct err private;        /* code ERR_OK: others can not use the file */
    char unknown[SECTION_MAX]; /* the section that was told to be unknown last */
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

static void add_fault(struct config *c, size_t file, struct err why)
{
    if (c->n_faults >= CONFIG_FAULTS_MAX)
        return;
    MEM_GROW(c->faults, c->faults_cap, c->n_faults + 1);
    c->faults[c->n_faults++] = (struct config_fault){file, why};
}

static void add_line_fault(struct config *c, size_t file, unsigned line, struct err e)
{
    (void)err_wrap(&e, ERR_USAGE, "%s:%u", c->files[file].path, line);
    add_fault(c, file, e);
}

/* One that is there and cannot be read. */
static void add_file_fault(struct config *c, const struct config_file *f)
{
    struct err e;

    if (f->error == ENOENT || f->error == ENOTDIR)
        return;
    (void)err_set(&e, ERR_IO, "config file %s: %s", f->path, strerror(f->error));
    add_fault(c, (size_t)(f - c->files), e);
}

static size_t file_of(const struct reading *r)
{
    return r->config->n_files - 1;
}

/* c is the connection that is spoilt, or NULL. Values are not repeated: what is at a wrong
 * place may be a secret. */
static void fault(struct reading *r, struct config_connection *c, const struct err *why)
{
    add_line_fault(r->config, file_of(r), r->line, *why);
    if (!c || c->fault.code != ERR_OK)
        return;
    c->fault = *why;
    c->fault_file = file_of(r);
    (void)err_wrap(&c->fault, ERR_USAGE, "%s:%u", r->config->files[file_of(r)].path,
                   r->line);
}

void config_fault(struct config *c, const struct config_line *line, const struct err *why)
{
    add_line_fault(c, line->file, line->number, *why);
}

void config_option_fault(struct config *c, const char *name, const struct err *why)
{
    for (size_t i = c->n_lines; i-- > 0;)
        if (c->lines[i].section == CONFIG_OPTIONS && strcmp(c->lines[i].name, name) == 0) {
            config_fault(c, &c->lines[i], why);
            return;
        }
}

/* --- files that are read again --- */

static void forget_faults(struct config *c, size_t file)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_faults; i++) {
        if (c->faults[i].file == file)
            continue;
        c->faults[n] = c->faults[i];
        c->faults[n].file -= c->faults[n].file > file;
        n++;
    }
    c->n_faults = n;
}

static void free_line(struct config_line *l)
{
    free(l->name);
    free(l->value);
}

static void forget_lines(struct config *c, size_t file)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_lines; i++) {
        if (c->lines[i].file == file) {
            free_line(&c->lines[i]);
            continue;
        }
        c->lines[n] = c->lines[i];
        c->lines[n].file -= c->lines[n].file > file;
        n++;
    }
    c->n_lines = n;
}

static void forget_spoilt(struct config *c, size_t file)
{
    for (size_t i = 0; i < c->n; i++) {
        struct config_connection *s = c->connections[i];

        if (s->fault_file == file)
            s->fault = (struct err){.code = ERR_OK};
        else
            s->fault_file -= s->fault_file > file;
    }
}

void config_forget(struct config *c, const char *path)
{
    size_t i = 0;

    while (i < c->n_files && strcmp(c->files[i].path, path) != 0)
        i++;
    if (i == c->n_files)
        return;
    forget_faults(c, i);
    forget_lines(c, i);
    forget_spoilt(c, i);
    free(c->files[i].path);
    c->n_files--;
    memmove(&c->files[i], &c->files[i + 1], (c->n_files - i) * sizeof(*c->files));
}

/* --- connections --- */

static struct config_connection *find(const struct config *c, const char *name, size_t len)
{
    for (size_t i = 0; i < c->n; i++)
        if (strncmp(c->connections[i]->name, name, len) == 0 &&
            c->connections[i]->name[len] == '\0')
            return c->connections[i];
    return NULL;
}

static struct config_connection *add(struct config *c, const char *name, size_t len)
{
    struct config_connection *new = MEM_NEW(struct config_connection);

    MEM_GROW(c->connections, c->cap, c->n + 1);
    c->connections[c->n++] = new;
    new->name = mem_strndup(name, len);
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

static bool may_stand(const char *name, unsigned place)
{
    const struct option_def *def = options_find(name);

    return def && (def->places & place) != 0;
}

static enum err_code set_key(struct config_connection *c, const char *key,
                             const char *value, struct err *e)
{
    char hint[NEAREST_HINT_LEN];

    if (strcmp(key, "target") == 0) {
        free(c->target);
        c->target = mem_strdup(value);
        return ERR_OK;
    }
    if (!may_stand(key, OPTION_OF_CONNECTION))
        return err_set(e, ERR_USAGE, "unknown key \"%s\"%s; expected one of %s", key,
                       options_nearest(key, OPTION_OF_CONNECTION, hint, sizeof(hint)),
                       expected_keys);
    return options_set(&c->options, key, value, FROM_FILE, e);
}

static void on_connection_key(struct reading *r, struct config_connection *c,
                              const char *key, const char *value)
{
    struct err e;

    if (set_key(c, key, value, &e) != ERR_OK)
        fault(r, c, &e);
    else if (names_secret(key) && r->private.code != ERR_OK)
        fault(r, c, &r->private);
}

/* --- other sections --- */

/* At the start a zone that is not there would end the program. */
static enum err_code check_value(const char *name, const char *value, struct err *e)
{
    struct zone *zone;

    if (strcmp(name, "zone") != 0 || !*value)
        return ERR_OK;
    TRY(zone_open(value, &zone, e));
    zone_free(zone);
    return ERR_OK;
}

static enum err_code set_in_options(struct options *o, const char *name, const char *value,
                                    struct err *e)
{
    char hint[NEAREST_HINT_LEN];

    if (may_stand(name, OPTION_IN_FILE)) {
        TRY(check_value(name, value, e));
        return options_set(o, name, value, FROM_FILE, e);
    }
    if (may_stand(name, OPTION_OF_CONNECTION))
        return err_set(e, ERR_USAGE,
                       "\"%s\" is about one server; expected it in a "
                       "[connection \"NAME\"]",
                       name);
    if (options_find(name))
        return err_set(e, ERR_USAGE, "\"%s\" is for the command line alone", name);
    return err_set(e, ERR_USAGE, "unknown option \"%s\"%s", name,
                   options_nearest(name, OPTION_IN_FILE, hint, sizeof(hint)));
}

static void keep_line(struct reading *r, enum config_section section, const char *name,
                      const char *value)
{
    struct config *c = r->config;

    MEM_GROW(c->lines, c->lines_cap, c->n_lines + 1);
    c->lines[c->n_lines++] = (struct config_line){
        .section = section,
        .name = mem_strdup(name),
        .value = mem_strdup(value),
        .file = c->n_files - 1,
        .number = r->line,
    };
}

/* Once for all lines of it. */
static void on_unknown_section(struct reading *r, const char *section)
{
    struct nearest near = nearest_to(section);
    char hint[NEAREST_HINT_LEN];
    struct err e;

    if (*section && strncmp(r->unknown, section, sizeof(r->unknown) - 1) == 0)
        return;
    (void)snprintf(r->unknown, sizeof(r->unknown), "%s", section);
    nearest_try(&near, "options");
    nearest_try(&near, "keys");
    nearest_try(&near, "theme");
    (void)err_set(&e, ERR_USAGE, "expected a section %s, with at most %d letters%s",
                  sections, SECTION_MAX - (int)sizeof("connection \"\""),
                  nearest_hint(&near, hint, sizeof(hint)));
    fault(r, NULL, &e);
}

static int on_key(void *user, const char *section, const char *key, const char *value)
{
    struct reading *r = user;
    struct config_connection *c;
    struct err e;

    if (strcmp(section, "options") == 0) {
        keep_line(r, CONFIG_OPTIONS, key, value);
        if (set_in_options(&r->config->options, key, value, &e) != ERR_OK)
            fault(r, NULL, &e);
    } else if (strcmp(section, "keys") == 0) {
        keep_line(r, CONFIG_KEYS, key, value);
    } else if (strcmp(section, "theme") == 0) {
        keep_line(r, CONFIG_THEME, key, value);
    } else if ((c = connection_of(r->config, section)) != NULL) {
        on_connection_key(r, c, key, value);
    } else {
        on_unknown_section(r, section);
    }
    return 1;
}

/* --- the file --- */

static char *next_line(char *line, int size, void *stream)
{
    struct reading *r = stream;
    struct err e;

    if (!fgets(line, size, r->f)) {
        r->error = ferror(r->f) ? errno : 0;
        return NULL;
    }
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
    unsigned lines;
    struct err e;
    int line;

    ini_allow_inline_comments = false; /* a command may well hold a ";" */
    ini_allow_multiline = false;
    line = ini_parse_stream(next_line, r, on_key, r);
    if (line <= 0)
        return;
    lines = r->line;
    r->line = (unsigned)line;
    (void)err_set(&e, ERR_USAGE, "expected a section or KEY = VALUE");
    fault(r, NULL, &e);
    r->line = lines;
}

void config_init(struct config *c)
{
    *c = (struct config){0};
    options_init(&c->options);
}

/* A pipe is not waited for: there is nothing in it. */
static FILE *open_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    FILE *f = fd >= 0 ? fdopen(fd, "r") : NULL;

    if (fd >= 0 && !f)
        (void)close(fd);
    return f;
}

void config_read(struct config *c, char *path)
{
    struct reading r = {.config = c};
    struct config_file *file;

    if (!path)
        return;
    MEM_GROW(c->files, c->files_cap, c->n_files + 1);
    file = &c->files[c->n_files++];
    *file = (struct config_file){.path = path};
    r.f = open_file(path);
    if (!r.f) {
        file->error = errno;
        add_file_fault(c, file);
        return;
    }
    (void)file_check_private(fileno(r.f), "config file", path, &r.private);
    parse(&r);
    file->lines = r.line;
    file->error = r.error;
    if (r.error)
        add_file_fault(c, file);
    (void)fclose(r.f);
}

static void free_connection(struct config_connection *c)
{
    free(c->name);
    free(c->target);
    options_release(&c->options);
    free(c);
}

void config_release(struct config *c)
{
    for (size_t i = 0; i < c->n; i++)
        free_connection(c->connections[i]);
    for (size_t i = 0; i < c->n_lines; i++)
        free_line(&c->lines[i]);
    for (size_t i = 0; i < c->n_files; i++)
        free(c->files[i].path);
    free(c->connections);
    free(c->lines);
    free(c->files);
    free(c->faults);
    options_release(&c->options);
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
