/* model/zone: offsets against the C library, and files that cannot be trusted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "model/format.h"

#define FROM_1900 INT64_C(-2208988800)
#define TO_2200 INT64_C(7258118400)

static uint64_t next_random(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static struct zone *open_zone(const char *name)
{
    struct zone *z = NULL;
    struct err e = {.code = ERR_OK};

    if (zone_open(name, &z, &e) != ERR_OK) {
        if (access("/usr/share/zoneinfo/Europe/Vienna", R_OK) != 0)
            skip(); /* no time zone data on this machine */
        fail_msg("%s: %s", name, e.msg);
    }
    return z;
}

static long c_library_offset(int64_t t)
{
    time_t at = (time_t)t;
    struct tm tm;

    assert_non_null(localtime_r(&at, &tm));
    return tm.tm_gmtoff;
}

static void compare_at(const struct zone *z, const char *name, int64_t t)
{
    if (zone_offset(z, t) != c_library_offset(t))
        fail_msg("%s at %lld: %d here, %ld in the C library", name, (long long)t,
                 zone_offset(z, t), c_library_offset(t));
}

static void offsets_agree_with_the_c_library(void **state)
{
    static const char *const names[] = {
        "Europe/Vienna",        "America/New_York",   "Asia/Kolkata",
        "Australia/Lord_Howe",  "America/Sao_Paulo",  "Africa/Casablanca",
        "Asia/Tehran",          "Pacific/Apia",       "Europe/Dublin",
        "America/Nuuk",         "Antarctica/Troll",   "Asia/Gaza",
        "Pacific/Chatham",      "America/Santiago",   "Asia/Kathmandu",
        "Africa/Monrovia",      "Pacific/Kiritimati", "Etc/GMT+12",
        "America/Scoresbysund", "Asia/Jerusalem",
    };
    uint64_t seed = 0x9e3779b97f4a7c15U;

    (void)state;
    print_message("seed %llx\n", (unsigned long long)seed);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct zone *z = open_zone(names[i]);
        int32_t last = 0;

        assert_int_equal(setenv("TZ", names[i], 1), 0);
        tzset();
        for (int k = 0; k < 5000; k++)
            compare_at(z, names[i],
                       FROM_1900 +
                           (int64_t)(next_random(&seed) % (uint64_t)(TO_2200 - FROM_1900)));
        /* Around every change, found in steps of a day: the second before and of it. */
        for (int64_t t = FROM_1900; t < TO_2200; t += 86400) {
            int64_t lo = t - 86400, hi = t;

            if (zone_offset(z, t) == last)
                continue;
            while (hi - lo > 1) {
                int64_t mid = lo + (hi - lo) / 2;

                if (zone_offset(z, mid) == last)
                    lo = mid;
                else
                    hi = mid;
            }
            compare_at(z, names[i], lo);
            compare_at(z, names[i], hi);
            last = zone_offset(z, t);
        }
        zone_free(z);
    }
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
}

/* Rules given in TZ itself, where the C library parses the same text. */
static void posix_rules_agree_with_the_c_library(void **state)
{
    static const char *const rules[] = {
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "EST5EDT,M3.2.0,M11.1.0",
        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
        "XYZ3ABC,J60/1:30,J300",
        "XYZ-2ABC,59,299/-1",
        "<-03>3",
        "UTC0",
        "IST-1GMT0,M10.5.0,M3.5.0/1",
    };
    uint64_t seed = 0x1234567;

    (void)state;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        struct zone *z = NULL;
        struct err e = {.code = ERR_OK};

        assert_int_equal(setenv("TZ", rules[i], 1), 0);
        tzset();
        if (zone_open("local", &z, &e) != ERR_OK)
            fail_msg("%s", e.msg);
        assert_string_equal(zone_name(z), rules[i]);
        for (int k = 0; k < 5000; k++)
            compare_at(z, rules[i], (int64_t)(next_random(&seed) % (uint64_t)TO_2200));
        zone_free(z);
    }
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
}

