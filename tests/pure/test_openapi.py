from endpoint import openapi


def described(**values):
    return {
        "operation_id": "endpoint_endpoint_1",
        "name": "Orders",
        "help": "",
        "routes": ["/orders"],
        "methods": ["POST"],
        "auth_type": "public",
        "content": {"application/json": {"type": "object"}},
        "tag": "",
        **values,
    }


def operation(method="post", path="/orders", **values):
    return openapi.path_items(described(**values))[path][method]


def test_a_schema_becomes_the_request_body():
    body = operation()["requestBody"]
    assert body["content"] == {"application/json": {"schema": {"type": "object"}}}


def test_a_content_type_without_schema_is_described():
    content = {"application/json": None, "text/plain": None}
    body = operation(content=content)["requestBody"]
    assert body == {
        "required": False,
        "content": {"application/json": {}, "text/plain": {}},
    }


def test_get_has_no_body():
    assert "requestBody" not in operation("get", methods=["GET"])


def test_variables_become_parameters():
    route = "/orders/<int:order_id>/<string(length=2):lang>/<rest>"
    item = openapi.path_items(described(routes=[route]))[
        "/orders/{order_id}/{lang}/{rest}"
    ]
    types = [(p["name"], p["schema"]["type"]) for p in item["parameters"]]
    assert types == [("order_id", "integer"), ("lang", "string"), ("rest", "string")]


def test_operation_ids_differ_by_method_and_route():
    items = openapi.path_items(described(routes=["/a", "/b"], methods=["GET", "PUT"]))
    ids = [op["operationId"] for item in items.values() for op in item.values()]
    assert len(set(ids)) == 4
    assert ids[0] == "endpoint_endpoint_1_get"


def test_public_needs_no_security_and_bearer_does():
    assert operation()["security"] == []
    assert operation(auth_type="bearer")["security"] == [{"bearer": []}]
    assert operation(auth_type="api_key")["security"] == [{"api_key": []}]


def test_error_responses_depend_on_the_configuration():
    assert set(operation()["responses"]) == {"200", "400", "405", "415"}
    private = operation(auth_type="bearer", content={})
    assert set(private["responses"]) == {"200", "400", "401", "405"}


def test_help_and_group_become_description_and_tag():
    assert operation(help="Takes orders", tag="shop") | {
        "description": "Takes orders",
        "tags": ["shop"],
    } == operation(help="Takes orders", tag="shop")
    assert "description" not in operation()
