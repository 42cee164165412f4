/*
 * Code is walked once, character by character: strings and comments are stepped over, and
 * what stands outside of all brackets decides. An assignment, a block, a second line there
 * make it a statement; so does a first word that begins one.
 */
#include "model/script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

struct grammar {
    const char *name;            /* as servers call it */
    const char *comment;         /* what begins one, to the end of the line */
    const char *signs;           /* that no expression has outside of brackets */
    const char *const *keywords; /* that begin a statement; NULL at the end */
    const char *before, *after;  /* code that prints the value of what stands between */
};

/* Others of Python go on to a ":" or "=" outside of brackets. */
static const char *const python_keywords[] = {"assert", "break",  "continue", "del",
                                              "from",   "global", "import",   "nonlocal",
                                              "pass",   "raise",  "return",   NULL};
static const char *const groovy_keywords[] = {
    "assert", "break", "class", "continue", "def",       "do",      "enum",
    "final",  "for",   "if",    "import",   "interface", "package", "return",
    "switch", "throw", "try",   "void",     "while",     NULL};

static const struct grammar grammars[] = {
    [SCRIPT_PYTHON] = {"python", "#", ":;@", python_keywords,
                       "(lambda v: v is None or print(repr(v)))((\n", "\n))"},
    [SCRIPT_GROOVY] = {"groovy", "//", ";", groovy_keywords, "println(\n", "\n)"},
};

enum script_language script_language(struct bytes name)
{
    for (int i = 0; i < SCRIPT_OTHER; i++)
        if (bytes_equal(name, bytes_of(grammars[i].name)))
            return (enum script_language)i;
    return SCRIPT_OTHER;
}

/* Of a language that is not known: the one that most are like. */
static const struct grammar *grammar_of(enum script_language language)
{
    return &grammars[language < SCRIPT_OTHER ? language : SCRIPT_GROOVY];
}

/* --- walking --- */

static size_t name_length(const char *p)
{
    size_t n = 0;

    while (text_is_name_byte(p[n]))
        n++;
    return *p >= '0' && *p <= '9' ? 0 : n;
}

/* Behind the string that p is at; NULL: it does not end. */
static const char *behind_string(const char *p)
{
    const char quote[] = {*p, *p, *p, '\0'};
    size_t n = strncmp(p, quote, 3) == 0 ? 3 : 1;

    for (p += n; *p; p++) {
        if (*p == '\\' && p[1])
            p++;
        else if (*p == '\n' && n == 1)
            return NULL;
        else if (strncmp(p, quote, n) == 0)
            return p + n;
    }
    return NULL;
}

/* The "=" at p, of code that begins at start, gives something a value. */
static bool assigns(const char *start, const char *p)
{
    char before;

    if (p == start || p[1] == '=' || p[1] == '~')
        return false;
    before = p[-1];
    if (before == '=' || before == '!')
        return false;
    return (before != '<' && before != '>') || (p > start + 1 && p[-2] == before);
}

/* Behind blanks, line ends and comments. */
static const char *skip_nothing(const struct grammar *g, const char *p)
{
    for (;;) {
        p += strspn(p, " \t\r\n");
        if (strncmp(p, g->comment, strlen(g->comment)) != 0)
            return p;
        p += strcspn(p, "\n");
    }
}

static bool begins_statement(const struct grammar *g, const char *p)
{
    size_t n = name_length(p);

    for (size_t i = 0; n > 0 && g->keywords[i]; i++)
        if (strlen(g->keywords[i]) == n && strncmp(g->keywords[i], p, n) == 0)
            return true;
    return false;
}

/* What stands at p, outside of all brackets, makes a statement of the code. */
static bool ends_expression(const struct grammar *g, const char *start, const char *p)
{
    if (*p == '\n')
        return *skip_nothing(g, p) != '\0';
    return strchr(g->signs, *p) || (*p == '=' && assigns(start, p));
}

