{#
medium = "zpl"
size_mm = [76, 130]
fields = ["sender", "recipient", "order_number", "tracking_number", "sscc", "carrier_service", "weight_in_words",
          "routing_code", "piece", "pieces", "tracking_symbol", "sscc_qr_symbol", "sscc_words"]
[sample]
sender = { name = "Harbour Bonded Warehouse", phone = "+86 20 5550 0100", address_lines = ["1 Dock Road, Hall 4", "Nansha, Guangzhou"] }
recipient = { name = "Li Wei", phone = "13800000000", address_lines = ["Flat 1202, Block 3", "100 Tianhe Road", "Guangzhou"] }
order_number = "ORD-42"
tracking_number = "SF1234567890123"
sscc = "095212340000000426"
carrier_service = "SF Standard"
weight_grams = 1250
routing_code = "020-GZ-7A"
size = "76x130"
#}
{{ box(x=16, y=16, width=352, height=72, line=72) }}
{{ box(x=376, y=16, width=216, height=72, line=3) }}
{{ box(x=16, y=100, width=576, height=2, line=2) }}
{{ box(x=16, y=228, width=388, height=2, line=2) }}
{{ box(x=16, y=548, width=576, height=2, line=2) }}
{{ box(x=16, y=624, width=576, height=2, line=2) }}
{{ box(x=16, y=916, width=576, height=2, line=2) }}
{{ caption("FROM", x=16, y=106) }}
{{ caption("TO", x=16, y=234) }}
{{ caption("ORDER", x=16, y=556) }}
{{ caption("WEIGHT", x=312, y=556) }}
{{ caption("PIECE", x=472, y=556) }}
{{ caption("SSCC (IN THE SQUARE CODE)", x=16, y=928) }}
{{ text(carrier_service, x=20, y=18, room=344, height=68, middle=True, sizes=[44, 38, 32, 26, 22], bold=True, cut=True, white=True) }}
{{ text(routing_code, x=380, y=18, room=208, height=68, middle=True, sizes=[44, 38, 32, 26, 22, 18], bold=True, centred=True) }}
{{ text([sender.name] + sender.address_lines | list + [sender.phone], x=16, y=126, room=384, height=96, sizes=[20, 18, 16, 14]) }}
{{ text(recipient.name, x=16, y=254, room=384, height=76, middle=True, sizes=[60, 52, 46, 40, 34, 30, 26, 22, 20, 18], bold=True) }}
{{ text(recipient.phone, x=16, y=332, room=384, height=40, sizes=[32, 28, 24, 20, 18], bold=True) }}
{{ text(recipient.address_lines | list, x=16, y=376, room=576, height=168, sizes=[36, 32, 28, 24, 20]) }}
{{ text(order_number, x=16, y=580, room=280, height=36, sizes=[28, 24, 20, 18], bold=True) }}
{{ text(weight_in_words, x=312, y=580, room=144, height=36, sizes=[28, 24, 20], bold=True) }}
{{ text(piece ~ " / " ~ pieces, x=472, y=580, room=120, height=36, sizes=[28, 24, 20], bold=True) }}
{{ text(tracking_symbol.words, x=16, y=864, room=576, height=44, sizes=[36, 32, 28, 24, 20, 18], bold=True, centred=True) }}
{{ text(sscc_words, x=16, y=950, room=576, height=44, sizes=[32, 28], middle=True) }}
{{ square(sscc_qr_symbol, x=432, y=120, dots=5) }}
{{ bars(tracking_symbol, x=0, y=640, room=608, height=216, most=3, least=2) }}
