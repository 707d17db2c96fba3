import fc from "fast-check";
import { makeWorld } from "../../../adapters/operator/world";
import * as confirmed from "../../../cli/confirmed";
import { stepActs } from "../../../features/incidents/acts";
import { type Incident, incidentStates, type PersonState, type TakenStep } from "../../../features/incidents/incident";
import { type IncidentStore, incidentStore } from "../../../features/incidents/store/incidents";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { gatehouseAt, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";
import { runs } from "../../support/runs";

/** What the command asked before it acted. */
const questions: string[] = [];

let pages: TestConsole;
let graph: GraphStandIn;
let instance: TestInstance;
/** The name of the command's caller. */
let caller: string;
beforeAll(async () => {
  vi.spyOn(confirmed, "confirmedByTyping").mockImplementation(async (question) => void questions.push(question));
  pages = await startConsole();
  Object.assign(pages.world, { incidentWork: { start: async () => undefined } });
  graph = await serveGraph();
  instance = await startInstance([], "policy", { endpoints: { graph: graph.url, login: graph.url } });
  caller = JSON.parse((await command("select", "--since", "1h", "--json")).stdout).by;
});
afterAll(async () => {
  vi.restoreAllMocks();
  await Promise.all([pages.close(), graph.close(), instance.close()]);
});

/** Waiting takes no time here. */
const command = (...args: string[]) =>
  gatehouseAt({ now: () => new Date(), sleep: async () => undefined }, "incident", ...args, ...instance.local);

const DAY = 86_400_000;
const DOMAIN = "relay.example";

const facts = fc.record({
  verb: fc.constantFrom("act", "confirm", "undo"),
  state: fc.constantFrom(...incidentStates, "open", "acted"),
  people: fc.constantFrom(0, 3, 21),
  isFresh: fc.boolean(),
  daysAgo: fc.constantFrom(0, 0, 0, 40),
  asked: fc.constantFrom("nobody", "me", "somebody else"),
  isConfirmed: fc.boolean(),
  isBegun: fc.constantFrom(true, true, false),
  people_are: fc.constantFrom<PersonState>("selected", "disabled", "none", "several"),
  erased: fc.constantFrom(0, 1),
  denyDomain: fc.boolean(),
  reachesAccounts: fc.constantFrom(true, true, false),
});
type Facts = typeof facts extends fc.Arbitrary<infer T> ? T : never;

async function put(store: IncidentStore, me: string, given: Facts): Promise<string> {
  const began = new Date(Date.now() - given.daysAgo * DAY);
  const at = began.toISOString();
  const steps: TakenStep[] = [{ what: "opened", at, by: "lee" }];
  if (given.asked !== "nobody") steps.push({ what: "asked", at, by: given.asked === "me" ? me : "lee" });
  if (given.isConfirmed) steps.push({ what: "confirmed", at, by: "mina" });
  if (given.isBegun) steps.push({ what: "acting", at, by: "lee" });
  const from = new Date(began.getTime() - (given.isFresh ? 1 : 10) * DAY).toISOString();
  const selection = { from, to: at, domain: DOMAIN, denyDomain: given.denyDomain };
  const { people, state } = given;
  const draft = { by: "lee", state, selection, decisions: people, people, listed: 0, nameless: 0, steps };
  const left = Math.max(0, people - given.erased);
  const outcome = { [given.people_are]: left };
  const incident = (await store.update(await store.open(draft, began), [], { outcome })) as Incident;
  for (let index = 0; index < left; index++) {
    const id = `${incident.id}-${index}`;
    await store.add(incident, { person: id, reference: id, id, at });
  }
  for await (const page of store.people(incident.id))
    for (const each of page) await store.move(incident.id, each, { state: given.people_are, account: "none" });
  return incident.id;
}

/** What both doors say of each concern. */
const said: Readonly<Record<string, RegExp>> = {
  "shuts-out": /Denies their addresses/,
  "second-person": /a second administrator has to confirm first/,
  confirms: /wants to deny them and disable their accounts/,
  "lets-in": /Accounts enabled again: \d/,
  "domain-too": /The entry that denies relay\.example is one of them/,
  erased: /was erased since/,
};
const listCodes = (text: string) => Object.keys(said).filter((code) => said[code]?.test(text));
const toText = (html: string) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

interface Tried {
  readonly shown: readonly string[];
  /** What the door says, if it refuses. */
  readonly refusal?: string;
}

const doors = {
  async console({ verb, people, reachesAccounts }: Facts, id: string): Promise<Tried> {
    Object.assign(pages.world, { reachesAccounts });
    const post = async (fields: object) => await pages.post(`/incidents/${verb}`, "Administrator", { id, ...fields });
    const page = toText(await (await pages.get(`/incidents?id=${id}`, "Administrator")).text());
    const isAsked = verb === "undo" && page.includes("Undo…");
    const shown = listCodes(isAsked ? toText(await (await post({})).text()) : page);
    const answer = await post({ people: String(people), sure: "yes" });
    const own = verb === "undo" ? isAsked : true;
    const ofVerb = { act: ["shuts-out", "second-person"], confirm: ["confirms"], undo: ["lets-in", "domain-too", "erased"] }[verb];
    return {
      shown: own ? shown.filter((code) => ofVerb.includes(code)) : [],
      ...(answer.status !== 303 && { refusal: toText(await answer.text()) }),
    };
  },
  async command({ verb, people }: Facts, id: string): Promise<Tried> {
    questions.length = 0;
    const { exitCode, stderr } = await command(verb, id, ...(people === 0 ? [] : ["--people", String(people)]));
    const isRefused = exitCode === 1 && !stderr.includes("Not finished");
    return { shown: listCodes(questions.join(" ")), ...(isRefused && { refusal: stderr }) };
  },
};

/** The concerns of the act that a door does not show, and why. */
const lacking: Readonly<Record<keyof typeof doors, (given: Facts) => readonly string[]>> = {
  console: ({ verb, state, people }) => {
    // An Undo is one click, but of what has shut out many people.
    if (verb === "undo") return people > 10 && state === "acted" ? [] : ["lets-in", "domain-too", "erased"];
    // A repeat says in its own words which accounts it looks for.
    return state === "acted" ? ["shuts-out"] : [];
  },
  // What was begun goes on, and what was asked for is asked for again, without a question.
  command: ({ verb, state, asked, ...given }) => {
    const isBegun = state === { act: "acting", undo: "undoing", confirm: undefined }[verb];
    return isBegun || (verb === "act" && asked !== "nobody" && !given.isConfirmed && given.people > 20 && !given.isFresh)
      ? Object.keys(said)
      : [];
  },
};

it("each door shows what the act knows but for the table's lines, refuses alike, and takes the same steps", async () => {
  const plain: Facts = {
    ...({ verb: "undo", state: "acted", people: 21, isFresh: true, daysAgo: 0, asked: "nobody", isConfirmed: false } as const),
    ...({ isBegun: true, people_are: "disabled", erased: 1, denyDomain: true, reachesAccounts: true } as const),
  };
  const examples: [Facts][] = [
    [plain],
    [{ ...plain, reachesAccounts: false }],
    [{ ...plain, verb: "act", state: "open", isBegun: false }],
    [{ ...plain, verb: "act", state: "open", isBegun: false, isFresh: false }],
    [{ ...plain, verb: "confirm", state: "open", isBegun: false, isFresh: false, asked: "somebody else" }],
    [{ ...plain, verb: "confirm", state: "open", isBegun: false, isFresh: false, asked: "me" }],
    [{ ...plain, state: "open", isBegun: false }],
  ];
  const codes = new Set<string>();
  const ends = new Set<string>();
  const stores = {
    console: () => incidentStore(pages.database.client, pages.world.place.nameOf("listChanges")),
    command: () => incidentStore(instance.dynamodb.client, instance.listChangesTable),
  };
  const property = fc.asyncProperty(facts, async (given) => {
    const taken: string[][] = [];
    for (const door of ["console", "command"] as const) {
      const store = stores[door]();
      const me = door === "console" ? "oid-Administrator" : caller;
      const id = await put(store, me, given);
      const act = stepActs[given.verb];
      const input = { listOnly: door === "console" && !given.reachesAccounts, byWorker: door === "console" };
      const world = makeWorld(act.uses, { ...pages.world.place, ...(door === "command" && placeOfCommand()) });
      const [state] = await act.read([{ id }], world, { actor: { by: me, via: door }, now: new Date() });
      const concerns = act.concerns(state as NonNullable<typeof state>, input, { by: me, via: door });
      const { shown, refusal } = await doors[door](given, id);
      const refused = concerns.find(({ weight }) => weight === "refused");
      expect([door, given, refusal !== undefined]).toEqual([door, given, refused !== undefined]);
      if (refused !== undefined) expect(refusal).toContain(refused.text(String));
      else {
        const expected = concerns.map(({ code }) => code).filter((code) => !lacking[door](given).includes(code));
        expect([door, given, [...shown].sort()]).toEqual([door, given, expected.sort()]);
      }
      for (const { code } of concerns) codes.add(code);
      ends.add(`${door} ${given.verb} ${refused === undefined ? "done" : "refused"}`);
      const steps = (await store.get(id))?.steps.map(({ what }) => what) ?? [];
      if (refused?.code !== "no-accounts") taken.push(steps);
    }
    // The command does the work itself, which adds the last step.
    const [page = [], ofCommand = page] = taken;
    if (taken.length === 2) expect([given, ofCommand.slice(0, page.length)]).toEqual([given, page]);
  });
  await fc.assert(property, { numRuns: runs(30, 300), examples, endOnFailure: true });
  for (const code of ["second-person", "own", "no-accounts", "domain-too", "erased", "confirms", "nothing-done"])
    expect([...codes]).toContain(code);
  for (const door of Object.keys(doors))
    for (const verb of ["act", "confirm", "undo"])
      for (const end of ["done", "refused"]) expect([...ends]).toContain(`${door} ${verb} ${end}`);
}, 600_000);

function placeOfCommand() {
  return { tables: instance.dynamodb.client, nameOf: (table: string) => (table === "listChanges" ? instance.listChangesTable : table) };
}
