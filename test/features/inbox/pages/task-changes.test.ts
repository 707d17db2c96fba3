import { asked, startConsole, type TestConsole } from "../../../console/support";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());

const NOW = new Date("2026-11-21T14:30:00.000Z");
const PAGE = "/approvals?state=pending";
beforeEach(() => pages.setTime(NOW));

async function change(subject: string, fields: Record<string, string>, role: "Approver" | "Administrator" = "Approver") {
  const turn = String((await pages.world.tasks.get(subject))?.turn ?? 0);
  return await pages.post("/tasks", role, { subject, turn, "form-page": PAGE, ...fields });
}
const task = async (subject: string) => await pages.world.tasks.get(subject);

it("assigns and releases a task, returns to the form's page, and names the actor in the trail", async () => {
  const subject = "domain/one.example";
  const response = await change(subject, { change: "assign" });
  expect([response.status, response.headers.get("location")]).toEqual([303, PAGE]);
  expect((await task(subject))?.owner).toEqual({ id: "oid-Approver", name: "Test Approver" });
  await change(subject, { change: "release" }, "Administrator");
  expect(await task(subject)).not.toHaveProperty("owner");
  const { entries } = await pages.world.audit.page({ subject });
  expect(entries.map(({ action, name, outcome }) => ({ action, name, outcome }))).toEqual([
    { action: "tasks.released", name: "Test Administrator", outcome: "done" },
    { action: "tasks.assigned", name: "Test Approver", outcome: "done" },
  ]);
});

it("reports that a colleague was quicker, and overwrites nothing", async () => {
  const subject = "domain/quick.example";
  await change(subject, { change: "assign" }, "Administrator");
  const response = await change(subject, { change: "assign", turn: "0" });
  expect(response.headers.get("location")).toBe(`${PAGE}&done=task-changed`);
  expect((await task(subject))?.owner?.id).toBe("oid-Administrator");
});

it("adds a note even if somebody changed the task meanwhile", async () => {
  const subject = "domain/noted.example";
  await change(subject, { change: "assign" }, "Administrator");
  await change(subject, { change: "note", turn: "0", note: " @Administrator: one of us? " });
  expect(await task(subject)).toMatchObject({
    owner: { id: "oid-Administrator" },
    notes: [{ text: "@Administrator: one of us?", by: { name: "Test Approver" }, mentions: ["Administrator"] }],
  });
});

it.each([
  { until: "hours", is: "2026-11-21T18:30:00.000Z" },
  // A Saturday, 23:30 in Seoul.
  { until: "tomorrow", is: "2026-11-22T00:00:00.000Z" },
  { until: "week", is: "2026-11-23T00:00:00.000Z" },
])("snoozes a task by the viewer's clock: $until", async ({ until, is }) => {
  const subject = `domain/${until}.example`;
  const headers = { Cookie: `${await pages.cookie("Approver")}; gatehouse-zone=Asia%2FSeoul` };
  await pages.post("/tasks", "Approver", { subject, turn: "0", change: "snooze", until, "form-page": PAGE }, headers);
  expect((await task(subject))?.snoozedUntil).toBe(is);
  await change(subject, { change: "wake" });
  expect(await task(subject)).not.toHaveProperty("snoozedUntil");
});

it.each([
  { zone: "Europe/Berlin", now: "2026-10-24T20:00:00.000Z", is: "2026-10-25T08:00:00.000Z" },
  { zone: "Europe/Berlin", now: "2026-03-28T20:00:00.000Z", is: "2026-03-29T07:00:00.000Z" },
  { zone: "America/New_York", now: "2026-10-31T20:00:00.000Z", is: "2026-11-01T14:00:00.000Z" },
  { zone: "Africa/Cairo", now: "2026-04-23T20:00:00.000Z", is: "2026-04-24T06:00:00.000Z" },
  { zone: "Australia/Lord_Howe", now: "2026-04-04T01:00:00.000Z", is: "2026-04-04T22:30:00.000Z" },
])("snoozes a task until nine o'clock on a day of a clock change: $zone, $now", async ({ zone, now, is }) => {
  pages.setTime(new Date(now));
  const subject = `domain/${now.slice(0, 10)}.example`;
  const headers = { Cookie: `${await pages.cookie("Approver")}; gatehouse-zone=${encodeURIComponent(zone)}` };
  await pages.post("/tasks", "Approver", { subject, turn: "0", change: "snooze", until: "tomorrow", "form-page": PAGE }, headers);
  expect((await task(subject))?.snoozedUntil).toBe(is);
  pages.setTime(NOW);
});

it("marks a task as done, and opens it again", async () => {
  await change("outside/1", { change: "finish" });
  expect((await pages.world.tasks.doneOn("2026-11-21")).map(({ subject }) => subject)).toEqual(["outside/1"]);
  await change("outside/1", { change: "reopen" });
  expect(await pages.world.tasks.doneOn("2026-11-21")).toEqual([]);
});

it("a task about a request or a person keeps the person's hash, by which an erasure finds the task", async () => {
  const { id, personId } = await asked(pages, "kim@contoso.com");
  await change(`request/${id}`, { change: "assign" });
  expect((await task(`request/${id}`))?.personId).toBe(personId);
  await change("person/some-hash", { change: "assign" });
  expect((await task("person/some-hash"))?.personId).toBe("some-hash");
});

it.each([
  ["another change", { change: "constructor" }],
  ["no subject", { change: "assign", subject: "x" }],
  ["an empty note", { change: "note", note: " " }],
  ["a note of 1,001 characters", { change: "note", note: "x".repeat(1_001) }],
])("changes nothing for %s", async (_, fields) => {
  expect((await change("domain/odd.example", fields)).status).toBe(400);
  expect(await task("domain/odd.example")).toBeUndefined();
});

it("shows assignee and notes on the page of a request, but shows a Reader no forms", async () => {
  const { id } = await asked(pages, "lee@contoso.com");
  await change(`request/${id}`, { change: "assign" });
  await change(`request/${id}`, { change: "note", note: "<b>known</b> to Mina" });
  const [approver, reader] = await Promise.all(
    (["Approver", "Reader"] as const).map(
      async (role) => await (await pages.get(`/approvals/requests/${encodeURIComponent(id)}`, role)).text(),
    ),
  );
  for (const html of [approver, reader]) expect(html).toMatch(/Owner[\s\S]*Test Approver[\s\S]*&lt;b&gt;known&lt;\/b&gt; to Mina/);
  expect(approver).toContain('action="/tasks"');
  expect(reader).not.toContain('action="/tasks"');
});
