import { accessList, beforeCreateUser, defineRule } from "entra-gatehouse";

const asksTheCrm = defineRule({
  name: "crm",
  uses: [{ service: "crm" }, { secret: "crm-key", shape: { token: "발급받은 토큰" } }, { table: "accessList", access: "write" }],
  decide: () => ({ kind: "continue" }),
});

export default beforeCreateUser([asksTheCrm, accessList({ classes: ["disposable"] })]);
