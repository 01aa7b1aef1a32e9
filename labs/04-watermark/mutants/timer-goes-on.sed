# a row does not stop the timer
# kills: any-row-is-life
/        g->quiet_from_ms = 0;/d
