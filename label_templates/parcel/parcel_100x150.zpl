{#
medium = "zpl"
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
{{ box(x=24, y=24, width=448, height=96, line=96) }}
{{ text(carrier_service, x=36, y=28, room=424, height=88, middle=True, sizes=[56, 48, 40, 34, 28], bold=True, cut=True, white=True) }}
{{ box(x=480, y=24, width=296, height=96, line=3) }}
{{ text(routing_code, x=492, y=28, room=272, height=88, middle=True, sizes=[60, 52, 44, 36, 28, 22], bold=True, centred=True) }}
{{ box(x=24, y=136, width=752, height=2, line=2) }}
{{ caption("FROM", x=24, y=144) }}
{{ text([sender.name] + sender.address_lines | list + [sender.phone], x=24, y=168, room=540, height=118, sizes=[24, 22, 20, 18]) }}
{{ box(x=24, y=292, width=540, height=2, line=2) }}
{{ caption("TO", x=24, y=300) }}
{{ text(recipient.name, x=24, y=324, room=540, height=96, middle=True, sizes=[76, 68, 60, 52, 46, 40, 34, 30, 26], bold=True) }}
{{ text(recipient.phone, x=24, y=424, room=540, height=44, sizes=[36, 30, 24], bold=True) }}
{{ text(recipient.address_lines | list, x=24, y=472, room=540, height=176, sizes=[40, 36, 32, 28, 24, 20]) }}
{{ square(sscc_qr_symbol, x=596, y=160, dots=6) }}
{{ caption("ORDER", x=588, y=384) }}
{{ text(order_number, x=588, y=408, room=188, height=60, sizes=[32, 28, 24, 20], bold=True) }}
{{ caption("WEIGHT", x=588, y=480) }}
{{ text(weight_in_words, x=588, y=504, room=188, height=40, sizes=[32, 28, 24], bold=True) }}
{{ caption("PIECE", x=588, y=552) }}
{{ text(piece ~ " / " ~ pieces, x=588, y=576, room=188, height=40, sizes=[32, 28, 24], bold=True) }}
{{ box(x=24, y=656, width=752, height=2, line=2) }}
{{ bars(tracking_symbol, x=8, y=676, room=784, height=120, most=3, least=2) }}
{{ text(tracking_symbol.words, x=24, y=804, room=752, height=44, sizes=[36, 32, 28, 24, 20], bold=True, centred=True) }}
{{ box(x=24, y=852, width=752, height=2, line=2) }}
{{ bars(sscc_symbol, x=8, y=868, room=784, height=264, most=4, least=4) }}
{{ text(sscc_symbol.words, x=24, y=1140, room=752, height=48, sizes=[40], bold=True, centred=True) }}
