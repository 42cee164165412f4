"""Objects of the server that tests/e2e/trees_test.c opens; ctl is changed by it."""
from deephaven import agg

trees_source = ctl.sort("K").update("Parent = K == 0 ? NULL_LONG : (long)((K - 1) / 3)")
trees_live = trees_source.tree("K", "Parent")
trees_rolled = trees_source.view(["G = (int)(K % 3)", "K"]).rollup(
    aggs=[agg.count_("N"), agg.sum_("K")], by=["G"])
trees_parts = trees_source.view(["G = `g` + (K % 3)", "H = (int)(K % 2)", "K"]).partition_by(["G", "H"])
# A server fails to send a time with a zone in a leaf.
trees_unsent = trees_source.view(["G = K % 2"]).update(
    "Z = G == 5 ? null : toZonedDateTime('2024-01-01T00:00:00Z', 'UTC')").rollup(
    aggs=[agg.count_("N")], by=["G"], include_constituents=True)
