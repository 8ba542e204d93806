"""An order with all that belongs to it, by the schema of the token dialect's manual."""

import kit
import pytest
from rest_setup import bearer, set_up
from web_client import ask

SCHEMA = """(
    # simple fields (non relational):
    'id',
    'name',
    'date_order',
    'create_date',
    'amount_tax',
    'amount_total',
    'state',

    # many2one fields:
    ('partner_id', (
        'id',
        'name',
        'city',
    )),
    ('user_id', (
        'id',
        'name',
    )),
    ('payment_term_id', (
        'id',
        'name',
    )),

    # one2many fields:
    ('order_line', [(
        'id',
        ('product_id', (    # many2one
            'id',
            'name',
            'type',
            'barcode',
            ('categ_id', (    # many2one
                'id',
                'name',
            )),
            ('attribute_line_ids', [(    # one2many
                'id',
                'display_name',
            )]),
        )),
        'name',
        'product_uom_qty',
        'price_unit',
        ('tax_ids', [(    # many2many
            'id',
            'name',
        )]),
        'price_subtotal',
    )]),
)"""
SETUP = f"""
for model in (
    "res.partner sale.order sale.order.line product.product product.category"
    " product.template.attribute.line account.payment.term account.tax"
).split():
    expose(model)
expose("res.users", sensitive=True)
expose("sale.order", read_schema={SCHEMA!r})
tax = env["account.tax"].create({{"name": "Tax 15.00%", "amount": 15}})
product = env["product.product"].create({{
    "name": "Product 1", "barcode": "2400000032632", "type": "consu",
    "taxes_id": [Command.set(tax.ids)],
    "categ_id": env["product.category"].create({{"name": "Things"}}).id,
}})
user = make_user("sales", "base.group_user", "sales_team.group_sale_salesman")
customer = env["res.partner"].create({{"name": "Customer 1", "city": "City 1"}})
order = env["sale.order"].create({{
    "name": "SO001",
    "partner_id": customer.id,
    "user_id": user.id,
    "order_line": [Command.create({{
        "product_id": product.id, "product_uom_qty": 11, "price_unit": 111,
    }})],
}})
result = {{
    "order": order.id, "product": product.id, "key": make_client(user)["key"],
}}
"""


@pytest.fixture
def shop():
    name = kit.create_database(modules=[*kit.APPS, "rest_api_core"])
    yield name
    kit.drop_database(name)


def test_an_order_is_read_at_once_with_its_lines_and_products(shop):
    made = set_up(shop, SETUP)
    with kit.Server(shop) as server:
        url = f"{server.url}/api/v1/sale.order/{made['order']}"
        order = ask(url, headers=bearer(made["key"])).json()["data"]
    assert (
        list(order)
        == (
            "id name date_order create_date amount_tax amount_total state"
            " partner_id user_id payment_term_id order_line"
        ).split()
    )
    assert (order["partner_id"]["name"], order["partner_id"]["city"]) == (
        "Customer 1",
        "City 1",
    )
    assert order["user_id"]["name"] == "sales"
    assert order["payment_term_id"] is None
    (line,) = order["order_line"]
    assert line["price_subtotal"] == 1221
    assert [tax["name"] for tax in line["tax_ids"]] == ["Tax 15.00%"]
    product = line["product_id"]
    assert product.pop("categ_id")["name"] == "Things"
    assert product == {
        "id": made["product"],
        "name": "Product 1",
        "type": "consu",
        "barcode": "2400000032632",
        "attribute_line_ids": [],
    }
