{#
medium = "zpl"
size_mm = [100, 180]
fields = ["sender", "recipient", "order_number", "tracking_number", "sscc", "carrier_service", "weight_in_words",
          "routing_code", "piece", "pieces", "tracking_symbol", "sscc_symbol", "sscc_qr_symbol", "stub_symbol"]
[sample]
sender = { name = "Harbour Bonded Warehouse", phone = "+86 20 5550 0100", address_lines = ["1 Dock Road, Hall 4", "Nansha, Guangzhou"] }
recipient = { name = "Li Wei", phone = "13800000000", address_lines = ["Flat 1202, Block 3", "100 Tianhe Road", "Guangzhou"] }
order_number = "ORD-42"
tracking_number = "SF1234567890123"
sscc = "095212340000000426"
carrier_service = "SF Standard"
weight_grams = 1250
routing_code = "020-GZ-7A"
size = "100x180"
#}
{% include "parcel/parcel_100x150.zpl" %}
{{ box(x=0, y=1200, width=800, height=2, line=2) }}
{{ caption("RECEIPT", x=24, y=1208) }}
{{ text(order_number, x=24, y=1232, room=360, height=40, sizes=[32, 28, 24, 20], bold=True) }}
{{ text(recipient.name, x=400, y=1232, room=376, height=40, sizes=[32, 28, 24, 20], cut=True) }}
{{ bars(stub_symbol, x=8, y=1284, room=784, height=100, most=3, least=2) }}
{{ text(stub_symbol.words, x=24, y=1388, room=752, height=36, sizes=[30, 28, 24, 20], centred=True) }}
