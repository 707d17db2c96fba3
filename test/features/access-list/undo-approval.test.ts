import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";

// An edit to or from approval is taken back whole.

let instance: TestInstance;
beforeAll(async () => {
  instance = await startInstance();
});
afterAll(() => instance.close());
beforeEach(() => instance.clear());

const more = { note: "as agreed", gates: "default", expiresAt: "2099-12-31", owner: "sales" };

it.each([
  { was: [{ entry: "contoso.com", effect: "allow", ...more }], edit: ["approval", "contoso.com"] },
  { was: [{ entry: "contoso.com", effect: "deny", ...more }], edit: ["approval", "contoso.com", "--force"] },
  { was: [{ entry: "contoso.com", effect: "approval", ...more }], edit: ["allow", "contoso.com", "--force"] },
  { was: [{ entry: "contoso.com", effect: "approval", ...more }], edit: ["deny", "contoso.com"] },
  { was: [{ entry: "contoso.com", effect: "approval", ...more }], edit: ["remove", "contoso.com"] },
  { was: [], edit: ["approval", "contoso.com"] },
  // An allow stands under the address as typed, an approval under its base: the allow goes and comes back.
  { was: [{ entry: "kim+x@contoso.com", effect: "allow", ...more }], edit: ["approval", "kim+x@contoso.com"] },
])("list revert brings back $was after $edit", async ({ was, edit }) => {
  for (const row of was) await instance.putRow(row);
  const [word = "", ...rest] = edit;
  const [change] = jsonLines(await gatehouse("list", word, ...rest, "--json", ...instance.local)) as { changeSet: string }[];
  expect(await instance.rows()).not.toEqual(was);
  await gatehouse("list", "revert", String(change?.changeSet), "--yes", ...instance.local);
  expect(await instance.rows()).toEqual(was);
});
