import type { Item } from "../../../adapters/tables/item";
import { ABSOLUTE_SECONDS, epochSeconds, IDLE_SECONDS, seals } from "../../../console/session/session";
import { endSession } from "../../../console/session/session-rows";
import { startClock } from "../../support/fake-timers";
import { ORIGIN, PROVIDER, SECRET, startConsole, type TestConsole } from "../support";

let pages: TestConsole;
beforeAll(async () => {
  startClock();
  pages = await startConsole();
});
afterAll(() => pages.close());
afterEach(() => pages.setTime(new Date()));

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000);
const status = async (cookie: string) => (await pages.app.request(`${ORIGIN}/audit`, { headers: { Cookie: cookie } })).status;

describe("a session's cookie", () => {
  it("gives access to the pages", async () => expect(await status(await pages.cookie("Reader"))).toBe(200));

  it.each([
    { given: "is cut off", forge: (cookie: string) => cookie.slice(0, -4) },
    { given: "has one letter changed", forge: (cookie: string) => cookie.replace(/.(?=.{9}$)/, (each) => (each === "A" ? "B" : "A")) },
    { given: "is no token", forge: () => "__Host-gatehouse=Administrator" },
    { given: "claims no encryption", forge: () => `__Host-gatehouse=${btoa('{"alg":"none"}')}.${btoa('{"role":"Administrator"}')}.` },
    { given: "goes by the name used over http", forge: (cookie: string) => cookie.replace("__Host-", "") },
  ])("is refused if it $given", async ({ forge }) => expect(await status(forge(await pages.cookie("Administrator")))).toBe(302));

  it("is refused if it was sealed with another key", async () => {
    const at = epochSeconds(new Date());
    const token = await seals("another key").sealSession({
      id: "i",
      subject: "s",
      name: "n",
      role: "Administrator",
      issuedAt: at,
      seenAt: at,
      roleAt: at,
    });
    expect(await status(`__Host-gatehouse=${token}`)).toBe(302);
  });

  it("is refused if it was sealed for signing in", async () => {
    const token = await seals(SECRET).sealSignIn({ state: "s", nonce: "n", verifier: "v", returnTo: "/" }, new Date());
    expect(await status(`__Host-gatehouse=${token}`)).toBe(302);
  });

  it.each([
    { when: "idle just short of 30 minutes", seconds: IDLE_SECONDS - 5, answer: 200 },
    { when: "idle for 30 minutes", seconds: IDLE_SECONDS + 5, answer: 302 },
  ])("gets $answer if it is $when", async ({ seconds, answer }) => {
    const cookie = await pages.cookie("Reader", { roleAt: epochSeconds(inSeconds(seconds)) });
    pages.setTime(inSeconds(seconds));
    expect(await status(cookie)).toBe(answer);
  });

  it("expires after eight hours, even in constant use", async () => {
    const at = epochSeconds(new Date());
    const cookie = await pages.cookie("Reader", { issuedAt: at - ABSOLUTE_SECONDS + 60 });
    expect(await status(cookie)).toBe(200);
    pages.setTime(inSeconds(61));
    expect(await status(cookie)).toBe(302);
  });

  it("is renewed by use, but not by a page's automatic reload", async () => {
    const cookie = await pages.cookie("Reader");
    pages.setTime(inSeconds(120));
    const ask = (headers: Record<string, string>) => pages.app.request(`${ORIGIN}/`, { headers: { Cookie: cookie, ...headers } });
    expect((await ask({})).headers.get("set-cookie")).toContain("__Host-gatehouse=");
    expect((await ask({ "X-Gatehouse-Live": "1" })).headers.get("set-cookie")).toBeNull();
  });

  it("is refused after signing out, even if it was copied", async () => {
    const copied = await pages.cookie("Reader");
    const another = await pages.cookie("Reader", { id: "another sign-in of the same person" });
    const response = await pages.post("/sign-out", "Reader", {});
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(`${PROVIDER}/logout`);
    expect(response.headers.get("set-cookie")).toMatch(/__Host-gatehouse=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax/);
    expect({ copied: await status(copied), another: await status(another) }).toEqual({ copied: 302, another: 200 });
    const kept = await pages.world.ledger.get({ id: "console-session/session-Reader" });
    expect(kept?.ended?.BOOL).toBe(true);
    expect(Number(kept?.expires?.N)).toBeGreaterThan(epochSeconds(new Date()) + ABSOLUTE_SECONDS - 60);
    // Nor does it once the row is deleted, by hand or because its time has come.
    await pages.world.ledger.remove(kept as Item);
    expect({ copied: await status(copied), another: await status(another) }).toEqual({ copied: 302, another: 200 });
  });

  it.each([
    { row: "has an end of another type", more: { ended: "yes" } },
    { row: "has no time", more: { expires: undefined } },
    { row: "has a renewal that is no text", more: { renewal: 7 } },
  ])("is refused if its row $row", async ({ more }) => {
    const id = `odd-${Object.keys(more)}`;
    const cookie = await pages.cookie("Reader", { id });
    expect(await status(cookie)).toBe(200);
    await pages.put({ id: `console-session/${id}`, expires: 4_102_444_800, ...more }, "ledger");
    expect(await status(cookie)).toBe(302);
  });
});

