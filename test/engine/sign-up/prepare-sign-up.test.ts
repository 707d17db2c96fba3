import { readMissingRows, readRows } from "../../../engine/sign-up/engine";
import { FailureError } from "../../../engine/sign-up/failure";
import type { Policy } from "../../../engine/sign-up/policy";
import type { Ports } from "../../../engine/sign-up/ports";
import { prepareByRules } from "../../../engine/sign-up/prepare-sign-up";
import { createRecords, recordId } from "../../../engine/sign-up/records";
import { makeRule, type RecordKey } from "../../../engine/sign-up/rule";
import type { Run } from "../../../engine/sign-up/run";
import { deadlineIn } from "../../../engine/sign-up/time";
import { shadow } from "../../../features/shadow/rule";
import { fakeClock } from "./fake-clock";
import { key, person, world } from "./people";

const prepareBy = (...rules: Policy["rules"]) =>
  prepareByRules(person(), { policy: { step: "before-create-user", rules, options: {} }, ports: world() });
const deadline = deadlineIn(1_000, fakeClock());
const needing = (...names: readonly string[]) => prepareBy(makeRule({ name: "needing", needs: () => names.map(key) }));
const row = (each: RecordKey) => [recordId(each), { ...each.key }] as const;

const read = createRecords([key("a")], new Map([row(key("a"))]));
const rows = { records: read, replayed: [] };
const runWith = (ports: Ports): Run => ({
  policy: { step: "before-create-user", rules: [], options: {} },
  ports,
  deadline,
  writeDeadline: deadline,
  isDrill: false,
  lateCalls: [],
});

/** A table that has what is asked for; what it was asked comes along. */
function table() {
  const asked: unknown[][] = [];
  const read: Ports["read"] = async (keys, _, optional = []) => {
    asked.push([keys, optional]);
    return new Map([...keys, ...optional].map(row));
  };
  return { asked, ports: world({ read }) };
}

const failing = world({ read: () => Promise.reject(new Error("throttled")) });
const failure = (error: unknown) => (error instanceof FailureError ? error.failure.why : error);

describe("the single read of a step", () => {
  it("covers each row that a rule needs once, and the extra rows", async () => {
    const { asked, ports } = table();
    const trace = { keys: [key("c"), key("b")], identify: () => undefined };
    const run = runWith({ ...ports, replayLookup: [key("d")] });
    const { records, replayed } = await readRows({ ...needing("a", "b", "a"), search: trace }, run);
    expect(replayed).toEqual([{ entry: "d" }]);
    expect(asked).toEqual([[[key("c"), key("b"), key("a")], [key("d")]]]);
    expect(["a", "b", "c", "d"].map((name) => records.get(key(name))?.entry)).toEqual(["a", "b", "c", "d"]);
  });

  it.each<[string, readonly RecordKey[], number]>([
    ["nothing", [], 0],
    ["what may be missing alone", [key("d")], 1],
  ])("calls the table only if there is a row to read: %s", async (_, optional, times) => {
    const { asked, ports } = table();
    await readRows(needing(), runWith({ ...ports, replayLookup: optional }));
    expect(asked).toHaveLength(times);
    expect(asked.flat(2)).toEqual(optional);
  });

  it("reports its failure as a read failure", async () => {
    expect(await readRows(needing("a"), runWith(failing)).catch(failure)).toBe("read");
  });
});

describe("a second read, if the person differs from the expected one", () => {
  it("covers only the rows not read before, and keeps the others", async () => {
    const { asked, ports } = table();
    const { records } = await readMissingRows(needing("a", "b", "b"), rows, runWith(ports));
    expect(asked).toEqual([[[key("b")], []]]);
    expect([records.get(key("a"))?.entry, records.get(key("b"))?.entry]).toEqual(["a", "b"]);
  });

  it("is omitted if all rows were read before", async () => {
    const { asked, ports } = table();
    expect(await readMissingRows(needing("a"), rows, runWith(ports))).toBe(rows);
    expect(asked).toEqual([]);
  });

  it("makes the sign-up fail if the table cannot be read", async () => {
    expect(await readMissingRows(needing("b"), rows, runWith(failing)).catch(failure)).toBe("read");
  });
});

it("a shadowed rule is not prepared, and no row is read for it", () => {
  const prepare = vi.fn(() => ({ city: "Busan" }));
  const needs = vi.fn(() => [key("a")]);
  const entry = shadow(makeRule({ name: "tried", prepare, needs }));
  expect(prepareBy(entry)).toEqual({ received: person(), signUp: person(), rules: [entry] });
  expect([prepare, needs].map((each) => each.mock.calls)).toEqual([[], []]);
});
