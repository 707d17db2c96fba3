import { accessList, beforeCreateUser, defineRule, pass, permittedValue, shadow } from "entra-gatehouse";

const asksTheCrm = defineRule("crm", () => pass(), {
  uses: [{ service: "crm" }, { secret: "crm-key" }, { table: "ledger", access: "write" }],
});

export default beforeCreateUser(
  [
    accessList(),
    shadow(asksTheCrm),
    shadow(accessList({ classes: ["disposable"] })),
    shadow(permittedValue("extension_InviteCode", { list: "codes", maxUses: 1 })),
  ],
  { trust: "any" },
);
