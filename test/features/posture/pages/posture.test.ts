import { writeAlone } from "../../../../adapters/tables/table";
import { record, startConsole, type TestConsole } from "../../../console/support";
import { startClock } from "../../../support/fake-timers";

let pages: TestConsole;
beforeEach(async () => {
  startClock();
  pages = await startConsole();
});
afterEach(() => pages.close());

const seen = async (gate = "default") => {
  const html = await (await pages.get("/posture", "Administrator")).text();
  const form = html.slice(html.indexOf(`name="gate" value="${gate}"`));
  return (/name="seen" value="([^"]*)"/.exec(form)?.[1] ?? "").replaceAll("&quot;", '"');
};
const send = async (fields: Record<string, string>, role: "Administrator" | "Approver" = "Administrator", path = "/posture") =>
  await pages.post(path, role, {
    ...{ gate: "default", state: "closed", reason: "bots sign up", for: "2h", until: "", closing: "close the gate" },
    ...{ seen: await seen(), "form-page": "/audit?view=all" },
    ...fields,
  });
const act = (verb: "undo" | "extend") => send({}, "Administrator", `/posture/${verb}`);
const stateNow = async () => (await pages.world.postures.of(["default"])).get("default");
const onPage = async (path: string, role: "Reader" | "Administrator") => await (await pages.get(path, role)).text();
const banner = async (path = "/audit", role: "Reader" | "Administrator" = "Administrator") =>
  /<aside class="note gates".*?<\/aside>/s.exec(await onPage(path, role))?.[0];
const menu = async (path = "/audit", role: "Reader" | "Administrator" = "Administrator") =>
  /<details class="menu gate".*?<\/details>/s.exec(await onPage(path, role))?.[0] ?? "";
const hoursLeft = async (now: number) => Math.round((Date.parse(String((await stateNow())?.until)) - now) / 3_600_000);

it("shows the gate's state in the top bar of every page, and preselects nothing", async () => {
  expect(await menu()).toContain('aria-label="Gate: Open"');
  expect(await menu()).not.toContain("checked");
  expect(await menu("/", "Reader")).not.toContain("<form");
  expect(await menu("/", "Reader")).toContain("Administrators set gates.");
  await send({ state: "approval" });
  expect(await menu("/decisions")).toContain('aria-label="Gate: Approval"');
  expect(await menu("/decisions")).not.toContain("checked");
});

it("a page reads the gate's row once, at the same time as its own rows", async () => {
  const gateRead = vi.spyOn(pages.world.postures, "of");
  const pageRead = vi.spyOn(pages.world.decisions, "page").mockImplementation(async () => {
    expect(gateRead).toHaveBeenCalledOnce();
    return { items: [], searched: 0 };
  });
  expect((await pages.get("/decisions", "Reader")).status).toBe(200);
  expect(pageRead).toHaveBeenCalled();
  expect(gateRead).toHaveBeenCalledOnce();
});

it("reads no gate for the menu's counts", async () => {
  const gateRead = vi.spyOn(pages.world.postures, "of");
  expect((await pages.get("/counts", "Reader")).status).toBe(200);
  expect(gateRead).not.toHaveBeenCalled();
});

it("a page fails if the gate that it shows cannot be read; a redirect does not fail", async () => {
  vi.spyOn(pages.world.postures, "of").mockRejectedValue(new Error("throttled"));
  expect((await pages.get("/decisions?q=K7QD-9MXD", "Reader")).status).toBe(303);
  expect((await pages.get("/decisions", "Reader")).status).toBe(503);
});

