import { toItem } from "../../adapters/tables/item";
import { type AnyTableName, tables } from "../../adapters/tables/tables";
import { getRowKind, keysUnder, rowKinds, tableShapes } from "../../features/row-kinds";

it.each<[string, AnyTableName, Readonly<Record<string, string>>, string | undefined]>([
  ["a decision", "decisions", { reference: "K7QD-9MXD", id: "x" }, undefined],
  ["a gate's posture", "decisions", { reference: "posture", id: "default" }, "posture"],
  ["a partner's domain", "decisions", { reference: "partner", id: "contoso.com" }, "partner"],
  ["a change set", "listChanges", { set: "sets", part: "1" }, "sets"],
  ["an incident", "listChanges", { set: "incidents", part: "1" }, "incidents"],
  ["a used code", "ledger", { id: "code/x/y" }, undefined],
  ["a session", "ledger", { id: "console-session/x" }, "console-session/"],
  ["delegations", "ledger", { id: "task/delegations" }, "task/delegations"],
  ["a mail that went out", "ledger", { id: "mail/x" }, "mail/"],
])("the row %s is recognised as its kind", (_, table, key, under) => {
  expect(getRowKind(table, toItem(key))).toMatchObject({ table });
  expect(getRowKind(table, toItem(key))?.under).toBe(under);
});

it("parts of change sets and of incidents have no row kind", () => {
  for (const set of ["2026-11-24T00:00:00.000Z-x", "incident/1"])
    expect(getRowKind("listChanges", toItem({ set, part: "1" }))).toBeUndefined();
});

it("each table has a shape, and none of its row kinds has a key prefix that begins with another kind's", () => {
  for (const table of Object.keys(tables) as AnyTableName[]) {
    expect(tableShapes[table], table).toBeDefined();
    const under = keysUnder(table, () => true);
    for (const one of under) expect(under.filter((other) => other.startsWith(one))).toEqual([one]);
    expect(rowKinds.filter(({ table: its, under }) => its === table && under === undefined).length, table).toBeLessThanOrEqual(1);
  }
});
