import { accessList, beforeCreateUser, defineRule, pass, shadow } from "entra-gatehouse";

const asksOutside = defineRule(
  "ask-outside",
  async ({ signal }) => pass({ findings: { oracle: await (await fetch("https://oracle.example/", { signal })).text() } }),
  { uses: [{ service: "oracle" }] },
);

const breaks = defineRule(
  "breaks-for-lee",
  ({ signUp: { email } }) => {
    if (email.startsWith("lee@")) throw new Error("no answer for this one");
    return pass();
  },
  { refuses: "lee" },
);

/** A policy whose cases go wrong in every way. */
export default beforeCreateUser([shadow(accessList()), breaks, accessList({ otherwise: "continue", classes: ["relay"] }), asksOutside], {
  trust: "any",
});
