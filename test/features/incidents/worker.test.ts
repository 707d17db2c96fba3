import { randomUUID } from "node:crypto";
import type { DynamoDBRecord } from "aws-lambda";
import { graphPlaces } from "../../../adapters/graph/clouds";
import { graphClient } from "../../../adapters/graph/graph";
import { graphSignIn } from "../../../adapters/graph/sign-in";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { readWorkFailures } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import { buildPersonId, keyedHash } from "../../../engine/sign-up/person";
import type { Row } from "../../../engine/sign-up/rule";
import { accessListStore } from "../../../features/access-list/store/access-list";
import { changeSetStore } from "../../../features/access-list/store/change-sets";
import { OUTSIDE } from "../../../features/audit/entry";
import { auditStore } from "../../../features/audit/store/trail";
import { auditTrailHandler } from "../../../features/audit/worker";
import { decisionStore } from "../../../features/decisions/store/decisions";
import { ALONE_UP_TO, type Incident } from "../../../features/incidents/incident";
import type { Selection } from "../../../features/incidents/selection";
import type { WorkVerb } from "../../../features/incidents/steps";
import { type IncidentStore, incidentPersonKey, incidentStore } from "../../../features/incidents/store/incidents";
import { incidentFact } from "../../../features/incidents/store/rows";
import { openIncident, selectPeople } from "../../../features/incidents/store/select";
import { takeStep } from "../../../features/incidents/store/work";
import { incidentWorkerHandler } from "../../../features/incidents/worker";
import type { GraphAccount } from "../../../local/stand-ins/graph/directory";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { admitted } from "../../cli/records";
import type { MemoryChange } from "../../memory/tables";
import { memoryWorld, type Observed } from "../../memory/world";
import { createDecisionsTable } from "../../support/decisions-table";
import { createKeyTable } from "../../support/key-table";

const KEY = "k".repeat(64);
const minute = 60_000;
const who = { by: "oid-1", name: "kim@contoso.com" };
const names = ["ann", "bob", "cleo"] as const;
const at = (name: string) => `${name}@relay.example`;
const plain = {
  ACCESS_LIST_TABLE: "list",
  AUDIT_TABLE: "audit",
  DECISIONS_TABLE: "decisions",
  LEDGER_TABLE: "ledger",
  LIST_CHANGES_TABLE: "changes",
  PERSON_KEY_SECRET: "person-key",
};
const accountSettings = JSON.stringify({
  tenantId: "11111111-1111-1111-1111-111111111111",
  clientId: "22222222-2222-2222-2222-222222222222",
  clientSecret: "secret of the application",
  tenantDomain: "contoso.onmicrosoft.com",
  redirectUrl: "https://app.contoso.com/",
});

let graph: GraphStandIn;
beforeAll(async () => {
  graph = await serveGraph();
});
afterAll(() => graph.close());

/** What Graph answers to everything that would change an account. */
let refusal: number | undefined;
/** Called after each change of an account. */
let onPatch: () => void = () => undefined;
let world: World;
let observed: Observed;
let changes: MemoryChange[];
let time: number;
let incidents: IncidentStore;
let incident: Incident;

async function begin(
  settings: Readonly<Record<string, string>> = { APPROVALS_SECRET: "accounts" },
  people: readonly string[] = names,
): Promise<() => Promise<void>> {
  refusal = undefined;
  onPatch = () => undefined;
  changes = [];
  time = Date.now();
  const signIn = (signal: AbortSignal) =>
    graphSignIn({ tenantId: "t", clientId: "c", credential: { clientSecret: "s" }, login: graph.url, scope: graphPlaces().scope, signal });
  const meddling: typeof fetch = async (input, init) => {
    if (init?.method !== "PATCH") return await fetch(input, init);
    if (refusal !== undefined) return Response.json({ error: { code: "Authorization_RequestDenied" } }, { status: refusal });
    const answer = await fetch(input, init);
    onPatch();
    return answer;
  };
  ({ world, observed } = memoryWorld({
    settings: { ...plain, ...settings },
    clock: { now: () => time, startTimer: () => () => undefined },
    secrets: { "person-key": KEY, accounts: accountSettings },
    directory: () => graphClient({ signIn, endpoint: graph.url, sleep: async () => undefined, fetch: meddling }),
    onChange: (change) => changes.push(change),
  }));
  await createKeyTable(world.tables, "list", "accessList");
  await createKeyTable(world.tables, "ledger", "ledger");
  await createKeyTable(world.tables, "audit", "audit");
  await createKeyTable(world.tables, "changes", "listChanges");
  await createDecisionsTable(world.tables, "decisions");
  incidents = incidentStore(world.tables, "changes");
  const decisions = decisionStore(world.tables, "decisions");
  const accounts = graph.accounts() as GraphAccount[];
  accounts.length = 0;
  for (const name of people) {
    const email = at(name);
    await decisions.keep(admitted(name, 0.5, { email, personId: buildPersonId(email, keyedHash(KEY)) }), 90);
    const createdDateTime = new Date(time - 29 * minute).toISOString();
    const given = {
      userPrincipalName: email,
      mail: email,
      userType: "Guest",
      identities: [],
      externalUserState: null,
      accountEnabled: true,
    };
    accounts.push({ id: randomUUID(), createdDateTime, ...given } as GraphAccount);
  }
  incident = await opened();
  return incidentWorkerHandler(world);
}

