import type { Row } from "../../../engine/sign-up/rule";
import type { Incident } from "../../../features/incidents/incident";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { type Attack, addressOf, attackBy } from "./attack";

// An incident of 300 people is acted on, others change half of it by hand, and it is undone.

let graph: GraphStandIn;
beforeAll(async () => {
  graph = await serveGraph();
});
afterAll(() => graph.close());

const MINUTE = 60_000;

/** What else happens to each of ten people, before anybody acts and before it is undone. */
interface Fate {
  readonly who: string;
  before?(attack: Attack, name: string): Promise<unknown> | unknown;
  between?(attack: Attack, name: string, incident: Incident): Promise<unknown> | unknown;
  /** Once all is acted on: their account, undefined where it is deleted, and what their entry says. */
  readonly acted: readonly [isEnabled: boolean | undefined, entry: string | undefined];
  /** Once the incident is undone. */
  readonly undone: Fate["acted"];
  /** @default that */
  readonly undoneAgain?: Fate["acted"];
}

type Named = { accountEnabled: boolean };
const enableByHand = (attack: Attack, name: string, accountEnabled = true) =>
  Object.assign(attack.account(name) as unknown as Named, { accountEnabled });
const list = (attack: Attack, name: string, row: Row) => attack.put("list", { entry: addressOf(name), ...row });
const OUT: Fate["acted"] = [false, "deny by incident"];
const IN: Fate["acted"] = [true, undefined];

const fates: readonly Fate[] = [
  {
    who: "expiry has disabled before",
    before: (attack, name) => enableByHand(attack, name, false),
    acted: OUT,
    undone: [false, undefined],
  },
  {
    who: "an operator deletes meanwhile",
    between: (_, name) => {
      const accounts = graph.accounts() as unknown as { mail: string }[];
      accounts.splice(
        accounts.findIndex(({ mail }) => mail === addressOf(name)),
        1,
      );
    },
    acted: OUT,
    undone: [undefined, undefined],
  },
  {
    who: "an operator lets back in, account and entry",
    between: async (attack, name) => {
      enableByHand(attack, name);
      await attack.remove("list", { entry: addressOf(name) });
    },
    acted: OUT,
    undone: IN,
  },
  { who: "an operator enables meanwhile", between: (attack, name) => enableByHand(attack, name), acted: OUT, undone: IN },
  { who: "comes back alone meanwhile", between: (attack, name, incident) => attack.mark(incident, name), acted: OUT, undone: IN },
  {
    who: "an operator denies for another reason meanwhile",
    between: (attack, name) => list(attack, name, { effect: "deny", note: "known" }),
    acted: OUT,
    undone: [true, "deny known"],
  },
  {
    who: "the list allows by their address",
    before: (attack, name) => list(attack, name, { effect: "allow", note: "partner" }),
    acted: [true, "allow partner"],
    undone: [true, "allow partner"],
  },
  {
    who: "the list had wait for approval",
    before: (attack, name) => list(attack, name, { effect: "approval", note: "asked first" }),
    acted: OUT,
    undone: [true, "approval asked first"],
  },
  { who: "another incident keeps out, too", acted: OUT, undone: OUT, undoneAgain: IN },
  {
    who: "an operator allows meanwhile",
    between: async (attack, name) => {
      enableByHand(attack, name);
      await list(attack, name, { effect: "allow", note: "by hand" });
    },
    acted: OUT,
    undone: [true, "allow by hand"],
  },
];
const fateOf = (index: number) => fates[index % fates.length] as Fate;
const OTHERS = fates.findIndex(({ who }) => who.startsWith("another incident"));

/** Cuts the worker off at a moment, as if its function died: nothing more reaches the tables. */
async function dieAt(attack: Attack, moment: Moment): Promise<boolean> {
  let isDead = false;
  let [writes, rows, patches] = [0, 0, 0];
  attack.onCall = (operation, input) => {
    if (isDead) throw new Error("The program is dead.");
    if (!/Put|Update|Delete|Execute|Transact/.test(operation)) return;
    writes += 1;
    rows += /"list\b|\\"list\\"/.test(JSON.stringify(input)) ? 1 : 0;
    isDead = writes === moment.writes || rows === moment.rows;
  };
  attack.onPatch = () => {
    patches += 1;
    isDead ||= patches === moment.patches;
    return undefined;
  };
  await attack.work().catch(() => undefined);
  attack.onCall = () => undefined;
  attack.onPatch = () => undefined;
  // The lease of who died is over.
  attack.pass(16 * MINUTE);
  return isDead;
}

/** After so many writes of tables, of the list, or of accounts. */
interface Moment {
  readonly writes?: number;
  readonly rows?: number;
  readonly patches?: number;
}

