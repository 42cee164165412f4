/*
 * demo/partition_service.h - what is asked of partitioned tables: their keys, and all of
 * their rows as one table.
 *
 * Protocol: FetchObject of object.proto, Merge of partitionedtable.proto. Loop thread only.
 */
#ifndef DEMO_PARTITION_SERVICE_H
#define DEMO_PARTITION_SERVICE_H

#include "demo/state.h"

bool serve_object(struct request *r); /* both as in struct method */
bool serve_merge(struct request *r);

#endif