it("closes a gate once the word is typed; every page shows the closed state until it is undone", async () => {
  pages.setTime(new Date("2026-11-30T23:10:00Z"));
  expect(await banner()).toBeUndefined();
  expect((await send({})).headers.get("location")).toBe("/audit?view=all");
  expect(await stateNow()).toMatchObject({ state: "closed", reason: "bots sign up", by: "oid-Administrator", name: "Test Administrator" });
  for (const path of ["/", "/audit", "/posture"])
    expect(await banner(path)).toContain("bots sign up. Set by Test Administrator, until 1 Dec 01:10.");
  expect(await banner("/audit", "Reader")).not.toContain("Back to");
  expect(await onPage("/posture?lang=ko", "Reader")).toContain("닫힘");
  const undone = (await act("undo")).headers.get("location") ?? "";
  expect(await stateNow()).toMatchObject({ state: "open" });
  expect(await banner()).toBeUndefined();
  // Said once, on the page to which they come back.
  expect(await onPage(undone, "Administrator")).toContain("The gate is open.");
  expect(await onPage("/audit", "Administrator")).not.toContain("The gate is open.");
  const { entries } = await pages.world.audit.page({});
  expect(entries.map(({ action, subject, by }) => `${action} ${subject} ${by}`)).toEqual([
    "posture.changed posture/default oid-Administrator",
    "posture.added posture/default oid-Administrator",
  ]);
  const rows = (await onPage("/audit", "Reader")).split("<tr").slice(2);
  const texts = rows.map((row) => row.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " "));
  expect(texts[1]).toMatch(/ Default : Closed, until: \d+ [A-Z][a-z]{2} \d\d:\d\d, reason: bots sign up /);
  expect(texts.join("")).not.toMatch(/posture|revision|oid-Administrator:/);
});

it("preselects the state and focuses the reason if a link names a state", async () => {
  const shown = async (path: string) => await (await pages.get(path, "Administrator")).text();
  const closing = await shown("/posture?state=closed");
  expect(closing).toMatch(/value="closed"[^>]* checked/);
  expect(closing).toMatch(/<input id="reason-0"[^>]* autofocus/);
  expect(await shown("/posture")).not.toMatch(/ (checked|autofocus)/);
});

it("an undo restores the gate's previous state, even if that is not open", async () => {
  await send({ state: "listed", reason: "audit", closing: "" });
  const { until } = (await stateNow()) ?? {};
  await send({});
  await act("undo");
  expect(await stateNow()).toMatchObject({ state: "listed", reason: "audit", until });
  // How long it was set otherwise says nothing of now.
  expect((await onPage("/audit", "Reader")).replaceAll(/<[^>]*>/g, "")).toMatch(
    /Listed only → Closed, (until: [^→,]*, )?reason: bots sign up/,
  );
});

it("an undo restores the previous state in one step, even if the current state was extended", async () => {
  await send({ state: "listed", reason: "audit", closing: "" });
  const { until } = (await stateNow()) ?? {};
  expect(await banner()).toContain("Back to Open");
  await send({ state: "approval", closing: "" });
  for (const _ of [1, 2]) await act("extend");
  const done = await (await pages.get("/?view=done", "Administrator")).text();
  expect(done.match(/set the gate to Approval/g)).toHaveLength(1);
  expect(await banner()).toContain("Back to Listed only");
  expect(await banner()).not.toContain("Undo");
  await act("undo");
  expect(await stateNow()).toMatchObject({ state: "listed", reason: "audit", until });
  await act("extend");
  expect(await banner()).toContain("Back to Open");
  await act("undo");
  expect(await stateNow()).toMatchObject({ state: "open" });
});

it("lists changes of gates among the work of today", async () => {
  await send({ state: "listed", closing: "" });
  await act("undo");
  const done = async (role: "Reader" | "Administrator") =>
    (await onPage("/?view=done", role)).replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  expect(await done("Reader")).toMatch(
    /Test Administrator set the gate to Open [\d:]+ Test Administrator set the gate to Listed only until /,
  );
  // How it is set now can be taken back, also that it was opened: it goes back to what has not ended.
  expect(await done("Administrator")).toMatch(
    /You set the gate to Open [\d:]+ Undo You set the gate to Listed only until \S+ \S+ \S+ [\d:]+ Times/,
  );
  await act("undo");
  expect(await stateNow()).toMatchObject({ state: "listed" });
  expect(await done("Administrator")).toMatch(/You set the gate to Listed only until \S+ \S+ \S+ [\d:]+ Undo You/);
});