describe("a role in a session", () => {
  /** Signs somebody in; what the browser then holds. */
  async function signedIn(): Promise<string> {
    const begun = await pages.app.request(`${ORIGIN}/sign-in`);
    const Cookie = (begun.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const finished = await pages.app.request(`${ORIGIN}/sign-in/callback?code=c&state=s`, { headers: { Cookie } });
    return sessionCookie(finished) ?? "none";
  }
  const sessionCookie = (response: Response) =>
    response.headers
      .getSetCookie()
      .map((each) => each.split(";")[0] ?? "")
      .findLast((each) => each.startsWith("__Host-gatehouse="));
  const visit = (Cookie: string, headers: Record<string, string> = {}) =>
    pages.app.request(`${ORIGIN}/audit`, { headers: { Cookie, ...headers } });
  const refusal = (error: string) => Object.assign(new Error("refused"), { error });
  const told = { subject: "oid-1", name: "Kim", role: "Reader" as const, renewal: "renewal-2" };
  beforeEach(() => {
    pages.renewed.mockReset().mockResolvedValue(told);
  });
  afterEach(() => pages.failures.splice(0));

  it.each<Record<string, string>>([{}, { "X-Gatehouse-Live": "1" }])(
    "is requested again after five minutes, with the latest renewal token: %j",
    async (headers) => {
      let cookie = await signedIn();
      for (const [minutes, renewal] of [
        [4, undefined],
        [6, "renewal-1"],
        [10, undefined],
        [12, "renewal-2"],
      ] as const) {
        pages.renewed.mockClear();
        pages.setTime(inSeconds(minutes * 60));
        const response = await visit(cookie, headers);
        expect({ minutes, status: response.status, asked: pages.renewed.mock.calls[0]?.[0] }).toEqual({
          minutes,
          status: 200,
          asked: renewal,
        });
        cookie = sessionCookie(response) ?? cookie;
      }
    },
  );

  it.each([
    { given: "taken away", next: { ...told, role: undefined }, status: 403 },
    { given: "of somebody else", next: { ...told, subject: "oid-2" }, status: 302 },
  ])("is lost at the next renewal if it is $given", async ({ next, status }) => {
    const cookie = await signedIn();
    pages.renewed.mockResolvedValue(next);
    pages.setTime(inSeconds(301));
    expect((await visit(cookie)).status).toBe(status);
  });

  it.each(["invalid_grant", "interaction_required", "login_required"])("ends the session if Entra answers %s", async (error) => {
    const cookie = await signedIn();
    pages.renewed.mockRejectedValue(refusal(error));
    pages.setTime(inSeconds(301));
    expect({ status: (await visit(cookie)).status, failures: pages.failures }).toEqual({ status: 302, failures: [] });
  });

  it.each([
    { given: "Entra does not answer", error: new TypeError("fetch failed") },
    { given: "the console's own secret has expired", error: refusal("invalid_client") },
  ])("is kept for fifteen minutes if $given", async ({ error }) => {
    const cookie = await signedIn();
    pages.renewed.mockRejectedValue(error);
    pages.setTime(inSeconds(14 * 60));
    expect((await visit(cookie)).status).toBe(200);
    expect(pages.failures).toHaveLength(1);
    pages.setTime(inSeconds(15 * 60));
    expect((await visit(cookie)).status).toBe(302);
  });

  it("is kept for fifteen minutes if Entra issued no token to renew it", async () => {
    const cookie = await pages.cookie("Reader", { id: "a sign-in without a refresh token" });
    pages.setTime(inSeconds(14 * 60));
    expect(await status(cookie)).toBe(200);
    pages.setTime(inSeconds(15 * 60));
    expect(await status(cookie)).toBe(302);
    expect(pages.renewed).not.toHaveBeenCalled();
  });

  it("is not renewed if the session ends meanwhile", async () => {
    const cookie = await signedIn();
    pages.renewed.mockImplementation(async () => {
      const [{ subject: id } = { subject: "" }] = (await pages.world.audit.page({})).entries;
      await endSession(pages.world.ledger, { id, issuedAt: epochSeconds(new Date()) });
      return told;
    });
    pages.setTime(inSeconds(301));
    expect((await visit(cookie)).status).toBe(302);
  });

  it("is kept if two tabs renew it at once", async () => {
    const cookie = await signedIn();
    pages.setTime(inSeconds(301));
    const statuses = await Promise.all([1, 2, 3].map(async () => (await visit(cookie)).status));
    expect(statuses).toEqual([200, 200, 200]);
  });
});

describe("if DynamoDB fails", () => {
  it("signing out still removes the cookie from the browser, and reports that it is incomplete", async () => {
    const spy = vi.spyOn(pages.world.ledger, "add").mockRejectedValueOnce(new Error("down"));
    const response = await pages.post("/sign-out", "Approver", {});
    spy.mockRestore();
    expect({ status: response.status, failures: pages.failures.splice(0).length }).toEqual({ status: 503, failures: 1 });
    expect(response.headers.get("set-cookie")).toContain("__Host-gatehouse=; Max-Age=0");
  });

  it("a session's cookie is refused, as its end cannot be checked", async () => {
    const spy = vi.spyOn(pages.world.ledger, "get").mockRejectedValueOnce(new Error("down"));
    expect(await status(await pages.cookie("Reader"))).toBe(503);
    spy.mockRestore();
    pages.failures.splice(0);
  });
});

describe("a sign-in", () => {
  const begin = async (to: string) => await pages.app.request(`${ORIGIN}/sign-in?to=${encodeURIComponent(to)}`);
  const cookieOf = (response: Response) => (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const finish = (cookie: string, state: string) =>
    pages.app.request(`${ORIGIN}/sign-in/callback?code=c&state=${state}`, { headers: { Cookie: cookie } });

  it("leads to the provider and back to the requested page", async () => {
    const begun = await begin("/decisions?email=kim");
    expect(begun.headers.get("location")).toContain(encodeURIComponent(`${ORIGIN}/sign-in/callback`));
    expect(begun.headers.get("set-cookie")).toMatch(/^__Host-gatehouse-sign-in-s=.*; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax/);
    const finished = await finish(cookieOf(begun), "s");
    expect(finished.headers.get("location")).toBe("/decisions?email=kim");
    expect(finished.headers.get("set-cookie")).toMatch(/__Host-gatehouse=[\w.-]+; Path=\/; HttpOnly; Secure; SameSite=Lax/);
  });

  it.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/..//evil.example",
    "/.//evil.example",
    "/%2e//evil.example",
    "/a/..//evil.example",
    "evil",
    "javascript:alert(1)",
  ])("never leads to %s", async (to) => {
    expect((await finish(cookieOf(await begin(to)), "s")).headers.get("location")).toBe("/");
  });

  it("refuses an answer to another request or to no request", async () => {
    expect((await finish(cookieOf(await begin("/")), "another")).status).toBe(400);
    expect((await finish("", "s")).status).toBe(400);
  });

  it("discards its cookie once it is used", async () => {
    const finished = await finish(cookieOf(await begin("/")), "s");
    expect(finished.headers.get("set-cookie")).toContain("__Host-gatehouse-sign-in-s=; Max-Age=0");
  });

  it("is accepted once, however its cookie is spelled", async () => {
    const cookie = cookieOf(await begin("/"));
    // The same bytes: padding, and letters that base64url does not have.
    const spelled = cookie.replace(/^([^.]+\.[^.]*\.[^.]+)/, "$1=");
    const answers = await Promise.all([cookie, cookie, spelled].map(async (each) => await finish(each, "s")));
    expect(answers.map(({ status }) => status).sort()).toEqual([302, 400, 400]);
    const again = await finish(cookie, "s");
    expect(await again.text()).toContain("The sign-in was used");
    expect(again.headers.get("set-cookie")).not.toMatch(/__Host-gatehouse=/);
  });

  describe("that is tried too often", () => {
    const from = async (sourceIp: string, path = "/sign-in") =>
      (await pages.app.request(`${ORIGIN}${path}`, {}, { requestContext: { http: { sourceIp } } })).status;
    const flood = async (addresses: readonly string[]) => {
      const statuses = await Promise.all(addresses.map((address) => from(address)));
      return statuses.filter((each) => each === 429).length;
    };
    const many = (address: (index: number) => string) => Array.from({ length: 60 }, (_, index) => address(index));

    it.each<[string, (index: number) => string, boolean]>([
      ["one address", () => "192.0.2.1", true],
      ["one network of IPv6", (index) => `2001:db8:0:1::${index.toString(16)}`, true],
      ["the same, written out", (index) => `2001:0db8:0000:0002:0:0:0:${index.toString(16)}`, true],
      ["as many networks", (index) => `2001:db8:1:${index.toString(16)}::1`, false],
      ["as many addresses", (index) => `198.51.100.${index}`, false],
    ])("is refused only to a client with too many attempts: attempts from %s", async (_, address, refused) => {
      pages.setTime(new Date("2026-06-15T12:00:00Z"));
      expect((await flood(many(address))) > 0).toBe(refused);
      expect(await from("203.0.113.9")).toBe(302);
    });

    it("blocks all pages for clients without a session, but not for signed-in people at the same address", async () => {
      pages.setTime(new Date("2026-06-15T14:00:00Z"));
      const finished = await finish(cookieOf(await begin("/")), "s");
      const [own = ""] = /__Host-gatehouse=[^;]+/.exec(finished.headers.get("set-cookie") ?? "") ?? [];
      const visit = async (sourceIp: string, cookie: string) =>
        (await pages.app.request(`${ORIGIN}/`, { headers: { cookie } }, { requestContext: { http: { sourceIp } } })).status;
      const before = await visit("203.0.113.9", own);
      expect(before).not.toBe(302);
      for (let count = 0; count < 60; count++) await from("192.0.2.8", "/");
      expect(await from("192.0.2.8", "/")).toBe(429);
      expect(await from("192.0.2.8", "/nothing-here")).toBe(429);
      expect(await visit("192.0.2.8", "__Host-gatehouse=forged")).toBe(429);
      for (let count = 0; count < 60; count++) expect(await visit("192.0.2.8", own)).toBe(before);
    });

    it("is also refused on the return from the provider, and is accepted again after ten seconds", async () => {
      pages.setTime(new Date("2026-06-15T13:00:00Z"));
      await flood(many(() => "192.0.2.7"));
      expect(await from("192.0.2.7", "/sign-in/callback?state=s")).toBe(429);
      pages.setTime(new Date("2026-06-15T13:00:10Z"));
      expect(await from("192.0.2.7")).toBe(302);
    });
  });

  it.each(["", "a;b", "s=1", "x".repeat(65), "../s"])("sets no cookie for the state %s", async (state) => {
    const finished = await pages.app.request(`${ORIGIN}/sign-in/callback?code=c&state=${encodeURIComponent(state)}`);
    expect({ status: finished.status, cookie: finished.headers.get("set-cookie") }).toEqual({ status: 400, cookie: null });
  });

  it("refuses the provider's answer after ten minutes", async () => {
    const cookie = cookieOf(await begin("/"));
    pages.setTime(inSeconds(601));
    expect((await finish(cookie, "s")).status).toBe(400);
  });

  it("works in two tabs at once", async () => {
    pages.states.push("first", "second");
    const cookies = [cookieOf(await begin("/decisions")), cookieOf(await begin("/audit"))].join("; ");
    expect((await finish(cookies, "second")).headers.get("location")).toBe("/audit");
    expect((await finish(cookies, "first")).headers.get("location")).toBe("/decisions");
  });

  it("makes the browser forget all earlier sign-ins if six of them are under way", async () => {
    const six = ["a", "b", "c", "d", "e", "f"].map((state) => `__Host-gatehouse-sign-in-${state}=x`).join("; ");
    pages.states.push("g");
    const begun = await pages.app.request(`${ORIGIN}/sign-in`, { headers: { Cookie: six } });
    const set = begun.headers.getSetCookie();
    expect(set.filter((each) => each.includes("Max-Age=0"))).toHaveLength(6);
    expect(set.at(-1)).toMatch(/^__Host-gatehouse-sign-in-g=/);
  });
});

