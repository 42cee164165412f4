#include "tests/support/recording.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t n = strlen(name), k = strlen(suffix);

    return n >= k && strcmp(name + n - k, suffix) == 0;
}

/* Directories when suffix is NULL, else what ends in it. */
static struct name_list list_folder(const char *path, const char *suffix)
{
    struct name_list list = {0};
    size_t cap = 0;
    DIR *dir = opendir(path);

    if (dir == NULL)
        fail_msg("cannot list %s", path);
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        if (d->d_name[0] == '.' || (suffix == NULL && d->d_type == DT_REG) ||
            (suffix != NULL && !ends_in(d->d_name, suffix)))
            continue;
        MEM_GROW(list.names, cap, list.n + 1);
        list.names[list.n++] = mem_strdup(d->d_name);
    }
    closedir(dir);
    if (list.n > 0)
        qsort(list.names, list.n, sizeof(*list.names), compare_names);
    return list;
}

void name_list_release(struct name_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->names[i]);
    free(list->names);
    *list = (struct name_list){0};
}

struct name_list recording_scenarios(const char *root)
{
    return list_folder(root, NULL);
}

struct name_list recording_files(const char *root, const char *scenario, const char *suffix)
{
    char *path = mem_printf("%s/%s", root, scenario);
    struct name_list list = list_folder(path, suffix);

    free(path);
    return list;
}

json_t *recording_manifest(const char *root, const char *scenario)
{
    char *path = mem_printf("%s/%s/manifest.json", root, scenario);
    json_error_t why;
    json_t *m = json_load_file(path, JSON_ALLOW_NUL, &why);

    if (m == NULL)
        fail_msg("%s:%d: %s", path, why.line, why.text);
    free(path);
    return m;
}

struct bytes recording_read(const char *root, const char *scenario, const char *file)
{
    char *path = mem_printf("%s/%s/%s", root, scenario, file);
    FILE *f = fopen(path, "rb");
    uint8_t *data = NULL;
    long size = 0;

    if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0)
        fail_msg("cannot read %s", path);
    rewind(f);
    data = mem_calloc((size_t)size, 1);
    if (fread(data, 1, (size_t)size, f) != (size_t)size)
        fail_msg("cannot read %s", path);
    fclose(f);
    free(path);
    return (struct bytes){data, (size_t)size};
}

void recording_free(struct bytes b)
{
    free((void *)(uintptr_t)b.data);
}
