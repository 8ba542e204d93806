"""All grants with requests_oauth2client.

    python oauth_with_requests_oauth2client.py https://example.com/api/v1

As ``oauth_with_authlib.py``. This client also checks ``iss`` and the metadata.
"""

import json
import os
import sys
from urllib.parse import urlsplit

import requests
from requests_oauth2client import BearerToken, OAuth2Client

ROOT, BACK = sys.argv[1], "http://127.0.0.1:9/back"

session = requests.Session()
session.trust_env = False
parts = urlsplit(ROOT)
well_known = f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server"
client = OAuth2Client.from_discovery_endpoint(
    f"{well_known}{parts.path}",
    issuer=ROOT,
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    redirect_uri=BACK,
    session=session,
    testing=True,
)
assert client.authorization_response_iss_parameter_supported


def me(token):
    return session.get(f"{ROOT}/user/me", auth=BearerToken(token.access_token))


token = client.client_credentials(scope="read")
found = {"machine": me(token).json()["data"]["login"]}
found["scope"] = client.introspect_token(token)["scope"]
client.revoke_access_token(token)
found["revoked"] = me(token).status_code

request = client.authorization_request(scope="read write")
print(request.uri, flush=True)
response = request.validate_callback(sys.stdin.readline().strip())
first = client.authorization_code(response, validate=False)
found["person"] = me(first).json()["data"]["login"]
second = client.refresh_token(first)
found["rotated"] = second.refresh_token != first.refresh_token
found["refreshed"] = me(second).status_code
print(json.dumps(found))