it("lists a gate's new state under Changes, even if it equals the previous state, which has ended", async () => {
  const row = { reference: "posture", id: "default", by: "x", since: "2026-01-01T00:00:00.000Z", revision: 7 } as const;
  await writeAlone(
    pages.world.postures.replacing(undefined, { ...row, state: "listed", reason: "a fair", until: "2026-01-02T00:00:00.000Z" }),
  );
  await send({ state: "listed", closing: "" });
  expect((await onPage("/audit", "Reader")).replaceAll(/<[^>]*>/g, "")).toMatch(/: Listed only, until: [^→,]*, reason: bots sign up/);
});

it("an undo is refused if the trail does not contain the gate's current state", async () => {
  const row = { reference: "posture", id: "default", state: "closed", by: "x", since: "2026-01-01T00:00:00.000Z", revision: 7 } as const;
  await writeAlone(pages.world.postures.replacing(undefined, row));
  expect(await banner()).not.toContain("Back to");
  expect((await act("undo")).status).toBe(409);
  expect(await stateNow()).toMatchObject({ state: "closed" });
});

it.each([
  ["1h", 1],
  ["2h", 2],
] as const)("sets a gate to approval for %s without a typed word, and extends that by an hour", async (span, hours) => {
  const now = Date.now();
  await send({ state: "approval", for: span, closing: "" });
  expect(await hoursLeft(now)).toBe(hours);
  await act("extend");
  expect(await stateNow()).toMatchObject({ state: "approval", reason: "bots sign up" });
  expect(await hoursLeft(now)).toBe(hours + 1);
});

it("extends no gate whose row could not be read", async () => {
  const row = { reference: "posture", id: "default", state: "approval", reason: "a fair", by: "x", revision: 7 } as const;
  const typed = { ...row, since: "2026-01-01T00:00:00.000Z", until: "9999-12-31T23:30:00.000Z" };
  await writeAlone(pages.world.postures.replacing(undefined, typed));
  const response = await act("extend");
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("Its end is too far away to be read back")]);
  expect(await stateNow()).toEqual(typed);
});

// The clocks change between now and the time that is typed: the offset of now would be another one than that time's.
it.each([
  { zone: "Europe/Berlin", now: "2026-10-20T12:00:00.000Z", typed: "2026-10-26T18:00", until: "2026-10-26T17:00:00.000Z" },
  { zone: "Europe/Berlin", now: "2026-10-20T12:00:00.000Z", typed: "2026-10-25T02:30", until: "2026-10-25T00:30:00.000Z" },
  { zone: "America/New_York", now: "2026-03-01T12:00:00.000Z", typed: "2026-03-08T02:30", until: "2026-03-08T07:30:00.000Z" },
  { zone: "Asia/Seoul", now: "2026-03-01T12:00:00.000Z", typed: "2026-03-08T02:30", until: "2026-03-07T17:30:00.000Z" },
])("reads a time by the visitor's clock, $zone, and takes $typed as $until", async ({ zone, now, typed, until }) => {
  pages.setTime(new Date(now));
  const headers = { Cookie: `${await pages.cookie("Administrator")}; gatehouse-zone=${encodeURIComponent(zone)}` };
  const html = await (await pages.get("/posture", "Administrator", headers)).text();
  expect(/<label[^>]*>Until[^<]*/.exec(html)?.[0]).toContain(`(${zone})`);
  const fields = {
    gate: "default",
    state: "listed",
    reason: "a fair",
    for: "until",
    until: typed,
    seen: await seen(),
    "form-page": "/audit",
  };
  await pages.post("/posture", "Administrator", fields, headers);
  expect(await stateNow()).toMatchObject({ until });
});

it("sets a gate until the end of the visitor's day, or until a given moment", async () => {
  pages.setTime(new Date("2026-11-25T12:00:00Z"));
  await send({ state: "listed", for: "today", closing: "" });
  expect(await stateNow()).toMatchObject({ until: "2026-11-25T23:59:59.999Z" });
  await send({ state: "listed", for: "until", until: "2099-12-21T08:00", closing: "" });
  expect(await stateNow()).toMatchObject({ until: "2099-12-21T08:00:00.000Z" });
  await send({ state: "open", for: "", reason: "", closing: "" });
  expect(await stateNow()).toMatchObject({ state: "open" });
});

