import { consoleRoutes } from "../../../console/features";
import { hasAccess, homes, type Role, roles } from "../../../console/session/roles";
import { startConsole, type TestConsole } from "../support";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());

/** Paths with parameters filled in. */
const pathOf = (path: string) => path.replace(/:\w+/g, "none");

const rows = consoleRoutes.flatMap((route) => roles.map((role) => ({ ...route, role })));

describe("every route of the table", () => {
  it.each(consoleRoutes)("$method $path answers only with a sign-in if there is no session", async ({ method, path }) => {
    const response = await pages.app.request(`https://console.example${pathOf(path)}`, { method });
    expect(response.status).toBe(method === "GET" ? 302 : 401);
    if (method === "GET") expect(response.headers.get("location")).toBe(`/sign-in?to=${encodeURIComponent(pathOf(path))}`);
  });

  it.each(consoleRoutes)("$method $path shows a notice to an account without a role", async ({ method, path }) => {
    const headers = { Cookie: await pages.cookie(undefined) };
    const response = await pages.app.request(`https://console.example${pathOf(path)}`, { method, headers });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("You have no role here");
  });

  it.each(rows)("$method $path as $role: $access is needed", async ({ method, path, access, role }) => {
    const call = method === "GET" ? pages.get(pathOf(path), role as Role) : pages.post(pathOf(path), role as Role, {});
    const response = await call;
    const said = await response.text();
    const home = Object.entries(homes).find(([each]) => each === role)?.[1] ?? "none";
    const isSentOn = response.status === 302 && (response.headers.get("location") ?? "").startsWith(home);
    const refused = (response.status === 403 && said.includes("Your role does not allow this")) || isSentOn;
    expect(refused).toBe(!hasAccess({ role }, access));
    expect(pages.failures).toEqual([]);
  });
});

describe("a signed-in person without access", () => {
  const offered = async (response: Response) => /href="(\/sign-in\?[^"]*)"[^>]*>Sign in as somebody else/.exec(await response.text())?.[1];

  it.each<{ what: string; answer: () => Promise<Response>; to: string }>([
    {
      what: "without a role",
      answer: async () => await pages.get("/audit?entry=x", undefined, { Cookie: await pages.cookie(undefined) }),
      to: "/audit?entry=x",
    },
    { what: "whose role does not allow the page", answer: () => pages.get("/access-list/import", "Reader"), to: "/access-list/import" },
    { what: "whose role does not allow the form", answer: () => pages.post("/access-list/add", "Reader", {}), to: "/" },
    { what: "a partner without a proven domain", answer: () => pages.get("/partner", "Partner"), to: "/partner" },
  ])("can choose another account: $what", async ({ answer, to }) => {
    const path = (await offered(await answer()))?.replaceAll("&amp;", "&") ?? "none";
    expect(path).toBe(`/sign-in?${new URLSearchParams({ as: "another", to })}`);
    const leads = await pages.app.request(`https://console.example${path}`);
    expect(leads.headers.get("location")).toContain("prompt=select_account");
  });

  it("sees their name, their role, and the role that the page needs", async () =>
    expect(await (await pages.get("/access-list/import", "Reader")).text()).toContain(
      "You are signed in as Test Reader, with the role Reader. This needs the role Administrator.",
    ));
});

describe("the console", () => {
  it.each([
    { what: "an unknown path", method: "GET", path: "/nothing", status: 404 },
    { what: "a known path by another method", method: "DELETE", path: "/access-list", status: 405 },
    { what: "a form's path by GET", method: "GET", path: "/sign-out", status: 405 },
    { what: "signing out", method: "GET", path: "/signed-out", status: 200 },
  ])("answers $status to $what", async ({ method, path, status }) => {
    expect((await pages.app.request(`https://console.example${path}`, { method })).status).toBe(status);
  });

  it('shows the menu on a "not found" page only to a signed-in account', async () => {
    const menu = 'aria-label="Main"';
    expect(await (await pages.get("/nothing", "Reader")).text()).toContain(menu);
    expect(await (await pages.app.request("https://console.example/nothing")).text()).not.toContain(menu);
  });

  it("answers 413 to a body of more than 4 MB", async () => {
    const response = await pages.post("/access-list/import", "Administrator", { text: "x".repeat(5_000_000) });
    expect(response.status).toBe(413);
    expect(await response.text()).toContain("That is too much at once");
  });

  it("redirects to no other site from a path that resembles one", async () => {
    const html = await (await pages.get("//evil.example/x", "Reader")).text();
    expect(html.match(/href="\/\/[^"]*"/g)).toBeNull();
  });

  it.each([
    "/?done=constructor",
    "/access-list?done=constructor",
    "/profiles?done=toString",
    "/reference-data/list?list=x&done=constructor",
  ])("shows no success note if the address names an unknown action: %s", async (path) =>
    expect(await (await pages.get(path, "Reader")).text()).not.toContain('class="note good"'),
  );

  it.each([
    { path: "/decisions?verdict=maybe&utm_source=x", says: "verdict=maybe, utm_source" },
    { path: "/access-list?ends=soon", says: "ends=soon" },
    { path: "/access-list?problem=yes&<b>=1", says: "problem=yes, &lt;b&gt;" },
    { path: "/approvals?state=gone&gate=nowhere", says: "state=gone, gate=nowhere" },
    { path: "/approvals?view=theirs", says: "view=theirs" },
    { path: "/?constructor=1", says: "constructor" },
    { path: "/audit?action=list&ends=&lang=en&done=added&after=x", says: undefined },
  ])("names the unknown filters of $path: $says", async ({ path, says }) => {
    const html = await (await pages.get(path, "Reader")).text();
    expect(/this page does not know. They were ignored: ([^<]*)</.exec(html)?.[1]).toBe(says);
  });

  it.each([
    { asked: "/?lang=ko", header: "en", language: "ko" },
    { asked: "/", header: "ko-KR,ko;q=0.9,en;q=0.8", language: "ko" },
    { asked: "/", header: "fr", language: "en" },
  ])("uses $language if the address is $asked and the browser's languages are $header", async ({ asked, header, language }) => {
    const said = await (await pages.get(asked, "Reader", { "Accept-Language": header })).text();
    expect(said).toContain(`<html lang="${language}">`);
  });
});
