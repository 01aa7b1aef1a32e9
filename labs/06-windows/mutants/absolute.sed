# a negative remainder only has the wrong sign
# kills: before-1970
s/rest >= 0 ? rest : rest + size_ms/rest >= 0 ? rest : -rest/
