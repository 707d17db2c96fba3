import { beforeCreateUser, defineRule, pass } from "entra-gatehouse";

export default beforeCreateUser([
  defineRule(
    "careless",
    () => {
      for (const _ of [1, 2]) void Promise.reject(new Error("nobody waits for this"));
      return pass();
    },
    { refuses: "nobody: it is about what it leaves behind" },
  ),
]);
