import { ABSOLUTE_SECONDS, epochSeconds, IDLE_SECONDS, seals } from "../../../console/session/session";
import { ORIGIN, PROVIDER, SECRET, startConsole, type TestConsole } from "../support";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());
afterEach(() => pages.setTime(new Date()));

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000);
const status = async (cookie: string) => (await pages.app.request(`${ORIGIN}/audit`, { headers: { Cookie: cookie } })).status;

describe("a session's cookie", () => {
  it("opens the pages", async () => expect(await status(await pages.cookie("Reader"))).toBe(200));

  it.each([
    { given: "is cut off", forge: (cookie: string) => cookie.slice(0, -4) },
    { given: "has one letter changed", forge: (cookie: string) => cookie.replace(/.(?=.{9}$)/, (each) => (each === "A" ? "B" : "A")) },
    { given: "is no token", forge: () => "__Host-gatehouse=Administrator" },
    { given: "claims no encryption", forge: () => `__Host-gatehouse=${btoa('{"alg":"none"}')}.${btoa('{"role":"Administrator"}')}.` },
    { given: "goes by the name used over http", forge: (cookie: string) => cookie.replace("__Host-", "") },
  ])("opens nothing if it $given", async ({ forge }) => expect(await status(forge(await pages.cookie("Administrator")))).toBe(302));

  it("opens nothing if another key sealed it", async () => {
    const at = epochSeconds(new Date());
    const token = await seals("another key").sealSession({
      id: "i",
      subject: "s",
      name: "n",
      role: "Administrator",
      issuedAt: at,
      seenAt: at,
    });
    expect(await status(`__Host-gatehouse=${token}`)).toBe(302);
  });

  it("opens nothing if it was sealed for signing in", async () => {
    const token = await seals(SECRET).sealSignIn({ state: "s", nonce: "n", verifier: "v", returnTo: "/" }, new Date());
    expect(await status(`__Host-gatehouse=${token}`)).toBe(302);
  });

  it.each([
    { when: "idle just short of 30 minutes", seconds: IDLE_SECONDS - 5, answer: 200 },
    { when: "idle for 30 minutes", seconds: IDLE_SECONDS + 5, answer: 302 },
  ])("answers $answer $when", async ({ seconds, answer }) => {
    const cookie = await pages.cookie("Reader");
    pages.setTime(inSeconds(seconds));
    expect(await status(cookie)).toBe(answer);
  });

  it("ends after eight hours however busy it is", async () => {
    const at = epochSeconds(new Date());
    const cookie = await pages.cookie("Reader", { issuedAt: at - ABSOLUTE_SECONDS + 60 });
    expect(await status(cookie)).toBe(200);
    pages.setTime(inSeconds(61));
    expect(await status(cookie)).toBe(302);
  });

  it("is renewed by use, but not by a page that reads itself again", async () => {
    const cookie = await pages.cookie("Reader");
    pages.setTime(inSeconds(120));
    const ask = (headers: Record<string, string>) => pages.app.request(`${ORIGIN}/`, { headers: { Cookie: cookie, ...headers } });
    expect((await ask({})).headers.get("set-cookie")).toContain("__Host-gatehouse=");
    expect((await ask({ "X-Gatehouse-Live": "1" })).headers.get("set-cookie")).toBeNull();
  });

  it("opens nothing after signing out, wherever it was copied to", async () => {
    const copied = await pages.cookie("Reader");
    const another = await pages.cookie("Reader", { id: "another sign-in of the same person" });
    const response = await pages.post("/sign-out", "Reader", {});
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(`${PROVIDER}/logout`);
    expect(response.headers.get("set-cookie")).toMatch(/__Host-gatehouse=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax/);
    expect({ copied: await status(copied), another: await status(another) }).toEqual({ copied: 302, another: 200 });
    const kept = await pages.world.ledger.get({ id: "console-session/session-Reader" });
    expect(Number(kept?.expires?.N)).toBeGreaterThan(epochSeconds(new Date()) + ABSOLUTE_SECONDS - 60);
  });
});

describe("DynamoDB failing", () => {
  it("takes the cookie from the browser that signs out all the same, and says that not all was done", async () => {
    const spy = jest.spyOn(pages.world.ledger, "add").mockRejectedValueOnce(new Error("down"));
    const response = await pages.post("/sign-out", "Approver", {});
    spy.mockRestore();
    expect({ status: response.status, failures: pages.failures.splice(0).length }).toEqual({ status: 503, failures: 1 });
    expect(response.headers.get("set-cookie")).toContain("__Host-gatehouse=; Max-Age=0");
  });

  it("opens nothing while nobody can tell whether the session has ended", async () => {
    const spy = jest.spyOn(pages.world.ledger, "get").mockRejectedValueOnce(new Error("down"));
    expect(await status(await pages.cookie("Reader"))).toBe(503);
    spy.mockRestore();
    pages.failures.splice(0);
  });
});

describe("signing in", () => {
  const begin = async (to: string) => await pages.app.request(`${ORIGIN}/sign-in?to=${encodeURIComponent(to)}`);
  const cookieOf = (response: Response) => (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const finish = (cookie: string, state: string) =>
    pages.app.request(`${ORIGIN}/sign-in/callback?code=c&state=${state}`, { headers: { Cookie: cookie } });

  it("leads to the provider and back to the page that was asked for", async () => {
    const begun = await begin("/decisions?email=kim");
    expect(begun.headers.get("location")).toContain(encodeURIComponent(`${ORIGIN}/sign-in/callback`));
    expect(begun.headers.get("set-cookie")).toMatch(/^__Host-gatehouse-sign-in=.*; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax/);
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

  it("refuses an answer to another request, and one that nobody asked for", async () => {
    expect((await finish(cookieOf(await begin("/")), "another")).status).toBe(400);
    expect((await finish("", "s")).status).toBe(400);
  });

  it.each(["s", "another"])("uses what it remembered once, with the state %s", async (state) => {
    const finished = await finish(cookieOf(await begin("/")), state);
    expect(finished.headers.get("set-cookie")).toContain("__Host-gatehouse-sign-in=; Max-Age=0");
  });

  it("refuses an answer after ten minutes", async () => {
    const cookie = cookieOf(await begin("/"));
    pages.setTime(inSeconds(601));
    expect((await finish(cookie, "s")).status).toBe(400);
  });
});
