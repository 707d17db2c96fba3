import { startConsole, type TestConsole } from "../../support";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());

const shown = async (language = "en") => await (await pages.get("/", "Reader", { "Accept-Language": language })).text();

it("says nothing of Entra's log where nobody has looked", async () => expect(await shown()).not.toContain("What Entra saw"));

it("tells what Entra saw when somebody last looked, the most first", async () => {
  const times = { at: "2026-11-20T10:00:00.000Z", since: "2026-11-13T10:00:00.000Z", until: "2026-11-20T09:30:00.000Z" };
  await pages.put({ id: "entra-log", ...times, outcomes: { "timed out": 2, finished: 35, "<b>new</b>": 1 }, expires: 1 }, "ledger");
  const html = await shown();
  expect(html).toMatch(
    /What Entra saw[\s\S]*2026-11-13 10:00:00 UTC[\s\S]*Finished[\s\S]*35[\s\S]*Timed out[\s\S]*2[\s\S]*2026-11-20 10:00:00 UTC/,
  );
  expect(html).not.toContain("<b>new</b>");
  expect(await shown("ko")).toMatch(/Entra가 본 가입[\s\S]*시간 초과/);
});
