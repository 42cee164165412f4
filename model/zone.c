/*
 * Rules of a time zone: a table of changes from a TZif file (RFC 8536) and, for instants
 * after the last of them, the rule in the file's footer, a POSIX TZ string. A file is data
 * from outside: every count and index in it is checked before use.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "model/calendar.h"
#include "model/format.h"

#define ZONE_DIR "/usr/share/zoneinfo"
#define ZONE_LOCAL_FILE "/etc/localtime"
#define ZONE_FILE_MAX ((size_t)1024 * 1024)
#define ZONE_NAME_MAX 128
#define ZONE_CHANGES_MAX 65536
#define ZONE_LABEL_MAX 15 /* bytes of an abbreviation; longer ones are not known by it */
#define HEADER_BYTES 44
#define TYPE_BYTES ((size_t)6)
#define OFFSET_MIN (-89999) /* RFC 8536: what utoff should keep to */
#define OFFSET_MAX 93599

/* When in a year the clocks change. */
struct change_rule {
    enum { DAY_JULIAN, DAY_OF_YEAR, DAY_MONTH_WEEK } form; /* Jn, n, Mm.w.d */
    int day;                                               /* or the day of the week */
    int week, month;
    int32_t time; /* seconds after local midnight, may be negative */
};

struct posix_rule {
    bool present, has_dst;
    int32_t std, dst; /* seconds east of UTC */
    char std_label[ZONE_LABEL_MAX + 1], dst_label[ZONE_LABEL_MAX + 1];
    struct change_rule start, end;
};

struct zone {
    char *name;         /* owned */
    size_t n_changes;   /* changes, offsets and label_at, owned, have so many */
    int64_t *changes;   /* ascending */
    int32_t *offsets;   /* from the change of the same index on */
    uint16_t *label_at; /* where its abbreviation stands in labels */
    char *labels;       /* owned, or NULL; terminated */
    int32_t first;      /* before the first change */
    uint16_t first_label_at;
    struct posix_rule rule;
};

/* --- POSIX TZ strings ------------------------------------------------------------------
 */

static bool take_number(const char **s, int max, int *out)
{
    int v = 0;

    if (!isdigit((unsigned char)**s))
        return false;
    while (isdigit((unsigned char)**s) && v <= max)
        v = v * 10 + (*(*s)++ - '0');
    *out = v;
    return v <= max;
}

static bool take_char(const char **s, char c)
{
    if (**s != c)
        return false;
    (*s)++;
    return true;
}

static bool take_label(const char **s, char out[ZONE_LABEL_MAX + 1])
{
    bool quoted = take_char(s, '<');
    const char *start = *s;

    while (isalpha((unsigned char)**s) ||
           (quoted && (isdigit((unsigned char)**s) || **s == '+' || **s == '-')))
        (*s)++;
    if (*s - start <= ZONE_LABEL_MAX)
        (void)snprintf(out, ZONE_LABEL_MAX + 1, "%.*s", (int)(*s - start), start);
    return *s - start >= 3 && (!quoted || take_char(s, '>'));
}

/* [+-]h[hh][:mm[:ss]] */
static bool take_seconds(const char **s, int max_hours, int32_t *out)
{
    bool negative = take_char(s, '-');
    int h, m = 0, sec = 0;

    if (!negative)
        (void)take_char(s, '+');
    if (!take_number(s, max_hours, &h))
        return false;
    if (take_char(s, ':')) {
        if (!take_number(s, 59, &m))
            return false;
        if (take_char(s, ':') && !take_number(s, 59, &sec))
            return false;
    }
    *out = h * 3600 + m * 60 + sec;
    if (negative)
        *out = -*out;
    return true;
}

static bool take_month_week(const char **s, struct change_rule *r)
{
    r->form = DAY_MONTH_WEEK;
    return take_number(s, 12, &r->month) && r->month >= 1 && take_char(s, '.') &&
           take_number(s, 5, &r->week) && r->week >= 1 && take_char(s, '.') &&
           take_number(s, 6, &r->day);
}

