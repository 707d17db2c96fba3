import { apiConnector } from "../../../engine/protocols/api-connector";
import { dialectOf } from "../../../engine/protocols/dialect-of";
import { fixture } from "../../fixtures";

it.each(["attribute-collection-start", "attribute-collection-submit", "token-issuance-start"])("%s is an external tenant's", (name) => {
  const body = fixture(`extension/${name}`);
  expect(dialectOf(body)).not.toBe(apiConnector);
});

it.each([
  fixture("b2b-before-create-google"),
  fixture("b2c/pre-token-issuance"),
  {},
  { data: {} },
  { data: { tenantId: 5 } },
  [],
  null,
  "x",
])("%j is a connector's", (body) => expect(dialectOf(body)).toBe(apiConnector));
