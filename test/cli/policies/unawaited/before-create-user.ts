import { beforeCreateUser, defineRule } from "entra-gatehouse";

export default beforeCreateUser([
  defineRule({
    name: "careless",
    refuses: "nobody: it is about what it leaves behind",
    decide() {
      for (const _ of [1, 2]) void Promise.reject(new Error("nobody waits for this"));
      return { kind: "continue" };
    },
  }),
]);
