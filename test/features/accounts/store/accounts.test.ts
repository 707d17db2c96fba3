import { arrive, end, type Newcomer, remind } from "../../../../features/accounts/change";
import { accountStore } from "../../../../features/accounts/store/accounts";
import { memoryWorld } from "../../../memory/world";
import { createKeyTable } from "../../../support/key-table";
import { day, newcomer } from "../accounts";

async function filled() {
  const { world } = memoryWorld({});
  await createKeyTable(world.tables, "accounts", "accounts");
  const unreadable: string[] = [];
  const store = accountStore(world.tables, "accounts", ({ id }) => unreadable.push(id));
  const add = async (id: string, cells: Partial<Newcomer> = {}) =>
    await store.change(id, (stored) => arrive(stored, { ...newcomer, id, ...cells }, day(0)));
  await add("late", { until: day(200).toISOString() });
  await add("soon", { until: day(100).toISOString(), arrivedAt: day(1).toISOString() });
  await add("endless", { until: undefined as never, personId: "person-2" });
  return { store, world, add, unreadable };
}

async function idsOf(pages: AsyncIterable<readonly { readonly id: string }[]>): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const page of pages) ids.push(...page.map(({ id }) => id));
  return ids;
}

describe("the table of accounts", () => {
  it("finds accounts by state, the earliest end first and accounts without an end last", async () => {
    const { store } = await filled();
    expect(await idsOf(store.inState("in"))).toEqual(["soon", "late", "endless"]);
    expect(await idsOf(store.inState("in", day(150)))).toEqual(["soon"]);
    expect(await idsOf(store.unset())).toEqual(["endless"]);
    expect(await idsOf(store.inState("disabled"))).toEqual([]);
    expect(await idsOf(store.byPerson("person-1"))).toEqual(["soon", "late"]);
  });

  it("finds the accounts of a sponsor that are not deleted, the earliest end first", async () => {
    const { store, add } = await filled();
    for (const id of ["two", "one", "gone"])
      await add(id, { sponsor: "mina@contoso.com", until: day(id === "one" ? 50 : 90).toISOString() });
    await add("theirs", { sponsor: "lee@contoso.com", until: day(50).toISOString() });
    await store.change("gone", (row) => end(row, "deleted", day(1)));
    expect(await idsOf(store.bySponsor("mina@contoso.com", day(100)))).toEqual(["one", "two"]);
    expect(await idsOf(store.bySponsor("mina@contoso.com", day(90)))).toEqual(["one"]);
  });

  it("gives one page, and the start of the next", async () => {
    const { store } = await filled();
    const first = await store.pageInState("in", "latest-first", undefined, 2);
    expect(first.items.map(({ id }) => id)).toEqual(["endless", "late"]);
    expect((await store.pageInState("in", "latest-first", first.next, 2)).items.map(({ id }) => id)).toEqual(["soon"]);
  });

  it("changes a row in its current form once, and removes it", async () => {
    const { store, add } = await filled();
    expect(await add("late")).toMatchObject({ ok: false, why: "known" });
    const both = await Promise.all([30, 7].map((mark) => store.change("late", (row) => remind(row, mark, day(195)))));
    expect(both.map(({ ok }) => ok)).toEqual([true, true]);
    expect(await store.get("late")).toMatchObject({ turn: 3, reminded: expect.arrayContaining([7, 30]) });
    await store.remove("late");
    expect(await store.get("late")).toBeUndefined();
  });

  it("omits unreadable rows and names them", async () => {
    const { store, world, unreadable } = await filled();
    const Item = { id: { S: "typed" }, state: { S: "in" }, endsAt: { S: "2026-01-01" } };
    await world.tables.call("PutItem", { TableName: "accounts", Item });
    expect(await idsOf(store.inState("in"))).toEqual(["soon", "late", "endless"]);
    expect(unreadable).toEqual(["typed"]);
  });
});
