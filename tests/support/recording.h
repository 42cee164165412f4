/*
 * tests/support/recording.h - the recorded messages under tests/wire/recordings.
 *
 * A recording is one folder: message files and a manifest.json that says what they hold. A
 * file that is missing or unreadable fails the test. Tests only; any thread.
 */
#ifndef TESTS_SUPPORT_RECORDING_H
#define TESTS_SUPPORT_RECORDING_H

#include <jansson.h>
#include <stddef.h>

#include "base/buf.h"

/* The folder of all scenarios; only tests know where the sources are. */
#define RECORDINGS TEST_SOURCE_DIR "/tests/wire/recordings"

struct name_list {
    char **names; /* owned, sorted */
    size_t n;
};
void name_list_release(struct name_list *list);

/* Scenarios below root; owned by the caller. */
struct name_list recording_scenarios(const char *root);

/* Files of a scenario whose name ends in suffix; owned by the caller. */
struct name_list recording_files(const char *root, const char *scenario,
                                 const char *suffix);

/* manifest.json of a scenario; owned, release with json_decref(). */
json_t *recording_manifest(const char *root, const char *scenario);

/* All bytes of one file; owned: free the data with recording_free(). Its memory is exactly
 * as large as the file, so that a sanitizer notices a read past the end. */
struct bytes recording_read(const char *root, const char *scenario, const char *file);
void recording_free(struct bytes b);

#endif
