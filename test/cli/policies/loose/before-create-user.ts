import { accessList, beforeCreateUser, block, defineRule, pass, shadow, validate } from "entra-gatehouse";
import * as v from "valibot";

const looksAtTheCity = defineRule(
  "city",
  ({ signUp: { attributes } }) => {
    try {
      return attributes.city === "Seoul" ? block("city.closed") : pass({ findings: { city: "open" } });
    } catch {
      return pass();
    }
  },
  { refuses: "people in Seoul" },
);

const followsTheCity = defineRule("follows-the-city", ({ findings }) => (findings.city === undefined ? block("city.unknown") : pass()));

const breaks = defineRule("breaks-for-mina", ({ signUp: { email } }) => {
  if (email.startsWith("mina@")) throw new Error("no answer for this one");
  return pass();
});

/** A draft that opens the gate, with rules that cannot be replayed in every way. */
export default beforeCreateUser(
  [
    shadow(accessList()),
    accessList({ otherwise: "continue" }),
    looksAtTheCity,
    followsTheCity,
    breaks,
    validate(v.object({ displayName: v.string() })),
  ],
  { trust: "any" },
);
