#include "ui/widget/screen_layout.h"

struct screen_layout screen_layout(int rows, int cols)
{
    int tabs = rows >= 5, status = rows >= 3, message = rows >= 4;

    return (struct screen_layout){
        .tabs = {0, 0, tabs, cols},
        .view = {tabs, 0, rows - tabs - status - message, cols},
        .status = {rows - message - status, 0, status, cols},
        .message = {rows - 1, 0, 1, cols},
    };
}
