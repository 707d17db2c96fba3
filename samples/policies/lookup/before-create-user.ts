import { accessList, bearer, beforeCreateUser, http, lookup } from "entra-gatehouse";
import * as v from "valibot";

/** An empty text would let people in without a company. */
const filled = v.pipe(v.string(), v.trim(), v.nonEmpty());

const crm = http({
  name: "crm",
  url: "https://crm.contoso.com/people/{email}",
  authentication: bearer("crm-token"),
  schema: v.object({ company: filled, partnerNumber: filled, active: v.boolean() }),
  attributes: ({ company, partnerNumber, active }) =>
    active ? { extension_Company: company, extension_PartnerNumber: partnerNumber } : undefined,
  onFailure: "block",
});

/** Company and partner number are what the CRM says, and only those that it knows get in. */
export default beforeCreateUser(
  [accessList({ otherwise: "continue" }), lookup(crm, { only: ["extension_Company", "extension_PartnerNumber"], notFound: "block" })],
  {
    trust: ["mail", "google.com"],
    labels: { extension_Company: { en: "Company", ko: "회사" }, extension_PartnerNumber: { en: "Partner number", ko: "파트너 번호" } },
  },
);
