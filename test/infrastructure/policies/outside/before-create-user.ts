import { accessList, beforeCreateUser, defineRule, pass } from "entra-gatehouse";

const asksTheCrm = defineRule("crm", () => pass(), { uses: [{ service: "crm" }] });

export default beforeCreateUser([accessList(), asksTheCrm], { trust: "any" });
