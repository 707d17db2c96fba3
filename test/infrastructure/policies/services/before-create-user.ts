import { accessList, apiKey, bearer, beforeCreateUser, defineRule, pass, service, shadow } from "entra-gatehouse";

const crm = service("crm", { url: "https://crm.contoso.com", authentication: bearer("crm-token") });
const fraud = service("fraud", { url: "https://fraud.contoso.com", authentication: apiKey("fraud-key", { header: "x-api-key" }) });

const asksTheCrm = defineRule(
  "crm",
  async ({ services }) => {
    await services.call("crm", { path: "/" });
    return pass();
  },
  { uses: [crm] },
);

const triesFraud = defineRule("fraud", () => pass(), { uses: [fraud] });

export default beforeCreateUser([accessList(), asksTheCrm, shadow(triesFraud)], { trust: "any" });
