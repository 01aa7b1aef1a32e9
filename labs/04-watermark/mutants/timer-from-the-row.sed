# the timer starts at the probe that still saw a row
# kills: quiet-for-too-long
/rows_since_probe = false;/{n;s/quiet_from_ms = 0/quiet_from_ms = now_ms/}
