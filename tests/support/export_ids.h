/*
 * tests/support/export_ids.h - a relay before a server that notes which exports a viewer
 * makes and which it releases.
 *
 * It reads the requests that pass by: Batch, FetchTable, ApplyPreviewColumns, View and
 * ExportFromTicket name results, Release names what goes. Only for links without TLS and
 * one viewer at a time. Tests only; the functions here may be called while it works.
 */
#ifndef TESTS_SUPPORT_EXPORT_IDS_H
#define TESTS_SUPPORT_EXPORT_IDS_H

#include <stddef.h>

#include "tests/support/relay.h"

struct export_ids; /* opaque */

/* Starts the relay to upstream, "127.0.0.1:port". Owned. */
struct export_ids *export_ids_new(const char *upstream);
void export_ids_free(struct export_ids *x); /* with its relay; accepts NULL */

const char *export_ids_address(const struct export_ids *x); /* of the relay; borrowed */

/* Exports that were made so far; and those that are asked for, or made and not released. */
size_t export_ids_made(struct export_ids *x);
size_t export_ids_left(struct export_ids *x);

#endif
