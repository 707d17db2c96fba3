import * as v from "valibot";
import { normaliseColumnName, unknownColumns, wrongColumn } from "../../engine/columns";

const schema = v.object({ domain: v.string(), seats: v.optional(v.number()) });

it.each<{ row: object; wrong: string | undefined }>([
  { row: { domain: "contoso.com" }, wrong: undefined },
  { row: { domain: "contoso.com", seats: 5, owner: "kim", restored: "2026-03-01" }, wrong: undefined },
  { row: { domain: "contoso.com", seats: "5" }, wrong: "seats" },
  { row: { seats: 5 }, wrong: "domain" },
  { row: { domain: "contoso.com", seat: 5 }, wrong: "seat" },
  { row: { domain: "contoso.com", owner: "kim", Seats: 5 }, wrong: "Seats" },
  { row: { domain: "contoso.com", "Valid until": "2027-01-31" }, wrong: "Valid until" },
  { row: { domain: "contoso.com", 만료일: "2027-01-31" }, wrong: "만료일" },
])("the faulty column of $row is $wrong", ({ row, wrong }) => expect(wrongColumn(schema, row as never)).toBe(wrong));

it("unknown columns are named, except the one that a restored backup adds", () =>
  expect(unknownColumns(["domain"], { domain: "a.example", owner: "kim", restored: "x", note: "" })).toEqual(["owner", "note"]));

it.each([
  { name: "Expires_At 2", letters: "expiresat" },
  { name: "만료".normalize("NFD"), letters: "만료" },
])("the normal form of the column name $name is $letters", ({ name, letters }) => expect(normaliseColumnName(name)).toBe(letters));
