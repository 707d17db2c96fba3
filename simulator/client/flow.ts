import type { Step } from "../../engine/sign-up/sign-up";
import type { TenantKind } from "../../engine/tenant-kinds";
import type { Authorization } from "./authorization";
import type { Person } from "./person";

/** The tenant that calls. */
export type CallingTenant =
  | { readonly kind: Exclude<TenantKind, "external-tenant"> }
  | { readonly kind: "external-tenant"; readonly id: string };

/** Where an operator reads why somebody was stopped, by the reference code on the page. */
export interface DecisionPlaces {
  /** A page of the console. */
  url(reference: string): string;
  /** For a shell. */
  command(reference: string): string;
}

/** A user flow, and what it calls: API connectors, or an external tenant's extensions. */
export interface UserFlow {
  readonly tenant: CallingTenant;
  /** The gate that it belongs to; absent for the default one. */
  readonly gate?: string;
  /** The steps that call. */
  readonly steps: readonly Step[];
  url(step: Step): string;
  readonly authorization: Authorization;
  /** Absent where nothing is known of the endpoint's own records. */
  readonly records?: DecisionPlaces;
  /** @default as long as that kind of tenant waits */
  readonly timeoutMs?: number;
  /** @default the global one */
  readonly fetch?: typeof fetch;
}

/** One person's way through a user flow. */
export interface Journey {
  readonly person: Person;
  readonly flow: UserFlow;
  /** Identifies this sign-up among others of the same person: a GUID. */
  readonly id: string;
}
