import { questionHash, questionReference } from "../../../../engine/rules/verify-identity/reference";
import type { Fields } from "../../../../engine/sign-up/identity-verifier";
import { hashOf } from "../../sign-up/people";

const fields = { first: "Minsu", last: "Kim" };
const referenceOf = (...question: [vendor: string, person: string, fields: Fields]) => questionReference(questionHash(...question, hashOf));
const reference = referenceOf("acme", "kim", fields);

it("is a GUID of RFC 9562's version 8, the same for ever", () => {
  expect(reference).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(reference).toBe("deca1ccd-c5ba-8518-8072-926d680c218d");
});

it("does not depend on the order of fields", () => expect(referenceOf("acme", "kim", { last: "Kim", first: "Minsu" })).toBe(reference));

it.each([
  { another: "vendor", other: referenceOf("other", "kim", fields) },
  { another: "person", other: referenceOf("acme", "lee", fields) },
  { another: "value", other: referenceOf("acme", "kim", { ...fields, last: "kim" }) },
  { another: "set of fields", other: referenceOf("acme", "kim", { ...fields, zip: "" }) },
  { another: "border between values", other: referenceOf("acme", "kim", { first: "MinsuK", last: "im" }) },
  { another: "place of the same values", other: referenceOf("acme", "kim", { first: "Kim", last: "Minsu" }) },
])("is another one for another $another", ({ other }) => expect(other).not.toBe(reference));
