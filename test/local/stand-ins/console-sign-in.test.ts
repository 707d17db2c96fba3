import { consoleSignIn } from "../../../console/session/sign-in";
import { newPageKey } from "../../../local/aws/page-key";
import { type SignInServer, serveSignIn } from "../../../local/stand-ins/console-sign-in";

const CONSOLE = "http://127.0.0.1:1";

const pageKey = newPageKey(0);
let server: SignInServer;
beforeAll(async () => {
  server = await serveSignIn({ id: "console", secret: "a secret of the tests' own" }, pageKey);
  server.allow(CONSOLE);
});
afterAll(() => server.close());

/** Goes through the provider's pages as a browser does. @returns where it leads back to */
async function picked(url: URL, person: string): Promise<URL> {
  const cookies = new Map<string, string>(await keyCookie());
  let [next, form] = [url.href, undefined as URLSearchParams | undefined];
  for (let redirects = 0; redirects < 10; redirects++) {
    const headers = { Cookie: [...cookies].map((pair) => pair.join("=")).join("; ") };
    const response = await fetch(next, { redirect: "manual", headers, ...(form !== undefined && { method: "POST", body: form }) });
    for (const each of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (each.split(";")[0] ?? "").split("=");
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    form = location === null ? new URLSearchParams({ person }) : undefined;
    next = new URL(location ?? next, next).href;
    if (next.startsWith(CONSOLE)) return new URL(next);
  }
  throw new Error("The provider leads nowhere.");
}

/** The cookie that a visit to the printed address leaves: the console's pages share it. */
async function keyCookie(): Promise<readonly [string, string][]> {
  const visit = await fetch(pageKey.addressOf(server.url), { redirect: "manual" });
  const [, name = "", value = ""] = /^([^=]+)=([^;]+)/.exec(visit.headers.getSetCookie()[0] ?? "") ?? [];
  return [[name, value]];
}

/** Signs somebody in. */
async function signIn(person: string) {
  const each = consoleSignIn({ issuer: server.url, clientId: "console", clientSecret: async () => "a secret of the tests' own" });
  const { url, state } = await each.begin(`${CONSOLE}/sign-in/callback`, "/");
  const { renewal = "none", ...who } = await each.finish(await picked(url, person), state);
  return { who, renew: () => each.renew(renewal) };
}

it("signs people in, and tells their role again, more than once", async () => {
  const { who, renew } = await signIn("approver");
  expect(who).toMatchObject({ subject: "approver", name: "Local Approver", role: "Approver" });
  for (const _ of [1, 2]) expect(await renew()).toMatchObject(who);
});

it("has two administrators, so that one confirms what the other proposes", async () => {
  const both = [await signIn("administrator"), await signIn("another-administrator")];
  expect(both.map(({ who }) => who)).toMatchObject([
    { subject: "administrator", name: "Local Administrator", role: "Administrator" },
    { subject: "another-administrator", name: "Another Administrator", role: "Administrator" },
  ]);
});

it.each([
  { typed: "Security", signsIn: { subject: "Security", name: "Local Security", role: "Decider", appRoles: ["Security"] } },
  {
    typed: "lee@contoso.com",
    signsIn: { subject: "lee@contoso.com", name: "lee@contoso.com", role: "Decider", userNames: ["lee@contoso.com"] },
  },
])("plays $typed, whom a policy asks", async ({ typed, signsIn }) => {
  expect((await signIn(typed)).who).toMatchObject(signsIn);
});

it("shows nobody who lacks the key of the start a page to pick from", async () => {
  const begin = consoleSignIn({ issuer: server.url, clientId: "console", clientSecret: async () => "unused" });
  const { url } = await begin.begin(`${CONSOLE}/sign-in/callback`, "/");
  for (const page of [url.href, `${server.url}/pick/x`, `${server.url}/session/end`, `${server.url}/jwks?x`]) {
    expect([page, (await fetch(page, { redirect: "manual" })).status]).toEqual([page, 403]);
  }
});
