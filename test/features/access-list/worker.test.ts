import type { Log } from "../../../adapters/log";
import { type Item, toItem } from "../../../adapters/tables/item";
import { accessListStore } from "../../../features/access-list/store/access-list";
import { addIndexes } from "../../../features/access-list/store/list-indexes";
import { createLookAlikes } from "../../../features/access-list/store/look-alikes";
import { hygieneHandler } from "../../../features/access-list/worker";
import { knownDomains } from "../../../features/look-alikes/store";
import { startDynamoDb } from "../../support/dynamodb";
import { createKeyTable } from "../../support/key-table";

it("the hygiene worker notes the domain of an allow, so that look-alikes are found by key", async () => {
  const database = await startDynamoDb();
  await createKeyTable(database.client, "ledger-test", "ledger");
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), count: vi.fn(), middlewares: [] } as unknown as Log;
  const settings = { ACCESS_LIST_TABLE: database.tableName, LEDGER_TABLE: "ledger-test" };
  const handler = hygieneHandler({ settings, tables: database.client, clock: { now: Date.now, startTimer: () => () => undefined }, log });
  await database.client.call("PutItem", { TableName: database.tableName, Item: { entry: { S: "@Contoso.com" }, effect: { S: "allow" } } });
  for (const { keys, after } of await database.changes(database.tableName)) {
    const record = { dynamodb: { Keys: keys, ...(after && { NewImage: after }), SequenceNumber: "1" } };
    expect(await handler({ Records: [record] } as never)).toEqual({ batchItemFailures: [] });
  }
  const alike = createLookAlikes(database.client, (table) => (table === "ledger" ? "ledger-test" : database.tableName));
  expect((await alike.lookAlikesOf(["c0ntoso.com"])).get("c0ntoso.com")).toMatchObject([{ like: "contoso.com", by: "list" }]);
  await database.close();
});

it("the worker records new allows from outside that resemble a known domain, but none that existed before", async () => {
  const database = await startDynamoDb();
  await createKeyTable(database.client, "ledger-test", "ledger");
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), count: vi.fn(), middlewares: [] } as unknown as Log;
  const settings = { ACCESS_LIST_TABLE: database.tableName, LEDGER_TABLE: "ledger-test" };
  const handler = hygieneHandler({ settings, tables: database.client, clock: { now: Date.now, startTimer: () => () => undefined }, log });
  const alike = createLookAlikes(database.client, (table) => (table === "ledger" ? "ledger-test" : database.tableName));
  const put = async (Item: Item) => await database.client.call("PutItem", { TableName: database.tableName, Item });
  let seen = 0;
  const deliver = async () => {
    const changes = (await database.changes(database.tableName)).slice(seen);
    seen += changes.length;
    for (const { keys, before, after } of changes) {
      const images = { ...(before && { OldImage: before }), ...(after && { NewImage: after }) };
      const record = { dynamodb: { Keys: keys, ...images, SequenceNumber: "1" } };
      expect(await handler({ Records: [record] } as never)).toEqual({ batchItemFailures: [] });
    }
  };
  const said = async () => [...(await alike.unasked())].map(([entry, { like, by }]) => `${entry} ${like} ${by}`);
  await put({ entry: { S: "contoso.com" }, effect: { S: "allow" } });
  await put({ entry: { S: "fabrikam.com" }, effect: { S: "allow" } });
  // Through Gatehouse, where it was asked about.
  await put(addIndexes(toItem({ entry: "fabrlkam.com", effect: "allow" })));
  await deliver();
  await put({ entry: { S: "@Contosso.com" }, effect: { S: "allow" } });
  await put({ entry: { S: "*.contoso-login.com" }, effect: { S: "allow" } });
  await put({ entry: { S: "c0ntoso.com" }, effect: { S: "deny" } });
  await put({ entry: { S: "fabrikam.com" }, effect: { S: "allow" }, note: { S: "changed outside" } });
  await deliver();
  expect((await said()).sort()).toEqual(["*.contoso-login.com contoso.com list", "contosso.com contoso.com list"]);
  // Of an import, whose domains are noted later.
  await database.client.call("PutItem", {
    TableName: database.tableName,
    Item: addIndexes(toItem({ entry: "northwind.com", effect: "allow" })),
  });
  await knownDomains(database.client, "ledger-test").postpone();
  await put({ entry: { S: "northwlnd.com" }, effect: { S: "allow" } });
  const changes = (await database.changes(database.tableName)).slice(-1);
  for (const { keys, after } of changes)
    await handler({ Records: [{ dynamodb: { Keys: keys, ...(after && { NewImage: after }), SequenceNumber: "1" } }] } as never);
  await handler({ time: "now" } as never);
  expect(await said()).toContain("northwlnd.com northwind.com list");
  await database.client.call("DeleteItem", { TableName: database.tableName, Key: { entry: { S: "contoso.com" } } });
  expect((await said()).join()).not.toContain("contoso.com");
  await database.close();
});

