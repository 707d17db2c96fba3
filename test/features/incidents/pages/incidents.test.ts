import type { Visit } from "../../../../console/app/visit";
import { buildPersonId, keyedHash } from "../../../../engine/sign-up/person";
import { arrive } from "../../../../features/accounts/change";
import type { approvalWords } from "../../../../features/approvals/request-words";
import { countStore } from "../../../../features/counts/store/counts";
import { domainCountStore } from "../../../../features/counts/store/domain-counts";
import type { Incident, IncidentPerson, TakenStep } from "../../../../features/incidents/incident";
import { spanText } from "../../../../features/incidents/pages/people-let-in";
import { incidentObjection } from "../../../../features/incidents/steps";
import { admitted } from "../../../cli/records";
import { record, startConsole, type TestConsole } from "../../../console/support";
import { startClock } from "../../../support/fake-timers";
import { newcomer } from "../../accounts/accounts";

let pages: TestConsole;
const now = new Date("2026-11-25T12:10:00.000Z");
const daysFromNow = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString();
const hour = { from: new Date(now.getTime() - 3_600_000).toISOString(), to: new Date(now.getTime() + 1_000).toISOString() };
const asked = `/incidents?${new URLSearchParams(hour)}`;

beforeAll(async () => {
  startClock(now.toISOString());
  pages = await startConsole();
  for (let index = 0; index < 21; index++) {
    const email = `bot-${index}@relay.example`;
    const personId = buildPersonId(email, keyedHash("key"));
    await pages.world.decisions.keep(admitted(`bot-${index}`, 0.5, { email, personId }), 90);
  }
});
afterAll(() => pages.close());

const text = async (response: Response) => (await response.text()).replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

/** The form of a page of people, as a browser sends it once all but those who are named are ticked. */
async function formOf(path: string, unticked: readonly string[] = []): Promise<Record<string, string>> {
  const html = await (await pages.get(path, "Administrator")).text();
  const fields = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, name = "", value = ""]) => [name, value] as const);
  const hidden = Object.fromEntries(fields(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g));
  const person = fields(/name="(person)" value="([^"]+)"/g).flatMap(([, value]) => (unticked.includes(value) ? [] : [value]));
  return { ...hidden, person } as unknown as Record<string, string>;
}
const idIn = (response: Response) => /id=([^&]+)/.exec(String(response.headers.get("location")))?.[1] ?? "";
const peopleOf = async (id: string) => {
  const people: string[] = [];
  for await (const found of pages.world.incidents.people(id)) people.push(...found.map(({ person }) => person));
  return people;
};
const incidentWork = { start: vi.fn(async () => undefined) };
beforeAll(() => {
  Object.assign(pages.world, { incidentWork, reachesAccounts: true });
});
beforeEach(() => incidentWork.start.mockClear());
/** Who is shut out is offered no more: each test has the people for itself. */
afterEach(async () => {
  for await (const { id } of pages.world.incidents.all()) {
    const Key = { set: { S: "incidents" }, part: { S: id } };
    await pages.database.client.call("DeleteItem", { TableName: "list-changes-test", Key });
  }
});

it("shows the people whom an hour let in, and shuts out the selected ones", async () => {
  const html = await (await pages.get(asked, "Administrator")).text();
  expect(html).not.toMatch(/name="person"[^>]* checked=""/);
  const shown = html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
  expect(shown).toMatch(/ \d\d? [A-Z][a-z]{2} \d\d:\d\d to \d\d? [A-Z][a-z]{2} \d\d:\d\d: 21 people let in/);
  expect(shown).toContain("All allowed by the entry contoso.com");
  expect(shown).toMatch(/Let in from .*: all within/);
  expect(await text(await pages.get(asked, "Reader"))).not.toContain("Type “shut out” to confirm");
  const form = await formOf(asked);
  const mistyped = await pages.post("/incidents/open", "Administrator", { ...form, word: "20" });
  const told = await text(mistyped);
  expect([mistyped.status, told]).toEqual([400, expect.stringContaining("That does not match “shut out”.")]);
  expect(told.match(/was not done/gi)).toHaveLength(1);
  expect((await pages.world.incidents.page()).items).toEqual([]);
  const opened = await pages.post("/incidents/open", "Administrator", { ...form, word: "Shut out" });
  expect(opened.headers.get("location")).toMatch(/^\/incidents\?id=\S+&done=begun$/);
  expect(incidentWork.start).toHaveBeenCalledOnce();
  const [incident] = (await pages.world.incidents.page()).items;
  expect(incident).toMatchObject({ state: "acting", wish: "act", by: "oid-Administrator", people: 21 });
  const page = await text(await pages.get(`/incidents?id=${incident?.id}`, "Reader"));
  expect(page).toMatch(/Shutting out 21 people\. /);
  expect((await pages.get("/incidents", "Reader")).headers.get("location")).toBe("/audit?action=incidents");
  const inbox = await (await pages.get("/", "Reader")).text();
  expect(inbox).toMatch(/Incident: 21 people.*Shutting out 21 people</s);
  expect(inbox).toContain(`/incidents?id=${incident?.id}`);
});

it("keeps people unticked after a mistyped word, and omits them from the incident", async () => {
  const [first = "", second = ""] = (await formOf(asked)).boxed?.split(" ") ?? [];
  const form = await formOf(asked, [first, second]);
  const mistyped = await (await pages.post("/incidents/open", "Administrator", { ...form, word: "no" })).text();
  expect(mistyped.match(/name="person"[^>]* checked=""/g)).toHaveLength(19);
  const id = idIn(await pages.post("/incidents/open", "Administrator", { ...form, word: "shut out" }));
  expect(await pages.world.incidents.get(id)).toMatchObject({ people: 19 });
  expect(await peopleOf(id)).not.toContain(first);
  await pages.world.incidents.update((await pages.world.incidents.get(id)) as Incident, [], { state: "acted" });
});

it("counts a typed minute or day to its end, as the command does", async () => {
  const ended = async (to: string) => (await formOf(`/incidents?${new URLSearchParams({ ...hour, to })}`)).to;
  const minute = hour.to.slice(0, "2026-11-20T10:12".length);
  expect(await ended(`${minute}Z`)).toBe(`${minute}:59.999Z`);
  expect(await ended(hour.to.slice(0, 10))).toBe(`${hour.to.slice(0, 10)}T23:59:59.999Z`);
  expect(await ended(hour.to)).toBe(hour.to);
});

