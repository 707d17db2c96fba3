#!/usr/bin/env bash
# npm's @azure/msal-node 7.2.3 with a token as a user flow of Azure AD B2C gives it, whose addresses are in the claim emails: the account that the
# program gets, from the answer and from the cache, has an empty username and the user flow's name as its tenantId. What the cache stores has
# the first address. For a custom policy's claim email, all are empty.
# Seen (answer, cache, stored):
#   emails: "" "" kim@contoso.com, tenant b2c_1_signup
#   email: "" "" "", tenant b2c_1_signup
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @azure/msal-node@7.2.3
cat >ask.cjs <<'JS'
const { ConfidentialClientApplication } = require("@azure/msal-node");
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const host = "contoso.b2clogin.com";
const authority = `https://${host}/contoso.onmicrosoft.com/b2c_1_signup`;
const [tenant, person] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
const issuer = `https://${host}/${tenant}/v2.0/`;
const places = { issuer, authorization_endpoint: `${authority}/authorize`, token_endpoint: `${authority}/token`, jwks_uri: `${authority}/keys` };

async function ask(claims) {
  const now = Math.floor(Date.now() / 1_000);
  const facts = { iss: issuer, aud: "app", sub: person, iat: now, nbf: now, exp: now + 3_600, name: "Kim Lee", tfp: "b2c_1_signup" };
  const id_token = `${part({ alg: "RS256", typ: "JWT" })}.${part({ ...facts, ...claims })}.c2ln`;
  const client_info = part({ uid: `${person}-b2c_1_signup`, utid: tenant });
  const tokens = { token_type: "Bearer", scope: "openid", expires_in: 3_600, access_token: "access", id_token, client_info };
  const networkClient = {
    sendGetRequestAsync: async () => ({ status: 200, headers: {}, body: places }),
    sendPostRequestAsync: async () => ({ status: 200, headers: {}, body: tokens }),
  };
  const auth = { clientId: "app", clientSecret: "secret", authority, knownAuthorities: [host] };
  const client = new ConfidentialClientApplication({ auth, system: { networkClient } });
  const { account } = await client.acquireTokenByCode({ code: "code", scopes: ["openid"], redirectUri: "https://app.contoso.com/" });
  const cache = client.getTokenCache();
  const [cached] = await cache.getAllAccounts();
  const [stored] = Object.values(JSON.parse(cache.serialize()).Account);
  const shown = [account, cached, stored].map(({ username }) => username || '""');
  console.log(`${Object.keys(claims)}: ${shown.join(" ")}, tenant ${account.tenantId}`);
}
ask({ emails: ["kim@contoso.com"] }).then(() => ask({ email: "kim@contoso.com" }));
JS
cat >expected.txt <<'TEXT'
emails: "" "" kim@contoso.com, tenant b2c_1_signup
email: "" "" "", tenant b2c_1_signup
TEXT
node ask.cjs | tee seen.txt
diff expected.txt seen.txt
