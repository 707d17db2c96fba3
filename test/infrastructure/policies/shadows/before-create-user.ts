import { accessList, beforeCreateUser, defineRule, permittedValue, shadow } from "entra-gatehouse";

const asksTheCrm = defineRule({
  name: "crm",
  uses: [{ service: "crm" }, { secret: "crm-key" }, { table: "ledger", access: "write" }],
  decide: () => ({ kind: "continue" }),
});

export default beforeCreateUser([
  accessList(),
  shadow(asksTheCrm),
  shadow(accessList({ classes: ["disposable"] })),
  shadow(permittedValue("extension_InviteCode", { list: "codes", maxUses: 1 })),
]);
