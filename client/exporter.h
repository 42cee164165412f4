/*
 * client/exporter.h - what a snapshot brings, as the bytes of a file.
 *
 * Text comes from model/writer. An Arrow IPC stream is made of the server's own messages:
 * what they hold is written as it came, custom metadata included, once it has been checked.
 * What is written goes to a writer's sink, and nothing of it before the first rows or the
 * end: who finds that these rows cannot be had begins with others. Loop thread. Protocol:
 * Arrow Columnar Format, encapsulated messages.
 */
#ifndef CLIENT_EXPORTER_H
#define CLIENT_EXPORTER_H

#include "client/snapshot.h"
#include "model/writer.h"

enum exporter_format {
    EXPORTER_CSV = WRITER_CSV,
    EXPORTER_TSV = WRITER_TSV,
    EXPORTER_JSON = WRITER_JSON,
    EXPORTER_ARROW
};

/* A format by its name, and by how the name of a file ends, in any case. False: neither is
 * known here. */
bool exporter_format_named(const char *name, enum exporter_format *out);
bool exporter_format_of_file(const char *path, enum exporter_format *out);

struct exporter; /* opaque */

/* The sink is copied, its ctx borrowed. Owned. */
struct exporter *exporter_new(enum exporter_format format, bool no_header,
                              const struct writer_sink *sink);
void exporter_free(struct exporter *x); /* accepts NULL */

/* The names of a schema's columns to a writer. */
enum err_code exporter_write_header(struct writer *w, const struct schema *schema,
                                    struct err *e);

/* For the handlers of a snapshot, in their order. Errors as those of writer_header(). */
enum err_code exporter_schema(struct exporter *x, const struct schema *schema,
                              struct bytes message, struct err *e);
enum err_code exporter_batch(struct exporter *x, const struct snapshot_batch *b,
                             struct err *e);
enum err_code exporter_end(struct exporter *x, struct err *e); /* all is in the sink */

#endif
