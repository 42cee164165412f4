/*
 * The viewer flooded with frames of HTTP/2: the flood is cut off or survived, keys are
 * answered while it lasts, and memory stays under a cap (see tests/support/trial.h).
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/h2_trial.h"

#define FLOOD_MS 700
#define OTHER_STREAM 0x7001 /* one that was never opened */

/* clang-format off */
#define FLOOD(...) .flood = {__VA_ARGS__}, .flood_ms = FLOOD_MS
#define ENDLESS_FIELD "\x00\x01" "a" "\x7f\xff\xff\xff\xff\x03" /* of 1 GiB */

static struct h2_case floods[] = {
    {11, "PING", H2_GOES_ON, NULL, H2_THEN_FIRE, H2_FIRED(FLOOD(H2_PING, 0, 0, NULL, 8))},
    {11, "SETTINGS", H2_GOES_ON, NULL, H2_THEN_FIRE, H2_FIRED(FLOOD(.type = H2_SETTINGS))},
    {11, "SETTINGS of changing windows", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(FLOOD(H2_SETTINGS, 0, 0, H2_BYTES("\0\4\0\1\0\0" "\0\4\0\0\xff\xff")))},
    {11, "empty DATA", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(FLOOD(H2_DATA, 0, H2_THE_STREAM, NULL, 0))},
    {11, "WINDOW_UPDATE beyond 2^31", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(FLOOD(H2_WINDOW_UPDATE, 0, 0, H2_BYTES("\x7f\xff\xff\xff")))},
    {11, "WINDOW_UPDATE 0", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(FLOOD(H2_WINDOW_UPDATE, 0, 0, NULL, 4))},
    {11, "RST_STREAM", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(FLOOD(H2_RST_STREAM, 0, OTHER_STREAM, NULL, 4))},
    {11, "HEADERS", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(FLOOD(H2_HEADERS, H2_END_HEADERS, OTHER_STREAM, H2_BYTES(H2_FIELD)))},
    {11, "CONTINUATION of fields", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_HEADERS, 0, H2_THE_STREAM, H2_BYTES(H2_FIELD)),
             FLOOD(H2_CONTINUATION, 0, H2_THE_STREAM, H2_BYTES(H2_FIELD)))},
    {11, "empty CONTINUATION", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_HEADERS, 0, H2_THE_STREAM, H2_BYTES(H2_FIELD)),
             FLOOD(H2_CONTINUATION, 0, H2_THE_STREAM, NULL, 0))},
    {11, "CONTINUATION of one field of 1 GiB", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_HEADERS, 0, H2_THE_STREAM, H2_BYTES(ENDLESS_FIELD)),
             FLOOD(H2_CONTINUATION, 0, H2_THE_STREAM, NULL, 16384))},
};
/* clang-format on */

static void a_flood_is_cut_off_or_survived(void **state)
{
    (void)state;
    h2_run_all(floods, sizeof(floods) / sizeof(*floods), 1, trial_server());
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_flood_is_cut_off_or_survived)};

    return cmocka_run_group_tests(tests, trial_serve_group, trial_end_group);
}
