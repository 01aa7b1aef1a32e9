# only a row that raises the promise is a sign of life
# kills: any-row-is-life
s/^    g->rows_since_probe = true;/    g->rows_since_probe = g->rows_since_probe || event_ms == g->greatest_ms;/
