#include "base/shortest.h"

#include <charconv>

/* d, or d.ddd, then e and a sign and two digits or more. */
#define TEXT_MAX 32

extern "C" size_t shortest_digits(double v, bool single, char digits[SHORTEST_DIGITS_MAX],
                                  int *exponent)
{
    char text[TEXT_MAX], *end;
    const char *p = text;
    size_t n = 0;

    end = single
              ? std::to_chars(text, text + TEXT_MAX, static_cast<float>(v),
                              std::chars_format::scientific)
                    .ptr
              : std::to_chars(text, text + TEXT_MAX, v, std::chars_format::scientific).ptr;
    for (; p < end && *p != 'e' && n < SHORTEST_DIGITS_MAX; p++) {
        if (*p != '.')
            digits[n++] = *p;
    }
    *exponent = 0;
    p += p < end; /* the e */
    p += p < end && *p == '+';
    (void)std::from_chars(p, end, *exponent);
    return n;
}
