/** What can go wrong with a call to a system outside. */
export type UpstreamFailureKind =
  /** No whole answer in time. */
  | "timeout"
  /** The connection failed, or ended early. */
  | "connection"
  /** It does not accept our credentials: 401, 403, or its own word for that. */
  | "unauthorised"
  /** 429. */
  | "throttled"
  /** Any other status that says no, or its own word for a failure. */
  | "failed"
  | "too-large"
  /** The body is not what its format says. */
  | "unreadable"
  /** It can be read, and says what the contract does not know. */
  | "unexpected"
  /** Our own secret for it is missing or malformed. */
  | "secret";

/** Names and codes alone: it stands in logs, metrics and records. */
export interface UpstreamFailure {
  readonly service: string;
  readonly kind: UpstreamFailureKind;
  /** The HTTP status, where there was one. */
  readonly status?: number;
  /** Where in the answer stands what its schema refuses: "partner.seats". Names of members, never a value. */
  readonly at?: string;
}

/**
 * A call outside failed. Thrown by a rule or a source, it blocks the sign-up, stands in the record and rings an alarm: see
 * docs/runbook.md. Carries nothing of what was sent or answered.
 *
 * @example
 * throw new UpstreamError({ service: "crm", kind: "failed", status: 503 });
 */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  constructor(
    readonly failure: UpstreamFailure,
    options?: ErrorOptions,
  ) {
    super(`${failure.service}: ${failure.kind}${failure.status === undefined ? "" : ` (${failure.status})`}`, options);
  }
}
