import { apiKey, beforeCreateUser, http, permittedValue } from "entra-gatehouse";
import * as v from "valibot";

const partners = http({
  name: "crm",
  url: "https://crm.contoso.com/partners/{extension_PartnerNumber}",
  authentication: apiKey("crm-key", { header: "x-api-key" }),
  schema: v.object({ partnerNumber: v.string(), company: v.string(), active: v.boolean() }),
  attributes: ({ partnerNumber, company, active }) =>
    active ? { extension_PartnerNumber: partnerNumber, extension_Company: company } : undefined,
  onFailure: "block",
});

/** A partner number that the CRM knows; the company is what the CRM says. Each number lets twenty people in. */
export default beforeCreateUser([permittedValue("extension_PartnerNumber", { source: partners, spaces: "remove", maxUses: 20 })], {
  labels: { extension_PartnerNumber: { en: "Partner number", ko: "파트너 번호" } },
});
