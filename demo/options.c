#include "demo/options.h"

struct server_options server_defaults(void)
{
    return (struct server_options){.seed = 1,
                                   .trades_per_s = 50,
                                   .session_ms = 300000,
                                   .interval_ms = 200,
                                   .tick_ms = 100,
                                   .growth_cells = 8192,
                                   .wide_columns = 10000};
}
