import { accessList, addressProven, beforeCreateUser, defineRule, limit, mailFacts, requestApproval } from "entra-gatehouse";

const DAY_MS = 86_400_000;

/** People of a domain that takes no mail, that nobody has come from before today, or that nobody proves, wait for an approver. */
const unknownDomain = defineRule({
  name: "unknown-domain",
  consumes: ["listed", "mx", "firstSeen"],
  requires: ["referred"],
  decide(signUp, { findings: { listed, mx, firstSeen }, now }) {
    const isNew = typeof firstSeen !== "string" || now.getTime() - Date.parse(firstSeen) < DAY_MS;
    const isDoubtful = listed !== "allow" && (!addressProven(signUp) || mx === "no" || isNew);
    return { kind: "continue", ...(isDoubtful && { findings: { referred: true } }) };
  },
});

/**
 * People that the list allows always get in. Of others, an approver decides on those of unknown domains, and on everybody once
 * thirty people an hour came whose mail one host takes, by whichever domains.
 */
export default beforeCreateUser([
  accessList({ otherwise: "continue", trust: ["mail", "google.com"] }),
  mailFacts(),
  unknownDomain,
  limit({ by: "mailHost", windows: [{ max: 30, per: "1h" }], then: "approval" }),
  requestApproval({ when: "approval" }),
]);
