import type { AuditWay } from "../audited-change";

/** The names by which others ask for a person, and by which the person's own requests are recognised. */
export interface Decider {
  readonly objectId?: string | undefined;
  /** User names, e-mail addresses, ARNs, which may contain the decider's address. */
  readonly names: readonly string[];
  /**
   * Addresses that certainly belong to the decider: those of the session, or the one to which a mail went. A stage may ask for the decider
   * by these addresses.
   */
  readonly addresses?: readonly string[] | undefined;
  /** Roles and groups from the decider's session. Groups are object ids. */
  readonly roles?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly arn?: string | undefined;
  /** Addresses of approvers who currently delegate to the decider. */
  readonly standsInFor?: readonly string[] | undefined;
}

/** A person or system that acts, and its door. */
export interface Actor {
  readonly by: string;
  readonly name?: string;
  readonly via: AuditWay;
  /** Object id in Entra, if the actor signed in. */
  readonly account?: string | undefined;
  /** For acts that ask for somebody. @default nobody asks for the actor */
  readonly decider?: Decider | undefined;
  /** False for people who may not know what operators know: approvers who are asked by name, partners' contacts. @default true */
  readonly isOperator?: boolean;
  /** Limits what the door shows: requests that ask the actor by name, or those of a partner's domain. @default no limit */
  readonly scope?: "asked" | { readonly domain: string };
}