it("needs a second person if some people were let in long ago", async () => {
  const old = { ...hour, from: new Date(now.getTime() - 4 * 86_400_000).toISOString() };
  const path = `/incidents?${new URLSearchParams(old)}`;
  expect(await text(await pages.get(path, "Administrator"))).toContain("a second administrator has to confirm first");
  const opened = await pages.post("/incidents/open", "Administrator", { ...(await formOf(path)), word: "shut out" });
  expect(opened.headers.get("location")).toMatch(/&done=asked$/);
  expect(incidentWork.start).not.toHaveBeenCalled();
});

describe("a domain under attack", () => {
  const path = "/incidents?domain=relay.example";

  it("is denied together with its people by one person, once its name is typed", async () => {
    await pages.put({ entry: "relay.example", effect: "allow" });
    Object.assign(pages.world, { secondPerson: true });
    expect(await text(await pages.get("/incidents?domain=calm.example", "Administrator"))).toMatch(
      /calm\.example: nobody was let in .*Searched from .* to .*See calm\.example/,
    );
    const shown = await text(await pages.get(path, "Administrator"));
    expect(shown).toMatch(/relay\.example : 21 people let in .*Let in from/);
    expect(await (await pages.get(path, "Administrator")).text()).not.toMatch(/name="person"[^>]* checked=""/);
    const { reference } = admitted("bot-0", 0);
    expect(await text(await pages.get(`/decisions/${reference}`, "Administrator"))).toContain("Deny this person…");
    expect(shown).toContain("Type relay.example to confirm");
    const form = { ...(await formOf(path)), "deny-domain": "1", word: "Relay.example" };
    const opened = await pages.post("/incidents/open", "Administrator", form);
    Object.assign(pages.world, { secondPerson: undefined });
    expect(opened.headers.get("location")).toMatch(/&done=begun$/);
    const selection = { domain: "relay.example", denyDomain: true };
    expect(await pages.world.incidents.get(idIn(opened))).toMatchObject({ people: 21, wish: "act", selection });
  });

  it("is not offered for denial again once it is denied", async () => {
    await pages.put({ entry: "relay.example", effect: "deny" });
    const shown = await text(await pages.get(path, "Administrator"));
    expect([shown.includes("Shut out"), shown.includes("Deny relay.example too")]).toEqual([true, false]);
    await pages.put({ entry: "relay.example", effect: "allow" });
  });

  it("gets no incident if nobody is ticked, and only one if the form is sent twice", async () => {
    const form = await formOf(path);
    const none = await pages.post("/incidents/open", "Administrator", {
      ...(await formOf(path, form.boxed?.split(" "))),
      word: "relay.example",
    });
    const told = await none.text();
    expect([none.status, told]).toEqual([400, expect.stringContaining('<a href="#person">Select somebody.')]);
    // The word was right: it stays, and is not what is wrong.
    expect(told).toMatch(/<input id="word"[^>]* value="relay\.example"/);
    expect(told).not.toMatch(/<input id="word"[^>]* aria-invalid="true"/);
    expect((await pages.world.incidents.page()).items.filter(({ people }) => people === 0)).toEqual([]);
    const id = idIn(await pages.post("/incidents/open", "Administrator", { ...form, word: "relay.example" }));
    const late = await pages.post("/incidents/open", "Administrator", { ...form, word: "relay.example" });
    expect(late.headers.get("location")).toBe(`/incidents?id=${id}`);
  });

  it("covers the same whole days as the count that links to it", async () => {
    const yesterday = Date.parse(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
    for (const [id, ms] of [
      ["in", 1],
      ["out", -1],
    ] as const) {
      const at = new Date(yesterday + ms).toISOString();
      const email = `${id}@days.example`;
      await pages.world.decisions.keep(admitted(id, 0, { email, at, personId: buildPersonId(email, keyedHash("key")) }), 90);
    }
    expect(await text(await pages.get("/incidents?domain=days.example", "Administrator"))).toContain("days.example: 1 person let in");
  });

  it("once shut out, shows the incident with its Undo, and offers only the people who remain", async () => {
    const [first = ""] = (await formOf(path)).boxed?.split(" ") ?? [];
    const id = idIn(await pages.post("/incidents/open", "Administrator", { ...(await formOf(path, [first])), word: "relay.example" }));
    const { incidents } = pages.world;
    await incidents.update((await incidents.get(id)) as Incident, [], {
      ...{ state: "acted", work: "done", outcome: { disabled: 20 } },
    });
    const note = /Shut out 20 people of relay\.example; accounts: 20 disabled .*Test Administrator .*Undo/;
    const one = await text(await pages.get(path, "Administrator"));
    expect(one).toMatch(note);
    expect(one).toContain("relay.example: 1 person let in");
    expect(
      await peopleOf(idIn(await pages.post("/incidents/open", "Administrator", { ...(await formOf(path)), word: "relay.example" }))),
    ).toEqual([first]);
    expect(await text(await pages.get(path, "Administrator"))).toContain("relay.example: nobody is left to shut out");
    expect(await formOf(path)).not.toHaveProperty("boxed");
    expect(await text(await pages.get("/domains/relay.example", "Administrator"))).toMatch(note);
    const reader = await (await pages.get("/domains/relay.example", "Reader")).text();
    expect([reader.includes("Shut out 20 people"), reader.includes("/incidents/undo")]).toEqual([true, false]);
  });

  it("is a task of the inbox until it is shut out", async () => {
    const at = "2026-11-20T06:10:00.000Z";
    pages.setTime(new Date("2026-11-20T08:00:00.000Z"));
    const hours = countStore(pages.database.client, "ledger-test");
    await hours.begin(new Date("2026-10-01T00:00:00.000Z"));
    let made = 0;
    const comes = (hour: string, count: number) =>
      hours.add(
        { hour: `2026-11-20T${hour}`, gate: "default" },
        Array.from({ length: count }, () => ({ sequenceNumber: `${made++}`, record: admitted("", 0, { at }) })),
        4_102_444_800,
      );
    await comes("06", 262);
    const came = (domain: string, count: number, day = at) =>
      Array.from({ length: count }, (_, index) => ({
        sequenceNumber: `${domain}/${day}/${index}`,
        record: admitted(`${index}`, 0, { email: `${index}@${domain}`, at: day }),
      }));
    await domainCountStore(pages.database.client, "ledger-test").add(
      [
        ...came("mailburst.top", 261),
        ...came("mailburst.top", 1, "2026-11-20T07:50:00.000Z"),
        ...came("contoso.com", 40),
        ...came("contoso.com", 30, "2026-11-12T09:00:00.000Z"),
        ...came("gmail.com", 90),
        ...came("calm.example", 3),
      ],
      () => 4_102_444_800,
    );
    const inbox = await (await pages.get("/", "Administrator")).text();
    expect(inbox).toContain("mailburst.top: 262 people let in");
    expect(inbox).not.toContain("far more people let in than usual");
    expect(inbox).toContain("A new domain: nobody from it was let in before");
    expect(inbox).toContain('href="/incidents?domain=mailburst.top"');
    expect(inbox).not.toMatch(/(contoso\.com|gmail\.com|calm\.example): \d+ people let in/);
    const email = "newest@mailburst.top";
    await pages.world.decisions.keep(admitted("newest", 0, { email, personId: buildPersonId(email, keyedHash("key")), at }), 90);
    expect(await text(await pages.get("/?open=burst%2Fmailburst.top", "Administrator"))).toMatch(
      /Many let in .*let in before; all within 2 h .*Those shown here were all allowed by the entry contoso\.com.*newest@mailburst\.top/,
    );
    const preview = await (await pages.get("/incidents?domain=mailburst.top", "Administrator")).text();
    expect(preview.match(/name="person"[^>]* checked=""/g)).toHaveLength(1);
    const html = await (await pages.get("/domains/mailburst.top", "Administrator")).text();
    expect(html).toMatch(/<a class="button quiet" href="[^"]*">Deny and shut out…</);
    const selection = { from: at, to: "2026-11-20T08:00:00.000Z", domain: "mailburst.top" };
    const known = vi.spyOn(pages.world.incidents, "all").mockImplementation(async function* () {
      yield { ...draft, id: "undone", at, expires: 0, state: "undoing", people: 62, selection };
    });
    const undoing = await text(await pages.get("/", "Administrator"));
    expect(undoing).toMatch(/Incident: mailburst\.top/);
    expect(undoing).not.toContain("mailburst.top: 262 people let in");
    known.mockRestore();
    await pages.world.incidents.open({ ...draft, state: "acted", selection, decisions: 262 }, new Date("2026-11-20T08:00:00.000Z"));
    // It comes on, and is refused.
    const refused = record({ email: "more@mailburst.top", at: "2026-11-20T08:01:00.000Z" });
    await domainCountStore(pages.database.client, "ledger-test").add([{ sequenceNumber: "refused", record: refused }], () => 4_102_444_800);
    const after = await (await pages.get("/", "Administrator")).text();
    expect(after).not.toContain("mailburst.top: 262 people let in");
    expect(after).not.toContain("far more people let in than usual");
    await comes("06", 19);
    expect(await text(await pages.get("/", "Administrator"))).not.toContain("far more people let in than usual");
    await comes("06", 21);
    expect(await text(await pages.get("/", "Administrator"))).toMatch(
      /06:00: far more people let in than usual Besides mailburst.top: 40 let in, typically 0/,
    );
    // Nor does it explain those of providers, of whom no domain tells: even fewer than it brought, in an hour that it reaches into.
    await comes("07", 250);
    const more = await text(await pages.get("/", "Administrator"));
    expect(more).toMatch(/07:00: far more people let in than usual 250 let in, typically 0/);
    pages.setTime(new Date());
  });
});

it("an administrator can confirm an incident only with its number of people, and only if somebody else asked", async () => {
  const { incidents } = pages.world;
  const { id } = await incidentOf({ people: 21 });
  const incident = (await incidents.get(id)) as Incident;
  const confirm = (people: string) => pages.post("/incidents/confirm", "Administrator", { id, people });
  expect(await text(await confirm("21"))).toContain("Nobody has asked for a second person.");
  const byMe = await incidents.update(incident, [], {
    steps: stepsBy("oid-Administrator", now.toISOString(), "asked"),
    selection: { ...incident.selection, from: new Date(now.getTime() - 4 * 86_400_000).toISOString() },
  });
  expect((await confirm("21")).status).toBe(409);
  await incidents.update(byMe ?? incident, [], {
    steps: stepsBy("arn:aws:sts::111111111111:assumed-role/Operator/lee", now.toISOString(), "asked"),
  });
  const asLee = { Cookie: await pages.cookie("Administrator", { name: "Lee Park", userNames: ["Lee"] }) };
  expect(await text(await pages.get(`/incidents?id=${id}`, undefined, asLee))).toContain("somebody else has to confirm");
  expect((await pages.post("/incidents/confirm", "Administrator", { id, people: "21" }, asLee)).status).toBe(409);
  expect(await text(await pages.get(`/incidents?id=${id}`, "Administrator"))).toContain("Confirm as the second person");
  expect(await text(await confirm("20"))).toContain("That does not match 21. This was not done.");
  expect((await confirm("21")).headers.get("location")).toBe(`/incidents?id=${id}&done=confirmed`);
  expect(await incidents.get(id)).toMatchObject({ state: "open" });
  expect((await incidents.get(id))?.steps.at(-1)).toMatchObject({ what: "confirmed", by: "oid-Administrator" });
  expect((await confirm("21")).status).toBe(409);
});

it("shows a large number with separators, and asks for the same number", async () => {
  const { id, shown } = await incidentOf({ people: 1_240 });
  expect(await shown()).toContain("Incident: relay.example, 1,240 people");
  const typed = await pages.post("/incidents/act", "Administrator", { id, people: "12" });
  expect(await text(typed)).toContain("That does not match 1240. This was not done.");
});

/** Steps that somebody took. */
const stepsBy = (by: string, at: string, ...steps: readonly TakenStep["what"][]) => steps.map((what) => ({ what, by, at }));

const longAgo = { from: new Date(now.getTime() - 4 * 86_400_000).toISOString(), to: hour.to };

const draft = {
  ...{ by: "oid-1", name: "Jo", state: "open", selection: { ...hour, domain: "relay.example" }, decisions: 3, people: 3 },
  ...{ listed: 0, nameless: 0, steps: [] },
} as const;

/** An incident of three people, in the state that is given. */
async function incidentOf(facts: Partial<Incident>, at = now): Promise<{ readonly id: string; shown(): Promise<string> }> {
  const { incidents } = pages.world;
  const { id } = await incidents.open({ ...draft, state: "open", people: 3, ...facts }, at);
  return { id, shown: async () => await text(await pages.get(`/incidents?id=${id}`, "Administrator")) };
}

describe("the people of a list of decisions", () => {
  const listed = (more: Record<string, string>) => `/decisions?${new URLSearchParams({ from: hour.from, to: hour.to, ...more })}`;
  const leads = async (more: Record<string, string>) =>
    /href="(\/incidents\?[^"]*)"/.exec(await (await pages.get(listed(more), "Administrator")).text())?.[1]?.replaceAll("&amp;", "&");

  beforeAll(async () => {
    const email = "kim@contoso.com";
    await pages.world.decisions.keep(admitted("colleague", 0.5, { email, personId: buildPersonId(email, keyedHash("key")) }), 90);
  });

  it("come only from its domain, provider, entry and gate", async () => {
    const path = String(await leads({ domain: "relay.example", entry: "contoso.com", issuer: "entra" }));
    expect(path).toMatch(/&domain=relay\.example&provider=entra&entry=contoso\.com$/);
    const html = await (await pages.get(path, "Administrator")).text();
    expect(html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ")).toMatch(
      /relay\.example : 21 people let in .*Only provider entra, entry contoso\.com/,
    );
    const form = await formOf(`${asked}&domain=contoso.com`);
    const opened = await pages.post("/incidents/open", "Administrator", { ...form, word: "contoso.com" });
    expect(await pages.world.incidents.get(idIn(opened))).toMatchObject({ people: 1, selection: { domain: "contoso.com" } });
  });

  it("start with nobody selected, even if there are more people than boxes", async () => {
    expect(await (await pages.get(asked, "Administrator")).text()).toContain('Shut out<span data-number=""></span>');
    // Of more people than have boxes: nobody of an hour, nor of a domain that is no new one.
    for (const [path, word, people] of [
      [asked, "shut out", 0],
      [`${asked}&domain=relay.example`, "relay.example", 0],
    ] as const) {
      const opened = await pages.post("/incidents/open", "Administrator", { ...(await formOf(path)), person: "", boxed: "", word });
      expect((await peopleOf(idIn(opened))).length).toBe(people);
    }
  });

  it("exclude people whom an incident keeps out; people whom it spared are included, but not ticked", async () => {
    const ofDomain = `${asked}&domain=relay.example`;
    const [spared = ""] = (await formOf(ofDomain)).boxed?.split(" ") ?? [];
    const form = { ...(await formOf(ofDomain, [spared])), word: "relay.example" };
    const { incidents } = pages.world;
    const id = idIn(await pages.post("/incidents/open", "Administrator", form));
    await incidents.update((await incidents.get(id)) as Incident, [], { state: "acted" });
    const html = await (await pages.get(asked, "Administrator")).text();
    expect(html.replace(/<[^>]+>/g, " ")).toMatch(/: 2 people let in/);
    expect(html).not.toMatch(/name="person"[^>]* checked=""/);
    expect((await formOf(asked)).boxed?.split(" ")).toContain(spared);
  });

  it.each<Record<string, string>>([{ verdict: "block" }, { q: "kim@contoso.com" }, { reason: "x" }])(
    "are not offered if no selection matches the list: %j",
    async (more) => {
      expect(await leads(more)).toBeUndefined();
    },
  );
});

