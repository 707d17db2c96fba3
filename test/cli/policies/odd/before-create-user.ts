import { accessList, beforeCreateUser, defineRule, shadow } from "entra-gatehouse";

const asksOutside = defineRule({
  name: "ask-outside",
  uses: [{ service: "oracle" }],
  decide: async (_, { signal }) => ({
    kind: "continue",
    findings: { oracle: await (await fetch("https://oracle.example/", { signal })).text() },
  }),
});

const breaks = defineRule({
  name: "breaks-for-lee",
  refuses: "lee",
  decide: ({ email }) => {
    if (email.startsWith("lee@")) throw new Error("no answer for this one");
    return { kind: "continue" };
  },
});

/** A policy whose cases go wrong in every way. */
export default beforeCreateUser([shadow(accessList()), breaks, accessList({ otherwise: "continue", classes: ["relay"] }), asksOutside]);
