import { startConsole, type TestConsole } from "../../../console/support";

let pages: TestConsole;
beforeEach(async () => {
  pages = await startConsole();
});
afterEach(() => pages.close());

const seen = async (gate = "default") => {
  const html = await (await pages.get(`/posture?gate=${gate}`, "Administrator")).text();
  return (/name="seen" value="([^"]*)"/.exec(html)?.[1] ?? "").replaceAll("&quot;", '"');
};
const send = async (fields: Record<string, string>, role: "Administrator" | "Approver" = "Administrator") =>
  await pages.post("/posture", role, {
    gate: "default",
    state: "closed",
    reason: "bots sign up",
    from: "",
    until: "",
    confirm: "default",
    seen: await seen(),
    ...fields,
  });
const stateNow = async () => (await pages.world.postures.of(["default"])).get("default");
const banner = async (path = "/audit", role: "Reader" | "Administrator" = "Administrator") =>
  /<aside class="note bad".*?<\/aside>/s.exec(await (await pages.get(path, role)).text())?.[0];

it("sets a gate once its name is typed, and every page then says so until it is open again", async () => {
  expect(await banner()).toBeUndefined();
  expect((await send({})).headers.get("location")).toBe("/posture?done=set");
  expect(await stateNow()).toMatchObject({ state: "closed", reason: "bots sign up", by: "oid-Administrator", name: "Test Administrator" });
  for (const path of ["/", "/audit", "/posture"]) expect(await banner(path)).toContain("bots sign up. Set by Test Administrator, until 2");
  expect(await banner()).toContain('href="/posture?gate=default&amp;state=open"');
  expect(await banner("/audit", "Reader")).not.toContain("Open now");
  expect(await (await pages.get("/posture?lang=ko", "Reader")).text()).toContain("닫힘");
  await send({ state: "open", reason: "" });
  expect(await banner()).toBeUndefined();
  const { entries } = await pages.world.audit.page({});
  expect(entries.map(({ action, subject, by }) => `${action} ${subject} ${by}`)).toEqual([
    "posture.changed posture/default oid-Administrator",
    "posture.added posture/default oid-Administrator",
  ]);
});

it("schedules a close", async () => {
  await send({ from: "2099-12-20T08:00", until: "2099-12-21T08:00", reason: "the fair" });
  expect(await stateNow()).toMatchObject({ state: "closed", from: "2099-12-20T08:00:00.000Z", until: "2099-12-21T08:00:00.000Z" });
  expect(await banner()).toBeUndefined();
  expect(await (await pages.get("/posture", "Reader")).text()).toContain("Scheduled: from Closed, 2099-12-20 08:00 UTC until 2099-12-21");
});

it.each<{ given: string; fields: Record<string, string>; says: string }>([
  { given: "nothing typed", fields: { confirm: "" }, says: "That does not match default" },
  { given: "no reason", fields: { reason: " " }, says: "Write why." },
  { given: "an end that is over", fields: { until: "2001-01-01T00:00" }, says: "It would be over already" },
  { given: "an end that is no moment", fields: { until: "soon" }, says: "Write a date and a time." },
  { given: "an open gate with an end", fields: { state: "open", until: "2099-01-01T00:00" }, says: "leave both empty" },
])("changes nothing with $given", async ({ fields, says }) => {
  const response = await send(fields);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(says);
  expect(await stateNow()).toBeUndefined();
});

it("changes nothing that somebody else has set meanwhile", async () => {
  const before = await seen();
  await send({ state: "listed" });
  const late = await send({ state: "closed", seen: before });
  expect(late.status).toBe(409);
  expect(await late.text()).toContain("Somebody else has set this gate");
  expect(await stateNow()).toMatchObject({ state: "listed" });
});

it("shows a row that cannot be read as listed, and leaves it to administrators to mend", async () => {
  await pages.world.postures.replace(undefined, { reference: "posture", id: "default", state: "shut" } as never);
  expect(await banner()).toContain("Listed only");
  const page = await (await pages.get("/posture", "Approver")).text();
  expect(page).toContain("cannot be read");
  expect(page).toContain("Administrators set gates.");
  expect((await send({}, "Approver")).status).toBe(403);
});
