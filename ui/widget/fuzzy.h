/*
 * ui/widget/fuzzy.h - how well a name fits the letters that were typed for it.
 *
 * The letters must all be in the name, in their order, upper and lower case alike. A name
 * fits better when they stand together, when they begin words ("pd" in "price_daily",
 * "PriceDaily"), and when little else is in it. Pure; any thread.
 */
#ifndef UI_WIDGET_FUZZY_H
#define UI_WIDGET_FUZZY_H

#define FUZZY_NONE (-1)

/* Characters of a name that are looked at. */
#define FUZZY_NAME_MAX 512

/* At least 0, the more the better; FUZZY_NONE when it does not fit. No letters fit every
 * name equally. Both are UTF-8, good or bad. */
int fuzzy_score(const char *name, const char *letters);

#endif