/* ,date[/time] */
static bool take_change(const char **s, struct change_rule *r)
{
    bool ok;

    if (!take_char(s, ','))
        return false;
    if (take_char(s, 'M')) {
        ok = take_month_week(s, r);
    } else if (take_char(s, 'J')) {
        r->form = DAY_JULIAN;
        ok = take_number(s, 365, &r->day) && r->day >= 1;
    } else {
        r->form = DAY_OF_YEAR;
        ok = take_number(s, 365, &r->day);
    }
    r->time = 2 * 3600;
    return ok && (!take_char(s, '/') || take_seconds(s, 167, &r->time));
}

static bool rule_parse(const char *s, struct posix_rule *r)
{
    *r = (struct posix_rule){.present = true};
    if (!take_label(&s, r->std_label) || !take_seconds(&s, 24, &r->std))
        return false;
    r->std = -r->std; /* POSIX counts west of Greenwich */
    if (*s == '\0')
        return true;
    r->has_dst = true;
    r->dst = r->std + 3600;
    if (!take_label(&s, r->dst_label))
        return false;
    if (*s != ',') {
        if (!take_seconds(&s, 24, &r->dst))
            return false;
        r->dst = -r->dst;
    }
    return take_change(&s, &r->start) && take_change(&s, &r->end) && *s == '\0';
}

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The day a rule names in a year, in days since 1970. */
static int64_t rule_day(const struct change_rule *r, int64_t year)
{
    int64_t first, day, next;

    if (r->form == DAY_OF_YEAR)
        return calendar_days(year, 1, 1) + r->day;
    if (r->form == DAY_JULIAN) /* 29 February is never counted */
        return calendar_days(year, 1, 1) + r->day - 1 + (is_leap(year) && r->day >= 60);
    first = calendar_days(year, r->month, 1);
    day = first + calendar_floor_mod(r->day - (first + 4), 7); /* 1970-01-01: Thursday */
    next = r->month == 12 ? calendar_days(year + 1, 1, 1)
                          : calendar_days(year, r->month + 1, 1);
    day += 7 * (int64_t)(r->week - 1);
    return day >= next ? day - 7 : day; /* week 5 is the last one */
}

/* The change before an instant decides; it can lie in the year before or, as times may be
 * negative, the year after. Where two coincide the later in order wins, so that daylight
 * time all year round has no gap. */
static int32_t rule_offset(const struct posix_rule *r, int64_t t)
{
    int64_t year, best = INT64_MIN;
    int32_t offset = r->std;

    if (!r->has_dst)
        return r->std;
    t = calendar_floor_mod(t, CALENDAR_CYCLE); /* the calendar repeats, weekdays and all */
    year = calendar_date(calendar_floor_div(t, CALENDAR_DAY)).year;
    for (int64_t y = year - 1; y <= year + 1; y++) {
        int64_t start = rule_day(&r->start, y) * CALENDAR_DAY + r->start.time - r->std;
        int64_t end = rule_day(&r->end, y) * CALENDAR_DAY + r->end.time - r->dst;

        if (start <= t && start >= best) {
            best = start;
            offset = r->dst;
        }
        if (end <= t && end >= best) {
            best = end;
            offset = r->std;
        }
    }
    return offset;
}

/* --- TZif files ------------------------------------------------------------------------
 */

