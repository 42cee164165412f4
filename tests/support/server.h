/*
 * tests/support/server.h - the real servers that scripts/test has started.
 *
 * Addresses come from the environment: DHVIEW_TEST_SERVER (anonymous),
 * DHVIEW_TEST_GROWTH_SERVER and DHVIEW_TEST_PSK_SERVER (one process: pre-shared key, 64
 * cells a piece) with DHVIEW_TEST_PSK_FILE, DHVIEW_TEST_CONTROL (socket of the anonymous
 * one). One thread.
 */
#ifndef TESTS_SUPPORT_SERVER_H
#define TESTS_SUPPORT_SERVER_H

/* Ends the program as skipped, exit code 77, when no servers are there. Call it first. */
void server_require(void);

/* "host:port", borrowed for ever; server_require first. */
const char *server_address(void);
const char *server_growth_address(void);
const char *server_psk_address(void);

/* File holding the key of the server with a pre-shared key; borrowed for ever. */
const char *server_psk_file(void);

/* "host:port/table" on the anonymous server; owned by the caller. */
char *server_target(const char *table);

/* Runs a command of scripts/server_main.py on the anonymous server and returns once its
 * tables have changed; fails the test on any answer but "ok". From its first command on a
 * program has these tables for itself: others wait until it ends. */
void server_control(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Runs Python among the server's variables; a failed assert in it fails the test. */
void server_python(const char *code);

#endif
