import { marshall } from "@aws-sdk/util-dynamodb";
import { type AwsClient, AwsError } from "../../../../adapters/aws/client";
import { type Item, toRow } from "../../../../adapters/tables/item";
import type { Row } from "../../../../engine/sign-up/rule";
import { type AccessListStore, accessListStore } from "../../../../features/access-list/store/access-list";
import { addIndexes, dropIndexes } from "../../../../features/access-list/store/list-indexes";
import { startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";

const NOW = new Date("2026-06-15T12:00:00Z");

describe("tidying a row, over DynamoDB", () => {
  let database: TestDynamoDb;
  let store: AccessListStore;
  beforeAll(async () => {
    database = await startDynamoDb();
    store = accessListStore(database.client, database.tableName);
  });
  afterAll(() => database.close());
  afterEach(async () => {
    for (const row of await everyRow())
      await database.client.call("DeleteItem", { TableName: database.tableName, Key: marshall({ entry: row.entry }) });
  });

  const put = (Item: Item) => database.client.call("PutItem", { TableName: database.tableName, Item });
  /** As our own code does. */
  const write = (cells: Row) => put(addIndexes(marshall(cells)));
  const read = async (entry: string) => {
    const item = await store.get(entry);
    return item && toRow(item);
  };
  async function everyRow(): Promise<readonly Row[]> {
    const { Items } = await database.client.call<{ Items: Item[] }>("Scan", { TableName: database.tableName, ConsistentRead: true });
    return Items.map(dropIndexes).map(toRow);
  }
  /** Does as the stream does: tidies each row written, then each row that this wrote, until nothing moves. */
  async function settle(through: AccessListStore = store): Promise<void> {
    for (let round = 0; round < 5; round++) {
      const done = await Promise.all((await everyRow()).map(({ entry }) => through.tidy(String(entry), NOW)));
      if (done.every((each) => each === "left")) return;
    }
    throw new Error("the rows never settle");
  }

  it("moves a row to its normal key, and keeps the typed form and every other cell", async () => {
    await write({
      entry: " Kim@Contoso.COM",
      effect: "Allow",
      issuer: "Google",
      note: "n",
      expiresAt: 1830000000,
      owner: "IT",
      tags: ["a"],
    });

    expect(await store.tidy(" Kim@Contoso.COM", NOW)).toBe("moved");

    expect(await everyRow()).toEqual([
      {
        entry: "kim@contoso.com",
        typed: " Kim@Contoso.COM",
        effect: "Allow",
        issuer: "Google",
        note: "n",
        expiresAt: 1830000000,
        owner: "IT",
        tags: ["a"],
      },
    ]);
  });

  it.each([
    ["a deny to its base", "Kim+News@contoso.com", "deny", "kim@contoso.com"],
    ["an allow to its own spelling", "Kim+News@contoso.com", "allow", "kim+news@contoso.com"],
    ["an allow at a known provider to its mailbox", "K.im+News@GoogleMail.com", "allow", "kim@gmail.com"],
    ["a deny at a known provider to its mailbox", "K.im+News@GoogleMail.com", "deny", "kim@gmail.com"],
    ["an account, its id to the letter", "Issuer:Google/aB c/D", "deny", "issuer:google.com/aB c/D"],
  ])("moves %s", async (_, typed, effect, entry) => {
    await write({ entry: typed, effect });
    await settle();
    expect(await everyRow()).toEqual([{ entry, typed, effect }]);
  });

  it("never reacts to its own writes, nor to their stream events under the old key", async () => {
    await write({ entry: "Contoso.com", effect: "alow", expiresAt: "soon" });
    expect(await store.tidy("Contoso.com", NOW)).toBe("flagged");
    database.operations();

    expect(await store.tidy("contoso.com", NOW)).toBe("left");
    expect(await store.tidy("Contoso.com", NOW)).toBe("left");
    expect(database.operations()).toEqual(["GetItem", "GetItem"]);
  });

  it("leaves a tidy row alone", async () => {
    await write({ entry: "contoso.com", effect: "allow", note: "n" });
    database.operations();
    expect(await store.tidy("contoso.com", NOW)).toBe("left");
    expect(database.operations()).toEqual(["GetItem"]);
  });

  it("flags an unreadable cell once, and clears the flag once the cell is corrected", async () => {
    await write({ entry: "contoso.com", effect: "alow" });
    expect(await store.tidy("contoso.com", NOW)).toBe("flagged");
    expect(await store.tidy("contoso.com", NOW)).toBe("left");
    expect(await read("contoso.com")).toEqual({ entry: "contoso.com", effect: "alow", problem: expect.stringMatching(/^effect /) });

    await write({ ...(await read("contoso.com")), effect: "allow" });
    expect(await store.tidy("contoso.com", NOW)).toBe("cleared");
    expect(await store.tidy("contoso.com", NOW)).toBe("left");
    expect(await everyRow()).toEqual([{ entry: "contoso.com", effect: "allow" }]);
  });

  it("flags an unreadable entry without moving it", async () => {
    await write({ entry: "kim@@contoso.com", effect: "deny" });
    await settle();
    expect(await everyRow()).toEqual([
      { entry: "kim@@contoso.com", effect: "deny", problem: expect.stringMatching(/^entry is not an e-mail/) },
    ]);
  });

  it("flags the other cells of a row in the same write that moves it", async () => {
    await write({ entry: "Contoso.com", effect: "allow", issuer: "" });
    await store.tidy("Contoso.com", NOW);
    expect(await read("contoso.com")).toMatchObject({ typed: "Contoso.com", problem: expect.stringMatching(/^issuer /) });
  });

  it.each([
    ["the deny stands", "deny", "allow"],
    ["the deny is typed", "allow", "deny"],
  ])("merges two rows into one; a deny wins, and the other row is noted: %s", async (_, standing, typed) => {
    await write({ entry: "kim@contoso.com", effect: standing, note: "first" });
    await write({ entry: "KIM@contoso.com", effect: typed, note: "second" });

    await settle();

    const rows = await everyRow();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ entry: "kim@contoso.com", effect: "deny" });
    expect(rows[0]?.note).toMatch(/first.*second|second.*first/);
    expect(rows[0]?.note).toMatch(/effect allow/);
  });

  it("merges many rows into one, in any order", async () => {
    for (const entry of ["kim@gmail.com", "K.im@gmail.com", "ki.m@googlemail.com", "kim+x@gmail.com"]) {
      await write({ entry, effect: entry.includes("+") ? "deny" : "allow" });
    }
    await settle();
    expect(await everyRow()).toEqual([expect.objectContaining({ entry: "kim@gmail.com", effect: "deny" })]);
  });

  it("tidies a merged row again if the merge changed its key", async () => {
    await write({ entry: "kim+x@contoso.com", effect: "deny" });
    await write({ entry: "Kim+X@contoso.com", effect: "allow" });
    await store.tidy("Kim+X@contoso.com", NOW);
    await settle();
    expect(await everyRow()).toEqual([expect.objectContaining({ entry: "kim@contoso.com", effect: "deny" })]);
  });

  it("finishes on repeat if a crash came between the put and the delete", async () => {
    await write({ entry: "Kim+X@contoso.com", effect: "deny", note: "spam" });
    const crashing = accessListStore(failingOn("DeleteItem"), database.tableName);

    await expect(crashing.tidy("Kim+X@contoso.com", NOW)).rejects.toThrow("lost");
    expect((await everyRow()).map(({ entry, effect }) => ({ entry, effect }))).toEqual(
      expect.arrayContaining([
        { entry: "kim@contoso.com", effect: "deny" },
        { entry: "Kim+X@contoso.com", effect: "deny" },
      ]),
    );
    expect(await store.tidy("Kim+X@contoso.com", NOW)).toBe("moved");

    expect(await everyRow()).toEqual([
      { entry: "kim@contoso.com", typed: "Kim+X@contoso.com", effect: "deny", note: expect.stringMatching(/^spam/) },
    ]);
  });

  it("writes nothing if the first write fails", async () => {
    await write({ entry: "Contoso.com", effect: "allow" });
    const crashing = accessListStore(failingOn("PutItem"), database.tableName);
    await expect(crashing.tidy("Contoso.com", NOW)).rejects.toThrow("lost");
    expect(await everyRow()).toEqual([{ entry: "Contoso.com", effect: "allow" }]);
  });

  it.each(["PutItem", "DeleteItem"])("respects an edit of the typed row that comes just before %s", async (operation) => {
    await write({ entry: "Kim@contoso.com", effect: "allow" });
    const edited = accessListStore(
      interrupted(operation, () => write({ entry: "Kim@contoso.com", effect: "deny", note: "edited" })),
      database.tableName,
    );

    expect(await edited.tidy("Kim@contoso.com", NOW)).toBe("moved");

    await settle();
    expect(await everyRow()).toEqual([expect.objectContaining({ entry: "kim@contoso.com", effect: "deny" })]);
  });

  it("respects a row that appears under the right key just before PutItem", async () => {
    await write({ entry: "Kim@contoso.com", effect: "allow" });
    const edited = accessListStore(
      interrupted("PutItem", () => write({ entry: "kim@contoso.com", effect: "deny" })),
      database.tableName,
    );

    expect(await edited.tidy("Kim@contoso.com", NOW)).toBe("moved");

    expect(await everyRow()).toEqual([expect.objectContaining({ entry: "kim@contoso.com", effect: "deny" })]);
  });

  it("does not bring back a row that is deleted just before PutItem flags it", async () => {
    await write({ entry: "contoso.com", effect: "alow" });
    const edited = accessListStore(
      interrupted("PutItem", () => store.remove(marshall({ entry: "contoso.com", effect: "alow" }))),
      database.tableName,
    );

    expect(await edited.tidy("contoso.com", NOW)).toBe("left");
    expect(await everyRow()).toEqual([]);
  });

  it("does not overwrite an edit that comes just before PutItem flags the row", async () => {
    await write({ entry: "contoso.com", effect: "alow" });
    const edited = accessListStore(
      interrupted("PutItem", () => write({ entry: "contoso.com", effect: "allow", note: "mended" })),
      database.tableName,
    );

    expect(await edited.tidy("contoso.com", NOW)).toBe("left");
    expect(await everyRow()).toEqual([{ entry: "contoso.com", effect: "allow", note: "mended" }]);
  });

  it.each([
    { given: "list", cells: { tags: ["b"] } },
    { given: "map", cells: { contact: { name: "Lee" } } },
  ])("does not overwrite an edit of a $given that comes just before PutItem flags the row", async ({ cells }) => {
    const row = { entry: "contoso.com", effect: "alow", tags: ["a"], contact: { name: "Kim" } };
    await write(row);
    const edited = accessListStore(
      interrupted("PutItem", () => write({ ...row, ...cells })),
      database.tableName,
    );

    expect(await edited.tidy("contoso.com", NOW)).toBe("flagged");
    expect(await everyRow()).toEqual([{ ...row, ...cells, problem: expect.stringMatching(/^effect /) }]);
  });

  it("gives up on a row that keeps changing, and does not overwrite it", async () => {
    await write({ entry: "Contoso.com", effect: "allow" });
    let count = 0;
    const busy: AwsClient = {
      ...database.client,
      call: async (operation, input, signal) => {
        if (operation === "DeleteItem") await write({ entry: "Contoso.com", effect: "allow", note: `edit ${++count}` });
        return database.client.call(operation, input, signal);
      },
    };
    await expect(accessListStore(busy, database.tableName).tidy("Contoso.com", NOW)).rejects.toThrow("kept changing");
    expect(await read("Contoso.com")).toMatchObject({ note: `edit ${count}` });
  });

  it("gives the same rows if two workers tidy at once", async () => {
    await write({ entry: "Kim@contoso.com", effect: "deny" });
    await write({ entry: "KIM@contoso.com", effect: "allow" });
    await Promise.all(["Kim@contoso.com", "KIM@contoso.com", "Kim@contoso.com"].map((entry) => store.tidy(entry, NOW)));
    await settle();
    expect(await everyRow()).toEqual([expect.objectContaining({ entry: "kim@contoso.com", effect: "deny" })]);
  });

  it("a deny that moves from kim+a@contoso.com to kim@contoso.com removes the allow of kim+a@contoso.com", async () => {
    await write({ entry: "kim+a@contoso.com", effect: "allow", note: "VIP" });
    await write({ entry: "Kim+a@contoso.com", effect: "deny" });

    expect(await store.tidy("Kim+a@contoso.com", NOW)).toBe("moved");

    expect(await everyRow()).toEqual([
      {
        entry: "kim@contoso.com",
        effect: "deny",
        typed: "Kim+a@contoso.com",
        note: 'replaced "kim+a@contoso.com" (effect allow, note VIP)',
      },
    ]);
  });

  it("a row merged from two addresses returns to neither of them if it becomes an allow", async () => {
    await write({ entry: "kim+a@contoso.com", effect: "deny" });
    await store.tidy("kim+a@contoso.com", NOW);
    await write({ entry: "KIM@contoso.com", effect: "deny" });
    await store.tidy("KIM@contoso.com", NOW);
    const [{ typed, ...row }] = (await everyRow()) as [Record<string, unknown>];
    expect(typed).toBeUndefined();

    await write({ ...row, effect: "allow" });
    expect(await store.tidy("kim@contoso.com", NOW)).toBe("left");
  });

  it("a deny of kim+a@contoso.com, stored under kim@contoso.com, moves back if it becomes an allow", async () => {
    await write({ entry: "kim+a@contoso.com", effect: "deny" });
    await store.tidy("kim+a@contoso.com", NOW);
    await write({ ...(await read("kim@contoso.com")), effect: "allow" });

    expect(await store.tidy("kim@contoso.com", NOW)).toBe("moved");

    expect(await everyRow()).toEqual([expect.objectContaining({ entry: "kim+a@contoso.com", effect: "allow" })]);
  });

  it("a row that is deleted during its move stays deleted", async () => {
    await write({ entry: "Kim@contoso.com", effect: "allow" });
    const deleting: AwsClient = {
      ...database.client,
      async call(operation, input, signal) {
        if (operation === "DeleteItem")
          await database.client.call("DeleteItem", { TableName: database.tableName, Key: marshall({ entry: "Kim@contoso.com" }) });
        return await database.client.call(operation, input, signal);
      },
    };

    expect(await accessListStore(deleting, database.tableName).tidy("Kim@contoso.com", NOW)).toBe("left");

    expect(await everyRow()).toEqual([]);
  });

  it("does nothing for a row that no longer exists", async () => {
    expect(await store.tidy("contoso.com", NOW)).toBe("left");
  });

  it.each([
    { of: "to be moved", entry: "@Big.example" },
    { of: "to be indexed", entry: "big.example" },
  ])("gives up on a row that has no room left $of", async ({ entry }) => {
    const row = { entry, effect: "deny" };
    const length = 400 * 1_024 - Object.entries(row).join("").length - "note".length;
    await put(marshall({ ...row, note: "n".repeat(length) }));

    await expect(store.tidy(entry, NOW)).rejects.toThrow(/^Item size /);

    expect(await everyRow()).toEqual([expect.objectContaining(row)]);
  });

  it("flags a row whose normal key is too long, and does not delay the rows behind it", async () => {
    const entry = `issuer:google/${"1".repeat(2_034)}`;
    await write({ entry, effect: "deny" });
    expect(await store.tidy(entry, NOW)).toBe("flagged");
    expect(await everyRow()).toEqual([expect.objectContaining({ entry, effect: "deny" })]);
    expect(await store.tidy(entry, NOW)).toBe("left");
  });

  it.each([
    { effect: null },
    { effect: true },
    { effect: 1 },
    { effect: "allow", issuer: new Set(["a"]) },
    { effect: "deny", typed: 7, problem: 7 },
  ])("tidies a row with cells of other types: %j", async (cells) => {
    await write({ entry: "Contoso.com", ...cells });
    await settle();
    expect(await everyRow()).toEqual([expect.objectContaining({ entry: "contoso.com", typed: "Contoso.com" })]);
  });

  /** The client with one operation's first call failing before it reaches the table. */
  function failingOn(operation: string): AwsClient {
    return interrupted(operation, async () => {
      throw new AwsError("InternalServerError", "lost", 500, {});
    });
  }

  /** The client with something happening just before one operation's first call. */
  function interrupted(operation: string, happens: () => Promise<unknown>): AwsClient {
    let pending = true;
    return {
      ...database.client,
      call: async (name, input, signal) => {
        if (pending && name === operation) {
          pending = false;
          await happens();
        }
        return database.client.call(name, input, signal);
      },
    };
  }
});