struct tzif_counts {
    uint32_t isut, isstd, leap, time, type, chars;
};

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be_time(const uint8_t *p, size_t size)
{
    if (size == 4)
        return (int32_t)be32(p);
    return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

/* Reads the header at *in and steps over it; checks that the body behind it, with times of
 * time_size bytes, is there. */
static enum err_code take_header(struct bytes *in, size_t time_size, struct tzif_counts *c,
                                 size_t *body, struct err *e)
{
    const uint8_t *p = in->data;

    if (in->len < HEADER_BYTES || memcmp(p, "TZif", 4) != 0)
        return err_set(e, ERR_USAGE, "not a time zone file");
    *c = (struct tzif_counts){be32(p + 20), be32(p + 24), be32(p + 28),
                              be32(p + 32), be32(p + 36), be32(p + 40)};
    if (c->time > ZONE_CHANGES_MAX || c->type < 1 || c->type > 256 || c->chars > 4096 ||
        c->leap > 4096 || c->isut > 256 || c->isstd > 256)
        return err_set(e, ERR_USAGE, "impossible counts in the time zone file");
    *body = c->time * (time_size + 1) + c->type * TYPE_BYTES + c->chars +
            c->leap * (time_size + 4) + c->isstd + c->isut;
    in->data += HEADER_BYTES;
    in->len -= HEADER_BYTES;
    if (in->len < *body)
        return err_set(e, ERR_USAGE, "time zone file cut short: %zu bytes of %zu", in->len,
                       *body);
    return ERR_OK;
}

static enum err_code take_type(const uint8_t *types, const struct tzif_counts *c, uint8_t i,
                               int32_t *out, uint16_t *label_at, struct err *e)
{
    int32_t offset;

    if (i >= c->type)
        return err_set(e, ERR_USAGE, "time zone file: type %u of %" PRIu32, i, c->type);
    offset = (int32_t)be32(types + i * TYPE_BYTES);
    if (offset < OFFSET_MIN || offset > OFFSET_MAX)
        return err_set(e, ERR_USAGE, "time zone file: offset of %" PRId32 " s", offset);
    *out = offset;
    *label_at = types[i * TYPE_BYTES + 5];
    if (*label_at >= c->chars)
        *label_at = (uint16_t)c->chars; /* the end: no abbreviation */
    return ERR_OK;
}

/* Reads one body, whose length take_header() has checked. */
static enum err_code take_body(struct zone *z, const uint8_t *p, size_t time_size,
                               const struct tzif_counts *c, struct err *e)
{
    const uint8_t *indexes = p + c->time * time_size;
    const uint8_t *types = indexes + c->time;

    if (c->leap != 0)
        return err_set(e, ERR_USAGE, "time zone file counts leap seconds, instants do not");
    TRY(take_type(types, c, 0, &z->first, &z->first_label_at, e));
    z->labels = mem_calloc(c->chars + 1, 1);
    memcpy(z->labels, types + c->type * TYPE_BYTES, c->chars);
    z->changes = MEM_ARRAY(int64_t, c->time);
    z->offsets = MEM_ARRAY(int32_t, c->time);
    z->label_at = MEM_ARRAY(uint16_t, c->time);
    for (size_t i = 0; i < c->time; i++) {
        z->changes[i] = be_time(p + i * time_size, time_size);
        if (i > 0 && z->changes[i] <= z->changes[i - 1])
            return err_set(e, ERR_USAGE, "time zone file: change %zu out of order", i);
        TRY(take_type(types, c, indexes[i], &z->offsets[i], &z->label_at[i], e));
    }
    z->n_changes = c->time;
    return ERR_OK;
}

/* The footer: a line feed, a TZ string, perhaps empty, and a line feed. */
static enum err_code take_footer(struct zone *z, struct bytes in, struct err *e)
{
    char text[128];
    const uint8_t *end;
    size_t n;

    if (in.len < 2 || in.data[0] != '\n')
        return err_set(e, ERR_USAGE, "time zone file: no footer");
    end = memchr(in.data + 1, '\n', in.len - 1);
    n = end ? (size_t)(end - in.data) - 1 : sizeof(text);
    if (n >= sizeof(text) || memchr(in.data + 1, '\0', n))
        return err_set(e, ERR_USAGE, "time zone file: bad footer");
    if (n == 0)
        return ERR_OK;
    memcpy(text, in.data + 1, n);
    text[n] = '\0';
    if (!rule_parse(text, &z->rule))
        return err_set(e, ERR_USAGE, "time zone file: bad rule '%s'", text);
    return ERR_OK;
}

static enum err_code tzif_parse(struct zone *z, struct bytes in, struct err *e)
{
    struct tzif_counts c;
    bool wide = in.len > 4 && in.data[4] >= '2';
    size_t body;

    TRY(take_header(&in, 4, &c, &body, e));
    if (!wide)
        return take_body(z, in.data, 4, &c, e);
    in.data += body; /* the same with 32-bit times, for old readers */
    in.len -= body;
    TRY(take_header(&in, 8, &c, &body, e));
    TRY(take_body(z, in.data, 8, &c, e));
    return take_footer(z, (struct bytes){in.data + body, in.len - body}, e);
}

static enum err_code read_fd(int fd, const char *path, struct buf *out, struct err *e)
{
    uint8_t chunk[4096];
    struct stat st;
    ssize_t n;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return err_set(e, ERR_USAGE, "%s is not a file", path);
    do {
        n = read(fd, chunk, sizeof(chunk));
        if (n > 0)
            TRY(buf_append(out, chunk, (size_t)n, e));
    } while (n > 0 || (n < 0 && errno == EINTR));
    return n < 0 ? err_set(e, ERR_USAGE, "%s: %s", path, strerror(errno)) : ERR_OK;
}

static enum err_code load_file(struct zone *z, const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct buf data;
    enum err_code rc;

    if (fd < 0)
        return err_set(e, ERR_USAGE, "%s: %s", path, strerror(errno));
    buf_init(&data, ZONE_FILE_MAX);
    rc = read_fd(fd, path, &data, e);
    if (rc == ERR_OK)
        rc = tzif_parse(z, buf_bytes(&data), e);
    buf_release(&data);
    (void)close(fd);
    return rc == ERR_OK ? rc : ERR_USAGE;
}

/* --- names -----------------------------------------------------------------------------
 */

/* Letters, digits and "_+-./" only, and nothing that leads out of the folder. */
static bool is_zone_name(const char *name)
{
    size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                            "0123456789_+-./");

    return n > 0 && n < ZONE_NAME_MAX && name[n] == '\0' && name[0] != '/' &&
           !strstr(name, "..");
}