it.each<{ given: string; fields: Record<string, string>; says: string }>([
  { given: "no state", fields: { state: "" }, says: "Select how the gate is to be set." },
  { given: "nothing typed", fields: { closing: "" }, says: "That does not match “close the gate”" },
  { given: "no reason", fields: { reason: " " }, says: "Write why." },
  { given: "no end", fields: { for: "" }, says: "Select for how long." },
  { given: "an end that is over", fields: { for: "until", until: "2001-01-01T00:00" }, says: "It would be over already" },
  { given: "an end that is no moment", fields: { for: "until", until: "soon" }, says: "Write a date and a time." },
  { given: "an end on no day", fields: { for: "until", until: "2027-02-30T10:00" }, says: "Write a date and a time." },
  { given: "an end after which no row is read", fields: { for: "until", until: "9999-12-31T23:30" }, says: "Write a date and a time." },
])("changes nothing with $given", async ({ fields, says }) => {
  const response = await send(fields);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(says);
  expect(await stateNow()).toBeUndefined();
});

it("sets only the gate that the form names, or the only gate if it names none", async () => {
  await send({ state: "listed", closing: "" });
  for (const path of ["/posture", "/posture/undo", "/posture/extend"]) {
    const response = await send({ gate: "gone" }, "Administrator", path);
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("There is no such gate. Nothing was changed.")]);
    expect(await stateNow()).toMatchObject({ state: "listed", revision: 1 });
  }
  expect((await send({ gate: "" })).status).toBe(303);
  Object.assign(pages.world, { gates: ["default", "suppliers"] });
  expect((await send({ gate: "", state: "open" })).status).toBe(400);
  expect(await stateNow()).toMatchObject({ state: "closed" });
});

it("changes nothing if somebody else has set the gate meanwhile", async () => {
  const before = await seen();
  await send({ state: "listed" });
  for (const path of ["/posture", "/posture/undo", "/posture/extend"]) {
    const late = await send({ seen: before }, "Administrator", path);
    expect(late.status).toBe(409);
    expect(await late.text()).toContain("It was changed after you opened the page");
    expect(await stateNow()).toMatchObject({ state: "listed" });
  }
});

it("shows a gate with an unreadable row as listed, and lets only administrators correct the row", async () => {
  await writeAlone(pages.world.postures.replacing(undefined, { reference: "posture", id: "default", state: "shut" } as never));
  expect(await banner()).toContain("Listed only");
  expect(await banner()).toContain("cannot be read");
  expect((await send({}, "Approver")).status).toBe(403);
});

it("shows how many fewer people each state would admit, and loads these numbers after the page", async () => {
  for (const state of ["approval", "listed", "closed"]) expect(await menu()).toContain(`data-count="${state}/default"`);
  expect(await menu()).not.toContain('data-count="open/default"');
  const figures = async (role: "Reader" | "Administrator") => await (await pages.get("/counts", role)).json();
  expect(await figures("Administrator")).not.toHaveProperty("closed/default");
  const hour = new Date().toISOString().slice(0, 13);
  await pages.put({ id: `counts/${hour}/default`, "answers before-create-user continue": 8 }, "ledger");
  for (const [index, entry] of [undefined, "contoso.com", "contoso.com", "fabrikam.com"].entries()) {
    const trace = [{ rule: "access-list", said: "continue" as const, ...(entry !== undefined && { evidence: { entry } }) }];
    await pages.world.decisions.keep(record({ id: `id-${index}`, verdict: "continue", reasons: [], trace }), 1);
  }
  expect(await figures("Administrator")).toMatchObject({
    ...{
      "closed/default": "Last 24 hours: 8 more would have been refused",
      "listed/default": "Last 24 hours: ≈ 2 more would have been refused",
      "approval/default": "Last 24 hours: ≈ 2 more would have been refused",
    },
  });
  // Who was asked for approval would have been refused, too.
  const asked = { "answers before-create-user block": 5, "refused request-approval approval.requested": 5 };
  await pages.put({ id: `counts/${hour}/default`, "answers before-create-user continue": 8, ...asked }, "ledger");
  expect(await figures("Administrator")).toMatchObject({
    ...{
      "closed/default": "Last 24 hours: 13 more would have been refused",
      "listed/default": "Last 24 hours: ≈ 7 more would have been refused",
    },
  });
  expect(await figures("Reader")).not.toHaveProperty("closed/default");
});
