import { accessList, assign, beforeCreateUser, block, defineRule, pass } from "entra-gatehouse";

const oracle = defineRule(
  "oracle",
  async ({ services }) => {
    const key = await services.secret("oracle-key");
    return key === "open" ? pass() : block("oracle.refused", { en: "No.", ko: "아니요." });
  },
  { refuses: "people that the oracle refuses", uses: [{ service: "oracle" }, { secret: "oracle-key" }] },
);

const remembers = defineRule("remembers", ({ signUp: { email } }) =>
  pass({ effects: [{ table: "accessList", item: { entry: email, effect: "deny" }, condition: "absent", onConflict: pass() }] }),
);

/** A rule that asks a system outside, and one that writes. */
export default beforeCreateUser([accessList({ otherwise: "continue" }), oracle, remembers, assign({ country: "KR" })], { trust: "any" });
