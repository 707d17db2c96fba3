import { accessList, ask, bearer, beforeCreateUser, defineRule, pass, service } from "entra-gatehouse";
import * as v from "valibot";

const crm = service("crm", { url: "https://crm.contoso.com/api", authentication: bearer("crm-token") });

const partner = v.object({ company: v.string(), active: v.boolean() });

/** People sign up with their company's partner number, and the CRM gets each sign-up. */
const activePartner = defineRule(
  "active-partner",
  async ({ signUp, services }) => {
    const number = String(signUp.attributes.extension_PartnerNumber);
    const found = /^P-\d+$/.test(number)
      ? await services.call("crm", { path: "/partners/{number}", params: { number }, schema: partner, absent: [404] })
      : undefined;
    if (!found?.active)
      return ask({ extension_PartnerNumber: { en: "We do not know this partner number.", ko: "등록되지 않은 파트너 번호입니다." } });
    await services.call("crm", { method: "POST", path: "/sign-ups", json: { partner: number } });
    return pass({ attributes: { extension_Company: found.company } });
  },
  {
    refuses: "people without the number of an active partner",
    uses: [crm],
    asks: ["extension_PartnerNumber"],
    sets: ["extension_Company"],
  },
);

export default beforeCreateUser([accessList({ otherwise: "continue" }), activePartner], {
  trust: ["mail", "google.com"],
  labels: { extension_PartnerNumber: { en: "Partner number", ko: "파트너 번호" } },
});
