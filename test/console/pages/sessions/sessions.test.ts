import { ABSOLUTE_SECONDS } from "../../../../console/session/session";
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

it("offers nobody the end of their own: that is signing out", async () => {
  await pages.world.audit.audited(
    { by: "oid-Administrator", name: "Test Administrator", action: "session.begun", subject: "session-Administrator" },
    new Date(),
    async () => {
      await pages.world.ledger.add({ id: { S: "console-session/session-Administrator" } });
      return true;
    },
  );
  const shown = await list();
  expect(shown).toContain("This is you");
  expect(shown).not.toContain('value="session-Administrator"');
});
