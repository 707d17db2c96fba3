import { rowFact, type TableChange } from "../../engine/audited-change";
import { NOW } from "./sign-up/people";

const change: TableChange = { table: "profiles", event: "7", at: NOW, subject: "kim@contoso.com" };
const before = { email: "kim@contoso.com", city: "seoul" };
const after = { ...before, city: "busan" };

it.each([
  { rows: { after }, action: "profiles.added" },
  { rows: { before, after }, action: "profiles.changed" },
  { rows: { before }, action: "profiles.removed" },
])("a change of $rows is recorded as $action", ({ rows, action }) =>
  expect(rowFact({ ...change, ...rows })).toStrictEqual({ subject: "kim@contoso.com", ...rows, action }),
);
