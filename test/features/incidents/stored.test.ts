import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { addressOf, attackStored, type Stored } from "./attack";
import rows from "./stored.json";

// Rows as the version of 28 November 2026 wrote them. cleo's entry had her wait for approval.

let graph: GraphStandIn;
beforeAll(async () => {
  graph = await serveGraph();
});
afterAll(() => graph.close());

const fixtures = rows as unknown as Readonly<Record<string, Stored & { readonly id: string; readonly other?: string }>>;
const startsAt = Date.parse("2026-11-20T05:00:00.000Z");
const names = ["ann", "bob", "cleo"] as const;
const OUT = { ann: false, bob: false, cleo: false };
const IN = { ann: true, bob: true, cleo: true };

it.each([
  { name: "acted", state: "acted", enabled: OUT },
  { name: "asked for", state: "acted", enabled: OUT },
  { name: "cut off while accounts were disabled", state: "acted", enabled: OUT },
  { name: "asked to be undone", state: "undone", enabled: IN },
  { name: "asked to enable one", state: "acted", enabled: { ...OUT, bob: true } },
  { name: "one enabled", state: "acted", enabled: { ...OUT, bob: true } },
  { name: "undone but for whom another keeps out", state: "undone", enabled: { ...IN, cleo: false } },
])("an incident stored by an earlier version continues and is completely undone: $name", async ({ name, state, enabled }) => {
  const stored = fixtures[name];
  if (stored === undefined) throw new Error(`There is no ${name}.`);
  const { id, other } = stored;
  const attack = await attackStored(stored, graph, startsAt);
  const are = () => Object.fromEntries(names.map((each) => [each, attack.account(each)?.accountEnabled]));
  const denied = async () => (await attack.rows("list")).flatMap(({ entry, effect }) => (effect === "deny" ? [entry] : [])).sort();
  await attack.work();
  expect(await attack.incidents.get(id)).toMatchObject({ state, people: 3 });
  expect(are()).toEqual(enabled);
  expect(await denied()).toEqual(names.filter((each) => !enabled[each]).map(addressOf));
  for (const each of [...(other === undefined ? [] : [other]), id]) {
    await attack.ask({ id: each }, "undo");
    await attack.work();
  }
  expect(await attack.incidents.get(id)).toMatchObject({ state: "undone" });
  expect(are()).toEqual(IN);
  expect(await attack.rows("list")).toMatchObject([{ entry: addressOf("cleo"), effect: "approval", note: "asked first" }]);
});
