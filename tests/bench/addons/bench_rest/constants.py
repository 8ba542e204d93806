"""What both sides of the benchmark know; needs no Odoo."""

USER = "bench_rest.user"
FIELDS = ["name", "email", "phone", "city", "country_id", "category_id"]
RELATED = {
    "name": {},
    "email": {},
    "country_id": {"fields": {"name": {}, "code": {}}},
    "category_id": {"fields": {"name": {}, "color": {}}},
}
MEASURES = ["__count", "color:sum"]
ENOUGH = 81  # records to count, to know of a next page
ON, OFF = "/bench/on", "/bench/off"
PLENTY = 1_000_000  # requests a minute: counted, never refused
BLOCKED = ("comment", "vat")  # by the resource, and by the scope
