import type { Step, TenantKind } from "../../engine/sign-up/sign-up";
import type { Authorization } from "./authorization";
import type { Person } from "./person";

export type CallingTenant =
  | { readonly kind: Exclude<TenantKind, "external-tenant"> }
  | { readonly kind: "external-tenant"; readonly id: string };

/** Ways for an operator to find out why a person was stopped, by the reference code on the person's page. */
export interface DecisionPlaces {
  /** Returns the address of a page of the console. */
  url(reference: string): string;
  /** Returns a shell command. */
  command(reference: string): string;
}

/** A user flow and the endpoints that it calls: API connectors, or an external tenant's extensions. */
export interface UserFlow {
  readonly tenant: CallingTenant;
  /** The flow's gate; absent for the default one. */
  readonly gate?: string;
  /** The steps that call an endpoint. */
  readonly steps: readonly Step[];
  url(step: Step): string;
  readonly authorization: Authorization;
  /** Places where an operator finds the decision about a person; absent if the endpoint's records are unknown. */
  readonly records?: DecisionPlaces;
  /** @default the time that this kind of tenant waits */
  readonly timeoutMs?: number;
  /** @default the global one */
  readonly fetch?: typeof fetch;
}

export interface Journey {
  readonly person: Person;
  readonly flow: UserFlow;
  /** A GUID that distinguishes this sign-up from others of the same person. */
  readonly id: string;
}
