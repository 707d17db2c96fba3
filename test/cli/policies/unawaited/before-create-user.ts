import { beforeCreateUser, defineRule } from "entra-gatehouse";

export default beforeCreateUser([
  defineRule({
    name: "careless",
    decide() {
      for (const _ of [1, 2]) void Promise.reject(new Error("nobody waits for this"));
      return { kind: "continue" };
    },
  }),
]);
