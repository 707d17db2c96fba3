import { questionReference } from "../../../../engine/rules/verify-identity/reference";

const fields = { first: "Minsu", last: "Kim" };
const reference = questionReference("acme", "kim", fields);

it("is a GUID of RFC 9562's version 8, the same for ever", () => {
  expect(reference).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(reference).toBe("fa926681-b43a-8a64-a5fe-69c2a3fdc41a");
});

it("does not depend on the order of fields", () =>
  expect(questionReference("acme", "kim", { last: "Kim", first: "Minsu" })).toBe(reference));

it.each([
  { another: "vendor", other: questionReference("other", "kim", fields) },
  { another: "person", other: questionReference("acme", "lee", fields) },
  { another: "value", other: questionReference("acme", "kim", { ...fields, last: "kim" }) },
  { another: "set of fields", other: questionReference("acme", "kim", { ...fields, zip: "" }) },
  { another: "border between values", other: questionReference("acme", "kim", { first: "MinsuK", last: "im" }) },
  { another: "place of the same values", other: questionReference("acme", "kim", { first: "Kim", last: "Minsu" }) },
])("is another one for another $another", ({ other }) => expect(other).not.toBe(reference));
