import { questionReference } from "../../../../engine/rules/verify-identity/reference";
import { hashOf } from "../../sign-up/people";

const fields = { first: "Minsu", last: "Kim" };
const reference = questionReference("acme", "kim", fields, hashOf);

it("is a GUID of RFC 9562's version 8, the same for ever", () => {
  expect(reference).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(reference).toBe("deca1ccd-c5ba-8518-8072-926d680c218d");
});

it("does not depend on the order of fields", () =>
  expect(questionReference("acme", "kim", { last: "Kim", first: "Minsu" }, hashOf)).toBe(reference));

it.each([
  { another: "vendor", other: questionReference("other", "kim", fields, hashOf) },
  { another: "person", other: questionReference("acme", "lee", fields, hashOf) },
  { another: "value", other: questionReference("acme", "kim", { ...fields, last: "kim" }, hashOf) },
  { another: "set of fields", other: questionReference("acme", "kim", { ...fields, zip: "" }, hashOf) },
  { another: "border between values", other: questionReference("acme", "kim", { first: "MinsuK", last: "im" }, hashOf) },
  { another: "place of the same values", other: questionReference("acme", "kim", { first: "Kim", last: "Minsu" }, hashOf) },
])("is another one for another $another", ({ other }) => expect(other).not.toBe(reference));