/** Selects whom the last hour let in. */
async function opened(selection: Partial<Selection> = {}, without: readonly string[] = []): Promise<Incident> {
  const hour = { from: new Date(time - 60 * minute).toISOString(), to: new Date(time).toISOString() };
  const decisions = decisionStore(world.tables, "decisions");
  const selected = await selectPeople(decisions, { ...hour, ...selection }, new Set(without.map(personOf)));
  return await openIncident(incidents, selected, { by: "oid-1" }, new Date(time));
}

const personOf = (name: string) => buildPersonId(at(name), keyedHash(KEY));

/** Acts on another incident, or undoes it. */
async function also(other: Incident, verb: "act" | "undo", work: () => Promise<void>): Promise<void> {
  await ask((await incidents.get(other.id)) as Incident, verb);
  await work();
}

async function stateOf(name: string, { id }: Incident = incident): Promise<string | undefined> {
  const one = { id, person: personOf(name) };
  return (await incidents.among([one])).get(incidentPersonKey(one))?.state;
}

const isEnabled = (name: string) => graph.accounts().find(({ mail }) => mail === at(name))?.accountEnabled;

async function listed(row: Row): Promise<void> {
  await world.tables.call("PutItem", { TableName: "list", Item: toItem(row) });
}

const now = async () => (await incidents.get(incident.id)) as Incident;
const enabled = () => graph.accounts().filter(({ accountEnabled }) => accountEnabled).length;
const job = async (verb: WorkVerb, listOnly = false) => await ask(await now(), verb, listOnly);
async function ask(of: Incident, verb: WorkVerb, listOnly = false): Promise<Incident | undefined> {
  const { done, incident } = await takeStep(incidents, of, verb, { ...who, act: `${verb}-1`, listOnly, byWorker: true }, new Date(time));
  return done === "begun" ? incident : undefined;
}
async function denied(): Promise<readonly unknown[]> {
  const { Items = [] } = await world.tables.call<{ Items?: Parameters<typeof toRow>[0][] }>("Scan", { TableName: "list" });
  return Items.map((item) => toRow(item))
    .flatMap(({ entry, effect }) => (effect === "deny" ? [entry] : []))
    .sort();
}
/** What the trail says of the incident. */
const facts = () =>
  changes.flatMap(({ tableName, keys, before, after }) => {
    if (tableName !== "changes" || keys.set?.S !== "incidents") return [];
    return incidentFact({ ...(before && { before: toRow(before) }), ...(after && { after: toRow(after) }) }) ?? [];
  });
const trail = () => facts().map(({ action, author }) => `${action} ${author?.by} ${author?.via}`);

