#include "ui/app/pointer.h"

#include "ui/app/actions.h"
#include "ui/app/screen.h"
#include "ui/app/state.h"
#include "ui/app/tabs.h"
#include "ui/widget/screen_layout.h"

#define WHEEL_ROWS 3 /* of a step of the wheel, as elsewhere */

static void carry_out(struct app *a, struct view_wish wish)
{
    struct binding b = {.action = wish.action, .arg.n = wish.n};
    struct key_match m = {.result = KEYS_ACTION, .binding = &b, .count = 1};

    if (wish.action != ACT_NONE)
        app_run_action(a, &m);
}

static void turn_wheel(struct app *a, const struct mouse *m)
{
    struct view *v = tab_top_view(app_tab(a));

    if (v->ops->scroll)
        v->ops->scroll(v->self, WHEEL_ROWS * m->down, m->right);
    else if (m->down != 0)
        carry_out(a, (struct view_wish){ACT_MOVE_ROW, WHEEL_ROWS * m->down});
}

static void press_tab(struct app *a, int col)
{
    size_t i = app_tab_at(a, col);

    if (i < a->n_tabs)
        app_show_tab(a, i);
}

/* What is wished for is done when the button is released, unless anything else was done
 * before, with the mouse or by a key: then it was no click, or is of another time. */
static void press(struct app *a, const struct mouse *m)
{
    struct view *v = tab_top_view(app_tab(a));
    struct rect r = app_view_rect(a);

    if (!v->ops->press || !rect_has(r, m->row, m->col))
        return;
    a->pressed = v->ops->press(v->self, r, m->row, m->col);
    a->pressed_view = v->self;
}

static void drag(struct app *a, const struct mouse *m)
{
    struct view *v = tab_top_view(app_tab(a));

    if (v->ops->drag)
        v->ops->drag(v->self, m->col);
}

static void release(struct app *a, struct view_wish wish)
{
    if (tab_top_view(app_tab(a))->self == a->pressed_view)
        carry_out(a, wish);
}

static bool is_on_tabs(const struct app *a, const struct mouse *m)
{
    struct rect tabs =
        screen_layout(surface_rows(a->surface), surface_cols(a->surface)).tabs;

    return m->event == MOUSE_PRESS && rect_has(tabs, m->row, m->col);
}

/* What is asked at the prompt waits for keys; only a tab can be gone to, as by Alt-1. */
void app_mouse(struct app *a, const struct mouse *m)
{
    struct tab *t = app_tab(a);
    struct view_wish pressed = a->pressed;

    app_mark_dirty(a);
    a->pressed.action = ACT_NONE;
    if (is_on_tabs(a, m)) {
        press_tab(a, m->col);
        return;
    }
    if (question_is_open(a->question))
        return;
    key_matcher_reset(&t->matcher);
    if (m->event == MOUSE_DRAG) {
        drag(a, m);
        return;
    }
    if (m->event == MOUSE_RELEASE) {
        release(a, pressed);
        return;
    }
    t->message[0] = '\0';
    if (m->event == MOUSE_WHEEL)
        turn_wheel(a, m);
    else
        press(a, m);
}
