// All grants with openid-client of Node, as
// oauth_with_authlib.py. It checks issuer, state and iss.
//
//     node oauth_with_openid_client.mjs https://example.com/api/v1
//
// NODE_PACKAGES is the folder of the package.

import {once} from "node:events";
import {createInterface} from "node:readline";

const {CLIENT_ID, CLIENT_SECRET, NODE_PACKAGES} = process.env;
const client = await import(`${NODE_PACKAGES}/openid-client/build/index.js`);
const root = process.argv[2];
const lines = createInterface({input: process.stdin});

const server = await client.discovery(new URL(root), CLIENT_ID, CLIENT_SECRET, null, {
    algorithm: "oauth2",
    execute: [client.allowInsecureRequests],
});

async function me(token) {
    const headers = {Authorization: `Bearer ${token.access_token}`};
    return fetch(`${root}/user/me`, {headers});
}

async function login(token) {
    const response = await me(token);
    return (await response.json()).data.login;
}

const own = await client.clientCredentialsGrant(server, {scope: "read", resource: root});
const found = {machine: await login(own)};
found.scope = (await client.tokenIntrospection(server, own.access_token)).scope;
await client.tokenRevocation(server, own.access_token);
found.revoked = (await me(own)).status;

const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const url = client.buildAuthorizationUrl(server, {
    redirect_uri: "http://127.0.0.1:9/back",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    resource: root,
    state,
});
console.log(url.href);
const [arrived] = await once(lines, "line");
const first = await client.authorizationCodeGrant(server, new URL(arrived), {
    pkceCodeVerifier: verifier,
    expectedState: state,
});
found.person = await login(first);
const second = await client.refreshTokenGrant(server, first.refresh_token);
found.rotated = second.refresh_token !== first.refresh_token;
found.refreshed = (await me(second)).status;
console.log(JSON.stringify(found));
lines.close();