it.each([
  { row: "a row of today", earlier: {} },
  { row: "a row of an earlier version", earlier: { steps: undefined } },
])("if two workers take a step of $row at once, the second learns of the change, and no step is lost", async ({ earlier }) => {
  await begin();
  const from = new Date(time - 10 * 24 * 60 * minute).toISOString();
  const many = { people: ALONE_UP_TO + 1, selection: { ...incident.selection, from } };
  await incidents.update(incident, ["state"], { ...many, ...earlier });
  const found = await now();
  const asks = (by: string) => takeStep(incidents, found, "act", { by, byWorker: true }, new Date(time));
  expect(await asks("kim")).toMatchObject({ done: "asked" });
  expect(await asks("lee")).toMatchObject({ objection: "stale" });
  const confirmed = (by: string, read: Incident) => takeStep(incidents, read, "confirm", { by, byWorker: true }, new Date(time));
  const asked = await now();
  expect(await confirmed("lee", asked)).toMatchObject({ done: "confirmed" });
  expect(await confirmed("min", asked)).toMatchObject({ objection: "stale" });
  expect((await now()).steps.map(({ what, by }) => `${what} ${by}`)).toEqual(["opened oid-1", "asked kim", "confirmed lee"]);
});

it("denies the people, disables their accounts, undoes both, and records who asked for it", async () => {
  const work = await begin();
  await work();
  expect(await now()).toMatchObject({ state: "open" });
  await job("act");
  const actedAt = new Date(time).toISOString();
  time += minute;
  await work();
  const by = { by: "oid-1", name: who.name };
  expect(await now()).toMatchObject({ state: "acted", work: "done", outcome: { disabled: 3 } });
  expect((await now()).steps.slice(1)).toMatchObject([
    { what: "acting", at: actedAt, ...by },
    { what: "acted", ...by },
  ]);
  expect([enabled(), await denied()]).toEqual([0, names.map(at)]);
  await work();
  await job("undo");
  const undoneAt = new Date(time).toISOString();
  time += minute;
  await work();
  expect(await now()).toMatchObject({ state: "undone", work: "done", kept: 0, outcome: { enabled: 3 } });
  expect((await now()).steps.slice(3)).toMatchObject([
    { what: "undoing", at: undoneAt, ...by },
    { what: "undone", ...by },
  ]);
  expect([enabled(), await denied()]).toEqual([3, []]);
  expect(trail()).toEqual([
    "incident.opened oid-1 command",
    ...["acting", "acted", "undoing", "undone"].map((step) => `incident.${step} oid-1 console`),
  ]);
});

/** Marks one of the people, as the console does. */
async function markForEnabling(name: string): Promise<void> {
  const person = { id: incident.id, person: personOf(name) };
  const found = (await incidents.among([person])).get(incidentPersonKey(person));
  if (found === undefined) throw new Error(`There is no ${name}.`);
  await incidents.move(incident.id, found, { state: "enabling" });
}

it("enables one chosen person and removes their denial; a later undo restores the others", async () => {
  const work = await begin();
  await job("act");
  await work();
  await markForEnabling("bob");
  await job("enable");
  await work();
  expect(await now()).toMatchObject({ state: "acted", work: "done", outcome: { disabled: 2, enabled: 1 } });
  expect([enabled(), await denied()]).toEqual([1, ["ann", "cleo"].map(at)]);
  expect(graph.accounts().find(({ accountEnabled }) => accountEnabled)?.mail).toBe(at("bob"));
  expect(trail().at(-1)).toBe("incident.enabled oid-1 console");
  // One act in the audit log, about bob.
  expect((await now()).steps.at(-1)).toMatchObject({ what: "enabled", act: "enable-1", whom: { person: personOf("bob") } });
  const { Items = [] } = await world.tables.call<{ Items?: Item[] }>("Scan", { TableName: "audit" });
  expect(Items.flatMap((item) => (item.act?.S === "enable-1" ? [[item.subject?.S, item.outcome?.S]] : []))).toEqual([[at("bob"), "done"]]);
  expect(facts().at(-1)).toMatchObject({ act: "enable-1", person: personOf("bob") });
  await job("undo");
  await work();
  expect(await now()).toMatchObject({ state: "undone", kept: 0, outcome: { enabled: 3 } });
  expect([enabled(), await denied()]).toEqual([3, []]);
  expect(trail().at(-1)).toBe("incident.undone oid-1 console");
});

it("removes a person's denial, and enables the account later if Graph fails at first", async () => {
  const work = await begin();
  await job("act");
  await work();
  await markForEnabling("bob");
  await job("enable");
  refusal = 503;
  await work();
  expect(await now()).toMatchObject({ state: "acted", work: "waiting" });
  expect([enabled(), await denied()]).toEqual([0, ["ann", "cleo"].map(at)]);
  refusal = undefined;
  await work();
  expect(await now()).toMatchObject({ work: "done", outcome: { disabled: 2, enabled: 1 } });
});