static void daylight_time_all_year_has_no_gap(void **state)
{
    struct zone *z = NULL;
    struct err e;

    (void)state;
    assert_int_equal(setenv("TZ", "XXX3EDT4,0/0,J365/23", 1), 0);
    assert_int_equal(zone_open("local", &z, &e), ERR_OK);
    for (int64_t t = 0; t < INT64_C(2000000000); t += 3600)
        assert_int_equal(zone_offset(z, t), -4 * 3600);
    zone_free(z);
    assert_int_equal(unsetenv("TZ"), 0);
}

static void extreme_instants_have_an_offset(void **state)
{
    static const char *const names[] = {"Europe/Vienna", "Asia/Kolkata", "UTC"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct zone *z = open_zone(names[i]);

        assert_in_range(zone_offset(z, INT64_MAX) + 100000, 0, 200000);
        assert_in_range(zone_offset(z, INT64_MIN) + 100000, 0, 200000);
        zone_free(z);
    }
}

/* The first quarter of an hour at which the clocks show a local time, found by trying; the
 * one after which they show more, when they skip it. */
static int64_t first_instant(const struct zone *z, int64_t local, bool *skipped)
{
    for (int64_t t = local - 50 * 3600; t <= local + 50 * 3600; t += 900) {
        int64_t shown = t + zone_offset(z, t);

        *skipped = shown > local;
        if (shown >= local)
            return t;
    }
    fail_msg("no instant near local %lld", (long long)local);
    return 0;
}

static void a_local_time_is_the_first_instant_at_which_clocks_show_it(void **state)
{
    static const char *const names[] = {"Europe/Vienna", "Australia/Lord_Howe",
                                        "Pacific/Apia", "America/Sao_Paulo", "UTC"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct zone *z = open_zone(names[i]);

        /* all of it around changes, and coarsely through the years */
        for (int64_t local = INT64_C(946684800); local < INT64_C(1924992000);
             local += 3600 * 29 + 900) {
            int64_t near = zone_offset(z, local) == zone_offset(z, local + 90000) ? 1 : 24;

            for (int64_t k = 0; k < near; k++) {
                bool skipped, expected_skipped;
                int64_t at = local + k * 3600, t = zone_instant(z, at, &skipped);

                assert_int_equal(t, first_instant(z, at, &expected_skipped));
                assert_int_equal(skipped, expected_skipped);
            }
        }
        zone_free(z);
    }
}

static void an_abbreviation_is_an_offset_of_its_time(void **state)
{
    static const struct {
        const char *zone, *label;
        int64_t at; /* seconds since 1970 */
        int32_t offset;
    } rows[] = {
        {"Europe/Vienna", "CET", 1795179791, 3600},
        {"Europe/Vienna", "cest", 1795179791, 7200},
        {"Europe/Vienna", "CEST", INT64_C(3000000000), 7200},
        {"Europe/Moscow", "MSK", 1325376000, 14400}, /* +4 in 2012, +3 today */
        {"Europe/Moscow", "MSK", 1795179791, 10800},
        {"Asia/Dubai", "+04", 1795179791, 14400},
    };
    int32_t offset;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct zone *z = open_zone(rows[i].zone);

        if (!zone_label_offset(z, rows[i].label, rows[i].at, &offset))
            fail_msg("%s has no %s", rows[i].zone, rows[i].label);
        assert_int_equal(offset, rows[i].offset);
        assert_false(zone_label_offset(z, "EST", rows[i].at, &offset));
        assert_false(zone_label_offset(z, "", rows[i].at, &offset));
        zone_free(z);
    }
}

static void utc_needs_no_file(void **state)
{
    struct zone *z = NULL;

    (void)state;
    assert_int_equal(setenv("TZDIR", "/nonexistent", 1), 0);
    assert_int_equal(zone_open("UTC", &z, NULL), ERR_OK);
    assert_int_equal(zone_offset(z, 1795000000), 0);
    assert_string_equal(zone_name(z), "UTC");
    zone_free(z);
    assert_int_equal(unsetenv("TZDIR"), 0);
}

static void refuse(const char *name, const char *part)
{
    struct zone *z = NULL;
    struct err e = {.code = ERR_OK};

    assert_int_equal(zone_open(name, &z, &e), ERR_USAGE);
    assert_null(z);
    if (!strstr(e.msg, part))
        fail_msg("'%s' does not name '%s'", e.msg, part);
}

