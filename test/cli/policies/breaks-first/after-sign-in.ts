import { afterSignIn, defineRule } from "entra-gatehouse";

export default afterSignIn([
  defineRule("breaks", () => {
    throw new Error("no answer for this one");
  }),
]);