it("reports that Graph refuses to enable a person, who stays disabled", async () => {
  const work = await begin();
  await job("act");
  await work();
  await markForEnabling("bob");
  await job("enable");
  refusal = 403;
  await work();
  expect(await now()).toMatchObject({ state: "acted", work: "refused", outcome: { disabled: 3 } });
  expect(trail().at(-1)).toBe("incident.acted oid-1 console");
});

it.each<[string, (bob: string) => Promise<unknown>]>([
  ["was edited since", (entry) => listed({ entry, effect: "deny", note: "by hand" })],
  ["is of a decision that is no longer kept", () => forgetDecisions()],
])("reports that an enabled person is still denied if the denying entry %s", async (_, happens) => {
  const work = await begin();
  await job("act");
  await work();
  await markForEnabling("bob");
  await happens(at("bob"));
  await job("enable");
  await work();
  expect(await now()).toMatchObject({ work: "done", kept: 1, outcome: { disabled: 2, enabled: 1 } });
  expect(await denied()).toEqual(names.map(at));
});

async function forgetDecisions(): Promise<void> {
  const { Items = [] } = await world.tables.call<{ Items?: Item[] }>("Scan", { TableName: "decisions" });
  for (const { reference, id } of Items) await world.tables.call("DeleteItem", { TableName: "decisions", Key: { reference, id } });
}

it("two people who differ by their +tags share one denying row, which stays until both are restored", async () => {
  const work = await begin(undefined, ["bob", "bob+1"]);
  await job("act");
  await work();
  expect((await changeSetStore(world.tables, "changes").get(String((await now()).changeSet)))?.keptCount ?? 0).toBe(0);
  expect([enabled(), await denied()]).toEqual([0, [at("bob")]]);
  await markForEnabling("bob");
  await job("enable");
  await work();
  expect(await now()).toMatchObject({ kept: 1, outcome: { disabled: 1, enabled: 1 } });
  expect([isEnabled("bob"), isEnabled("bob+1"), await denied()]).toEqual([true, false, [at("bob")]]);
  await markForEnabling("bob+1");
  await job("enable");
  await work();
  expect(await now()).toMatchObject({ kept: 0, outcome: { enabled: 2 } });
  expect([enabled(), await denied()]).toEqual([2, []]);
});

it.each([
  ["the domain", { domain: "relay.example", denyDomain: true }, names, "relay.example"],
  ["the address without its +tag", {}, ["bob", "bob+1"], at("bob")],
])("an undo leaves %s denied while another incident keeps people out with that entry", async (_, selection, people, entry) => {
  const work = await begin(undefined, people);
  const [first = "", ...rest] = people;
  const one = await opened(selection, rest);
  const other = await opened(selection, [first]);
  for (const each of [one, other]) await also(each, "act", work);
  await also(one, "undo", work);
  expect(await denied()).toContain(entry);
  expect(await incidents.get(one.id)).toMatchObject({ state: "undone", held: 1 });
  expect(isEnabled(first)).toBe(true);
  await also(other, "undo", work);
  await also(one, "undo", work);
  expect(await denied()).toEqual([]);
});

it("an undo keeps an entry that another incident may need, if the people's decisions are no longer stored", async () => {
  const work = await begin();
  const other = await opened();
  await job("act");
  await work();
  await also(other, "act", work);
  await forgetDecisions();
  await job("undo");
  await work();
  expect([await now(), await denied()]).toMatchObject([{ state: "undone", held: 3 }, names.map(at)]);
  await also(other, "undo", work);
  await job("undo");
  await work();
  expect([await now(), await denied()]).toMatchObject([{ held: 0 }, []]);
});

it.each([
  ["one provider", { issuer: "facebook.com" }],
  ["one gate", { gates: "suppliers" }],
  ["a time", { expiresAt: "2099-01-01" }],
])("a deny limited to %s becomes unlimited until the incident is undone", async (_, limit) => {
  const work = await begin();
  await listed({ entry: at("bob"), effect: "deny", ...limit });
  await job("act");
  await work();
  const row = (await accessListStore(world.tables, "list").get(at("bob"))) as Item;
  expect(toRow(row)).not.toMatchObject(limit);
  await job("undo");
  await work();
  expect(toRow((await accessListStore(world.tables, "list").get(at("bob"))) as Item)).toMatchObject(limit);
});

