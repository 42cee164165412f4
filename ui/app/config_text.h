/*
 * ui/app/config_text.h - a config file that changes nothing, made from the tables of
 * options, keys and styles: what "dhview --print-config" prints.
 */
#ifndef UI_APP_CONFIG_TEXT_H
#define UI_APP_CONFIG_TEXT_H

/* What may be set is commented out by a ";", what is said of it by a "#". Owned. */
char *config_text(void);

#endif