static enum err_code load_name(struct zone *z, const char *name, struct err *e)
{
    const char *dir = getenv("TZDIR");
    char path[PATH_MAX];
    int n;

    if (strcmp(name, "UTC") == 0)
        return ERR_OK;
    if (!is_zone_name(name))
        return err_set(e, ERR_USAGE, "not a time zone name");
    n = snprintf(path, sizeof(path), "%s/%s", dir && *dir ? dir : ZONE_DIR, name);
    if (n < 0 || (size_t)n >= sizeof(path))
        return err_set(e, ERR_USAGE, "name too long");
    return load_file(z, path, e);
}

static void rename_zone(struct zone *z, const char *name)
{
    free(z->name);
    z->name = mem_strdup(name);
}

/* The system's zone; its name is where the link points to, when it is one. */
static enum err_code load_system(struct zone *z, struct err *e)
{
    char target[PATH_MAX];
    const char *part;

    if (access(ZONE_LOCAL_FILE, F_OK) != 0) {
        rename_zone(z, "UTC"); /* as the C library has it */
        return ERR_OK;
    }
    TRY(load_file(z, ZONE_LOCAL_FILE, e));
    part = realpath(ZONE_LOCAL_FILE, target) ? strstr(target, "/zoneinfo/") : NULL;
    if (part)
        rename_zone(z, part + strlen("/zoneinfo/"));
    return ERR_OK;
}

static enum err_code load_local(struct zone *z, struct err *e)
{
    const char *tz = getenv("TZ");

    if (!tz)
        return load_system(z, e);
    if (*tz == ':')
        tz++;
    rename_zone(z, *tz ? tz : "UTC");
    if (*tz == '\0')
        return ERR_OK;
    if (*tz == '/')
        return load_file(z, tz, e);
    if (load_name(z, tz, e) == ERR_OK)
        return ERR_OK;
    /* The message stays that of the file: few who set TZ mean a rule. */
    return z->n_changes == 0 && rule_parse(tz, &z->rule) ? ERR_OK : ERR_USAGE;
}