it("does not name an entry as the reason for an admission if the entry only required approval", async () => {
  const time = { from: new Date(now.getTime() - 50 * 3_600_000).toISOString(), to: new Date(now.getTime() - 47 * 3_600_000).toISOString() };
  for (const name of ["jo", "mo"]) {
    const email = `${name}@waited.example`;
    const [list] = admitted(name, 48).trace;
    const evidence = { entry: "waited.example", level: "domain" };
    const trace = [{ ...list, rule: "access-list", said: "continue", findings: { listed: "approval", referred: true }, evidence }] as never;
    await pages.world.decisions.keep(admitted(name, 48, { email, personId: buildPersonId(email, keyedHash("key")), trace }), 90);
  }
  const shown = await text(await pages.get(`/incidents?${new URLSearchParams({ ...time, domain: "waited.example" })}`, "Administrator"));
  expect(shown).toMatch(/waited\.example : 2 people let in/);
  expect(shown).not.toMatch(/allowed by the entry/i);
});

describe("an act on an incident", () => {
  const post = (verb: string, fields: Record<string, string>) => pages.post(`/incidents/${verb}`, "Administrator", fields);

  it("requires the number of people, runs once, and shows its progress", async () => {
    const { incidents } = pages.world;
    const { id, shown } = await incidentOf({});
    expect(await shown()).toContain("Shut these people out");
    expect(await text(await post("act", { id, people: "4" }))).toContain("That does not match 3. This was not done.");
    expect(incidentWork.start).not.toHaveBeenCalled();
    // A start that is lost is made up for by the schedule.
    incidentWork.start.mockRejectedValueOnce(new Error("throttled"));
    expect((await post("act", { id, people: "3" })).headers.get("location")).toBe(`/incidents?id=${id}&done=begun`);
    const wished = { wish: "act", wishedBy: "oid-Administrator", wishedName: "Test Administrator", listOnly: false, work: "waiting" };
    expect(await incidents.get(id)).toMatchObject({ ...wished, state: "acting" });
    expect((await incidents.get(id))?.steps).toMatchObject([{ what: "acting", by: "oid-Administrator" }]);
    await incidents.update((await incidents.get(id)) as Incident, [], { work: "running", aliveUntil: Date.now() + 600_000 });
    for (const [person, state] of [
      ["a", "disabled"],
      ["b", "other"],
      ["c", "selected"],
    ] as const) {
      await incidents.add((await incidents.get(id)) as Incident, { person, reference: `K-${person}`, id: person, at: hour.from });
      await incidents.move(id, { person, state: "selected" } as IncidentPerson, { state });
    }
    expect(await shown()).toMatch(/Shutting out 3 people; accounts: 1 not of this sign-up: not touched, 1 disabled\. .*not yet done/);
    expect(await text(await post("act", { id, people: "3" }))).toContain("It was changed after you opened the page");
    expect(await text(await pages.get(`/incidents?id=${id}&lang=ko`, "Administrator"))).toContain(", 1 사용 중지됨");
    const now = new Date().toISOString();
    const failed = { kind: "work", work: "incidents", part: "", since: now, at: now, why: "GraphError 503", nextTry: now } as const;
    const unfinished = vi.spyOn(pages.world, "unfinished").mockResolvedValue([failed]);
    expect(await shown()).toMatch(/What an incident asked for waits since .*GraphError 503/s);
    unfinished.mockRestore();
    expect(await shown()).toMatch(/Undo .*goes on if you leave this page\./s);
    expect((await post("undo", { id })).status).toBe(303);
    expect(await incidents.get(id)).toMatchObject({ wish: "undo", state: "undoing", work: "waiting" });
    expect(await shown()).toMatch(/Being undone; accounts: .*1 disabled.*goes on if you leave/);
    expect(await (await pages.get(`/incidents?id=${id}`, "Administrator")).text()).not.toContain("/incidents/undo");
  });

  it("starts nothing before a second person confirms, if it affects over twenty people let in long ago", async () => {
    const { id, shown } = await incidentOf({ people: 21, selection: longAgo });
    expect(await shown()).toContain("Ask for a second person");
    const Cookie = await pages.cookie("Administrator", { userNames: ["kim@contoso.com"] });
    const asked = await pages.post("/incidents/act", "Administrator", { id, people: "21" }, { Cookie });
    expect(asked.headers.get("location")).toBe(`/incidents?id=${id}&done=asked`);
    const incident = (await pages.world.incidents.get(id)) as Incident;
    expect(incident.steps).toMatchObject([{ what: "asked", by: "oid-Administrator", name: "Test Administrator" }]);
    // By command, somebody is known by their user name alone.
    const byCommand = { by: "arn:aws:sts::111111111111:assumed-role/Operator/kim@contoso.com" };
    expect(incidentObjection("confirm", incident, byCommand, now)).toBe("own");
    expect(await shown()).toContain("You asked for it yourself");
    expect((await post("act", { id, people: "21" })).status).toBe(409);
    expect(incidentWork.start).not.toHaveBeenCalled();
  });

  const acted = { state: "acted", steps: stepsBy("kim", now.toISOString(), "acting"), outcome: { disabled: 3 } } as const;

  it("is listed among the work of today, with its undo", async () => {
    // Also before the last account is done.
    const underWay = { ...acted, state: "acting", wish: "act", wishedBy: "kim" } as const;
    const { id } = await incidentOf({ ...underWay, selection: { ...hour, domain: "relay.example", denyDomain: true } });
    const done = await (await pages.get("/?view=done", "Administrator")).text();
    expect(done).toMatch(new RegExp(`denied relay\\.example and shut out 3 people.*action="/incidents/undo".*value="${id}".*Undo<`, "s"));
    await incidentOf({ ...acted, state: "undone", steps: [...acted.steps, ...stepsBy("lee", now.toISOString(), "undoing")] });
    expect(await text(await pages.get("/?view=done", "Administrator"))).toMatch(/lee undid shutting out 3 people/);
    expect(await (await pages.get("/?view=done", "Reader")).text()).not.toContain("/incidents/undo");
  });

  it.each<[Partial<Incident>, string, RegExp]>([
    [acted, "disabled", /(?:\? \d[^?]* disabled ){3}/],
    [{ state: "acting", wish: "act", wishedBy: "kim", work: "running" }, "selected", /(?:\? \d[^?]* not yet done ){3}/],
    [{ ...acted, listOnly: true }, "selected", /(?:\? \d[^?]* left as is ){3}/],
  ])("lists people by time, each with what was done to their account: %j %s", async (facts, state, says) => {
    const { incidents } = pages.world;
    const { id, shown } = await incidentOf(facts);
    const incident = (await incidents.get(id)) as Incident;
    for (const each of [2, 3, 1]) {
      const at = new Date(now.getTime() + each * 1_000).toISOString();
      await incidents.add(incident, { person: `${9 - each}`, reference: `K-${each}`, id: `K-${each}`, at });
    }
    for await (const some of incidents.people(id))
      for (const person of some) await incidents.move(id, person, { state: state as "disabled" });
    expect(await shown()).toMatch(says);
    const html = await (await pages.get(`/incidents?id=${id}`, "Reader")).text();
    expect([...html.matchAll(/\/decisions\/(K-\d)/g)].map(([, reference]) => reference)).toEqual(["K-3", "K-2", "K-1"]);
  });

  it("is found on a person's page, however many incidents came after it", async () => {
    const { incidents, hashes } = pages.world;
    const email = "bot-9@old.example";
    const person = buildPersonId(email, (await hashes()).hashOf);
    const [selection, at] = [{ ...hour, domain: "old.example" }, new Date(now.getTime() - 86_400_000)];
    const { id } = await incidentOf({ ...acted, selection }, at);
    await incidents.add((await incidents.get(id)) as Incident, { person, reference: "K7QD-9MXD", id: "bot-9", at: hour.from });
    for await (const some of incidents.people(id)) for (const each of some) await incidents.move(id, each, { state: "disabled" });
    const newer = await Promise.all(Array.from({ length: 60 }, () => incidentOf({ ...acted, selection })));
    expect(await text(await pages.get(`/people?email=${email}`, "Approver"))).toContain("Now Disabled by an incident");
    for (const each of newer) await incidents.update((await incidents.get(each.id)) as Incident, [], { state: "undone" });
  });

  it("keeps a person out until it is undone, whatever the row of their account contains", async () => {
    const { incidents, accounts, hashes } = pages.world;
    const email = "bot-3@relay.example";
    const person = buildPersonId(email, (await hashes()).hashOf);
    await pages.world.decisions.keep(admitted("bot-3", 0, { email, personId: person, at: now.toISOString() }), 90);
    const { id } = await incidentOf({ ...acted, selection: { ...hour, domain: "relay.example" } });
    await incidents.add((await incidents.get(id)) as Incident, { person, reference: "K7QD-9MXD", id: "bot-3", at: hour.from });
    const are = async (state: "disabled" | "enabled") => {
      for await (const some of incidents.people(id)) for (const each of some) await incidents.move(id, each, { state });
      return await text(await pages.get(`/people?email=${email}`, "Approver"));
    };
    const disabled = new RegExp(`${email}.*href="/incidents\\?id=${id}"><span[^>]*>Disabled by an incident<`, "s");
    await are("disabled");
    // Without rows of accounts, decisions alone say who is in.
    expect(await text(await pages.get("/people", "Reader"))).not.toContain(email);
    await accounts().change("bot-3", (stored) =>
      arrive(stored, { ...newcomer, id: "bot-3", email, personId: person, until: daysFromNow(10) }, now),
    );
    const out = await are("disabled");
    expect(out).toMatch(/Disabled .*Timeline .*Disabled by an incident .*Now Disabled by an incident: Incident/);
    expect(out).not.toMatch(/In until|End now/);
    const ending = await (await pages.get("/people?life=ending", "Approver")).text();
    expect(ending).toMatch(disabled);
    expect(ending).not.toContain('name="person"');
    const elsewhere = ["/domains/relay.example", "/search?q=bot-3"];
    for (const path of elsewhere)
      expect(await text(await pages.get(path, "Reader"))).toMatch(/bot-3 ?@relay\.example .*Disabled by an incident/);
    const back = await are("enabled");
    expect(back).toMatch(/In until .*End now/);
    expect(back).toContain("Account enabled again");
    for (const path of ["/people?life=ending", ...elsewhere])
      expect(await (await pages.get(path, "Approver")).text()).not.toContain("Disabled by an incident");
    expect(await (await pages.get("/people?life=ending", "Approver")).text()).toContain(email);
  });

  it("lets an administrator enable one person again, and reports the effect on them", async () => {
    const { incidents, hashes } = pages.world;
    const email = "innocent@relay.example";
    const person = buildPersonId(email, (await hashes()).hashOf);
    const { id, shown } = await incidentOf({ ...acted, selection: { ...hour, domain: "relay.example" } });
    await incidents.add((await incidents.get(id)) as Incident, { person, reference: "K-1", id: "K-1", at: hour.from });
    for await (const some of incidents.people(id)) for (const each of some) await incidents.move(id, each, { state: "disabled" });
    const page = async (role: "Administrator" | "Approver") => await (await pages.get(`/people?email=${email}`, role)).text();
    expect(await page("Approver")).not.toContain("/incidents/enable");
    expect(await page("Administrator")).toContain('action="/incidents/enable"');
    expect((await pages.post("/incidents/enable", "Approver", { id, person })).status).toBe(403);
    Object.assign(pages.world, { reachesAccounts: false });
    expect((await post("enable", { id, person })).status).toBe(409);
    Object.assign(pages.world, { reachesAccounts: true });
    expect([...(await incidents.among([{ id, person }])).values()]).toMatchObject([{ state: "disabled" }]);
    for (const wrong of ["", "nobody", "x".repeat(2_000)]) expect((await post("enable", { id, person: wrong })).status).toBe(409);
    const answer = await post("enable", { id, person });
    expect(answer.headers.get("location")).toBe(`/incidents?id=${id}&done=begun`);
    expect(incidentWork.start).toHaveBeenCalledOnce();
    expect(await incidents.get(id)).toMatchObject({ state: "acted", wish: "enable", wishedName: "Test Administrator", work: "waiting" });
    expect(await shown()).toMatch(/Shut out 3 people of relay\.example; an account is being enabled again/);
    const twice = await page("Administrator");
    expect(twice).toContain("about to be enabled");
    expect(twice).not.toContain("/incidents/enable");
    expect((await post("enable", { id, person })).status).toBe(409);
    await incidents.update((await incidents.get(id)) as Incident, [], { work: "refused" });
    expect(await page("Administrator")).toContain('action="/incidents/enable"');
    expect((await post("enable", { id, person })).status).toBe(303);
  });

  it("names who shut the people out, also after a colleague enabled one of them again", async () => {
    const steps = [...stepsBy("kim", now.toISOString(), "acting", "acted"), ...stepsBy("lee", now.toISOString(), "enabled")];
    const { shown } = await incidentOf({
      ...acted,
      selection: { ...hour, domain: "relay.example" },
      steps,
      outcome: { disabled: 2, enabled: 1 },
    });
    expect(await shown()).toMatch(/Shut out 3 people of relay\.example; accounts: 2 disabled, 1 enabled again\. .* by kim/);
  });

  it("names in one line of the changes whom a colleague enabled again, and says how many were erased since", async () => {
    const { incidents, decisions, audit } = pages.world;
    const email = "innocent@relay.example";
    const whom = { person: "p-1", reference: "K7QD-9MXD", id: "innocent" };
    await decisions.keep(admitted("innocent", 0, { ...whom, email, at: now.toISOString() }), 90);
    const steps = [...stepsBy("kim", now.toISOString(), "acting", "acted"), ...stepsBy("lee", now.toISOString(), "enabled")];
    const named = steps.map((step) => (step.what === "enabled" ? { ...step, act: "a-7", whom } : step));
    const { id, shown } = await incidentOf({ ...acted, selection: { ...hour, domain: "relay.example" }, steps: named });
    for (const person of ["p-1", "p-2"])
      await incidents.add((await incidents.get(id)) as Incident, { person, reference: person, id: person, at: hour.from });
    const lee = { by: "lee", name: "Lee", via: "console", outcome: "done", act: "a-7" } as const;
    await audit.tell({ ...lee, action: "access-list.removed", subject: email }, now);
    await audit.tell({ ...lee, action: "incident.enabled", subject: id, person: "p-1" }, now);
    const html = await (await pages.get("/audit", "Administrator")).text();
    const rows = [...html.matchAll(/<tr[ >].*?<\/tr>/gs)].map(([row]) => row.replace(/<[^>]+>/g, "").replace(/\s+/g, " "));
    const own = rows.filter((row) => row.includes("Lee"));
    expect(own).toEqual([expect.stringContaining(`enabled again the account of ${email}, one of 3 people of relay.example`)]);
    expect(await shown()).toContain("1 person was erased since: their account stays as it is.");
  });

  it("can be repeated for a person whom somebody has enabled again", async () => {
    const { incidents } = pages.world;
    const selection = { ...hour, domain: "again.example" };
    const { id } = await incidentOf({ ...acted, selection });
    const person = buildPersonId("again@again.example", keyedHash("key"));
    await pages.world.decisions.keep(admitted("again", 0, { email: "again@again.example", personId: person, at: now.toISOString() }), 90);
    await incidents.add((await incidents.get(id)) as Incident, { person, reference: "K-1", id: "K-1", at: hour.from });
    const preview = async (state: "disabled" | "enabled") => {
      for await (const some of incidents.people(id)) for (const each of some) await incidents.move(id, each, { state });
      return await pages.get(`/incidents?${new URLSearchParams(selection)}`, "Administrator");
    };
    // Nobody is left: the page of the incident says so.
    expect((await preview("disabled")).headers.get("location")).toBe(`/incidents?id=${id}`);
    expect(await text(await preview("enabled"))).toContain("1 person let in");
  });

  it("is opened by its domain's link once nobody else of the domain was let in lately", async () => {
    const { id } = await incidentOf({ ...acted, selection: { from: "2026-01-01", to: "2026-01-02", domain: "longago.example" } });
    expect((await pages.get("/incidents?domain=longago.example", "Administrator")).headers.get("location")).toBe(`/incidents?id=${id}`);
  });

  it("does not change a person while a worker processes the incident", async () => {
    const { incidents } = pages.world;
    const { id } = await incidentOf({ ...acted, wish: "act", wishedBy: "kim", work: "running", aliveUntil: now.getTime() + 60_000 });
    const one = { id, person: "p-1" };
    await incidents.add((await incidents.get(id)) as Incident, { ...one, reference: "K-1", id: "K-1", at: hour.from });
    for await (const some of incidents.people(id)) for (const each of some) await incidents.move(id, each, { state: "disabled" });
    expect((await post("enable", one)).status).toBe(409);
    expect([...(await incidents.among([one])).values()]).toMatchObject([{ state: "disabled" }]);
    expect(await incidents.get(id)).toMatchObject({ wish: "act" });
  });

  it("is named in the notes of its entries on every page that shows them", async () => {
    const { id } = await incidentOf(acted);
    await pages.put({ entry: "bot-4@relay.example", effect: "deny", note: `incident ${id}; still wanted` });
    const says = new RegExp(`<a href="/incidents\\?id=${id}">by an incident</a>(<bdi[^>]*>)?; still wanted`);
    for (const path of ["/access-list?q=bot-4", "/access-list?open=bot-4@relay.example", "/people?email=bot-4@relay.example"])
      expect(await (await pages.get(path, "Administrator")).text()).toMatch(says);
    await pages.put({ entry: "relay.test", effect: "deny", note: `incident ${id}; still wanted` });
    expect(await (await pages.get("/domains/relay.test", "Administrator")).text()).toMatch(says);
  });

  it("is linked on its domain's page while it is being undone", async () => {
    const selection = { ...hour, domain: "undoing.example", denyDomain: true };
    await pages.put({ entry: "undoing.example", effect: "deny" });
    const { id, shown } = await incidentOf({ ...acted, state: "undoing", selection, wish: "undo", wishedBy: "kim", work: "running" });
    const { incidents } = pages.world;
    await incidents.add((await incidents.get(id)) as Incident, { person: "1", reference: "K-1", id: "K-1", at: hour.from });
    // An account that the incident left alone needs no undo.
    expect(await shown()).toMatch(/Being undone\. .*\? \d[^?]* left as is/);
    const html = await (await pages.get("/domains/undoing.example", "Administrator")).text();
    expect(html).toMatch(new RegExp(`/incidents\\?id=${id}">Being undone</a>`));
    expect(html).toMatch(/class="quiet">Allow undoing\.example/);
  });

  /** Adds people whose accounts the incident has disabled. */
  async function addDisabled(id: string, count: number): Promise<void> {
    const { incidents } = pages.world;
    for (let index = 0; index < count; index++) {
      const key = `p-${index}`;
      await incidents.add((await incidents.get(id)) as Incident, { person: key, reference: key, id: key, at: hour.from });
    }
    for await (const some of incidents.people(id)) for (const each of some) await incidents.move(id, each, { state: "disabled" });
  }

  it("is undone by one button, or by a command if the stack reaches no accounts", async () => {
    const { id, shown } = await incidentOf(acted);
    await addDisabled(id, 3);
    for (const [role, may] of [
      ["Administrator", true],
      ["Approver", false],
    ] as const)
      expect((await (await pages.get(`/incidents?id=${id}`, role)).text()).includes('action="/incidents/undo"')).toBe(may);
    Object.assign(pages.world, { reachesAccounts: false });
    expect(await shown()).toContain(`incident undo ${id}`);
    const html = await (await pages.get(`/incidents?id=${id}`, "Administrator")).text();
    expect(html).not.toMatch(/<small>(?:(?!<\/small>).)*<p>/s);
    expect(await text(await pages.get(`/incidents?id=${id}`, "Approver"))).not.toContain("incident undo");
    expect((await post("undo", { id })).status).toBe(409);
    Object.assign(pages.world, { reachesAccounts: true });
    expect((await post("undo", { id })).status).toBe(303);
    expect(incidentWork.start).toHaveBeenCalledOnce();
  });

  it.each<[Partial<Incident>, string]>([
    [{ state: "acting", work: "refused" }, "Microsoft Graph refuses"],
    [{ state: "acting", work: "failed" }, "Continue shutting them out"],
    [{ ...acted, outcome: { none: 1 } }, "accounts: 1 not found"],
    [{ ...acted, outcome: { none: 1 } }, "Accounts not disabled: 1."],
    [{ ...acted, state: "undone", kept: 2 }, "Deny entries kept: 2. They were edited since"],
  ])("shows its result: %j", async (facts, words) => {
    const { shown } = await incidentOf(facts);
    expect(await shown()).toContain(words);
  });

  it("offers to search again for accounts that were not found, and no option to edit only the list", async () => {
    const { id, shown } = await incidentOf({ ...acted, outcome: { none: 1, disabled: 2 } });
    expect(await shown()).toMatch(
      /Look for their accounts again Accounts not disabled: 1\..* Type 3 to confirm Look for their accounts again /,
    );
    expect(await (await pages.get(`/incidents?id=${id}`, "Administrator")).text()).not.toContain('name="list-only"');
  });

  it("is undone only after somebody has seen the effect, if it shut out many people", async () => {
    const { incidents } = pages.world;
    const selection = { ...hour, domain: "many.example", denyDomain: true };
    const { id } = await incidentOf({ ...acted, people: 21, outcome: { disabled: 21 }, selection });
    await addDisabled(id, 21);
    expect(await (await pages.get(`/incidents?id=${id}`, "Administrator")).text()).toContain("Undo…");
    const asks = await post("undo", { id });
    expect([asks.status, await text(asks)]).toEqual([200, expect.stringContaining("Accounts enabled again: 21.")]);
    expect(await text(await post("undo", { id }))).toContain(
      "The entry that denies many.example is one of them: if many.example was allowed before",
    );
    expect((await incidents.get(id))?.wish).toBeUndefined();
    expect((await post("undo", { id, sure: "yes" })).status).toBe(303);
    expect(await incidents.get(id)).toMatchObject({ wish: "undo" });
  });

  it("offers Undo without showing the effect first while it is still running", async () => {
    const { id } = await incidentOf({ ...acted, state: "acting", wish: "act", wishedBy: "oid-1", work: "running", people: 21 });
    const html = await (await pages.get(`/incidents?id=${id}`, "Administrator")).text();
    expect(html).toMatch(/action="\/incidents\/undo"(?:(?!<\/form>).)*name="sure" value="yes"(?:(?!<\/form>).)*>Undo</s);
  });

  it("returns to the page of the person who is enabled again", async () => {
    const { incidents } = pages.world;
    const { id } = await incidentOf(acted);
    const one = { id, person: "p-2" };
    await incidents.add((await incidents.get(id)) as Incident, { ...one, reference: "K-1", id: "K-1", at: hour.from });
    for await (const some of incidents.people(id)) for (const each of some) await incidents.move(id, each, { state: "disabled" });
    const back = "/people?email=kim%40relay.example";
    expect((await post("enable", { ...one, back })).headers.get("location")).toBe(back);
    await incidents.update((await incidents.get(id)) as Incident, [], { work: "refused" });
    expect((await post("enable", { ...one, back: "https://elsewhere.example/" })).headers.get("location")).toBe("/");
  });

  it("is open to an administrator only", async () => {
    const { id } = await incidentOf({});
    for (const verb of ["act", "undo", "confirm"])
      expect((await pages.post(`/incidents/${verb}`, "Approver", { id, people: "3" })).status).toBe(403);
  });
});

