import type { DecisionRecord } from "./record";

/** Where an event comes from and what its detail is: the shape is fixed for each version, docs/events.md has the schemas. */
export const EVENT_SOURCE = "gatehouse";
export const SIGN_UP_DECIDED = "sign-up.decided.v1";

/** What other systems learn of a decision. */
export interface SignUpDecided {
  /** The same however often the event is sent. */
  readonly id: string;
  readonly time: string;
  readonly reference: string;
  readonly step: string;
  readonly source: string;
  readonly verdict: string;
  readonly rule?: string;
  readonly reasons: readonly string[];
  readonly email?: string;
  readonly issuers?: readonly string[];
  readonly changed: readonly string[];
  /** Only those that the policy names in `eventAttributes`. */
  readonly attributes?: DecisionRecord["attributes"];
  readonly policyVersion: string;
}

/** The event of a record, plain JSON. */
export function signUpDecided(record: DecisionRecord): SignUpDecided {
  const { id, revision, at, reference, step, source, verdict, rule, reasons, email, issuers, changed, attributes, policyVersion } = record;
  return {
    id: `${id}.${revision}`,
    time: at,
    reference,
    step,
    source,
    verdict,
    ...(rule !== undefined && { rule }),
    reasons,
    ...(email !== undefined && { email, issuers: issuers ?? [] }),
    changed,
    ...(attributes !== undefined && { attributes }),
    policyVersion,
  };
}
