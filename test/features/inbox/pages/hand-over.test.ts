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

const assign = async (subject: string) => {
  const turn = String((await pages.world.tasks.get(subject))?.turn ?? 0);
  await pages.post("/tasks", "Approver", { subject, turn, change: "assign", "form-page": "/" });
};
const shown = async (path = "/hand-over") => await (await pages.get(path, "Approver")).text();

it("asks nobody where nothing is selected", async () => expect(await shown()).toContain("No request is selected."));

it("goes to colleagues who may decide and were there of late", async () => {
  await pages.world.colleagues.signedIn(colleague, NOW);
  await pages.world.colleagues.signedIn({ id: "oid-Approver", name: "Myself", role: "Approver" }, NOW);
  await pages.world.colleagues.signedIn({ id: "oid-reader", name: "Only Reads", role: "Reader" }, NOW);
  await pages.world.colleagues.signedIn({ id: "oid-old", name: "Long Gone", role: "Approver" }, new Date("2026-08-01T00:00:00Z"));
  const page = await shown("/hand-over?subject=domain/one.example");
  expect(page).toContain("Dara Oduya, Approver");
  for (const name of ["Myself", "Only Reads", "Long Gone"]) expect(page).not.toContain(`>${name}`);
});

it("assigns what is ticked, and tells the trail and the colleague; what a colleague changed meanwhile stays theirs", async () => {
  await assign("domain/one.example");
  await assign("domain/two.example");
  const fields = { subject: ["1 domain/one.example", "0 domain/two.example", "nothing"], to: colleague.id };
  const told = vi.spyOn(pages.world, "tellAssigned");
  const { headers } = await pages.post("/hand-over", "Approver", fields);
  const { role: _, ...to } = colleague;
  const by = { id: "oid-Approver", name: "Test Approver" };
  expect(told.mock.calls).toEqual([[{ id: "domain/one.example.2", time: NOW.toISOString(), subject: "domain/one.example", to, by }]]);
  told.mockRestore();
  expect(headers.get("location")).toBe("/hand-over?handed=1&lost=2");
  expect(await shown(headers.get("location") ?? "")).toContain("1 item assigned.");
  expect(await pages.world.tasks.get("domain/one.example")).toMatchObject({
    owner: { id: colleague.id, name: colleague.name },
  });
  expect((await pages.world.tasks.get("domain/two.example"))?.owner?.id).toBe("oid-Approver");
  expect((await pages.world.tasks.ownedBy(colleague.id)).map(({ subject }) => subject)).toEqual(["domain/one.example"]);
  const { entries } = await pages.world.audit.page({ subject: "domain/one.example" });
  expect(entries[0]).toMatchObject({ action: "tasks.assigned", name: "Test Approver", after: { owner: "Dara Oduya" } });
});

it("hands over to nobody who is not a colleague", async () => {
  const { headers } = await pages.post("/hand-over", "Approver", { subject: "1 domain/two.example", to: "oid-stranger" });
  expect(headers.get("location")).toBe("/hand-over?handed=0&lost=1");
});

it("takes the one thing that the address names, by its person", async () => {
  await assign(`request/${request.id}`);
  const link = /href="(\/hand-over\?[^"]*)"/.exec(await shown(`/approvals/requests/${request.id}`))?.[1]?.replaceAll("&amp;", "&") ?? "";
  const page = await shown(link);
  expect(page).toContain(`Kim Lee, kim@contoso.com (${request.reference})`);
  expect(page).toContain(`name="back" value="/approvals/requests/${request.id}"`);
  expect(page).not.toContain("two.example");
  const told = vi.spyOn(pages.world, "tellAssigned");
  const back = `/approvals/requests/${request.id}`;
  const { headers } = await pages.post("/hand-over", "Approver", { subject: `1 request/${request.id}`, to: colleague.id, back });
  expect(await shown(headers.get("location") ?? "")).toContain("Assigned to Dara Oduya.");
  await pages.post("/hand-over", "Approver", { subject: "1 domain/two.example", to: "oid-Approver" });
  expect(told.mock.calls).toMatchObject([[{ reference: request.reference, to: { email: "dara@contoso.com" } }]]);
  expect(await pages.world.tasks.get(`request/${request.id}`)).toMatchObject({ owner: { id: colleague.id }, personId: expect.any(String) });
});

it("whoever signs in with a role becomes a colleague", async () => {
  const start = await pages.app.request("https://console.example/sign-in");
  const cookie = start.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  await pages.app.request("https://console.example/sign-in/callback?state=s", { headers: { cookie } });
  expect(await pages.world.colleagues.all(NOW)).toContainEqual({ id: "oid-1", name: "Kim", role: "Reader", email: "kim@contoso.com" });
});
