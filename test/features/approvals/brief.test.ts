import { briefColumns, readBrief } from "../../../features/approvals/brief";
import { pending } from "./requests";

const { attributes: _, ...request } = pending();

it("is read from the columns that sorting and grouping need, and from no others", () => {
  const row = Object.fromEntries(briefColumns.flatMap((name) => (name in request ? [[name, request[name as keyof typeof request]]] : [])));
  expect(readBrief({ ...row, attributes: "unread" })).toMatchObject(row);
  expect(briefColumns).not.toContain("attributes");
});

it.each([
  ["state", "aproved"],
  ["email", ""],
  ["stages", {}],
])("is not read from a row whose column %s nobody can read", (column, value) =>
  expect(readBrief({ ...request, [column]: value })).toBeUndefined(),
);