/** Works until nothing is left to do. */
async function finish(attack: Attack, incident: Incident): Promise<Incident> {
  for (let turn = 0; turn < 3; turn++) await attack.work();
  return (await attack.incidents.get(incident.id)) as Incident;
}

async function found(attack: Attack, names: readonly string[]) {
  const rows = new Map((await attack.rows("list")).map((row) => [row.entry, row]));
  return names.map((name) => {
    const { effect, note } = rows.get(addressOf(name)) ?? {};
    const why = String(note).startsWith("incident ") ? "by incident" : note;
    return [name, attack.account(name)?.accountEnabled, effect === undefined ? undefined : `${effect} ${why}`];
  });
}
const wanted = (names: readonly string[], of: (fate: Fate) => Fate["acted"]) => names.map((name, index) => [name, ...of(fateOf(index))]);

describe.each<{ readonly given: string; readonly people: number; readonly acting?: Moment; readonly undoing?: Moment }>([
  { given: "nobody cuts it off", people: 300 },
  { given: "the worker dies before its first row of the list", people: 40, acting: { writes: 4 } },
  // So many rows that they are written in several batches.
  { given: "the worker dies among the rows of the list", people: 120, acting: { rows: 2 } },
  { given: "the worker dies among the accounts", people: 100, acting: { patches: 31 } },
  { given: "the worker dies as undoing begins", people: 40, undoing: { writes: 2 } },
  { given: "the worker dies among the accounts that it enables", people: 100, undoing: { patches: 17 } },
  { given: "the worker dies among the rows that it takes back", people: 300, undoing: { rows: 2 } },
  { given: "the worker dies both ways", people: 300, acting: { patches: 41 }, undoing: { patches: 23 } },
])("an incident of $people people, half of whom others change by hand, given $given", ({ people, acting, undoing }) => {
  it("keeps out everybody it should, and after its undo leaves nobody out or in by mistake", { timeout: 240_000 }, async () => {
    const names = Array.from({ length: people }, (_, index) => `bot-${index}`);
    const attack = await attackBy(names, graph);
    const each = async (what: "before" | "between") => {
      for (const [index, name] of names.entries()) await fateOf(index)[what]?.(attack, name, incident);
    };
    const incident = await attack.open();
    await each("before");
    const other = await attack.open(names.filter((_, index) => index % fates.length !== OTHERS));
    await attack.ask(incident, "act");
    if (acting) expect(await dieAt(attack, acting)).toBe(true);
    expect(await finish(attack, incident)).toMatchObject({ state: "acted", people });
    expect(await found(attack, names)).toEqual(wanted(names, ({ acted }) => acted));
    await attack.ask(other, "act");
    expect(await finish(attack, other)).toMatchObject({ state: "acted", people: people / 10 });
    await each("between");
    await attack.ask(incident, "enable");
    await finish(attack, incident);

    await attack.ask(incident, "undo");
    if (undoing) expect(await dieAt(attack, undoing)).toBe(true);
    expect(await finish(attack, incident)).toMatchObject({ state: "undone", held: people / 10 });
    expect(await found(attack, names)).toEqual(wanted(names, ({ undone }) => undone));

    // Those whom the other incident keeps out come back once both are undone.
    await attack.ask(other, "undo");
    await finish(attack, other);
    await attack.ask(incident, "undo");
    expect(await finish(attack, incident)).toMatchObject({ state: "undone", held: 0 });
    expect(await found(attack, names)).toEqual(wanted(names, ({ undone, undoneAgain = undone }) => undoneAgain));
  });
});

it.each([
  { where: "among the rows of the list", at: { rows: 2 } },
  { where: "among the accounts", at: { patches: 25 } },
])("an Undo leaves nobody out if somebody asks for it while the worker is $where", async ({ at }) => {
  const names = Array.from({ length: 120 }, (_, index) => `bot-${index}`);
  const attack = await attackBy(names, graph);
  const incident = await attack.open();
  await attack.ask(incident, "act");
  const counts = { rows: 0, patches: 0 };
  let undoing: Promise<unknown> | undefined;
  const count = (what: keyof typeof counts) => {
    counts[what] += 1;
    if (counts[what] === (at as Partial<typeof counts>)[what]) undoing = attack.ask(incident, "undo");
  };
  attack.onPatch = () => void count("patches");
  attack.onCall = (operation, input) => {
    if (operation === "BatchExecuteStatement" && JSON.stringify(input).includes('\\"list\\"')) count("rows");
  };
  await attack.work();
  expect(await undoing).toBeDefined();
  expect(await finish(attack, incident)).toMatchObject({ state: "undone" });
  expect(await found(attack, names)).toEqual(names.map((name) => [name, true, undefined]));
});
