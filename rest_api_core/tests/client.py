"""``self.rest`` of a test case."""

import json

JSON_TYPE = "application/json"


class RestClient:
    """Requests to the API of a case, with its key unless told otherwise."""

    def __init__(self, case):
        self.case = case

    def ask(
        self, method, path="", *, key=None, json_body=None, headers=None, **options
    ):
        """Send a request; ``key=False`` sends no credentials.

        :param path: below the base path of the API
        :param options: those of ``requests``
        """
        case = self.case
        case.env.flush_all()
        sent = {} if key is False else {"Authorization": f"Bearer {key or case.key}"}
        if json_body is not None:
            options["data"] = json.dumps(json_body)
            sent["Content-Type"] = JSON_TYPE
        url = f"{case.base_url()}{case.root}/{path}"
        response = case.opener.request(
            method, url, headers={**sent, **(headers or {})}, timeout=60, **options
        )
        case.env.invalidate_all()
        return response

    def get(self, path="", **options):
        return self.ask("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.ask("POST", path, json_body=body, **options)

    def put(self, path, body=None, **options):
        return self.ask("PUT", path, json_body=body, **options)

    def patch(self, path, body=None, **options):
        return self.ask("PATCH", path, json_body=body, **options)

    def delete(self, path, **options):
        return self.ask("DELETE", path, **options)
