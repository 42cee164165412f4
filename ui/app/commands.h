/*
 * ui/app/commands.h - what is done with what the user typed at a prompt.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_COMMANDS_H
#define UI_APP_COMMANDS_H

#include "ui/widget/question.h"

/* Carries out answers; ctx is the struct app. */
extern const struct question_handler app_answers;

#endif
