{#
medium = "zpl_203"
size_mm = [100, 150]
fields = ["sender", "recipient", "order_number", "tracking_number", "sscc", "carrier_service", "weight_in_words",
          "routing_code", "piece", "pieces", "tracking_symbol", "sscc_symbol", "sscc_qr_symbol"]
[sample]
sender = { name = "Harbour Bonded Warehouse", phone = "+86 20 5550 0100", address_lines = ["1 Dock Road, Hall 4", "Nansha, Guangzhou"] }
recipient = { name = "Li Wei", phone = "13800000000", address_lines = ["Flat 1202, Block 3", "100 Tianhe Road", "Guangzhou"] }
order_number = "ORD-42"
tracking_number = "SF1234567890123"
sscc = "095212340000000426"
carrier_service = "SF Standard"
weight_grams = 1250
routing_code = "020-GZ-7A"
#}
^FO24,24^GB448,96,96^FS
{{ text(carrier_service, x=36, y=28, room=424, height=88, middle=True, sizes=[56, 48, 40, 34, 28], bold=True, cut=True, white=True) }}
^FO480,24^GB296,96,3^FS
{{ text(routing_code, x=492, y=28, room=272, height=88, middle=True, sizes=[60, 52, 44, 36, 28, 22], bold=True, centred=True) }}
^FO24,136^GB752,2,2^FS
^FO24,144^A0N,18,18^FDFROM^FS
{{ text([sender.name] + sender.address_lines | list + [sender.phone], x=24, y=168, room=540, height=118, sizes=[24, 22, 20, 18]) }}
^FO24,292^GB540,2,2^FS
^FO24,300^A0N,18,18^FDTO^FS
{{ text(recipient.name, x=24, y=324, room=540, height=96, middle=True, sizes=[76, 68, 60, 52, 46, 40, 34, 30, 26], bold=True) }}
{{ text(recipient.phone, x=24, y=424, room=540, height=44, sizes=[36, 30, 24], bold=True) }}
{{ text(recipient.address_lines | list, x=24, y=472, room=540, height=176, sizes=[40, 36, 32, 28, 24, 20]) }}
{{ square(sscc_qr_symbol, x=596, y=160, dots=6) }}
^FO588,384^A0N,18,18^FDORDER^FS
{{ text(order_number, x=588, y=408, room=188, height=60, sizes=[32, 28, 24, 20], bold=True) }}
^FO588,480^A0N,18,18^FDWEIGHT^FS
{{ text(weight_in_words, x=588, y=504, room=188, height=40, sizes=[32, 28, 24], bold=True) }}
^FO588,552^A0N,18,18^FDPIECE^FS
{{ text(piece ~ " / " ~ pieces, x=588, y=576, room=188, height=40, sizes=[32, 28, 24], bold=True) }}
^FO24,656^GB752,2,2^FS
{{ bars(tracking_symbol, x=8, y=676, room=784, height=120, most=3, least=2) }}
{{ text(tracking_symbol.words, x=24, y=804, room=752, height=44, sizes=[36, 32, 28, 24, 20], bold=True, centred=True) }}
^FO24,852^GB752,2,2^FS
{{ bars(sscc_symbol, x=8, y=868, room=784, height=264, most=4, least=4) }}
{{ text(sscc_symbol.words, x=24, y=1140, room=752, height=48, sizes=[40], bold=True, centred=True) }}
