# no delay at all is early
# kills: data-1
s/f.delay_min < 0 /f.delay_min <= 0 /
