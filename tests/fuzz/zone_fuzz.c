/*
 * A time zone file (RFC 8536) of any content: it is refused with a text, or offsets at
 * every instant stay within what the format allows. The file lies in memory and is opened
 * by its path.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model/format.h"
#include "tests/fuzz/fuzz.h"

#define OFFSET_MIN (-89999) /* seconds; RFC 8536: what utoff should keep to */
#define OFFSET_MAX 93599

static void check_offset(const struct zone *z, int64_t at)
{
    int32_t offset = zone_offset(z, at);

    FUZZ_CHECK(offset >= OFFSET_MIN && offset <= OFFSET_MAX);
}

static void check_offsets(const struct zone *z)
{
    static const int64_t ends[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_MAX - 1, 0};

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        check_offset(z, ends[i]);
    for (int shift = 0; shift < 63; shift += 3) {
        check_offset(z, (int64_t)1 << shift);
        check_offset(z, -((int64_t)1 << shift));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("zone", MFD_CLOEXEC);
    struct zone *z = NULL;
    struct err e = {0};
    char path[64];

    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    FUZZ_CHECK(setenv("TZ", path, 1) == 0);
    if (zone_open("local", &z, &e) == ERR_OK) {
        FUZZ_CHECK(strcmp(zone_name(z), path) == 0);
        check_offsets(z);
    } else {
        FUZZ_CHECK(z == NULL && e.code == ERR_USAGE && e.msg[0] != '\0');
    }
    zone_free(z);
    close(fd);
    return 0;
}