describe("an approval that an incident turns into a deny", () => {
  const whole = { effect: "approval", note: "asked first", gates: "default", owner: "sales", ticket: 17 } as const;
  const rowOf = async (entry: string) => {
    const item = await accessListStore(world.tables, "list").get(entry);
    return item && toRow(item);
  };

  it.each([
    { of: "an address", entry: at("bob"), more: {} },
    { of: "an address until a day", entry: at("bob"), more: { expiresAt: "2099-01-01" } },
    { of: "an address, whose end is over", entry: at("bob"), more: { expiresAt: "2020-01-01" } },
    { of: "an address, whose end cannot be read", entry: at("bob"), more: { expiresAt: "soon", problem: "expiresAt is no time" } },
    { of: "an address for one provider", entry: at("bob"), more: { issuer: "google.com" } },
    { of: "a domain", entry: "relay.example", more: {}, selection: { domain: "relay.example", denyDomain: true } },
    {
      of: "a domain until a day",
      entry: "relay.example",
      more: { expiresAt: "2099-01-01" },
      selection: { domain: "relay.example", denyDomain: true },
    },
  ])("is completely restored after an undo: for $of", async ({ entry, more, selection = {} }) => {
    const work = await begin();
    const row = { entry, ...whole, ...more };
    await listed(row);
    const one = await opened(selection);
    await also(one, "act", work);
    expect(await rowOf(entry)).toMatchObject({ effect: "deny", note: `incident ${one.id}`, owner: "sales", ticket: 17 });
    expect(await rowOf(entry)).not.toHaveProperty("gates");
    await also(one, "undo", work);
    expect(await rowOf(entry)).toEqual(row);
    expect(await denied()).toEqual([]);
  });

  it("is restored for one person once they are enabled, and for the others once the incident is undone", async () => {
    const work = await begin();
    for (const name of names) await listed({ entry: at(name), ...whole });
    await job("act");
    await work();
    await markForEnabling("bob");
    await job("enable");
    await work();
    expect([await rowOf(at("bob")), await denied()]).toEqual([{ entry: at("bob"), ...whole }, ["ann", "cleo"].map(at)]);
    await job("undo");
    await work();
    for (const name of names) expect(await rowOf(at(name))).toEqual({ entry: at(name), ...whole });
  });

  it.each([
    { by: "put back", hand: whole, is: whole },
    { by: "allowed", hand: { effect: "allow" }, is: { effect: "allow" } },
    { by: "denied with another note", hand: { effect: "deny", note: "mine" }, is: { effect: "deny", note: "mine" } },
    { by: "made to wait otherwise", hand: { effect: "approval", note: "mine" }, is: { effect: "approval", note: "mine" } },
    { by: "removed", hand: undefined, is: undefined },
  ])("is left alone by an undo if it was $by by hand meanwhile; the others are restored", async ({ hand, is }) => {
    const work = await begin();
    for (const name of names) await listed({ entry: at(name), ...whole });
    await job("act");
    await work();
    const entry = at("bob");
    if (hand === undefined) await world.tables.call("DeleteItem", { TableName: "list", Key: toItem({ entry }) });
    else await listed({ entry, ...hand });
    await job("undo");
    await work();
    expect(await now()).toMatchObject({ state: "undone" });
    expect(await rowOf(entry)).toEqual(is && { entry, ...is });
    for (const name of ["ann", "cleo"]) expect(await rowOf(at(name))).toEqual({ entry: at(name), ...whole });
  });
});

it.each([
  ["another provider", { issuer: "facebook.com" }],
  ["another gate", { gates: "suppliers" }],
])("an allow for %s does not keep a person from being shut out", async (_, limit) => {
  const work = await begin();
  await listed({ entry: at("bob"), effect: "allow", ...limit });
  await job("act");
  await work();
  expect([await stateOf("bob"), await denied()]).toEqual(["disabled", names.map(at)]);
});

