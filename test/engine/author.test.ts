import { mayBeSame } from "../../engine/author";

it.each([
  { one: { by: "kim@contoso.com" }, other: { by: "Kim@contoso.com" }, same: true },
  { one: { by: "7", name: "kim@contoso.com" }, other: { by: "arn:aws:sts::1:assumed-role/Admin/KIM@contoso.com" }, same: true },
  { one: { by: "7", name: "Kim" }, other: { by: "8", name: "kim" }, same: true },
  {
    one: { by: "7", name: "Kim Lee", userNames: ["Kim@contoso.com"] },
    other: { by: "arn:aws:sts::1:assumed-role/Admin/kim@contoso.com" },
    same: true,
  },
  { one: { by: "7", name: "Kim Lee", userNames: [] }, other: { by: "arn:aws:sts::1:assumed-role/Admin/kim@contoso.com" }, same: false },
  { one: { by: "7", name: "kim" }, other: { by: "8", name: "lee" }, same: false },
  { one: { by: "7" }, other: { by: "8" }, same: false },
  { one: { by: "a/admin" }, other: { by: "a" }, same: false },
])("$one and $other may be the same person: $same", ({ one, other, same }) => {
  expect(mayBeSame(one, other)).toBe(same);
  expect(mayBeSame(other, one)).toBe(same);
});
