import { accessList, beforeCreateUser, defineRule, pass } from "entra-gatehouse";

const asksTheCrm = defineRule("crm", () => pass(), {
  uses: [{ service: "crm" }, { secret: "crm-key", shape: { token: "발급받은 토큰" } }, { table: "accessList", access: "write" }],
});

export default beforeCreateUser([asksTheCrm, accessList({ classes: ["disposable"] })], { trust: "any" });
