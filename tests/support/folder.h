/*
 * tests/support/folder.h - a folder of a test's own, and all that is in it.
 */
#ifndef TESTS_SUPPORT_FOLDER_H
#define TESTS_SUPPORT_FOLDER_H

/* Makes it; name ends in XXXXXX, which become others. Fails the test when it cannot. */
void folder_make(char *name);

/* With all in it; a command of our own, so name has no quote. Fails the test likewise. */
void folder_remove(const char *name);

/* That of a group of tests; set up and torn down by what cmocka calls so. */
extern char group_folder[];
int folder_setup(void **state);
int folder_teardown(void **state);

#endif