it("another person's allow stays, and does not stop the account from being disabled", async () => {
  const work = await begin(undefined, ["bob+1"]);
  await listed({ entry: at("bob"), effect: "allow" });
  await job("act");
  await work();
  expect([await stateOf("bob+1"), await denied()]).toEqual(["disabled", []]);
  expect(toRow((await accessListStore(world.tables, "list").get(at("bob"))) as Item)).toMatchObject({ effect: "allow" });
});

it("a person who is restored without the others leaves every incident", async () => {
  const work = await begin();
  const other = await opened();
  await job("act");
  await work();
  await also(other, "act", work);
  await markForEnabling("bob");
  await job("enable");
  await work();
  expect([await stateOf("bob", other), isEnabled("bob"), await denied()]).toEqual(["enabled", true, ["ann", "cleo"].map(at)]);
  // Acting again leaves them in.
  await also(other, "act", work);
  expect([isEnabled("bob"), await denied()]).toEqual([true, ["ann", "cleo"].map(at)]);
  const third = await opened({}, ["ann", "cleo"]);
  await also(third, "act", work);
  expect(isEnabled("bob")).toBe(false);
  await also(third, "undo", work);
  expect([await incidents.get(third.id), isEnabled("bob")]).toMatchObject([{ held: 0 }, true]);
});

it("an incident finds the account that belongs to the newer of a person's two decisions", async () => {
  const work = await begin();
  const decisions = decisionStore(world.tables, "decisions");
  await decisions.keep(admitted("earlier", 3, { email: at("ann"), personId: personOf("ann") }), 90);
  const other = await opened({ from: new Date(time - 300 * minute).toISOString() });
  await also(other, "act", work);
  expect([await stateOf("ann", other), isEnabled("ann")]).toEqual(["disabled", false]);
});

it("a single person cannot be enabled while other work on the incident is pending", async () => {
  await begin();
  await job("act");
  expect(await job("enable")).toBeUndefined();
  expect(await now()).toMatchObject({ wish: "act", work: "waiting" });
});

it("the worker enables the chosen person even if somebody requests another act before it runs", async () => {
  const work = await begin();
  await job("act");
  await work();
  await markForEnabling("bob");
  await job("enable");
  expect(await job("act")).toBeUndefined();
  await work();
  expect(isEnabled("bob")).toBe(true);
});

it.each([
  ["by choice", { APPROVALS_SECRET: "accounts" }],
  ["as there is no credential", {}],
])("leaves the accounts unchanged %s", async (_, settings) => {
  const work = await begin(settings);
  await job("act", true);
  await work();
  expect(await now()).toMatchObject({ state: "acted", work: "done", outcome: { selected: 3 } });
  expect([enabled(), await denied()]).toEqual([3, names.map(at)]);
});

it("the worker continues interrupted work, but not before the previous worker's lease has expired", async () => {
  const work = await begin();
  await job("act");
  // The function dies with the first account: nothing more reaches the tables.
  const dying = { ...world.tables };
  let isDead = false;
  onPatch = () => {
    isDead = true;
  };
  const call = (async (...given: Parameters<typeof dying.call>) =>
    isDead ? await Promise.reject(new Error("The program is dead.")) : await world.tables.call(...given)) as typeof dying.call;
  await incidentWorkerHandler({ ...world, tables: { ...dying, call } })().catch(() => undefined);
  expect([enabled(), (await now()).state]).toEqual([2, "acting"]);
  isDead = false;
  onPatch = () => undefined;
  await work();
  expect(enabled()).toBe(2);
  expect(await job("act")).toBeUndefined();
  time += 16 * minute;
  await work();
  expect(await now()).toMatchObject({ state: "acted", work: "done", outcome: { disabled: 3 } });
  expect(enabled()).toBe(0);
});

it.each([
  ["with the next person", 1, { enabled: 1, selected: 2 }],
  ["at its end", 3, { enabled: 3 }],
])("an Undo stops a running incident %s, and undoes what it did", async (_, patched, outcome) => {
  const work = await begin();
  await job("act");
  let patches = 0;
  let undoing: Promise<unknown> | undefined;
  onPatch = () => {
    patches += 1;
    if (patches === patched) undoing = job("undo");
  };
  await work();
  expect(await undoing).toMatchObject({ wish: "undo", work: "waiting" });
  expect(await now()).toMatchObject({ state: "undone", work: "done", outcome });
  expect([enabled(), await denied()]).toEqual([3, []]);
  const steps = ["acting", "undoing", "undone"];
  expect(trail().slice(1)).toEqual(steps.map((step) => `incident.${step} oid-1 console`));
});

