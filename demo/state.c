#include "demo/state.h"

int64_t server_now_ms(const struct server *s)
{
    return (int64_t)((uv_hrtime() - s->start_ns) / SERVER_NS_PER_MS);
}

int64_t server_table_ms(const struct server *s)
{
    int64_t now = server_now_ms(s);

    return now - now % s->options.tick_ms;
}
