import { keyedHash, personIdOf } from "../../../../engine/sign-up/person";
import type { Incident } from "../../../../features/incidents/incident";
import { admitted } from "../../../cli/records";
import { startConsole, type TestConsole } from "../../../console/support";

let pages: TestConsole;
const now = new Date();
const hour = { from: new Date(now.getTime() - 3_600_000).toISOString(), to: new Date(now.getTime() + 1_000).toISOString() };
const asked = `/incidents?${new URLSearchParams(hour)}`;

beforeAll(async () => {
  pages = await startConsole();
  for (let index = 0; index < 21; index++) {
    const email = `bot-${index}@relay.example`;
    const personId = personIdOf(email, keyedHash("key"));
    await pages.world.decisions.keep(admitted(`bot-${index}`, 0.5, { email, personId }), 90);
  }
});
afterAll(() => pages.close());

const text = async (response: Response) => (await response.text()).replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

it("shows those that an hour let in, and keeps them as an incident without doing anything", async () => {
  const shown = await text(await pages.get(asked, "Administrator"));
  expect(shown).toContain("People 21 Decisions 21");
  expect(shown).toContain("Domains relay.example 21");
  expect(shown).toContain("and 1 more");
  expect((await pages.world.incidents.page()).items).toEqual([]);
  expect(await text(await pages.get(asked, "Reader"))).not.toContain("Open an incident");
  const opened = await pages.post("/incidents/open", "Administrator", { ...hour, gate: "" });
  expect(opened.headers.get("location")).toMatch(/^\/incidents\?id=\S+&done=opened$/);
  const page = await text(await pages.get(String(opened.headers.get("location")), "Reader"));
  expect(page).toContain("npm run gate -- incident act 2");
  expect(page).toMatch(/ Incident: 21 people .* State Nothing done yet Incident 2/);
  const [incident] = (await pages.world.incidents.page()).items;
  expect(incident).toMatchObject({ state: "open", by: "oid-Administrator", people: 21 });
  expect((await pages.get("/incidents", "Reader")).headers.get("location")).toBe("/audit?action=incidents");
  const inbox = await (await pages.get("/", "Reader")).text();
  expect(inbox).toMatch(/Incident: 21 people.*Nothing done yet/s);
  expect(inbox).toContain(`/incidents?id=${incident?.id}`);
});

it("lets a second person confirm by the number of people, and nobody confirm their own", async () => {
  const { incidents } = pages.world;
  const [incident] = (await incidents.page()).items;
  if (incident === undefined) throw new Error("No incident is open.");
  const { id } = incident;
  const confirm = (people: string) => pages.post("/incidents/confirm", "Administrator", { id, people });
  expect(await text(await confirm("21"))).toContain("Nobody has asked for a second person.");
  const byMe = await incidents.update(incident, [], {
    askedBy: "oid-Administrator",
    askedAt: now.toISOString(),
    selection: { ...incident.selection, from: new Date(now.getTime() - 4 * 86_400_000).toISOString() },
  });
  expect((await confirm("21")).status).toBe(409);
  await incidents.update(byMe ?? incident, [], { askedBy: "arn:aws:sts::111111111111:assumed-role/Operator/lee" });
  expect(await text(await pages.get(`/incidents?id=${id}`, "Administrator"))).toContain("Confirm as the second person");
  expect(await text(await confirm("20"))).toContain("That does not match 21, the number of people.");
  expect((await confirm("21")).headers.get("location")).toBe(`/incidents?id=${id}&done=confirmed`);
  expect(await incidents.get(id)).toMatchObject({ confirmedBy: "oid-Administrator", state: "open" });
  expect((await confirm("21")).status).toBe(409);
});

it("writes a large number as people read it, and asks for the one that they type", async () => {
  const { id, shown } = await incidentOf({ people: 1_240 });
  expect(await shown()).toContain("Incident: 1,240 people");
  const typed = await pages.post("/incidents/act", "Administrator", { id, people: "12" });
  expect(await text(typed)).toContain("That does not match 1240, the number of people.");
});

const longAgo = { from: new Date(now.getTime() - 4 * 86_400_000).toISOString(), to: hour.to };