it.each([
  ["/incidents?from=soon&to=later", 400, "does not name a time"],
  ["/incidents?domain=not%20a%20domain", 400, "The domain or entry in the address cannot be read."],
  ["/incidents?from=-000001-01-01T00:00:00Z&to=-000001-01-01T00:00:00Z", 400, "does not name a time"],
  ["/incidents?from=2020-01-01T00:00Z&to=2099-01-01T00:00Z", 200, "incident select --since 2020-01-01"],
  ["/incidents?id=none", 404, "There is no such incident"],
  ["/incidents?id=none&lang=ko", 404, "그런 사고가 없습니다"],
])("explains the problem on %s", async (path, status, words) => {
  const response = await pages.get(path, "Reader");
  expect([response.status, await text(response)]).toEqual([status, expect.stringContaining(words)]);
});

it("selects nobody if there are too many decisions", async () => {
  const many = { from: "2020-01-01T00:00Z", to: "2099-01-01T00:00Z", word: "1" };
  const response = await pages.post("/incidents/open", "Administrator", many);
  expect([response.status, await text(response)]).toEqual([409, expect.stringContaining("A page selects up to 5,000 decisions")]);
});

it("the access list and its counts omit an incident's entries, unless somebody asks or searches for them", async () => {
  const entries = ["bot-1@relay.example", "own.example"] as const;
  await pages.put({ entry: entries[0], effect: "deny", note: "incident 20261127-051701319-paag" });
  await pages.put({ entry: entries[1], effect: "deny", note: "an incident of May" });
  // Its deny of a whole domain is what people look for.
  await pages.put({ entry: "whole.example", effect: "deny", note: "incident 20261127-051701319-paag" });
  const shown = async (query: string) => {
    const html = await (await pages.get(`/access-list?${query}`, "Reader")).text();
    const says = /(\d+ entr\w+ by (?:an )?incidents? (?:is|are) hidden|Hide entries by incidents)/.exec(html)?.[1];
    const denied = Number(/Deny <span class="count[^"]*">(\d+)</.exec(html)?.[1]);
    return { rows: entries.map((entry) => html.includes(`data-key="${entry}"`)), says, denied };
  };
  expect(await (await pages.get("/access-list?effect=deny", "Reader")).text()).toContain('data-key="whole.example"');
  const [without, all] = [await shown("effect=deny"), await shown("effect=deny&marked=yes")];
  expect(without).toMatchObject({ rows: [false, true], says: expect.stringMatching(/hidden$/) });
  expect(all).toEqual({
    rows: [true, true],
    says: "Hide entries by incidents",
    denied: without.denied + Number.parseInt(without.says ?? "", 10),
  });
  for (const asked of ["q=bot-1", "note=incident", "open=bot-1@relay.example"])
    expect(await shown(asked)).toMatchObject({ rows: [true, asked !== "q=bot-1"] });
  // Each view counts what it shows: a search keeps its words there, warnings do not stay.
  expect([await shown("q=bot-1"), await shown("problem=1")].map(({ denied }) => denied)).toEqual([all.denied, without.denied]);
});

