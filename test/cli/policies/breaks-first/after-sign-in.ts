import { afterSignIn, defineRule } from "entra-gatehouse";

export default afterSignIn([
  defineRule({
    name: "breaks",
    decide: () => {
      throw new Error("no answer for this one");
    },
  }),
]);
