{#
medium = "zpl"
size_mm = [100, 50]
fields = ["code", "check_digits", "zone", "arrow", "symbol"]
[sample]
code = "A-03-12-B"
check_digits = "47"
zone = "Pick shelves"
arrow = "up"
#}
{{ text(code, x=24, y=16, room=520, height=128, sizes=[112, 96, 84, 72, 60, 48, 40], bold=True, middle=True) }}
{% if arrow == "up" %}
{{ triangle(x=552, y=48, side=64, up=True) }}
{% elif arrow == "down" %}
{{ triangle(x=552, y=48, side=64, up=False) }}
{% endif %}
{{ box(x=632, y=16, width=144, height=128, line=128) }}
{{ text(check_digits, x=640, y=16, room=128, height=128, sizes=[96, 72, 56, 40], bold=True, middle=True, centred=True, white=True) }}
{{ text(zone, x=24, y=148, room=752, height=44, sizes=[36, 30, 24], cut=True) }}
{{ bars(symbol, x=8, y=196, room=784, height=144, most=4, least=2) }}
{{ text(symbol.words, x=24, y=348, room=752, height=40, sizes=[32, 28, 24, 20], centred=True) }}
