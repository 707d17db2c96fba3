import { beforeCreateUser, block, defineRule, pass } from "entra-gatehouse";
import { digitsOf } from "./phone";

const phoned = defineRule(
  "phoned",
  async ({ signUp: { attributes } }) => {
    return digitsOf(attributes.mobilePhone).length > 6 ? pass() : block("phone.missing");
  },
  { refuses: "people without a telephone" },
);

export default beforeCreateUser([phoned], { messages: { "phone.missing": "We need your phone number." } });
