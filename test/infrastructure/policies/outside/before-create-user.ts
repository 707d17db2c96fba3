import { accessList, beforeCreateUser, defineRule } from "entra-gatehouse";

const asksTheCrm = defineRule({ name: "crm", uses: [{ service: "crm" }], decide: () => ({ kind: "continue" }) });

export default beforeCreateUser([accessList(), asksTheCrm]);
