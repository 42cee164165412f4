/*
 * demo/hierarchy_service.h - hierarchical tables: rollups, and views of these and of the
 * server's own tree. They can be neither sorted nor filtered here, which is said.
 *
 * Protocol: HierarchicalTableService of hierarchicaltable.proto. Loop thread only.
 */
#ifndef DEMO_HIERARCHY_SERVICE_H
#define DEMO_HIERARCHY_SERVICE_H

#include "demo/state.h"

bool serve_rollup(struct request *r);
bool serve_tree_apply(struct request *r);
bool serve_tree_view(struct request *r);

#endif