/** An incident of three people, in the state that is given. */
async function incidentOf(facts: Partial<Incident>): Promise<{ readonly id: string; shown(): Promise<string> }> {
  const { incidents } = pages.world;
  const [first] = (await incidents.page()).items;
  if (first === undefined) throw new Error("No incident is open.");
  const { id: _, askedBy: __, askedAt: ___, confirmedBy: ____, ...draft } = first;
  const { id } = await incidents.open({ ...draft, state: "open", people: 3, ...facts }, now);
  return { id, shown: async () => await text(await pages.get(`/incidents?id=${id}`, "Administrator")) };
}

describe("the people of a list of decisions", () => {
  const listed = (more: Record<string, string>) => `/decisions?${new URLSearchParams({ from: hour.from, to: hour.to, ...more })}`;
  const leads = async (more: Record<string, string>) =>
    /href="(\/incidents\?[^"]*)"/.exec(await (await pages.get(listed(more), "Administrator")).text())?.[1]?.replaceAll("&amp;", "&");

  beforeAll(async () => {
    const email = "kim@contoso.com";
    await pages.world.decisions.keep(admitted("colleague", 0.5, { email, personId: personIdOf(email, keyedHash("key")) }), 90);
  });

  it("are those of its domain, provider, entry and gate alone", async () => {
    const path = String(await leads({ domain: "relay.example", entry: "contoso.com", issuer: "entra" }));
    expect(path).toMatch(/&domain=relay\.example&provider=entra&entry=contoso\.com$/);
    expect(await text(await pages.get(path, "Administrator"))).toContain("People 21 Decisions 21");
    const opened = await pages.post("/incidents/open", "Administrator", {
      ...hour,
      gate: "",
      domain: "contoso.com",
      provider: "",
      entry: "",
    });
    const id = new URLSearchParams(String(opened.headers.get("location")).split("?")[1]).get("id") ?? "";
    expect(await pages.world.incidents.get(id)).toMatchObject({ people: 1, selection: { domain: "contoso.com" } });
  });

  it.each<Record<string, string>>([
    { verdict: "block" },
    { rule: "access-list" },
    { q: "kim@contoso.com" },
    { step: "after-sign-in" },
    { reason: "x" },
  ])("are not offered where no selection says the same: %j", async (more) => {
    expect(await leads(more)).toBeUndefined();
  });

  it("can be left out one by one before anything happens, and by nobody afterwards", async () => {
    const { incidents } = pages.world;
    const opened = await pages.post("/incidents/open", "Administrator", { ...hour, gate: "" });
    const id = new URLSearchParams(String(opened.headers.get("location")).split("?")[1]).get("id") ?? "";
    const colleague = personIdOf("kim@contoso.com", keyedHash("key"));
    const page = await (await pages.get(`/incidents?id=${id}`, "Administrator")).text();
    expect(page).toContain(`name="person" value="${colleague}" aria-label="Leave out kim@contoso.com"`);
    expect(await (await pages.get(`/incidents?id=${id}`, "Reader")).text()).not.toContain('name="person"');
    expect(await text(await pages.post("/incidents/leave-out", "Administrator", { id }))).toContain("Nobody is ticked.");
    const left = await pages.post("/incidents/leave-out", "Administrator", { id, person: colleague });
    expect(left.headers.get("location")).toBe(`/incidents?id=${id}&done=leftOut`);
    expect(await incidents.get(id)).toMatchObject({ people: 21 });
    const people: string[] = [];
    for await (const found of incidents.people(id)) people.push(...found.map(({ person }) => person));
    expect(people).not.toContain(colleague);
    await incidents.update((await incidents.get(id)) as Incident, [], { state: "acting" });
    const late = await pages.post("/incidents/leave-out", "Administrator", { id, person: people[0] ?? "" });
    expect([late.status, (await incidents.get(id))?.people]).toEqual([409, 21]);
    expect((await pages.post("/incidents/leave-out", "Reader", { id, person: people[0] ?? "" })).status).toBe(403);
  });
});