describe("a sign-in refused by Entra", () => {
  const refusal = (error: string, error_description?: string) => Object.assign(new Error("refused"), { error, error_description });
  async function refused(thrown: unknown) {
    const begun = await pages.app.request(`${ORIGIN}/sign-in`);
    pages.refuse(thrown);
    const cookie = begun.headers.get("set-cookie")?.split(";")[0] ?? "";
    const response = await pages.app.request(`${ORIGIN}/sign-in/callback?state=s`, { headers: { Cookie: cookie } });
    return { status: response.status, page: await response.text(), failure: pages.failures.splice(0)[0] };
  }

  it.each([
    {
      error: "access_denied",
      described: "AADSTS50105: kim@contoso.com is not assigned",
      says: "Your account is not assigned",
      aadsts: "AADSTS50105",
    },
    { error: "invalid_client", described: "AADSTS7000222: expired", says: "client secret", aadsts: "AADSTS7000222" },
    { error: "invalid_client", described: undefined, says: "client secret", aadsts: undefined },
    { error: "consent_required", described: "AADSTS65001: no consent", says: "grant consent", aadsts: "AADSTS65001" },
    { error: "invalid_request", described: "AADSTS90002: no tenant", says: "console.tenantId", aadsts: "AADSTS90002" },
    { error: "access_denied", described: "AADSTS53001: no device", says: "Conditional Access", aadsts: "AADSTS53001" },
    { error: "access_denied", described: "AADSTS999999: new", says: "https://login.microsoftonline.com/error", aadsts: "AADSTS999999" },
    { error: "server_error", described: "", says: "Try again in a minute", aadsts: undefined },
  ])("is reported with its code and a remedy: $error $aadsts", async ({ error, described, says, aadsts }) => {
    const { status, page, failure } = await refused(refusal(error, described));
    expect(status).toBe(400);
    expect(page).toContain(says);
    for (const code of [error, aadsts ?? "", failure?.reference ?? "none"]) expect(page).toContain(code);
    expect(failure?.provider).toEqual({ error, ...(aadsts !== undefined && { aadsts }) });
    expect(page).not.toContain("kim@contoso.com");
  });

  it("is reported by its codes only, so that no other text of the answer reaches the page", async () => {
    const { page, failure } = await refused(refusal('<img src="x">', "AADSTS1'><script>"));
    expect(page).not.toMatch(/<img|<script>/);
    expect(failure?.provider).toEqual({});
  });

  it("is reported differently from a failure of the console", async () => {
    const { page, failure } = await refused(new TypeError("fetch failed"));
    expect(page).toContain("Signing in did not work");
    expect(failure?.provider).toBeUndefined();
  });

  it("is recorded in the audit trail once a minute, however often the person tries", async () => {
    const begins = Date.parse("2026-06-15T12:00:00Z");
    const told: (string | undefined)[] = [];
    for (const second of [0, 1, 59, 60]) {
      pages.setTime(new Date(begins + second * 1_000));
      told.push((await refused(new TypeError("fetch failed"))).failure?.reference);
    }
    pages.setTime(new Date());
    const { entries } = await pages.world.audit.page({});
    expect(entries.slice(0, 2).map(({ action, subject }) => [action, subject])).toEqual(
      [told[3], told[0]].map((reference) => ["session.refused", reference]),
    );
  });
});
