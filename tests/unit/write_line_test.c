/* What may be typed behind ":w". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/app/write_line.h"

static void expect(const char *line, enum exporter_format format, bool shown,
                   const char *place)
{
    struct write_line w;
    struct err e;

    assert_int_equal(write_line_parse(line, EXPORTER_TSV, &w, &e), ERR_OK);
    assert_int_equal(w.format, format);
    assert_int_equal(w.shown, shown);
    assert_string_equal(w.place, place);
}

static void refuse(const char *line, const char *why)
{
    struct write_line w;
    struct err e;

    assert_int_equal(write_line_parse(line, EXPORTER_CSV, &w, &e), ERR_USAGE);
    assert_string_equal(e.msg, why);
}

static void a_file_tells_its_format_by_its_ending(void **state)
{
    (void)state;
    expect("out.CSV", EXPORTER_CSV, false, "out.CSV");
    expect("  my file.jsonl", EXPORTER_JSON, false, "my file.jsonl");
    refuse("out.xls", "w: expected .csv, .tsv, .json or .arrow at its end, or --format");
}

static void a_format_that_is_named_counts_before_the_ending(void **state)
{
    (void)state;
    expect("--format json out", EXPORTER_JSON, false, "out");
    expect("--format=arrow out.csv", EXPORTER_ARROW, false, "out.csv");
    refuse("--format xls out",
           "w --format: expected csv, tsv, json or arrow, found \"xls\"");
}

static void a_command_gets_the_usual_format(void **state)
{
    (void)state;
    expect("!cat >x.json", EXPORTER_TSV, false, "!cat >x.json");
    expect("--format csv !cat --shown", EXPORTER_CSV, false, "!cat --shown");
}

static void columns_as_shown_are_an_option(void **state)
{
    (void)state;
    expect("--shown out.csv", EXPORTER_CSV, true, "out.csv");
    expect("--format tsv --shown  out", EXPORTER_TSV, true, "out");
    refuse("--show out.csv", "w: expected --shown or --format, found \"--show\"");
    refuse("--shown", "w: expected the name of a file behind the options");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_tells_its_format_by_its_ending),
        cmocka_unit_test(a_format_that_is_named_counts_before_the_ending),
        cmocka_unit_test(a_command_gets_the_usual_format),
        cmocka_unit_test(columns_as_shown_are_an_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
