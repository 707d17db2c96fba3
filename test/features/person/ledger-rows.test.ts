import type { Item } from "../../../adapters/tables/item";
import { eraseFrom, findUsageRows, ownPart } from "../../../features/person/store/person";

const person = { hashes: [], personIds: new Set(["by-mailbox"]), accountIds: new Set(["by-account"]), mailboxes: new Set<string>() };
const rows: Item[] = [
  { id: { S: "journey/1" }, personId: { S: "by-mailbox" } },
  { id: { S: "guesses/2" }, personId: { S: "by-account" } },
  { id: { S: "guesses/3" }, personId: { S: "others" } },
  { id: { S: "task/about/request/1" }, personId: { S: "by-mailbox" } },
  { id: { S: "code/4" }, people: { SS: ["by-account.x", "others.y"] } },
  { id: { S: "code/5" }, people: { SS: ["others.y"] } },
];
const names = (items: readonly Item[]) => items.map(({ id }) => id?.S);

it("finds a person's rows in the ledger, also for a person without an address", async () =>
  expect(names((await findUsageRows(person, { page: async () => ({ items: rows }) } as never)).items)).toEqual([
    "journey/1",
    "guesses/2",
    "task/about/request/1",
    "code/4",
  ]));

it("shows only the person's own use of a code, and erases it without freeing the code", async () => {
  const code = rows[4] as Item;
  expect(ownPart(code, person)?.people?.SS).toEqual(["by-account.x"]);
  const changed: Item[] = [];
  await eraseFrom(code, person, { change: async (_: Item, after: Item) => changed.push(after) > 0 } as never);
  expect(changed[0]?.people?.SS).toEqual([expect.stringMatching(/^erased\./), "others.y"]);
});
