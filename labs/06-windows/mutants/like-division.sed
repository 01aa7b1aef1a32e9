# the remainder of a negative time is negative, and that is fine
# kills: before-1970 offset
s/rest >= 0 ? rest : rest + size_ms/rest/
