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

/** The form that a page of the provider sends by itself; undefined for the one where somebody picks. */
function formIn(html: string): { readonly action: string; readonly fields: URLSearchParams } | undefined {
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1];
  const inputs = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return action === undefined
    ? undefined
    : { action, fields: new URLSearchParams(inputs.map(([, name = "", value = ""]): [string, string] => [name, value])) };
}

/** Goes through the provider's pages as a browser does. @returns where it leads back to */
async function picked(url: URL, person: string, jar?: Map<string, string>): Promise<URL> {
  const cookies = jar ?? new Map<string, string>(await keyCookie());
  let [next, form] = [url.href, undefined as URLSearchParams | undefined];
  for (let redirects = 0; redirects < 10; redirects++) {
    const headers = { Cookie: [...cookies].map((pair) => pair.join("=")).join("; ") };
    const response = await fetch(next, { redirect: "manual", headers, ...(form !== undefined && { method: "POST", body: form }) });
    for (const each of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (each.split(";")[0] ?? "").split("=");
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    const sent = location === null ? formIn(await response.text()) : undefined;
    form = location === null ? (sent?.fields ?? new URLSearchParams({ person })) : undefined;
    next = new URL(location ?? sent?.action ?? next, next).href;
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

/** Signs somebody in. @param jar the browser's cookies. @default a new browser */
async function signIn(person: string, jar?: Map<string, string>, prompt?: "select_account") {
  const each = consoleSignIn({ issuer: server.url, clientId: "console", clientSecret: async () => "a secret of the tests' own" });
  const { url, state } = await each.begin(`${CONSOLE}/sign-in/callback`, "/", prompt);
  const { renewal = "none", ...who } = await each.finish(await picked(url, person, jar), state);
  return { who, renew: () => each.renew(renewal) };
}

it("the stand-in signs people in, and returns their role at each renewal", async () => {
  const { who, renew } = await signIn("approver");
  expect(who).toMatchObject({ subject: "approver", name: "Local Approver", role: "Approver" });
  for (const _ of [1, 2]) expect(await renew()).toMatchObject(who);
});

it("the stand-in still returns the first account's role if a second one signs in by the same browser", async () => {
  const jar = new Map<string, string>(await keyCookie());
  const first = await signIn("reader", jar);
  // Who is known is not asked.
  expect((await signIn("administrator", jar)).who.subject).toBe("reader");
  expect((await signIn("administrator", jar, "select_account")).who.subject).toBe("administrator");
  expect((await first.renew()).role).toBe("Reader");
});

it("the stand-in signs in the expected person at once, and still offers another account", async () => {
  const each = consoleSignIn({ issuer: server.url, clientId: "console", clientSecret: async () => "a secret of the tests' own" });
  const led = async (prompt?: "select_account") => {
    const jar = new Map<string, string>(await keyCookie());
    const { url } = await each.begin(`${CONSOLE}/sign-in/callback`, "/", prompt, "administrator");
    let at = url;
    for (let hops = 0; hops < 6 && at.origin === new URL(server.url).origin; hops++) {
      const response = await fetch(at, { redirect: "manual", headers: { Cookie: [...jar].map((pair) => pair.join("=")).join("; ") } });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        jar.set(name, value);
      }
      if (response.status === 200) return await response.text();
      at = new URL(response.headers.get("location") ?? "", at);
    }
    return at.href;
  };
  expect(await led()).toMatch(new RegExp(`^${CONSOLE}/sign-in/callback\\?code=`));
  expect(await led("select_account")).toContain("Sign in as");
});

it("the stand-in says what each role may do", async () => {
  const jar = new Map<string, string>(await keyCookie());
  const each = consoleSignIn({ issuer: server.url, clientId: "console", clientSecret: async () => "a secret of the tests' own" });
  const { url } = await each.begin(`${CONSOLE}/sign-in/callback`, "/");
  const begun = await fetch(url, { redirect: "manual", headers: { Cookie: [...jar].map((pair) => pair.join("=")).join("; ") } });
  const pick = new URL(begun.headers.get("location") ?? "", server.url);
  const page = await (await fetch(pick, { headers: { Cookie: [...jar].map((pair) => pair.join("=")).join("; ") } })).text();
  for (const role of ["Administrator", "Approver", "Reader", "Decider", "Partner", "Nobody"])
    expect(page).toMatch(new RegExp(`Local ${role}</button><p class="hint"[^>]*>\\w[^<]+\\.</p>`));
});

it("the stand-in has two administrators, so that one confirms what the other proposes", async () => {
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
])("the stand-in signs in as $typed, who may decide on requests", async ({ typed, signsIn }) => {
  expect((await signIn(typed)).who).toMatchObject(signsIn);
});

it("the stand-in shows the list of accounts only with the start's key", async () => {
  const begin = consoleSignIn({ issuer: server.url, clientId: "console", clientSecret: async () => "unused" });
  const { url } = await begin.begin(`${CONSOLE}/sign-in/callback`, "/");
  for (const page of [url.href, `${server.url}/pick/x`, `${server.url}/session/end`, `${server.url}/jwks?x`]) {
    expect([page, (await fetch(page, { redirect: "manual" })).status]).toEqual([page, 403]);
  }
});