static void unknown_names_are_refused(void **state)
{
    (void)state;
    refuse("Europe/Atlantis", "Europe/Atlantis");
    refuse("", "not a time zone name");
    refuse("../../../etc/passwd", "not a time zone name");
    refuse("/etc/localtime", "not a time zone name");
    refuse("Europe/../UTC", "not a time zone name");
    refuse("Europe\n", "not a time zone name");
    refuse("Europe", "Europe");
    assert_int_equal(setenv("TZDIR", "/nonexistent", 1), 0);
    refuse("Europe/Vienna", "/nonexistent/Europe/Vienna");
    assert_int_equal(setenv("TZ", "Nowhere/Land", 1), 0);
    refuse("local", "Nowhere/Land");
    assert_int_equal(unsetenv("TZ"), 0);
    assert_int_equal(unsetenv("TZDIR"), 0);
}

static void rules_out_of_range_are_refused(void **state)
{
    static const char *const rules[] = {
        "CET-1CEST,M3.0.0,M10.5.0",  "CET-1CEST,M0.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",  "CET-1CEST,J0,J300",
        "CET-1CEST,J60,J366",        "CET-1CEST,60,366",
        "CET-1CEST,J60,J300x",       "CET-1CEST,J60",
        "CET-1CEST,J60/168,J300",    "CET-25CEST,J60,J300",
        "CET-1CEST,M3.5.0,M10.5.0/", "CET-1CEST,J99999999999999999999,J300",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        assert_int_equal(setenv("TZ", rules[i], 1), 0);
        refuse("local", rules[i]);
    }
    assert_int_equal(unsetenv("TZ"), 0);
}

/* Julian days never count 29 February: J59 is 28 February of any year, J60 1 March. */
static void julian_days_agree_with_the_c_library_in_leap_years(void **state)
{
    static const char *const rules[] = {"XYZ3ABC,J59,J300", "XYZ3ABC,J60,J300",
                                        "XYZ3ABC,59,299"};

    (void)state;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        struct zone *z = NULL;

        assert_int_equal(setenv("TZ", rules[i], 1), 0);
        tzset();
        assert_int_equal(zone_open("local", &z, NULL), ERR_OK);
        for (int64_t t = INT64_C(1577836800); t < INT64_C(1640995200); t += 3600)
            compare_at(z, rules[i], t); /* 2020 and 2021 */
        zone_free(z);
    }
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
}

static void names_and_folders_that_are_too_long_are_refused(void **state)
{
    char name[200], folder[5000];
    struct zone *z;

    (void)state;
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    refuse(name, "not a time zone name");
    folder[0] = '/';
    memset(folder + 1, 'a', sizeof(folder) - 2);
    folder[sizeof(folder) - 1] = '\0';
    assert_int_equal(setenv("TZDIR", folder, 1), 0);
    refuse("Europe/Vienna", "too long");
    assert_int_equal(setenv("TZDIR", "", 1), 0); /* as if it were not set */
    z = open_zone("Europe/Vienna");
    zone_free(z);
    assert_int_equal(unsetenv("TZDIR"), 0);
}

static void an_empty_tz_is_utc(void **state)
{
    struct zone *z = NULL;

    (void)state;
    assert_int_equal(setenv("TZ", "", 1), 0);
    assert_int_equal(zone_open("local", &z, NULL), ERR_OK);
    assert_string_equal(zone_name(z), "UTC");
    assert_int_equal(zone_offset(z, 0), 0);
    zone_free(z);
    assert_int_equal(unsetenv("TZ"), 0);
}

static void tz_may_name_a_zone_or_a_file(void **state)
{
    static const char *const values[] = {"Asia/Kolkata", ":Asia/Kolkata",
                                         "/usr/share/zoneinfo/Asia/Kolkata"};

    (void)state;
    zone_free(open_zone("Asia/Kolkata"));
    for (size_t i = 0; i < 3; i++) {
        struct zone *z;

        assert_int_equal(setenv("TZ", values[i], 1), 0);
        z = open_zone("local");
        assert_int_equal(zone_offset(z, 1795000000), 19800);
        zone_free(z);
    }
    assert_int_equal(unsetenv("TZ"), 0);
}

