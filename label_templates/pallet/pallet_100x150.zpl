{#
medium = "zpl"
size_mm = [100, 150]
fields = ["code", "owner", "warehouse", "product", "units", "lot", "expiry", "symbol", "content_symbol", "sscc_symbol"]
[sample]
code = "PAL-4"
sscc = "095212340000000426"
owner = "Candle & Cup Ltd."
warehouse = "Harbour Bonded Warehouse, 1 Dock Road, Nansha, Guangzhou"
product = "陶瓷马克杯 350毫升 Ceramic mug"
gtin = "4006381333931"
units = 480
lot = "L2607"
expiry = "2027-08-31"
#}
{{ box(x=24, y=24, width=752, height=72, line=72) }}
{{ text(owner, x=36, y=28, room=728, height=64, sizes=[44, 38, 32, 26, 22], bold=True, middle=True, cut=True, white=True) }}
{{ text(warehouse, x=24, y=104, room=752, height=56, sizes=[24, 22, 20], cut=True) }}
{{ box(x=24, y=164, width=752, height=2, line=2) }}
{{ text(code, x=24, y=172, room=752, height=120, sizes=[112, 96, 80, 64, 48, 40], bold=True, middle=True, centred=True) }}
{{ bars(symbol, x=8, y=300, room=784, height=110, most=4, least=2) }}
{{ box(x=24, y=420, width=752, height=2, line=2) }}
{{ caption("CONTENT", x=24, y=428) }}
{{ text(product or "Mixed", x=24, y=452, room=540, height=88, sizes=[36, 32, 28, 24, 20], cut=True) }}
{{ caption("UNITS", x=588, y=428) }}
{{ text((units or "-") ~ "", x=588, y=452, room=188, height=56, sizes=[44, 36, 28], bold=True) }}
{{ caption("LOT", x=24, y=544) }}
{{ text(lot or "-", x=24, y=568, room=360, height=44, sizes=[36, 30, 24, 20], cut=True) }}
{{ caption("USE BY", x=400, y=544) }}
{{ text(expiry or "-", x=400, y=568, room=376, height=44, sizes=[36, 30, 24]) }}
{{ box(x=24, y=620, width=752, height=2, line=2) }}
{% if content_symbol %}
{{ bars(content_symbol, x=8, y=636, room=784, height=130, most=4, least=4) }}
{{ text(content_symbol.words, x=24, y=772, room=752, height=44, sizes=[32, 28, 24], centred=True) }}
{% endif %}
{{ box(x=24, y=824, width=752, height=2, line=2) }}
{{ bars(sscc_symbol, x=8, y=844, room=784, height=264, most=4, least=4) }}
{{ text(sscc_symbol.words, x=24, y=1116, room=752, height=48, sizes=[40], bold=True, centred=True) }}
