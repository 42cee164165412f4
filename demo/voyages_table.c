/*
 * A partitioned table: what is here are the rows of all its parts, one part after the
 * other, as they are when it is merged.
 */
#include "demo/noise.h"
#include "demo/table_defs.h"

enum { VOYAGES_PORT, VOYAGES_YEAR, VOYAGES_DAY, VOYAGES_SHIP, VOYAGES_TONS };

#define PART_ROWS 40
#define YEARS 4
#define FIRST_YEAR 2021
#define FIRST_DAY 18628 /* of that year, since 1970 */

static const char *const ports[] = {"Bergen", "Göteborg", "Hamburg", "Rotterdam", "Turku"};

static int64_t voyages_size(const struct world *w, int64_t at_ms)
{
    (void)w;
    (void)at_ms;
    return (int64_t)COUNT(ports) * YEARS * PART_ROWS;
}

static void voyages_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                         struct column *out)
{
    int64_t part = id / PART_ROWS, year = part % YEARS, row = id % PART_ROWS;
    char name[32];

    (void)at_ms;
    switch (column) {
    case VOYAGES_PORT:
        table_push_text(out, ports[part / YEARS]);
        break;
    case VOYAGES_YEAR:
        column_push_int(out, FIRST_YEAR + year);
        break;
    case VOYAGES_DAY:
        column_push_int(out, FIRST_DAY + 365 * year + 9 * row);
        break;
    case VOYAGES_SHIP:
        noise_name(w->seed + STREAM_VOYAGE, (uint64_t)(id * 7 % 31), name);
        table_push_text(out, name);
        break;
    default:
        column_push_double(
            out, table_round(4000 * noise_unit(w->seed, STREAM_VOYAGE, (uint64_t)id), 10));
    }
}

static const struct column_def voyages_columns[] = {{"Port", KIND_STRING, 0, "a key"},
                                                    {"Year", KIND_INT, 0, "a key"},
                                                    {"Day", KIND_DATE, 0, "of arrival"},
                                                    {"Ship", KIND_STRING, 0, ""},
                                                    {"Tons", KIND_DOUBLE, 0, ""}};

static const char *const keys[] = {"Port", "Year", NULL};

const struct table_def table_voyages = {
    .table = {.name = "voyages",
              .about = "a partitioned table: by port and year",
              .split_by = keys,
              .size = voyages_size,
              .cell = voyages_cell},
    .n_columns = COUNT(voyages_columns),
    COLUMNS(voyages_columns)};
