{#
medium = "zpl"
size_mm = [60, 40]
fields = ["command", "words", "symbol"]
[sample]
command = "*UNDO*"
words = "Undo my last scan"
#}
{{ text(words, x=16, y=8, room=448, height=104, sizes=[52, 44, 36, 30, 24], bold=True, middle=True, centred=True) }}
{{ bars(symbol, x=0, y=120, room=480, height=144, most=3, least=2) }}
{{ text(command, x=16, y=272, room=448, height=36, sizes=[28, 24, 20], centred=True) }}
