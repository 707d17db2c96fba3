import {
  accessList,
  addressProven,
  approval,
  beforeCreateUser,
  defineRule,
  limit,
  mailFacts,
  pass,
  requestApproval,
} from "entra-gatehouse";

/** People of a domain that takes no mail, that nobody has come from before today, or that nobody proves, wait for an approver. */
const unknownDomain = defineRule(
  "unknown-domain",
  ({ signUp, findings: { listed, mx, firstSeen }, now }) => {
    const isKnown = mx !== "no" && String(firstSeen) < now.toISOString().slice(0, 10);
    return listed === "allow" || (isKnown && addressProven(signUp)) ? pass() : approval("domain");
  },
  { consumes: ["listed", "mx", "firstSeen"], refers: "people of unknown domains" },
);

/**
 * People that the list allows always get in. Of others, an approver decides on those of unknown domains, and on everybody once
 * thirty people an hour came whose mail one host takes, by whichever domains.
 */
export default beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    mailFacts(),
    unknownDomain,
    limit({ by: "mailHost", windows: [{ max: 30, per: "1h" }], then: "approval" }),
    requestApproval({ when: "approval" }),
  ],
  { trust: ["mail", "google.com"] },
);
