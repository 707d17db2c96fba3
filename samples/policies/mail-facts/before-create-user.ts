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

const DAY_MS = 86_400_000;

/** People of a domain that takes no mail, that nobody has come from before today, or that nobody proves, wait for an approver. */
const unknownDomain = defineRule(
  "unknown-domain",
  ({ signUp, findings: { listed, mx, firstSeen }, now }) => {
    const isKnown = typeof firstSeen === "string" && now.getTime() - Date.parse(firstSeen) >= DAY_MS;
    return listed === "allow" || (addressProven(signUp) && mx !== "no" && isKnown) ? pass() : approval("unknown domain");
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
