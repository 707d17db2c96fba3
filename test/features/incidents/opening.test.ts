import fc from "fast-check";
import { makeWorld } from "../../../adapters/operator/world";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { DecisionStore } from "../../../features/decisions/store/decisions";
import { open } from "../../../features/incidents/acts/open";
import type { Incident } from "../../../features/incidents/incident";
import type { Selection } from "../../../features/incidents/selection";
import { type IncidentStore, incidentStore } from "../../../features/incidents/store/incidents";
import { admitted } from "../../cli/records";
import { gatehouse, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";
import type { TestDynamoDb } from "../../support/dynamodb";
import { runs } from "../../support/runs";

let pages: TestConsole;
let instance: TestInstance;
beforeAll(async () => {
  pages = await startConsole();
  Object.assign(pages.world, { incidentWork: { start: async () => undefined }, reachesAccounts: true });
  instance = await startInstance([]);
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const facts = fc.record({
  people: fc.constantFrom(0, 2, 21),
  daysAgo: fc.constantFrom(0, 10),
  isListed: fc.boolean(),
  isNameless: fc.boolean(),
  isUnreadable: fc.boolean(),
  /** Whom incidents keep out already. */
  keptOut: fc.constantFrom("nobody", "nobody", "somebody", "everybody", "everybody twice"),
  provider: fc.constantFrom(undefined, undefined, "google.com", "gmail.com"),
  network: fc.constantFrom(undefined, undefined, undefined, "203.0.113.7"),
  rule: fc.constantFrom(undefined, undefined, undefined, "access-list", "acces-list"),
});
type Facts = typeof facts extends fc.Arbitrary<infer T> ? T : never;

interface Door {
  readonly decisions: DecisionStore;
  readonly decisionsTable: string;
  readonly database: TestDynamoDb;
  readonly incidents: IncidentStore;
  /** What the door says before it opens an incident, and of what it has opened. */
  tryIt(selection: Selection): Promise<string>;
}

const toText = (html: string) => html.replace(/<(?!a )[^>]+>/g, " ").replace(/\s+/g, " ");

const doors = {
  page: (): Door => ({
    ...{ decisions: pages.world.decisions, decisionsTable: pages.world.place.nameOf("decisions"), database: pages.database },
    incidents: incidentStore(pages.database.client, pages.world.place.nameOf("listChanges")),
    async tryIt(selection) {
      const asked = { ...selection } as Readonly<Partial<Record<string, string | boolean>>> as Readonly<Record<string, string>>;
      const path = `/incidents?${new URLSearchParams(asked)}`;
      const answer = await pages.get(path, "Administrator");
      const html = await answer.text();
      const fields = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, name = "", value = ""]) => [name, value] as const);
      const hidden = Object.fromEntries(fields(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g));
      const person = fields(/name="(person)" value="([^"]+)"/g).map(([, value]) => value);
      await (await pages.post("/incidents/open", "Administrator", { ...asked, ...hidden, person, word: selection.domain ?? "" })).text();
      return toText(`${answer.headers.get("location") ?? ""} ${html}`);
    },
  }),
  command: (): Door => ({
    ...{ decisions: instance.decisions, decisionsTable: instance.decisionsTable, database: instance.dynamodb },
    incidents: incidentStore(instance.dynamodb.client, instance.listChangesTable),
    async tryIt({ from, to, ...marks }) {
      const options = Object.entries(marks).flatMap(([name, text]) => [`--${name}`, String(text)]);
      const { stdout, stderr } = await gatehouse("incident", "select", "--since", from, "--until", to, ...options, ...instance.local);
      return stdout + stderr;
    },
  }),
} as const;

const listIncidents = async ({ incidents }: Door) => (await incidents.page()).items;

