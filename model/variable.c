#include "model/variable.h"

#include <string.h>

static bool is_keyword(const char *text)
{
    static const char *const keywords[] = {
        "False",  "None",   "True",    "and",      "as",       "assert", "async",
        "await",  "break",  "class",   "continue", "def",      "del",    "elif",
        "else",   "except", "finally", "for",      "from",     "global", "if",
        "import", "in",     "is",      "lambda",   "nonlocal", "not",    "or",
        "pass",   "raise",  "return",  "try",      "while",    "with",   "yield",
    };

    for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
        if (strcmp(keywords[i], text) == 0)
            return true;
    return false;
}

bool variable_has_letters(const char *text, size_t n)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "_0123456789";

    return n > 0 && !(*text >= '0' && *text <= '9') && strspn(text, letters) >= n;
}

bool variable_is_name(const char *text)
{
    return variable_has_letters(text, strlen(text)) && !is_keyword(text);
}

enum err_code variable_check(const char *text, struct err *e)
{
    if (!variable_has_letters(text, strlen(text)))
        return err_set(e, ERR_USAGE,
                       "expected letters, digits and _, no digit first, found \"%s\"",
                       text);
    if (is_keyword(text))
        return err_set(e, ERR_USAGE, "\"%s\" is a word that Python keeps for itself", text);
    return ERR_OK;
}
