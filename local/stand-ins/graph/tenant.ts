import type { Directory } from "./directory";

/** What a tenant's answers go by. */
export interface Tenant {
  readonly directory: Directory;
  /** Its verified domain; undefined for any. */
  readonly domain: string | undefined;
  /** Long names of its custom attributes; undefined for any that is well formed. */
  readonly extensions: readonly string[] | undefined;
  /** Ids of its user flows. */
  readonly userFlows: readonly string[];
  /** How long new accounts and connectors are hidden from searches, in milliseconds. */
  readonly searchLagMs: number;
  /** Requests that misbehaved already, and are to pass now. */
  readonly misbehaved: Set<string>;
  /** The log of sign-ups that an external tenant keeps. */
  readonly signUps: LoggedSignUp[];
}

/** A selfServiceSignUp of Graph's beta version. */
export type LoggedSignUp = Readonly<Record<string, unknown>> & { readonly correlationId: string; readonly createdDateTime: string };
