import { accessList, assign, beforeCreateUser, defineRule, shadow } from "entra-gatehouse";

/** Does what the city names. */
const misbehaving = defineRule({
  name: "misbehaving",
  decide: async ({ attributes: { city } }) => {
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
        for (;;);
      case "eats memory":
        for (;;) kept.push(Array.from({ length: 1_000 }, () => ({ kept })));
      case "hangs":
        return await new Promise(() => undefined);
    }
    return { kind: "block", reason: "misbehaving.tried" };
  },
});

export default beforeCreateUser([shadow(misbehaving), assign({ country: "KR" }), accessList()], { deadlineMs: 2_000 });