/** @returns the ids of the incidents that keep people out */
async function setUp(given: Facts, domain: string, { decisions, decisionsTable, database, incidents }: Door): Promise<readonly string[]> {
  const at = new Date(Date.now() - given.daysAgo * DAY - HOUR / 2).toISOString();
  const letIn = async (name: string, more: Partial<DecisionRecord> = {}) => {
    const id = `${name}-${domain}`;
    const known = { email: `${name}@${domain}`, personId: id, issuers: [given.provider ?? "mail"], at };
    await decisions.keep(admitted(id, 0, { ...known, ...more }), 90);
    return id;
  };
  const people: string[] = [];
  for (let index = 0; index < given.people; index++) people.push(await letIn(`bot${index}`));
  if (given.isListed) {
    const trace: DecisionRecord["trace"] = [{ rule: "access-list", said: "continue", evidence: { entry: `vip@${domain}` } }];
    await letIn("vip", { trace });
  }
  if (given.isNameless) await letIn("nameless", { personId: undefined });
  if (given.isUnreadable) {
    const id = await letIn("odd");
    const [row] = await decisions.whole([{ reference: "K7QD-9MXD", id }]);
    const set = { UpdateExpression: "SET durationMs = :odd", ExpressionAttributeValues: { ":odd": { S: "odd" } } };
    const Key = { reference: { S: row?.reference ?? "" }, id: { S: id } };
    await database.client.call("UpdateItem", { TableName: decisionsTable, Key, ...set });
  }
  const kept = { nobody: [], somebody: [people.slice(0, 1)], everybody: [people], "everybody twice": [people, people] }[given.keptOut];
  const ids: string[] = [];
  for (const some of kept) {
    const selection = { from: at, to: at, domain };
    const draft = { by: "lee", state: "acted", selection, decisions: some.length, people: some.length, listed: 0, nameless: 0 } as const;
    const incident = await incidents.open({ ...draft, steps: [{ what: "acting", at, by: "lee" }] }, new Date());
    for (const person of some) await incidents.add(incident, { person, reference: "K7QD-9MXD", id: person, at });
    ids.push(incident.id);
  }
  return ids;
}

type Says = Readonly<Record<keyof typeof doors, (text: string, keptOut: readonly string[]) => boolean>>;

const both = (words: RegExp): Says => ({ page: (text) => words.test(text), command: (text) => words.test(text) });

/** What each door says of what the act knows. */
const said: Readonly<Record<string, Says>> = {
  nobody: {
    page: (text) => /nobody (was let in|is left to shut out)/.test(text),
    command: (text) => /^0 people let in/m.test(text),
  },
  "kept-out": {
    page: (text, ids) => ids.length > 0 && ids.every((id) => text.includes(`/incidents?id=${id}`)),
    command: (text, ids) => ids.length > 0 && ids.every((id) => text.includes(`the incident ${id} keeps out already`)),
  },
  "unknown-provider": both(/Perhaps nobody signs in with a provider called gmail\.com/),
  "no-network": both(/Only external tenants send an IP address/),
  "no-rule": both(/There is no rule acces-list: write one of |No decision of this time names the rule acces-list/),
  "second-person": both(/a second administrator has to confirm first/),
  listed: both(/Left out: the access list names the person/),
  nameless: both(/Left out: no address/),
  unreadable: both(/cannot be read/),
};

/** What a door does not say, and why. */
const lacking: Readonly<Record<keyof typeof doors, (given: Facts) => readonly string[]>> = {
  // If one incident keeps out everybody, the page shows that incident in place of the selection.
  page: ({ keptOut, people }) =>
    (people === 0 && keptOut === "somebody") || keptOut === "everybody" ? Object.keys(said).filter((code) => code !== "kept-out") : [],
  command: () => [],
};

/** What an incident holds of its selection, in whatever order it was found. */
async function readOpened({ incidents }: Door, { id, decisions, listed, nameless, selection, steps, people: count }: Incident) {
  const people: string[] = [];
  for await (const page of incidents.people(id)) people.push(...page.map(({ person }) => person));
  return { people: people.sort(), count, decisions, listed, nameless, selection, first: steps[0]?.what };
}