describe("acting", () => {
  const incidentWork = { start: vi.fn(async () => undefined) };
  beforeAll(() => {
    Object.assign(pages.world, { incidentWork, reachesAccounts: true });
  });
  beforeEach(() => incidentWork.start.mockClear());
  const post = (verb: string, fields: Record<string, string>) => pages.post(`/incidents/${verb}`, "Administrator", fields);

  it("is asked for by typing the number, once, and the page says how far it is", async () => {
    const { incidents } = pages.world;
    const { id, shown } = await incidentOf({});
    expect(await shown()).toContain("Shut these people out");
    expect(await text(await post("act", { id, people: "4" }))).toContain("That does not match 3, the number of people.");
    expect(incidentWork.start).not.toHaveBeenCalled();
    // A start that is lost is made up for by the schedule.
    incidentWork.start.mockRejectedValueOnce(new Error("throttled"));
    expect((await post("act", { id, people: "3", "list-only": "yes" })).headers.get("location")).toBe(`/incidents?id=${id}&done=begun`);
    const wished = { wish: "act", wishedBy: "oid-Administrator", wishedName: "Test Administrator", listOnly: true, work: "waiting" };
    expect(await incidents.get(id)).toMatchObject({ ...wished, state: "open" });
    await incidents.update((await incidents.get(id)) as Incident, [], { work: "running", aliveUntil: now.getTime() + 60_000, done: 2 });
    expect(await shown()).toContain("Under way: accounts of 2 of 3 people done.");
    expect(await text(await post("act", { id, people: "3" }))).toContain("Somebody else changed the incident");
    expect(await text(await pages.get(`/incidents?id=${id}&lang=ko`, "Administrator"))).toContain("3명 중 2명");
  });

  it("of more than twenty people of longer ago asks for a second person first, and begins nothing", async () => {
    const { id, shown } = await incidentOf({ people: 21, selection: longAgo });
    expect(await shown()).toContain("Ask for a second person");
    expect((await post("act", { id, people: "21" })).headers.get("location")).toBe(`/incidents?id=${id}&done=asked`);
    expect(await pages.world.incidents.get(id)).toMatchObject({ askedBy: "oid-Administrator", askedName: "Test Administrator" });
    expect(await shown()).toContain("You asked for it yourself");
    expect((await post("act", { id, people: "21" })).status).toBe(409);
    expect(incidentWork.start).not.toHaveBeenCalled();
  });

  const acted = { state: "acted", actedBy: "kim", actedAt: now.toISOString(), outcome: { disabled: 3 } } as const;

  it("is undone the same way, or by command where the stack reaches no accounts", async () => {
    const { id, shown } = await incidentOf(acted);
    expect(await shown()).toContain("Enables the accounts that were disabled here");
    Object.assign(pages.world, { reachesAccounts: false });
    expect(await shown()).toContain(`incident undo ${id}`);
    expect((await post("undo", { id, people: "3" })).status).toBe(409);
    Object.assign(pages.world, { reachesAccounts: true });
    expect((await post("undo", { id, people: "3" })).status).toBe(303);
    expect(incidentWork.start).toHaveBeenCalledOnce();
  });

  it.each<[Partial<Incident>, string]>([
    [{ state: "acting", work: "refused" }, "Microsoft Graph refuses"],
    [{ state: "acting", work: "failed" }, "Go on with shutting them out"],
    [{ ...acted, outcome: { none: 1 } }, "Go on with shutting them out"],
    [{ ...acted, state: "undone", kept: 2 }, "somebody has edited them since: 2"],
  ])("shows what came of it: %j", async (facts, words) => {
    const { shown } = await incidentOf(facts);
    expect(await shown()).toContain(words);
  });

  it("is an administrator's alone", async () => {
    const { id } = await incidentOf({});
    for (const verb of ["act", "undo", "confirm"])
      expect((await pages.post(`/incidents/${verb}`, "Approver", { id, people: "3" })).status).toBe(403);
  });
});

it.each([
  ["/incidents?from=soon&to=later", 400, "names no time"],
  ["/incidents?from=2020-01-01T00:00Z&to=2099-01-01T00:00Z", 200, "incident select --since 2020-01-01"],
  ["/incidents?id=none", 404, "There is no such incident"],
  ["/incidents?id=none&lang=ko", 404, "그런 사고가 없습니다"],
])("%s says what is wrong", async (path, status, words) => {
  const response = await pages.get(path, "Reader");
  expect([response.status, await text(response)]).toEqual([status, expect.stringContaining(words)]);
});
