{#
medium = "zpl"
size_mm = [86, 54]
fields = ["code", "name", "role", "symbol"]
[sample]
code = "EMP-1001"
name = "Li Wei"
role = "Picker"
#}
{{ box(x=0, y=0, width=688, height=72, line=72) }}
{{ text(role, x=32, y=4, room=624, height=64, sizes=[44, 36, 28], bold=True, middle=True, cut=True, white=True) }}
{{ text(name, x=24, y=80, room=640, height=128, sizes=[72, 60, 52, 44, 36, 28], bold=True, middle=True) }}
{{ bars(symbol, x=8, y=224, room=672, height=136, most=4, least=2) }}
{{ text(symbol.words, x=24, y=372, room=640, height=40, sizes=[32, 28, 24], centred=True) }}
