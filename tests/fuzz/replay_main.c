/*
 * Runs a fuzz target once over each file of the folders named, without libFuzzer: the fuzz
 * corpora and old finds as plain tests. A folder that does not exist is passed over, but at
 * least one input must run.
 */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

/* Memory of exactly the file's size, so that a sanitizer notices a read past the end. */
static void run_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct stat st;

    FUZZ_CHECK(f != NULL);
    FUZZ_CHECK(fstat(fileno(f), &st) == 0);
    size_t size = (size_t)st.st_size;
    uint8_t *data = mem_calloc(size, 1);
    FUZZ_CHECK(fread(data, 1, size, f) == size);
    fclose(f);
    (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
}

static size_t run_folder(const char *folder)
{
    struct dirent **names;
    int n = scandir(folder, &names, NULL, alphasort);
    size_t ran = 0;

    if (n < 0 && errno == ENOENT)
        return 0;
    FUZZ_CHECK(n >= 0);
    for (int i = 0; i < n; i++) {
        if (names[i]->d_name[0] != '.') {
            char *path = mem_printf("%s/%s", folder, names[i]->d_name);

            fprintf(stderr, "%s\n", path); /* the last line names the input of a crash */
            run_file(path);
            free(path);
            ran++;
        }
        free(names[i]);
    }
    free(names);
    return ran;
}

int main(int argc, char **argv)
{
    size_t ran = 0;

    for (int i = 1; i < argc; i++)
        ran += run_folder(argv[i]);
    printf("%zu inputs\n", ran);
    return ran > 0 ? 0 : 1;
}
