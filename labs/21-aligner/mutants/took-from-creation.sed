# the time of alignment is measured from the creation
# kills: measured
s/d->took_ms = now_ms - a->first_ms;/d->took_ms = now_ms - a->created_ms;/
