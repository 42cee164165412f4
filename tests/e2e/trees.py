"""Objects of the server that tests/e2e/trees_test.c opens; ctl is changed by it."""
from deephaven import agg

trees_source = ctl.sort("K").update("Parent = K == 0 ? NULL_LONG : (long)((K - 1) / 3)")
trees_live = trees_source.tree("K", "Parent")
trees_rolled = trees_source.view(["G = (int)(K % 3)", "K"]).rollup(
    aggs=[agg.count_("N"), agg.sum_("K")], by=["G"])
trees_parts = trees_source.view(["G = `g` + (K % 3)", "H = (int)(K % 2)", "K"]).partition_by(["G", "H"])
