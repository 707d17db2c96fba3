import { briefColumns, readBrief } from "../../../features/approvals/in-state";
import { pending } from "./requests";

const { attributes: _, ...request } = pending();

it("a brief is read only from the columns that sorting and grouping need", () => {
  const row = Object.fromEntries(briefColumns.flatMap((name) => (name in request ? [[name, request[name as keyof typeof request]]] : [])));
  expect(readBrief({ ...row, attributes: "unread" })).toMatchObject(row);
  expect(briefColumns).not.toContain("attributes");
});

it.each([
  ["state", "aproved"],
  ["email", ""],
  ["stages", {}],
])("a brief is not read from a row with an unreadable column %s", (column, value) =>
  expect(readBrief({ ...request, [column]: value })).toBeUndefined(),
);