it("the worker tidies typed rows without reading the rows of an import, and notes the import's domains later", async () => {
  const database = await startDynamoDb();
  await createKeyTable(database.client, "ledger-test", "ledger");
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), count: vi.fn(), middlewares: [] } as unknown as Log;
  const settings = { ACCESS_LIST_TABLE: database.tableName, LEDGER_TABLE: "ledger-test" };
  const handler = hygieneHandler({ settings, tables: database.client, clock: { now: Date.now, startTimer: () => () => undefined }, log });
  const imported = Array.from({ length: 90 }, (_, index) =>
    addIndexes(toItem({ entry: `contosopartner${index + 10}.com`, effect: "allow" })),
  );
  const typed = { entry: { S: "Evil.Example" }, effect: { S: "deny" } };
  await Promise.all([...imported, typed].map((Item) => database.client.call("PutItem", { TableName: database.tableName, Item })));
  const records = [...imported, typed].map((image, index) => ({
    dynamodb: { Keys: { entry: image.entry }, NewImage: image, SequenceNumber: String(index) },
  }));
  database.operations();
  expect(await handler({ Records: records } as never)).toEqual({ batchItemFailures: [] });
  // The row that somebody typed and its new spelling, and that domains wait.
  expect(database.operations().length).toBeLessThan(8);
  expect((await accessListStore(database.client, database.tableName).get("evil.example"))?.effect).toEqual({ S: "deny" });
  const alike = createLookAlikes(database.client, (table) => (table === "ledger" ? "ledger-test" : database.tableName));
  const looksLike = async (domain: string) => (await alike.lookAlikesOf([domain])).get(domain)?.map(({ like }) => like);
  expect(await looksLike("c0ntosopartner42.com")).toBeUndefined();
  // More come while the list is gone through: it is gone through again, and then no more.
  database.operations();
  const later = handler({ time: "now" } as never);
  await handler({ Records: records.slice(0, 30) } as never);
  await later;
  expect(database.operations().length).toBeLessThan(90);
  await handler({ time: "now" } as never);
  database.operations();
  await handler({ time: "now" } as never);
  expect(database.operations()).toEqual(["GetItem"]);
  // By the name as it looks, and without one letter.
  expect(await looksLike("c0ntosopartner42.com")).toContain("contosopartner42.com");
  expect(await looksLike("contosopartnr42.com")).toContain("contosopartner42.com");
  await database.close();
});

it("the hygiene worker continues where it stopped if the time of a run is over", async () => {
  const database = await startDynamoDb();
  await createKeyTable(database.client, "ledger-test", "ledger");
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), count: vi.fn(), middlewares: [] } as unknown as Log;
  const settings = { ACCESS_LIST_TABLE: database.tableName, LEDGER_TABLE: "ledger-test" };
  let now = 0;
  // Each look at the clock is a minute later.
  const clock = { now: () => (now += 60_000), startTimer: () => () => undefined };
  const handler = hygieneHandler({ settings, tables: database.client, clock, log });
  const images = Array.from({ length: 250 }, (_, index) =>
    addIndexes(toItem({ entry: `contosopartner${index + 10}.com`, effect: "allow" })),
  );
  await Promise.all(images.map((Item) => database.client.call("PutItem", { TableName: database.tableName, Item })));
  const Records = images.slice(0, 30).map((image, index) => ({
    dynamodb: { Keys: { entry: image.entry }, NewImage: image, SequenceNumber: String(index) },
  }));
  await handler({ Records } as never);
  let runs = 0;
  for (;;) {
    database.operations();
    await handler({ time: "now" } as never);
    if (database.operations().length === 1) break;
    runs += 1;
  }
  expect(runs).toBe(4);
  const alike = createLookAlikes(database.client, (table) => (table === "ledger" ? "ledger-test" : database.tableName));
  const found = await alike.lookAlikesOf(images.map(({ entry }) => String(entry?.S).replace("contoso", "c0ntoso")));
  expect(found.size).toBe(250);
  await database.close();
});