let number = 0;

it("each door says what the act knows but for the table, refuses alike but for nobody, and opens the same incident", async () => {
  const plain: Facts = {
    ...({ people: 2, daysAgo: 0, isListed: false, isNameless: false, isUnreadable: false, keptOut: "nobody" } as const),
    ...{ provider: undefined, network: undefined, rule: undefined },
  };
  const examples: [Facts][] = [
    [{ ...plain, people: 21, daysAgo: 10, provider: "gmail.com" }],
    [{ ...plain, isListed: true, isNameless: true, isUnreadable: true }],
    [{ ...plain, people: 0, isListed: true, isNameless: true, isUnreadable: true }],
    [{ ...plain, keptOut: "everybody" }],
    [{ ...plain, keptOut: "everybody twice" }],
    [{ ...plain, keptOut: "somebody" }],
    [{ ...plain, rule: "acces-list" }],
    [{ ...plain, network: "203.0.113.7" }],
  ];
  const told = new Set<string>();
  const property = fc.asyncProperty(facts, async (given) => {
    number += 1;
    const domain = `relay${number}.example`;
    const from = new Date(Date.now() - given.daysAgo * DAY - HOUR).toISOString();
    const { provider, network, rule } = given;
    const opened: unknown[] = [];
    const to = new Date().toISOString();
    for (const name of ["page", "command"] as const) {
      const door = doors[name]();
      const keptOut = await setUp(given, domain, door);
      // The page has no fields for a network and a rule.
      const marks = { provider, ...(name === "command" && { network, rule }) };
      const selection: Selection = { from, to, domain, ...(JSON.parse(JSON.stringify(marks)) as object) };
      const actor = { by: "me", via: name === "page" ? "console" : "command" } as const;
      const place = { ...pages.world.place, ...(name === "command" && placeOfCommand()) };
      const [state] = await open.read([{ selection }], makeWorld(open.uses, place), { actor, now: new Date() });
      if (state === undefined) throw new Error("Nothing was read.");
      const concerns = open.concerns(state, {}, actor);
      const known = new Set(concerns.map(({ code }) => code));
      const { listed, nameless } = state.selected;
      for (const [code, count] of Object.entries({ listed, nameless, unreadable: state.unreadable.length })) if (count > 0) known.add(code);
      const before = (await listIncidents(door)).map(({ id }) => id);
      const text = await door.tryIt(selection);
      const after = (await listIncidents(door)).filter(({ id }) => !before.includes(id));
      const isRefused = concerns.some(({ weight }) => weight === "refused");
      expect([name, given, after.length]).toEqual([name, given, isRefused ? 0 : 1]);
      const shown = Object.keys(said).filter((code) => said[code]?.[name](text, keptOut));
      // A rule that does not exist is all that the command says.
      const expected = known.has("no-rule") ? ["no-rule"] : [...known].filter((code) => !lacking[name](given).includes(code));
      expect([name, given, shown.sort()]).toEqual([name, given, expected.sort()]);
      for (const code of expected) told.add(`${name} ${code}`);
      if (after[0] !== undefined && network === undefined && rule === undefined) opened.push(await readOpened(door, after[0]));
    }
    if (opened.length === 2) expect(opened[0]).toEqual(opened[1]);
  });
  await fc.assert(property, { numRuns: runs(20, 200), examples, endOnFailure: true });
  for (const code of ["nobody", "kept-out", "unknown-provider", "second-person", "listed", "nameless", "unreadable"])
    for (const name of Object.keys(doors)) expect([...told]).toContain(`${name} ${code}`);
  for (const code of ["no-network", "no-rule"]) expect([...told]).toContain(`command ${code}`);
}, 600_000);

function placeOfCommand() {
  const names: Readonly<Record<string, string>> = { listChanges: instance.listChangesTable, decisions: instance.decisionsTable };
  return { tables: instance.dynamodb.client, nameOf: (table: string) => names[table] ?? table };
}
