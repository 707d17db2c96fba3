/** Ways in which a call to another system fails. */
export type UpstreamFailureKind =
  | "timeout"
  | "connection"
  /** Status 401 or 403, or an error code of the system that means refused access. */
  | "unauthorised"
  | "throttled"
  /** Any other error status, or any other error code of the system. */
  | "failed"
  | "too-large"
  | "unreadable"
  /** An answer that can be read, but breaks the contract. */
  | "unexpected"
  /** Our secret is missing or malformed. */
  | "secret";

/** A failed call, described only by names and codes, for logs, metrics and records. */
export interface UpstreamFailure {
  readonly service: string;
  readonly kind: UpstreamFailureKind;
  /** The HTTP status, if there was one. */
  readonly status?: number;
  /** The place in the answer that the schema refuses: "partner.seats". Never a value. */
  readonly at?: string;
  /** Kind and source of an unexpected answer: "HTML from POST crm.example.com". Never its text. */
  readonly came?: string;
}
