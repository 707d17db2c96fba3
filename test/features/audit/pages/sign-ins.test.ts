import { ABSOLUTE_SECONDS } from "../../../../console/session/session";
import { ORIGIN, startConsole, type TestConsole } from "../../../console/support";
import { startClock } from "../../../support/fake-timers";

let pages: TestConsole;
beforeAll(async () => {
  startClock();
  pages = await startConsole();
});
afterAll(() => pages.close());
afterEach(() => pages.setTime(new Date()));

/** Signs Kim in. */
async function signIn(): Promise<{ readonly cookie: string; readonly id: string }> {
  const first = ({ headers }: Response) => (headers.getSetCookie().at(-1) ?? "").split(";")[0] ?? "";
  const begun = await pages.app.request(`${ORIGIN}/sign-in`);
  const finished = await pages.app.request(`${ORIGIN}/sign-in/callback?code=c&state=s`, { headers: { Cookie: first(begun) } });
  const { entries } = await pages.world.audit.page({});
  return { cookie: first(finished), id: entries.find(({ action }) => action === "session.begun")?.subject ?? "none" };
}

const list = async () => await (await pages.get("/audit?view=sign-ins", "Administrator")).text();
const status = async (cookie: string) => (await pages.app.request(`${ORIGIN}/audit`, { headers: { Cookie: cookie } })).status;

it("the sign-ins page lists the active sessions, and ends only the selected one", async () => {
  const [first, second] = [await signIn(), await signIn()];
  expect(await list()).toContain(`value="${first.id}"`);
  expect((await list()).replaceAll(/<[^>]*>/g, "")).toContain("Kim signed in as Reader");
  expect(await (await pages.get("/audit?view=sign-ins", "Reader")).text()).not.toContain("End session");
  const response = await pages.post("/sessions/end", "Administrator", { id: first.id });
  expect(response.headers.get("location")).toBe("/audit?view=sign-ins");
  expect({ first: await status(first.cookie), second: await status(second.cookie) }).toEqual({ first: 302, second: 200 });
  const shown = await list();
  expect({ first: shown.includes(`value="${first.id}"`), second: shown.includes(`value="${second.id}"`) }).toEqual({
    first: false,
    second: true,
  });
  const { entries } = await pages.world.audit.page({});
  expect(entries[0]).toMatchObject({
    action: "session.ended",
    by: "oid-Administrator",
    subject: first.id,
    before: { by: "oid-1", name: "Kim" },
  });
});

it("a sign-in without a refresh token from Entra is logged", async () => {
  pages.withholdRenewal();
  await signIn();
  expect(pages.withoutRenewal()).toBe(1);
});

it.each(["none", "", "console-session/x"])("the sign-ins page refuses to end a session that does not exist: %s", async (id) => {
  expect((await pages.post("/sessions/end", "Administrator", { id })).status).toBe(409);
});

it("the sign-ins page has no button to end an expired session or the visitor's own", async () => {
  const { id } = await signIn();
  pages.setTime(new Date(Date.now() + (ABSOLUTE_SECONDS + 1) * 1_000));
  expect(await list()).not.toContain(`value="${id}"`);
  pages.setTime(new Date());
  const { cookie, id: own } = await signIn();
  const html = await (await pages.app.request(`${ORIGIN}/audit?view=sign-ins`, { headers: { Cookie: cookie } })).text();
  expect(html).not.toContain(`value="${own}"`);
});