/* Behind the character, string, comment or escaped line end at p; NULL: it does not end. */
static const char *step(const struct grammar *g, const char *p)
{
    if (*p == '"' || *p == '\'')
        return behind_string(p);
    if (strncmp(p, g->comment, strlen(g->comment)) == 0)
        return p + strcspn(p, "\n");
    return p + (*p == '\\' && p[1] ? 2 : 1);
}

bool script_is_expression(enum script_language language, const char *code)
{
    const struct grammar *g = language < SCRIPT_OTHER ? &grammars[language] : NULL;
    const char *start, *p;
    int depth = 0;

    if (!g)
        return false;
    start = skip_nothing(g, code);
    if (*start == '\0' || begins_statement(g, start))
        return false;
    for (p = start; p && *p; p = step(g, p)) {
        depth += strchr("([{", *p) ? 1 : strchr(")]}", *p) ? -1 : 0;
        if (depth < 0 || (depth == 0 && ends_expression(g, start, p)))
            return false;
    }
    return p && depth == 0; /* no string is open */
}

/* A string that begins at p may go on in the next line. */
static bool goes_on(const char *p)
{
    return p[1] == *p && p[2] == *p;
}

/* It begins a block: the line that ends at next ends with the ":" at p, but for blanks and
 * a comment. */
static bool opens_block(const struct grammar *g, const char *p)
{
    if (*p++ != ':')
        return false;
    p += strspn(p, " \t\r");
    return *p == '\0' || *p == '\n' || strncmp(p, g->comment, strlen(g->comment)) == 0;
}

bool script_is_whole(enum script_language language, const char *code)
{
    const struct grammar *g = grammar_of(language);
    size_t n = strlen(code);
    bool block = false;
    int depth = 0;

    for (const char *p = code, *next; *p; p = next) {
        next = step(g, p);
        if (!next)
            return !goes_on(p);
        if (*p == '\\' && p[1] == '\0')
            return false;
        depth += strchr("([{", *p) ? 1 : strchr(")]}", *p) ? -1 : 0;
        block = block || (depth <= 0 && opens_block(g, p));
    }
    if (depth > 0)
        return false;
    return !block || language != SCRIPT_PYTHON || (n > 0 && code[n - 1] == '\n');
}

char *script_with_value(enum script_language language, const char *code)
{
    if (!script_is_expression(language, code))
        return mem_strdup(code);
    return mem_printf("%s%s%s", grammars[language].before, code, grammars[language].after);
}

/* --- errors --- */

struct bytes script_error_part(struct bytes error)
{
    static const char stack[] = "\n\tat ";
    const uint8_t *end =
        error.len > 0 ? memmem(error.data, error.len, stack, strlen(stack)) : NULL;

    if (end)
        error.len = (size_t)(end - error.data);
    while (error.len > 0 && error.data[error.len - 1] == '\n')
        error.len--;
    return error;
}