enum err_code zone_open(const char *name, struct zone **out, struct err *e)
{
    struct zone *z = MEM_NEW(struct zone);
    bool local = strcmp(name, "local") == 0;
    enum err_code rc;

    rename_zone(z, name);
    rc = local ? load_local(z, e) : load_name(z, name, e);
    if (rc != ERR_OK) {
        rc = err_wrap(e, rc, "time zone '%s'", local ? z->name : name);
        zone_free(z);
        return rc;
    }
    *out = z;
    return ERR_OK;
}

void zone_free(struct zone *z)
{
    if (!z)
        return;
    free(z->name);
    free(z->changes);
    free(z->offsets);
    free(z->label_at);
    free(z->labels);
    free(z);
}

const char *zone_name(const struct zone *z)
{
    return z->name;
}

/* How many changes are up to an instant. */
static size_t changes_until(const struct zone *z, int64_t unix_seconds)
{
    size_t lo = 0, hi = z->n_changes;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (z->changes[mid] <= unix_seconds)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

int32_t zone_offset(const struct zone *z, int64_t unix_seconds)
{
    size_t n = changes_until(z, unix_seconds);

    if (n == z->n_changes && z->rule.present)
        return rule_offset(&z->rule, unix_seconds);
    return n == 0 ? z->first : z->offsets[n - 1];
}

const char *zone_label(const struct zone *z, int64_t unix_seconds)
{
    size_t n = changes_until(z, unix_seconds);
    const struct posix_rule *r = &z->rule;

    if (n == z->n_changes && r->present)
        return r->has_dst && rule_offset(r, unix_seconds) == r->dst ? r->dst_label
                                                                    : r->std_label;
    if (!z->labels)
        return "UTC"; /* which has no file */
    return z->labels + (n == 0 ? z->first_label_at : z->label_at[n - 1]);
}

/* The first instant after lo, up to hi, whose offset is not that of lo. */
static int64_t change_within(const struct zone *z, int64_t lo, int64_t hi)
{
    int32_t before = zone_offset(z, lo);

    while (hi - lo > 1) {
        int64_t mid = lo + (hi - lo) / 2;

        if (zone_offset(z, mid) == before)
            lo = mid;
        else
            hi = mid;
    }
    return hi;
}

/* The offsets of a day before and a day after are the two that it can have. */
int64_t zone_instant(const struct zone *z, int64_t local, bool *skipped)
{
    int32_t before = zone_offset(z, local - CALENDAR_DAY);
    int32_t after = zone_offset(z, local + CALENDAR_DAY);
    int64_t first = local - max_int(before, after), last = local - min_int(before, after);

    *skipped = false;
    if (first + zone_offset(z, first) == local)
        return first;
    if (last + zone_offset(z, last) == local)
        return last;
    *skipped = true;
    return change_within(z, first, last);
}

static bool rule_label_offset(const struct posix_rule *r, const char *label,
                              int32_t *offset)
{
    bool dst = r->has_dst && strcasecmp(label, r->dst_label) == 0;

    if (!r->present || (!dst && strcasecmp(label, r->std_label) != 0))
        return false;
    *offset = dst ? r->dst : r->std;
    return true;
}

/* The last period of that label up to the instant counts, else the first one after it. */
bool zone_label_offset(const struct zone *z, const char *label, int64_t unix_seconds,
                       int32_t *offset)
{
    bool found = false;

    if ((z->n_changes == 0 || unix_seconds >= z->changes[z->n_changes - 1]) &&
        rule_label_offset(&z->rule, label, offset))
        return true;
    for (size_t i = 0; i < z->n_changes; i++) {
        if (strcasecmp(z->labels + z->label_at[i], label) != 0)
            continue;
        if (found && z->changes[i] > unix_seconds)
            break;
        *offset = z->offsets[i];
        found = true;
    }
    return found || rule_label_offset(&z->rule, label, offset);
}
