import type { DecisionRecord } from "../../engine/sign-up/record";

const HOUR_MS = 3_600_000;

/** A blocked sign-up by the list, some hours ago; what is given overrides. */
export function record(id: string, hoursAgo: number, given: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    id,
    reference: "K7QD-9MXD",
    at: new Date(Date.now() - hoursAgo * HOUR_MS).toISOString(),
    step: "before-create-user",
    source: "b2b",
    email: `${id}@contoso.com`,
    issuers: ["entra"],
    verdict: "block",
    rule: "access-list",
    reasons: ["access-list.denied"],
    trace: [{ rule: "access-list", said: "block", reasons: ["access-list.denied"], evidence: { entry: "contoso.com", level: "domain" } }],
    changed: [],
    durationMs: 7,
    policyVersion: "0123456789ab",
    revision: 0,
    ...given,
  };
}

/** The same person let through by the list. */
export function admitted(id: string, hoursAgo: number, given: Partial<DecisionRecord> = {}): DecisionRecord {
  const { rule: _, ...rest } = record(id, hoursAgo);
  const trace: DecisionRecord["trace"] = [
    { rule: "access-list", said: "continue", findings: { listed: "allow" }, evidence: { entry: "contoso.com", level: "domain" } },
    { rule: "validate", said: "continue" },
  ];
  return { ...rest, verdict: "continue", reasons: [], trace, ...given };
}
