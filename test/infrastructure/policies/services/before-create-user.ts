import { accessList, apiKey, bearer, beforeCreateUser, defineRule, service, shadow } from "entra-gatehouse";

const crm = service("crm", { url: "https://crm.contoso.com", authentication: bearer("crm-token") });
const fraud = service("fraud", { url: "https://fraud.contoso.com", authentication: apiKey("fraud-key", { header: "x-api-key" }) });

const asksTheCrm = defineRule({
  name: "crm",
  uses: [crm],
  async decide(_, { services }) {
    await services.call("crm", { path: "/" });
    return { kind: "continue" };
  },
});

const triesFraud = defineRule({ name: "fraud", uses: [fraud], decide: () => ({ kind: "continue" }) });

export default beforeCreateUser([accessList(), asksTheCrm, shadow(triesFraud)]);