it("an incident that denies the domain does so before it denies people, and its undo restores the list", async () => {
  const work = await begin();
  const allow = toItem({ entry: "relay.example", effect: "allow", note: "partner" });
  await world.tables.call("PutItem", { TableName: "list", Item: allow });
  const selection = { ...(await now()).selection, domain: "relay.example", denyDomain: true };
  await incidents.update(await now(), [], { selection });
  await job("act");
  changes = [];
  await work();
  expect(await denied()).toEqual([...names.map(at), "relay.example"].toSorted());
  expect(changes.find(({ tableName }) => tableName === "list")?.keys.entry?.S).toBe("relay.example");
  await job("undo");
  await work();
  expect(await denied()).toEqual([]);
  const { Item } = await world.tables.call<{ Item: object }>("GetItem", { TableName: "list", Key: { entry: allow.entry } });
  expect(Item).toMatchObject(allow);
});

it("an incident's changes of the list count as edited in Gatehouse, even in rows that an import wrote", async () => {
  const work = await begin();
  await accessListStore(world.tables, "list").put(toItem({ entry: "relay.example", effect: "allow" }), undefined, {
    at: "2026-01-01T00:00:00Z",
    name: "kim",
  });
  await incidents.update(await now(), [], { selection: { ...(await now()).selection, domain: "relay.example", denyDomain: true } });
  changes = [];
  await job("act");
  await work();
  await job("undo");
  await work();
  const edits = changes.filter(({ tableName }) => tableName === "list");
  expect(edits).toHaveLength(2 * (names.length + 1));
  await auditTrailHandler(world)({ Records: edits.map(changeRecord) });
  const entries = await auditStore(world.tables, "audit", async () => ({ hashOf: keyedHash(KEY) })).page({ operator: OUTSIDE });
  expect(entries.entries).toEqual([]);
});

/** A change as the table's stream brings it. */
function changeRecord({ keys, before, after }: MemoryChange, index: number): DynamoDBRecord {
  const images = { Keys: keys, ...(before && { OldImage: before }), ...(after && { NewImage: after }) };
  const dynamodb = { ...images, SequenceNumber: String(index), ApproximateCreationDateTime: time / 1_000 };
  return { eventID: String(index), dynamodb } as DynamoDBRecord;
}

it("two workers at the same time do the work once", async () => {
  const work = await begin();
  await job("act");
  let patches = 0;
  onPatch = () => patches++;
  await Promise.all([work(), work()]);
  expect([patches, (await now()).outcome]).toEqual([3, { disabled: 3 }]);
});

const longAgo = { from: "2020-01-01T00:00:00.000Z", to: "2099-01-01T00:00:00.000Z" };

it.each([
  ["Graph refuses", "refused", { people: 3 }, 401],
  ["nobody confirmed that many of longer ago, whatever the row says", "failed", { people: 21, selection: longAgo }, undefined],
  ["Graph has no time", "waiting", { people: 3 }, 503],
])("the state of an incident's work is as expected if %s: %s", async (_, state, facts, status) => {
  const work = await begin();
  await job("act");
  await incidents.update(await now(), [], facts);
  refusal = status;
  await work();
  expect(await now()).toMatchObject({ work: state, aliveUntil: 0 });
  expect([enabled(), observed.lines.length]).toEqual([3, state === "failed" ? 1 : 0]);
  const noted = async () => (await readWorkFailures(world.tables, "ledger", new Date(time))).get("incidents");
  expect(await noted()).toEqual(
    state === "waiting" ? [expect.objectContaining({ why: expect.stringMatching(/^GraphError 503/) })] : undefined,
  );
  refusal = undefined;
  await work();
  expect(await noted()).toBeUndefined();
});

it("the list stays unchanged if the undo would need accounts that it cannot reach", async () => {
  const work = await begin();
  await job("act");
  await work();
  await job("undo");
  const { APPROVALS_SECRET: _, ...settings } = world.settings;
  await incidentWorkerHandler({ ...world, settings })();
  expect(await now()).toMatchObject({ state: "undoing", work: "refused" });
  expect(await denied()).toEqual(names.map(at));
});
