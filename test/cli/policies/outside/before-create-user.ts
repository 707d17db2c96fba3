import { accessList, assign, beforeCreateUser, defineRule } from "entra-gatehouse";

const oracle = defineRule({
  name: "oracle",
  refuses: "people that the oracle refuses",
  uses: [{ service: "oracle" }, { secret: "oracle-key" }],
  decide: async (_, { services }) => {
    const key = await services.secret("oracle-key");
    return key === "open" ? { kind: "continue" } : { kind: "block", reason: "oracle.refused", message: { en: "No.", ko: "아니요." } };
  },
});

const remembers = defineRule({
  name: "remembers",
  decide: ({ email }) => ({
    kind: "continue",
    effects: [{ table: "accessList", item: { entry: email, effect: "deny" }, condition: "absent", onConflict: { kind: "continue" } }],
  }),
});

/** A rule that asks a system outside, and one that writes. */
export default beforeCreateUser([accessList({ otherwise: "continue" }), oracle, remembers, assign({ country: "KR" })]);
