{#
medium = "zpl"
size_mm = [60, 40]
fields = ["code", "name", "gtin", "symbol"]
[sample]
code = "85123A"
name = "White hanging heart candle holder"
gtin = "4006381333931"
#}
{{ text(name, x=16, y=12, room=448, height=68, sizes=[32, 28, 24, 20], bold=True, cut=True) }}
{{ text(code, x=16, y=84, room=448, height=36, sizes=[28, 24, 20]) }}
{{ bars(symbol, x=0, y=128, room=480, height=124, most=3, least=2) }}
{{ text(symbol.words, x=16, y=276, room=448, height=36, sizes=[28, 24, 20, 16], centred=True) }}
