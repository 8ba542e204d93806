"""All grants with Authlib (https://docs.authlib.org).

    python oauth_with_authlib.py https://example.com/api/v1

CLIENT_ID and CLIENT_SECRET name the client. It prints an URL for the browser, reads
where that has gone to, and prints what it has found.
"""

import json
import os
import sys
from urllib.parse import urlsplit

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

ROOT, BACK = sys.argv[1], "http://127.0.0.1:9/back"
CLIENT = (os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])


def session(**options):
    opened = OAuth2Session(*CLIENT, **options)
    opened.trust_env = False
    return opened


machine = session(scope="read")
parts = urlsplit(ROOT)
well_known = f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server"
server = machine.request("GET", f"{well_known}{parts.path}", withhold_token=True).json()
assert server["issuer"] == ROOT

token = machine.fetch_token(server["token_endpoint"], grant_type="client_credentials")
found = {"machine": machine.get(f"{ROOT}/user/me").json()["data"]["login"]}
endpoint = server["introspection_endpoint"]
active = machine.introspect_token(endpoint, token["access_token"]).json()
found["scope"] = active["scope"]
machine.revoke_token(server["revocation_endpoint"], token["access_token"])
found["revoked"] = machine.get(f"{ROOT}/user/me").status_code

person = session(redirect_uri=BACK, code_challenge_method="S256")
verifier = generate_token(48)
url, _state = person.create_authorization_url(
    server["authorization_endpoint"], code_verifier=verifier
)
print(url, flush=True)
arrived = sys.stdin.readline().strip()
first = person.fetch_token(
    server["token_endpoint"], authorization_response=arrived, code_verifier=verifier
)
found["person"] = person.get(f"{ROOT}/user/me").json()["data"]["login"]
second = person.refresh_token(server["token_endpoint"], first["refresh_token"])
found["rotated"] = second["refresh_token"] != first["refresh_token"]
found["refreshed"] = person.get(f"{ROOT}/user/me").status_code
print(json.dumps(found))
