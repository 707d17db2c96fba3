import { beforeCreateUser, defineRule } from "entra-gatehouse";
import { digitsOf } from "./phone";

const phoned = defineRule({
  name: "phoned",
  refuses: "people without a telephone",
  async decide({ attributes }) {
    return digitsOf(attributes.mobilePhone).length > 6 ? { kind: "continue" } : { kind: "block", reason: "phone.missing" };
  },
});

export default beforeCreateUser([phoned], { messages: { "phone.missing": "We need your phone number." } });
