import { knownDomains } from "../../../../adapters/tables/look-alikes";
import { startConsole, type TestConsole } from "../../support";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());

const textIn = (html: string) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

it("marks the letters in which a domain differs from the one that it looks like", async () => {
  await pages.put({ entry: "contoso.com", effect: "allow" });
  await knownDomains(pages.database.client, "ledger-test").allowed("contoso.com", { effect: "allow" });
  const html = await (await pages.get("/domains/c0ntoso.com", "Reader")).text();
  expect(html).toContain("c<mark>0</mark>ntoso.com");
  expect(textIn(html)).toMatch(/Looks like contoso\.com/);
  expect(await (await pages.get("/domains/contoso.com", "Reader")).text()).toContain("It looks like no domain that you know.");
});

it("says so where there is no domain", async () => expect((await pages.get("/domains/x", "Reader")).status).toBe(404));
