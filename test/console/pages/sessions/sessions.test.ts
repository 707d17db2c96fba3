import { ABSOLUTE_SECONDS, epochSeconds } from "../../../../console/session/session";
import { beginSession } from "../../../../console/session/session-rows";
import { ORIGIN, startConsole, type TestConsole } from "../../support";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());
afterEach(() => pages.setTime(new Date()));

/** Signs Kim in. */
async function signIn(): Promise<{ readonly cookie: string; readonly id: string }> {
  const first = ({ headers }: Response) => (headers.getSetCookie().at(-1) ?? "").split(";")[0] ?? "";
  const begun = await pages.app.request(`${ORIGIN}/sign-in`);
  const finished = await pages.app.request(`${ORIGIN}/sign-in/callback?code=c&state=s`, { headers: { Cookie: first(begun) } });
  const { entries } = await pages.world.audit.ofDay(new Date().toISOString().slice(0, 10));
  return { cookie: first(finished), id: entries.find(({ action }) => action === "session.begun")?.subject ?? "none" };
}

const list = async () => await (await pages.get("/sessions", "Administrator")).text();
const status = async (cookie: string) => (await pages.app.request(`${ORIGIN}/audit`, { headers: { Cookie: cookie } })).status;

it("lists who is signed in, and ends one session alone", async () => {
  const [first, second] = [await signIn(), await signIn()];
  expect(await list()).toContain(`value="${first.id}"`);
  expect(await (await pages.get("/sessions?lang=ko", "Administrator")).text()).toMatch(/<td[^>]*>(조회자|승인자|관리자)<\/td>/);
  const response = await pages.post("/sessions/end", "Administrator", { id: first.id });
  expect(response.headers.get("location")).toBe("/sessions?done=ended");
  expect({ first: await status(first.cookie), second: await status(second.cookie) }).toEqual({ first: 302, second: 200 });
  const shown = await list();
  expect({ first: shown.includes(first.id), second: shown.includes(second.id) }).toEqual({ first: false, second: true });
  const { entries } = await pages.world.audit.ofDay(new Date().toISOString().slice(0, 10));
  expect(entries[0]).toMatchObject({
    action: "session.ended",
    by: "oid-Administrator",
    subject: first.id,
    before: { by: "oid-1", name: "Kim" },
  });
});

it("warns where Entra gave no refresh token, and the log says so", async () => {
  const warned = async () => /class="note warn"[^>]*>([^<]*)</.exec(await list())?.[1];
  await signIn();
  expect({ warned: await warned(), logged: pages.withoutRenewal() }).toEqual({ warned: undefined, logged: 0 });
  pages.withholdRenewal();
  const { id } = await signIn();
  expect({ warned: await warned(), logged: pages.withoutRenewal() }).toEqual({
    warned: expect.stringMatching(/^Entra gave 1 of these sessions no refresh token\..*next sign-in.*offline_access/),
    logged: 1,
  });
  expect(await (await pages.get("/sessions?lang=ko", "Administrator")).text()).toContain("세션 1개에 새로 고침 토큰");
  await pages.post("/sessions/end", "Administrator", { id });
  expect(await warned()).toBeUndefined();
});

it.each(["none", "", "console-session/x"])("says that there is no session %s", async (id) => {
  expect((await pages.post("/sessions/end", "Administrator", { id })).status).toBe(409);
});

it("tells none that is over by its age", async () => {
  const { id } = await signIn();
  pages.setTime(new Date(Date.now() + (ABSOLUTE_SECONDS + 1) * 1_000));
  expect(await list()).not.toContain(id);
  expect((await pages.post("/sessions/end", "Administrator", { id })).status).toBe(409);
});

/** A session of somebody, as a sign-in leaves it. */
async function begin(id: string, by: string, at: Date): Promise<void> {
  const entry = { by, name: `Name of ${by}`, action: "session.begun", subject: id };
  await pages.world.audit.audited(entry, at, () => beginSession(pages.world.ledger, { id, issuedAt: epochSeconds(at) }, "sealed"));
}

it("offers nobody the end of their own: that is signing out", async () => {
  await begin("session-Administrator", "oid-Administrator", new Date());
  const shown = await list();
  expect(shown).toContain("This is you");
  expect(shown).not.toContain('value="session-Administrator"');
});

it("shows a page of them at a time, and reads no more of the trail than of those", async () => {
  const now = new Date();
  pages.setTime(new Date(now.getTime() + 9 * 3_600_000));
  const at = (index: number) => new Date(now.getTime() + 3_600_000 * (2 + index / 10));
  const ids = Array.from({ length: 60 }, (_, index) => `many-${index}`);
  for (const [index, id] of ids.entries()) await begin(id, `oid-${index % 2}`, at(index));
  for (const id of ids.slice(40)) await pages.post("/sessions/end", "Administrator", { id });
  const ofDay = vi.spyOn(pages.world.audit, "ofDay");
  const asked = vi.spyOn(pages.world.audit, "page");
  const shown: string[] = [];
  let path: string | undefined = "/sessions";
  const reads: number[] = [];
  while (path !== undefined && reads.length < 5) {
    asked.mockClear();
    const html = await (await pages.get(path, "Administrator")).text();
    reads.push(asked.mock.calls.length);
    shown.push(...[...html.matchAll(/name="id" value="([^"]*)"/g)].flatMap(([, id]) => id ?? []));
    path = /href="([^"]*)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
  }
  // Begun more than eight hours ago: over. Ended: over too.
  expect(shown).toEqual(ids.slice(0, 40).reverse());
  expect({ reads, ofDay: ofDay.mock.calls.length }).toEqual({ reads: [30, 15], ofDay: 0 });
  vi.restoreAllMocks();
  const last = shown.at(-1);
  expect((await pages.post("/sessions/end", "Administrator", { id: String(last) })).headers.get("location")).toBe("/sessions?done=ended");
});

it("lists all who sign in at the same moment", async () => {
  const now = new Date();
  const ids = Array.from({ length: 8 }, (_, index) => `together-${index}`);
  await Promise.all(ids.map((id) => begin(id, "oid-1", now)));
  const shown = await list();
  expect(ids.filter((id) => !shown.includes(`value="${id}"`))).toEqual([]);
});
