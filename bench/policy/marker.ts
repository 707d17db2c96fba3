import { defineRule } from "entra-gatehouse";

/** Writes a row at each call: the shipped policy writes nothing, and a cold start is measured with its first write. */
export const marker = defineRule({
  name: "bench-marker",
  uses: [{ table: "accessList", access: "write" }],
  decide: (_, { now }) => ({
    kind: "continue",
    effects: [
      {
        table: "accessList",
        item: { entry: `${now.getTime()}.bench.test`, effect: "deny" },
        condition: "absent",
        lost: { kind: "block", reason: "bench.marker-lost" },
      },
    ],
  }),
});
