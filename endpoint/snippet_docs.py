"""Texts about snippets in the form: the default snippet and the page Code Help."""

DEFAULT = """\
# The page Code Help lists the names that you can use here.
result = {"payload": {"hello": user.name}}
"""

DOCS = """\
Available names:

* env, user, endpoint: environment, user and this record, with the rights of 'Exec as
  User', or of the caller if that field is empty
* request: the current request. request.params contains the query parameters, the
  variables of the route and the fields of a form; request.httprequest has the rest
* body: the parsed body, after validation against the schema. JSON is a dict, list or
  other value; XML an element (body.findtext("name")); a form a dict (body["name"],
  body.getlist("name")); text/* is text; another type is bytes. No body is None
* raw_body: the bytes of the body, decompressed but not decoded
* verify_hmac(secret, header, algorithm="sha256", encoding="hex", prefix="",
  message=raw_body): whether the header contains the HMAC of the body, compared in
  constant time. encoding can be "base64", prefix is text before the digest
* datetime, dateutil, time, json: the modules, as in server actions
* Response: odoo.http.Response
* werkzeug: exceptions.NotFound, exceptions.BadRequest, exceptions.Unauthorized
* exceptions: UserError, ValidationError; they become a response with status 400 and
  their message
* hashlib, hmac: functions of the standard library
* base64: b64encode, b64decode, urlsafe_b64encode, urlsafe_b64decode; also b64encode and
  b64decode alone, as in server actions
* log(message, level="info"): writes to ir.logging, even if the request fails

The snippet must assign a dict to `result`. The dict contains either

* response: a Response, or
* payload: a value to encode as JSON, and optionally status_code (default 200), headers
  (a dict) and json_default (a function that encodes other values)

Examples:

    result = {"response": Response("Hello, World!")}

    result = {"payload": {"id": user.id}, "status_code": 201, "headers": {"X-A": "1"}}

    # the body {"name": "Chair", "qty": 2}
    result = {"payload": {"ordered": body["name"], "total": 12.5 * body["qty"]}}

    # a webhook of GitHub
    secret = env["ir.config_parameter"].sudo().get_param("my.github.secret")
    if not verify_hmac(secret, "X-Hub-Signature-256", prefix="sha256="):
        raise werkzeug.exceptions.Unauthorized()
    result = {"payload": {"action": body["action"]}}
"""
