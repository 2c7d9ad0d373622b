{#
medium = "zpl"
size_mm = [100, 150]
fields = ["sender", "recipient", "order_number", "tracking_number", "symbol"]
[sample]
sender = { name = "王小明", phone = "13800000000", address_lines = ["广东省广州市天河区", "天河路100号 3栋1202室"] }
recipient = { name = "Candle & Cup Ltd. · Returns", phone = "+86 20 5550 0100", address_lines = ["Harbour Bonded Warehouse", "1 Dock Road, Hall 4, Nansha, Guangzhou"] }
order_number = "ORD-42"
tracking_number = "SF1234567890123"
#}
{{ box(x=24, y=24, width=752, height=120, line=120) }}
{{ text(["RETURN · 退货"], x=36, y=28, room=728, height=112, sizes=[72, 60], bold=True, middle=True, white=True) }}
{{ caption("FROM", x=24, y=160) }}
{{ text([sender.name] + sender.address_lines | list + [sender.phone], x=24, y=184, room=752, height=150, sizes=[30, 28, 26, 24, 22, 20, 18]) }}
{{ box(x=24, y=344, width=752, height=2, line=2) }}
{{ caption("TO", x=24, y=356) }}
{{ text(recipient.name, x=24, y=380, room=752, height=104, sizes=[76, 68, 60, 52, 46, 40, 34, 30, 26], bold=True, middle=True) }}
{{ text(recipient.phone, x=24, y=488, room=752, height=44, sizes=[36, 30, 24], bold=True) }}
{{ text(recipient.address_lines | list, x=24, y=540, room=752, height=180, sizes=[44, 40, 36, 32, 28, 24, 20]) }}
{{ box(x=24, y=732, width=752, height=2, line=2) }}
{{ caption("ORDER", x=24, y=744) }}
{{ text(order_number, x=24, y=768, room=752, height=52, sizes=[40, 36, 32, 28, 24, 20], bold=True) }}
{{ box(x=24, y=832, width=752, height=2, line=2) }}
{{ bars(symbol, x=8, y=856, room=784, height=240, most=3, least=2) }}
{{ text(symbol.words, x=24, y=1112, room=752, height=52, sizes=[44, 40, 36, 32, 28, 24, 20], bold=True, centred=True) }}
