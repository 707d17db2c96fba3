import { mayBeSame, rowFact, type TableChange } from "../../engine/audited-change";
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

it.each([
  { one: { by: "kim@contoso.com" }, other: { by: "Kim@contoso.com" }, same: true },
  { one: { by: "7", name: "kim@contoso.com" }, other: { by: "arn:aws:sts::1:assumed-role/Admin/KIM@contoso.com" }, same: true },
  { one: { by: "7", name: "Kim" }, other: { by: "8", name: "kim" }, same: true },
  {
    one: { by: "7", name: "Kim Lee", userNames: ["Kim@contoso.com"] },
    other: { by: "arn:aws:sts::1:assumed-role/Admin/kim@contoso.com" },
    same: true,
  },
  {
    one: { by: "7", name: "Kim Lee", userNames: ["kim_contoso.com#EXT#@fabrikam.onmicrosoft.com"] },
    other: { by: "arn:aws:sts::1:assumed-role/Admin/kim@contoso.com" },
    same: true,
  },
  {
    one: { by: "7", name: "Kim Lee", userNames: ["kim_contoso.com_EXT_@fabrikam.onmicrosoft.com"] },
    other: { by: "8", name: "K. Lee", userNames: ["Kim@Contoso.com"] },
    same: true,
  },
  {
    one: { by: "7", name: "Kim Lee", userNames: ["kim@contoso.com"] },
    other: { by: "8", name: "Kim Lee", userNames: ["kim.lee@contoso.com"] },
    same: false,
  },
  { one: { by: "7", name: "Kim Lee", userNames: [] }, other: { by: "arn:aws:sts::1:assumed-role/Admin/kim@contoso.com" }, same: false },
  { one: { by: "7", name: "kim" }, other: { by: "8", name: "lee" }, same: false },
  { one: { by: "7" }, other: { by: "8" }, same: false },
  { one: { by: "a/admin" }, other: { by: "a" }, same: false },
])("$one and $other may be the same person: $same", ({ one, other, same }) => {
  expect(mayBeSame(one, other)).toBe(same);
  expect(mayBeSame(other, one)).toBe(same);
});
