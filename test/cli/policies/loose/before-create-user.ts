import { accessList, beforeCreateUser, defineRule, shadow, validate } from "entra-gatehouse";
import * as v from "valibot";

const looksAtTheCity = defineRule({
  name: "city",
  decide({ attributes }) {
    try {
      return attributes.city === "Seoul" ? { kind: "block", reason: "city.closed" } : { kind: "continue", findings: { city: "open" } };
    } catch {
      return { kind: "continue" };
    }
  },
});

const followsTheCity = defineRule({
  name: "follows-the-city",
  decide: (_, { findings }) => (findings.city === undefined ? { kind: "block", reason: "city.unknown" } : { kind: "continue" }),
});

const breaks = defineRule({
  name: "breaks-for-mina",
  decide({ email }) {
    if (email.startsWith("mina@")) throw new Error("no answer for this one");
    return { kind: "continue" };
  },
});

/** A draft that opens the gate, with rules that cannot be replayed in every way. */
export default beforeCreateUser([
  shadow(accessList()),
  accessList({ otherwise: "continue" }),
  looksAtTheCity,
  followsTheCity,
  breaks,
  validate(v.object({ displayName: v.string() })),
]);
