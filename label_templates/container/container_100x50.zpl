{#
medium = "zpl"
size_mm = [100, 50]
fields = ["code", "symbol"]
[sample]
code = "TOT-17"
#}
{{ text(code, x=24, y=12, room=752, height=176, sizes=[144, 128, 112, 96, 80, 64, 48], bold=True, middle=True, centred=True) }}
{{ bars(symbol, x=8, y=192, room=784, height=184, most=4, least=2) }}
