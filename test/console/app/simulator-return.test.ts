import { startConsole, type TestConsole } from "../support";

const SIMULATOR = "http://127.0.0.1:7073";
let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());
beforeEach(() => void Object.assign(pages.world, { simulatorUrl: SIMULATOR }));

const cookieIn = (response: Response) =>
  response.headers.getSetCookie().find((each) => each.startsWith("__Host-gatehouse-return") || each.startsWith("gatehouse-return"));
/** Where the way back leads that somebody gets who opens a page with this parameter. */
async function backFrom(asked: string): Promise<string | null> {
  const opened = await pages.get(`/access-list?simulator=${encodeURIComponent(asked)}`, "Reader");
  const [kept = ""] = cookieIn(opened)?.split(";") ?? [];
  const headers = { Cookie: `${await pages.cookie("Reader")}; ${kept}` };
  return (await pages.app.request("https://console.example/simulator", { headers })).headers.get("location");
}

describe("the link back to the simulator", () => {
  it.each([
    ["/?lang=en&card=denied", `${SIMULATOR}/?lang=en&card=denied`],
    ["//evil.example/x", `${SIMULATOR}/`],
    ["/..//evil.example", `${SIMULATOR}/`],
    ["/\\evil.example", `${SIMULATOR}/`],
    ["https://evil.example/", `${SIMULATOR}/`],
    ["@evil.example", `${SIMULATOR}/`],
    [".evil.example", `${SIMULATOR}/`],
    ["javascript:alert(1)", `${SIMULATOR}/`],
    ["/\r\nLocation: https://evil.example", `${SIMULATOR}/Location:%20https://evil.example`],
  ])("leads from %j to %s, and never to another server", async (asked, location) => {
    expect(await backFrom(asked)).toBe(location);
  });

  it("is shown on each page until it is followed", async () => {
    const opened = await pages.get("/access-list?simulator=/", "Reader");
    const [kept = ""] = cookieIn(opened)?.split(";") ?? [];
    expect(await opened.text()).toContain('<a href="/simulator">');
    const headers = { Cookie: `${await pages.cookie("Reader")}; ${kept}` };
    expect(await (await pages.app.request("https://console.example/decisions", { headers })).text()).toContain('<a href="/simulator">');
    const taken = await pages.app.request("https://console.example/simulator", { headers });
    expect(cookieIn(taken)).toContain("Max-Age=0");
    expect(await (await pages.get("/decisions", "Reader")).text()).not.toContain('<a href="/simulator">');
  });

  it("disappears if a page is opened directly", async () => {
    const [kept = ""] = cookieIn(await pages.get("/access-list?simulator=/", "Reader"))?.split(";") ?? [];
    const headers = { Cookie: `${await pages.cookie("Reader")}; ${kept}`, "Sec-Fetch-Site": "none" };
    const opened = await pages.app.request("https://console.example/decisions", { headers });
    expect(cookieIn(opened)).toContain("Max-Age=0");
    expect(await opened.text()).not.toContain('<a href="/simulator">');
  });

  it.each([
    { to: "/access-list/new?entry=x.example&simulator=/", simulatorUrl: SIMULATOR, hint: "administrator" },
    { to: "/access-list/new?entry=x.example", simulatorUrl: SIMULATOR, hint: undefined },
    { to: "/access-list/new?entry=x.example&simulator=/", simulatorUrl: undefined, hint: undefined },
  ])("determines which account sign-in suggests: page $to, simulator $simulatorUrl, account $hint", async ({ to, simulatorUrl, hint }) => {
    Object.assign(pages.world, { simulatorUrl });
    const begun = await pages.app.request(`https://console.example/sign-in?to=${encodeURIComponent(to)}`);
    expect(new URL(begun.headers.get("location") ?? "").searchParams.get("login_hint") ?? undefined).toBe(hint);
  });

  it("is missing if there is no simulator", async () => {
    Object.assign(pages.world, { simulatorUrl: undefined });
    const opened = await pages.get("/access-list?simulator=/", "Reader");
    expect(cookieIn(opened)).toBeUndefined();
    expect(await opened.text()).not.toContain('<a href="/simulator">');
    const headers = { Cookie: `${await pages.cookie("Reader")}; gatehouse-return=/x` };
    expect((await pages.app.request("https://console.example/simulator", { headers })).headers.get("location")).toBe("/");
  });
});