/* Behind the name of a class of Java, and of a Python error that only passes it on. */
static const char *behind_class(const char *text)
{
    static const char passed_on[] = "RuntimeError: ";
    size_t begin = strncmp(text, passed_on, strlen(passed_on)) == 0 ? strlen(passed_on) : 0;
    size_t n = strspn(text + begin, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789._$");

    if (!memchr(text + begin, '.', n) || strncmp(text + begin + n, ": ", 2) != 0)
        return text;
    return text + begin + n + 2;
}

/* Behind what the server says before Python does; NULL: it is no error of Python. */
static const char *python_part(const char *text)
{
    static const char head[] = "Error in Python interpreter:\n";
    const char *at = strstr(text, head);

    return at ? at + strlen(head) : NULL;
}

/* The line that says it: behind the last of the tracebacks, whose lines are indented. */
static const char *error_at(const char *text)
{
    static const char trace[] = "Traceback (";
    const char *at = python_part(text), *next;

    if (!at)
        return text; /* of Groovy */
    for (; (next = strstr(at, trace)) != NULL; at = next + strcspn(next, "\n"))
        ;
    while (*at == '\n' || *at == ' ') {
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    return *at ? at : text;
}

static const char frame[] = "  File \"<string>\", line "; /* of the code, in a traceback */

/* The last line of the code that the error came through; 0: it is not told. */
static long line_of(const char *text)
{
    long line = 0;

    for (const char *p = text; (p = strstr(p, frame)) != NULL; p += strlen(frame))
        line = strtol(p + strlen(frame), NULL, 10);
    return line;
}

/* Lines that are put before code for its value to be printed. */
static long lines_before(enum script_language language, const char *code)
{
    return script_is_expression(language, code) ? 1 : 0;
}

char *script_error_line(enum script_language language, const char *code, struct bytes error)
{
    struct bytes part = script_error_part(error);
    char *text = bytes_text(part);
    const char *at = behind_class(error_at(text));
    long line = line_of(text) - lines_before(language, code);
    bool tells = line > 0 && strchr(code, '\n');
    int n = (int)strcspn(at, "\n");
    char *out =
        tells ? mem_printf("line %ld: %.*s", line, n, at) : mem_printf("%.*s", n, at);

    free(text);
    return out;
}

char *script_error_text(enum script_language language, const char *code, struct bytes error)
{
    struct bytes part = script_error_part(error);
    char *text = bytes_text(part);
    char *out = mem_strdup("");
    const char *at = python_part(text);

    for (at = at ? at : text; *at; at += *at == '\n') {
        size_t n = strcspn(at, "\n");
        char *end;

        if (strncmp(at, frame, strlen(frame)) == 0 &&
            isdigit((unsigned char)at[strlen(frame)])) {
            long line = strtol(at + strlen(frame), &end, 10) - lines_before(language, code);

            if (line > 0) /* else it is of what was put before */
                mem_addf(&out, "%s%ld%.*s\n", frame, line, (int)(at + n - end), end);
        } else {
            mem_addf(&out, "%.*s\n", (int)n, at);
        }
        at += n;
    }
    free(text);
    return out;
}

char *script_variable(const char *code)
{
    size_t n;
    const char *p;

    code += strspn(code, " ");
    n = name_length(code);
    p = code + n + strspn(code + n, " \t\r\n");
    if (n == 0 || (*p != '\0' && (*p != '=' || p[1] == '=')))
        return NULL;
    return mem_strndup(code, n);
}

/* The string at p is still open at the end of the code; one of another line is not. */
static bool stays_open(const char *p)
{
    return goes_on(p) || !strchr(p, '\n');
}

/* As step(), but a string without an end has ended with its line. NULL: it is open. */
static const char *step_on(const struct grammar *g, const char *p)
{
    const char *next = step(g, p);

    if (next || stays_open(p))
        return next;
    return p + strcspn(p, "\n");
}

const char *script_open_string(enum script_language language, const char *code)
{
    const struct grammar *g = grammar_of(language);

    for (const char *next; *code; code = next) {
        next = step_on(g, code);
        if (!next)
            return code + (goes_on(code) ? 3 : 1);
    }
    return NULL;
}

size_t script_open_call(enum script_language language, const char *code)
{
    const struct grammar *g = grammar_of(language);
    const char **open = NULL; /* brackets, the innermost last */
    size_t n = 0, cap = 0, call = 0;

    for (const char *p = code; p && *p; p = step_on(g, p)) {
        if (strchr("([{", *p)) {
            MEM_GROW(open, cap, n + 1);
            open[n++] = p;
        } else if (strchr(")]}", *p) && n > 0) {
            n--;
        }
    }
    while (n > 0 && *open[n - 1] != '(')
        n--;
    if (n > 0)
        call = (size_t)(open[n - 1] - code) + 1;
    free(open);
    return call;
}

bool script_has_word(const char *code, const char *name)
{
    size_t n = strlen(name);

    for (const char *at = code; n > 0 && (at = strstr(at, name)) != NULL; at++)
        if ((at == code || !text_is_name_byte(at[-1])) && !text_is_name_byte(at[n]))
            return true;
    return false;
}
