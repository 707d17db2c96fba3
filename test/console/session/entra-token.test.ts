import { FORM_TOKEN } from "../../../console/app/sent-form";
import { consoleSignIn } from "../../../console/session/sign-in";
import { ORIGIN, startConsole, type TestConsole } from "../support";
import { CLIENT_ID, startProvider, type TestProvider } from "./openid-provider";

let provider: TestProvider;
let pages: TestConsole;
beforeAll(async () => {
  provider = await startProvider();
  const signIn = consoleSignIn({ issuer: provider.issuer, clientId: CLIENT_ID, clientSecret: async () => "secret" });
  pages = await startConsole({ signIn });
});
afterAll(async () => {
  await pages.close();
  await provider.close();
});

/** The claims of Entra's ID token, version 2.0, with the scopes openid and profile. */
const claims = {
  oid: "5b7a1f0e-2c1d-4a55-9c1e-0d3f6a2b9c44",
  tid: "9a3c7e52-1f44-4a8f-8b7e-2d5c6f1a0b33",
  ver: "2.0",
  rh: "1.AXkAUn48",
  uti: "gHk2",
  name: "Kim Lee",
  roles: ["Administrator"],
};
const member = { ...claims, preferred_username: "Kim@contoso.com" };
const guest = { ...claims, preferred_username: "kim_contoso.com#EXT#@woodgrove.onmicrosoft.com" };

/** Signs in through the provider, and returns the session's cookie. */
async function signIn(token: Record<string, unknown>): Promise<string> {
  const begun = await pages.app.request(`${ORIGIN}/sign-in`);
  const url = new URL(begun.headers.get("location") ?? "");
  provider.asked(url);
  provider.claims = token;
  const state = url.searchParams.get("state") ?? "";
  const Cookie = (begun.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const finished = await pages.app.request(`${ORIGIN}/sign-in/callback?code=c&state=${state}`, { headers: { Cookie } });
  expect(finished.status).toBe(302);
  return finished.headers.getSetCookie().findLast((each) => each.startsWith("__Host-gatehouse=")) ?? "none";
}

async function send(path: string, Cookie: string, fields: Record<string, string>): Promise<Response> {
  const html = await (await pages.app.request(`${ORIGIN}/access-list`, { headers: { Cookie } })).text();
  const token = new RegExp(`name="${FORM_TOKEN}" value="([^"]*)"`).exec(html)?.[1] ?? "";
  return await pages.app.request(`${ORIGIN}${path}`, {
    method: "POST",
    headers: { Cookie, Origin: ORIGIN },
    body: new URLSearchParams({ ...fields, [FORM_TOKEN]: token }),
  });
}

const entryFields = { issuer: "", gates: "", expiresAt: "", note: "" };

it.each([
  { who: "a member", token: member },
  { who: "a guest, by the user name alone", token: guest },
  { who: "a guest whose token has their address", token: { ...guest, email: "kim@contoso.com" } },
  { who: "a member without a name", token: { ...member, name: undefined } },
])("an edit that shuts out the administrator's own domain is dangerous: $who", async ({ token }) => {
  const asked = await send("/access-list/add", await signIn(token), { ...entryFields, entry: "contoso.com", effect: "deny" });
  expect(await asked.text()).toMatch(/This shuts out contoso\.com, your own domain\..*Type contoso\.com to confirm/s);
  expect(await pages.world.accessList.get("contoso.com")).toBeUndefined();
});

it("an edit of another domain is not", async () => {
  const added = await send("/access-list/add", await signIn(member), { ...entryFields, entry: "fabrikam.com", effect: "deny" });
  expect(added.headers.get("location")).toMatch(/done=added/);
});

it.each([
  { who: "a member", token: member, email: "kim@contoso.com" },
  { who: "a guest whose token has their address", token: { ...guest, email: "Kim@contoso.com" }, email: "kim@contoso.com" },
  { who: "a guest without one", token: guest, email: undefined },
  {
    who: "a user name that is no address",
    token: { ...claims, preferred_username: "kim", upn: "kim@contoso.com" },
    email: "kim@contoso.com",
  },
])("mail about tasks goes to the first name that is an address: $who", async ({ token, email }) => {
  await signIn(token);
  const expected = { id: claims.oid, name: "Kim Lee", role: "Administrator", ...(email !== undefined && { email }) };
  expect(await pages.world.colleagues.all(new Date())).toEqual([expected]);
});

it.each([
  { token: guest, says: /Your account has no address by which a request could ask you/ },
  { token: { ...guest, email: "kim@contoso.com" }, says: /name="to"/ },
])("a guest can delegate only by an address: $token.email", async ({ token, says }) => {
  const Cookie = await signIn({ ...token, roles: ["Decider"] });
  expect(await (await pages.app.request(`${ORIGIN}/asked/delegation`, { headers: { Cookie } })).text()).toMatch(says);
});

it("a delegation names no user name that is no address", async () => {
  const names = [guest.preferred_username, "kim@contoso.com"];
  const now = new Date();
  await pages.world.delegations.give(names, "lee@contoso.com", new Date(now.getTime() + 86_400_000), now);
  expect((await pages.world.delegations.current(now)).map(({ from }) => from)).toEqual(["kim@contoso.com"]);
});