it("the access list mentions no hidden entries if its incomplete count found none", async () => {
  const spy = vi.spyOn(pages.world.accessList, "cells").mockResolvedValue({ items: [], isAll: false });
  const html = await (await pages.get("/access-list", "Reader")).text();
  spy.mockRestore();
  expect(html).not.toContain("hidden.");
  expect(html).toContain('data-key="own.example"');
});

it("an incident appears as one row among the changes, with Undo", async () => {
  const form = await formOf(`${asked}&domain=relay.example`);
  const id = idIn(await pages.post("/incidents/open", "Administrator", { ...form, word: "relay.example" }));
  const incident = (await pages.world.incidents.get(id)) as Incident;
  await pages.world.incidents.update(incident, [], { state: "acted", work: "done" });
  const steps = [
    { action: "incident.opened", subject: id },
    { action: "access-list.added", subject: "unrelated.example" },
    { action: "incident.acting", subject: id },
    { action: "access-list.set-done", subject: "", set: "20261127-051701319-paag", count: 21 },
    { action: "incident.acted", subject: id, after: { changeSet: "20261127-051701319-paag" } },
  ];
  for (const step of steps) await pages.world.audit.tell({ by: "oid-1", name: "Kim", via: "console", outcome: "done", ...step }, now);
  expect(await text(await pages.get(`/incidents?id=${id}`, "Reader"))).toContain("All allowed by the entry contoso.com");
  const html = await (await pages.get("/audit", "Administrator")).text();
  const rows = [...html.matchAll(/<tr[ >].*?<\/tr>/gs)].map(([row]) => row.replace(/<[^>]+>/g, " ").replace(/\s+/g, " "));
  expect(rows.filter((row) => row.includes("unrelated.example"))).toHaveLength(1);
  const own = rows.filter((row) => /Kim (shut out|selected|imported entries)/.test(row));
  expect(own).toEqual([expect.stringMatching(/^ \d\d:\d\d:\d\d , entry \d Kim shut out 21 people of relay.example 4 steps .* Undo… $/)]);
});

it.each([
  { to: "2026-11-20T10:00:00Z", text: "1 min" },
  { to: "2026-11-20T10:59:30Z", text: "1 h" },
  { to: "2026-11-20T11:00:01Z", text: "2 h" },
  { to: "2026-11-22T09:00:00Z", text: "2 d" },
])("describes the length of a burst that lasts until $to as $text", async ({ to, text: expected }) => {
  const visit = { say: (words: typeof approvalWords) => words.en } as unknown as Visit;
  expect(spanText(visit, "2026-11-20T10:00:00Z", to)).toBe(expected);
});

it("skips people of an incident whose rows cannot be read", async () => {
  const { incidents } = pages.world;
  const { id, shown } = await incidentOf({ state: "acted", people: 1, outcome: { disabled: 1 } });
  await incidents.add((await incidents.get(id)) as Incident, { person: "p", reference: "", id: "K-1", at: hour.from });
  expect(await shown()).toContain("accounts: 1 disabled");
});
