import { type Calls, countCalls, type ManyAct, manyActs } from "../../bench/acts-calls";
import { packageRoot } from "../../lib/app-root";

const ROWS = 100;
const FEW = 10;
/** Rows of the access list are written by statements, so many at once. */
const STATEMENTS = 25;

const isRead = (operation: string) => /^(BatchGet|Get|Query|Scan)/.test(operation);
const sum = (calls: Calls, isMeant: (operation: string) => boolean) =>
  Object.entries(calls).reduce((total, [operation, count]) => total + (isMeant(operation) ? count : 0), 0);

/**
 * The searches by a person, which an index answers for one person at a time: the person's other requests; for an invitation their accounts,
 * decisions and requests.
 */
const searchesOfPerson: Partial<Readonly<Record<ManyAct, number>>> = { "approve requests": 1, "invite people": 3 };

it.each(Object.keys(manyActs) as ManyAct[])("%s: each row is written once, and rows are read together", async (name) => {
  const [few, many] = [await countCalls(name, FEW, packageRoot), await countCalls(name, ROWS, packageRoot)];
  const added = ROWS - FEW;
  const isWrite = (operation: string) => !isRead(operation);
  const writes = sum(many, isWrite) - sum(few, isWrite);
  expect(writes).toBeGreaterThan(0);
  expect(writes).toBeLessThanOrEqual(added + Math.ceil(added / STATEMENTS));
  expect((many.Query ?? 0) - (few.Query ?? 0) - added * (searchesOfPerson[name] ?? 0)).toBeLessThanOrEqual(6);
  expect(sum(many, isRead) - sum(few, isRead) - added * (searchesOfPerson[name] ?? 0)).toBeLessThanOrEqual(8);
});
