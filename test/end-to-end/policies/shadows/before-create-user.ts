import { accessList, assign, beforeCreateUser, block, defineRule, shadow } from "entra-gatehouse";

/** Does what the city names. */
const misbehaving = defineRule(
  "misbehaving",
  async ({
    signUp: {
      attributes: { city },
    },
  }) => {
    const kept: unknown[] = [];
    switch (city) {
      case "throws":
        throw new Error("kim@contoso.com");
      case "throws late":
        setTimeout(() => {
          throw new Error("kim@contoso.com");
        }, 50);
        break;
      case "exits":
        return process.exit(1);
      case "loops":
        // Without end and without a turn for others, but not at a core's cost.
        for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
      case "eats memory":
        // Numbers, which the garbage collector does not follow: it would take seconds to see that nothing can go.
        for (;;) kept.push(new Array(100_000).fill(0.5));
      case "hangs":
        return await new Promise<never>(() => undefined);
    }
    return block("misbehaving.tried");
  },
);

export default beforeCreateUser([shadow(misbehaving), assign({ country: "KR" }), accessList()], { trust: "any", deadline: "5s" });
