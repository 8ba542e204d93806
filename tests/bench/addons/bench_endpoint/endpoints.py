"""The endpoints that are measured, and any number of others around them."""

EXECUTING_USER = "base.user_admin"
PARTNER_FIELDS = ["name", "email", "phone", "city", "country_id", "category_id"]

ORDER_SCHEMA = """\
type: object
required: [customer, lines]
additionalProperties: false
properties:
  customer: { type: string, minLength: 1 }
  lines:
    type: array
    minItems: 1
    items:
      type: object
      required: [product, qty, price]
      properties:
        product: { type: string }
        qty: { type: integer, minimum: 1 }
        price: { type: number, minimum: 0 }
"""
XSD = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
    <xs:element name="greeting">
        <xs:simpleType>
            <xs:restriction base="xs:string">
                <xs:minLength value="1" />
            </xs:restriction>
        </xs:simpleType>
    </xs:element>
</xs:schema>
"""
HELLO = 'result = {"response": Response("Hello, World!", mimetype="text/plain")}'
ORDER = """\
order = json.loads(request.httprequest.get_data())
total = sum(line["qty"] * line["price"] for line in order["lines"])
payload = {"customer": order["customer"], "total": total}
result = {"payload": payload, "status_code": 201}
"""
XML = """\
body = request.httprequest.get_data()
result = {"response": Response(body, mimetype="application/xml")}
"""
PARTNERS = f"""\
partners = env["res.partner"].search_read([], {PARTNER_FIELDS!r}, limit=80)
result = {{"payload": partners}}
"""
MEASURED = {
    "hello": {"request_method": "GET", "code_snippet": HELLO},
    "order": {
        "request_method": "POST",
        "request_content_type": "application/json",
        "request_content_schema": ORDER_SCHEMA,
        "code_snippet": ORDER,
    },
    "xml": {
        "request_method": "POST",
        "request_content_type": "application/xml",
        "request_content_schema": XSD,
        "code_snippet": XML,
    },
    "partners": {"request_method": "GET", "code_snippet": PARTNERS},
}


def fill(env, count):
    """Make ``count`` endpoints, the measured ones among them, all synchronized."""
    common = {
        "auth_type": "public",
        "exec_as_user_id": env.ref(EXECUTING_USER).id,
        "exec_mode": "code",
        "registry_sync": True,
    }
    measured = [
        {"name": name, "route": f"/bench/endpoint/{name}", **values}
        for name, values in MEASURED.items()
    ]
    others = [_other(number) for number in range(count - len(measured))]
    env["endpoint.endpoint"].create(
        [{**common, **values} for values in measured + others]
    )


def _other(number):
    """One in five has a variable in its path, as in real databases."""
    variable = "/<int:number>" if number % 5 == 0 else ""
    route = f"/bench/other/{number // 100}/{number}{variable}"
    return {"name": route, "route": route, **MEASURED["hello"]}


def add_partners(env, count):
    countries = env["res.country"].search([], limit=10)
    values = [
        {
            "name": f"Partner {number}",
            "email": f"partner{number}@example.com",
            "phone": f"+32 2 290 {number}",
            "city": "Brussels",
            "country_id": countries[number % len(countries)].id,
        }
        for number in range(count)
    ]
    env["res.partner"].create(values)
