/*
 * client/wire/put_operations.h - parts of requests that several kinds of them have; see
 * operations.cc. Private to client/wire.
 */
#ifndef CLIENT_WIRE_PUT_OPERATIONS_H
#define CLIENT_WIRE_PUT_OPERATIONS_H

#include "table.pb.h"

struct wire_condition;
struct wire_sort;
struct wire_aggregation;

namespace dhwire
{

void put_filter(const struct wire_condition &c, Condition *out);
void put_sort(const struct wire_sort &in, SortDescriptor *out);
void put_aggregation(const struct wire_aggregation &a, Aggregation *out);

} // namespace dhwire

#endif