static void the_system_zone_opens(void **state)
{
    struct zone *z;

    (void)state;
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
    z = open_zone("local");
    assert_true(zone_name(z)[0] != '\0');
    for (int64_t t = 0; t < INT64_C(4000000000); t += 10000000)
        compare_at(z, "local", t);
    zone_free(z);
}

/* --- files that cannot be trusted --- */

struct scratch {
    char dir[64];
    char path[96];
    uint8_t data[65536];
    size_t len;
};

static void write_zone(const struct scratch *s, const uint8_t *data, size_t len)
{
    FILE *f = fopen(s->path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static void scratch_init(struct scratch *s, const char *source)
{
    FILE *f = fopen(source, "rb");

    if (!f)
        skip(); /* no time zone data on this machine */
    s->len = fread(s->data, 1, sizeof(s->data), f);
    assert_int_equal(fclose(f), 0);
    (void)snprintf(s->dir, sizeof(s->dir), "/tmp/zone_test.XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    (void)snprintf(s->path, sizeof(s->path), "%s/Test", s->dir);
    assert_int_equal(setenv("TZDIR", s->dir, 1), 0);
}

static void scratch_release(struct scratch *s)
{
    assert_int_equal(unsetenv("TZDIR"), 0);
    assert_int_equal(unlink(s->path), 0);
    assert_int_equal(rmdir(s->dir), 0);
}

static void a_file_cut_short_is_refused(void **state)
{
    static struct scratch s;

    (void)state;
    scratch_init(&s, "/usr/share/zoneinfo/Africa/Monrovia");
    for (size_t n = 0; n < s.len; n++) {
        write_zone(&s, s.data, n);
        refuse("Test", "Test");
    }
    scratch_release(&s);
}

static void a_file_of_megabytes_is_refused(void **state)
{
    static struct scratch s;
    static uint8_t large[1024 * 1024 + 1];

    (void)state;
    scratch_init(&s, "/usr/share/zoneinfo/Africa/Monrovia");
    memcpy(large, s.data, s.len);
    write_zone(&s, large, sizeof(large));
    refuse("Test", "limit");
    scratch_release(&s);
}

static void damaged_files_do_no_harm(void **state)
{
    static struct scratch s;
    uint64_t seed = 0xfeedface;
    int refused = 0;

    (void)state;
    scratch_init(&s, "/usr/share/zoneinfo/Africa/Monrovia");
    print_message("seed %llx\n", (unsigned long long)seed);
    for (int k = 0; k < 5000; k++) {
        uint8_t data[sizeof(s.data)];
        struct zone *z = NULL;

        memcpy(data, s.data, s.len);
        for (int i = 0; i < 3; i++)
            data[next_random(&seed) % s.len] = (uint8_t)next_random(&seed);
        write_zone(&s, data, s.len);
        if (zone_open("Test", &z, NULL) != ERR_OK) {
            refused++;
            continue;
        }
        for (int64_t t = FROM_1900; t < TO_2200; t += 100000000)
            assert_in_range(zone_offset(z, t) + 100000, 0, 200000);
        zone_free(z);
    }
    assert_in_range(refused, 500, 4999);
    scratch_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_agree_with_the_c_library),
        cmocka_unit_test(posix_rules_agree_with_the_c_library),
        cmocka_unit_test(daylight_time_all_year_has_no_gap),
        cmocka_unit_test(extreme_instants_have_an_offset),
        cmocka_unit_test(a_local_time_is_the_first_instant_at_which_clocks_show_it),
        cmocka_unit_test(an_abbreviation_is_an_offset_of_its_time),
        cmocka_unit_test(utc_needs_no_file),
        cmocka_unit_test(unknown_names_are_refused),
        cmocka_unit_test(rules_out_of_range_are_refused),
        cmocka_unit_test(julian_days_agree_with_the_c_library_in_leap_years),
        cmocka_unit_test(names_and_folders_that_are_too_long_are_refused),
        cmocka_unit_test(a_file_of_megabytes_is_refused),
        cmocka_unit_test(an_empty_tz_is_utc),
        cmocka_unit_test(tz_may_name_a_zone_or_a_file),
        cmocka_unit_test(the_system_zone_opens),
        cmocka_unit_test(a_file_cut_short_is_refused),
        cmocka_unit_test(damaged_files_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
