import { asked, startConsole, type TestConsole } from "../../../console/support";

let pages: TestConsole;
let request: { readonly id: string; readonly reference: string };
const NOW = new Date("2026-11-21T14:30:00.000Z");
const colleague = { id: "oid-dara", name: "Dara Oduya", role: "Approver", email: "dara@contoso.com" };

beforeAll(async () => {
  pages = await startConsole();
  pages.setTime(NOW);
  request = await asked(pages, "kim@contoso.com");
});
afterAll(() => pages.close());

const take = async (subject: string) => {
  const turn = String((await pages.world.tasks.get(subject))?.turn ?? 0);
  await pages.post("/tasks", "Approver", { subject, turn, change: "assign", "form-page": "/" });
};
const task = (subject: string) => pages.world.tasks.get(subject);
/** Sends the form, and reads the page that it leads to. */
async function assign(fields: Record<string, string | string[]>, page = "/domains/one.example") {
  const { headers } = await pages.post("/tasks/assign", "Approver", { "form-page": page, ...fields });
  const location = headers.get("location") ?? "";
  expect(location.startsWith(`${page}?done=assigned.`)).toBe(true);
  return await (await pages.get(location, "Approver")).text();
}
/** Presses Undo on such a page. */
const undo = (html: string) => assign({ undo: /name="undo" value="([^"]*)"/.exec(html)?.[1] ?? "" });

it("a task can be assigned to recently active colleagues who may decide, and the viewer is listed first", async () => {
  await pages.world.colleagues.signedIn(colleague, NOW);
  await pages.world.colleagues.signedIn({ id: "oid-Approver", name: "Myself", role: "Approver" }, NOW);
  await pages.world.colleagues.signedIn({ id: "oid-reader", name: "Only Reads", role: "Reader" }, NOW);
  await pages.world.colleagues.signedIn({ id: "oid-old", name: "Long Gone", role: "Approver" }, new Date("2026-08-01T00:00:00Z"));
  const [approver, reader] = await Promise.all(
    (["Approver", "Reader"] as const).map(async (role) => await (await pages.get(`/approvals/requests/${request.id}`, role)).text()),
  );
  expect(approver).toMatch(/<select name="to"[^>]*><option value="oid-Approver"[^>]*>Me \(Test Approver\)<.*Dara Oduya, Approver/);
  for (const name of ["Myself", "Only Reads", "Long Gone"]) expect(approver).not.toContain(`>${name}`);
  expect(reader).not.toContain('name="to"');
});

it("assigns several tasks, records it, informs the colleague, and keeps what somebody changed meanwhile", async () => {
  await take("domain/one.example");
  await take("domain/two.example");
  const fields = { subject: ["domain/one.example", "domain/two.example", "nothing"], turn: "1 domain/one.example", to: colleague.id };
  const told = vi.spyOn(pages.world, "tellAssigned");
  const page = await assign(fields);
  const { role: _, ...to } = colleague;
  const by = { id: "oid-Approver", name: "Test Approver" };
  expect(told.mock.calls).toEqual([[{ id: "domain/one.example.2", time: NOW.toISOString(), subject: "domain/one.example", to, by }]]);
  told.mockRestore();
  expect(page).toMatch(/Assigned one\.example to Dara Oduya\. Not assigned, changed meanwhile: 1\./);
  expect((await task("domain/one.example"))?.owner).toEqual({ id: colleague.id, name: colleague.name });
  expect((await task("domain/two.example"))?.owner?.id).toBe("oid-Approver");
  expect((await pages.world.tasks.ownedBy(colleague.id)).map(({ subject }) => subject)).toEqual(["domain/one.example"]);
  const { entries } = await pages.world.audit.page({ subject: "domain/one.example" });
  expect(entries[0]).toMatchObject({ action: "tasks.assigned", name: "Test Approver", after: { owner: "Dara Oduya" } });
});

it("undo returns a task to its previous holder or to nobody, unless somebody changed it since", async () => {
  await take("domain/had.example");
  const subject = ["domain/had.example", "domain/free.example", "domain/noted.example"];
  const page = await assign({ subject, turn: "1 domain/had.example", to: colleague.id });
  expect(page).toContain("Assigned had.example and 2 more to Dara Oduya.");
  await pages.post("/tasks", "Administrator", {
    subject: "domain/noted.example",
    turn: "1",
    change: "note",
    note: "Mine",
    "form-page": "/",
  });
  const undone = await undo(page);
  expect(undone).toContain("Assigned as before: 2. Not assigned, changed meanwhile: 1.");
  expect(undone).not.toContain('name="undo"');
  expect((await task("domain/had.example"))?.owner?.id).toBe("oid-Approver");
  expect(await task("domain/free.example")).not.toHaveProperty("owner");
  expect((await task("domain/noted.example"))?.owner?.id).toBe(colleague.id);
  const trail = async (each: string) => (await pages.world.audit.page({ subject: each })).entries.map(({ action }) => action);
  expect(await trail("domain/had.example")).toEqual(["tasks.assigned", "tasks.assigned", "tasks.assigned"]);
  expect(await trail("domain/free.example")).toEqual(["tasks.released", "tasks.assigned"]);
  expect(await undo(page)).toContain("Assigned as before: 0.");
});

it("assigns nothing of more tasks than it takes at once, and says so", async () => {
  const subject = Array.from({ length: 101 }, (_, index) => `domain/many${index}.example`);
  expect(await assign({ subject, to: colleague.id })).toContain("Assign at most 100 tasks at once. Nothing was assigned.");
  expect(await task("domain/many0.example")).toBeUndefined();
});

it("assigns to nobody outside the colleagues, and reports an empty selection", async () => {
  await assign({ subject: "domain/two.example", turn: "1 domain/two.example", to: "oid-stranger" });
  expect((await task("domain/two.example"))?.owner?.id).toBe("oid-Approver");
  expect(await assign({ to: colleague.id })).toContain("Nothing was selected.");
});

it("the page names the assignee and the person; the message to the colleague names only the request's code", async () => {
  const subject = `request/${request.id}`;
  const path = `/approvals/requests/${request.id}`;
  await take(subject);
  const html = await (await pages.get(path, "Approver")).text();
  expect(html).toContain(`name="turn" value="1 ${subject}"`);
  const told = vi.spyOn(pages.world, "tellAssigned");
  expect(await assign({ subject, turn: `1 ${subject}`, to: colleague.id }, path)).toContain("Assigned Kim Lee to Dara Oduya.");
  await assign({ subject: "domain/two.example", turn: "1 domain/two.example", to: "oid-Approver" });
  expect(told.mock.calls).toMatchObject([[{ reference: request.reference, to: { email: "dara@contoso.com" } }]]);
  expect(await task(subject)).toMatchObject({ owner: { id: colleague.id }, personId: expect.any(String) });
});

it("a person who signs in with a role becomes a colleague", async () => {
  const start = await pages.app.request("https://console.example/sign-in");
  const cookie = start.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  await pages.app.request("https://console.example/sign-in/callback?state=s", { headers: { cookie } });
  expect(await pages.world.colleagues.all(NOW)).toContainEqual({ id: "oid-1", name: "Kim", role: "Reader", email: "kim@contoso.com" });
});
