import { accessList, bearer, beforeCreateUser, defineRule, service } from "entra-gatehouse";
import * as v from "valibot";

const crm = service("crm", { url: "https://crm.contoso.com/api", authentication: bearer("crm-token") });

const partner = v.object({ company: v.string(), active: v.boolean() });

/** People sign up with their company's partner number, and the CRM gets each sign-up. */
const activePartner = defineRule({
  name: "active-partner",
  refuses: "people without the number of an active partner",
  uses: [crm],
  asks: ["extension_PartnerNumber"],
  sets: ["extension_Company"],
  async decide({ attributes }, { services }) {
    const number = String(attributes.extension_PartnerNumber ?? "");
    const path = "/partners/{number}";
    const found = /^P-\d+$/.test(number)
      ? await services.call("crm", { path, params: { number }, schema: partner, absent: [404] })
      : undefined;
    if (!found?.active) {
      const message = { en: "We do not know this partner number.", ko: "등록되지 않은 파트너 번호입니다." };
      return { kind: "invalid", problems: [{ attribute: "extension_PartnerNumber", reason: "partner.unknown", message }] };
    }
    await services.call("crm", { method: "POST", path: "/sign-ups", json: { partner: number } });
    return { kind: "continue", attributes: { extension_Company: found.company } };
  },
});

export default beforeCreateUser([accessList({ otherwise: "continue" }), activePartner], {
  labels: { extension_PartnerNumber: { en: "Partner number", ko: "파트너 번호" } },
});
