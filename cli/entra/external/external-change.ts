import type { ApplicationChange } from "../../../adapters/graph/app-registrations";
import type { ExtensionEvent, ExtensionSettings } from "../../../adapters/graph/authentication-extensions";
import type { FlowEvent } from "../../../adapters/graph/events-flows";
import type { ApplyOptions, Plan } from "../plan-of-changes";

/** One call that writes. An id is absent where its object is yet to be made. */
export type ExternalChange = { readonly why: string } & (
  | { readonly action: "create application"; readonly name: string }
  | {
      readonly action: "create service principal";
      readonly name: string;
      /** Absent where the application is yet to be made. */
      readonly appId?: string;
    }
  | { readonly action: "configure application"; readonly name: string; readonly id?: string; readonly changed: ApplicationChange }
  | { readonly action: "grant consent"; readonly name: string; readonly principalId?: string }
  | {
      readonly action: "create extension";
      readonly name: string;
      readonly event: ExtensionEvent;
      readonly settings: ExtensionSettings;
    }
  | {
      readonly action: "update extension";
      readonly name: string;
      readonly event: ExtensionEvent;
      readonly settings: ExtensionSettings;
      readonly id: string;
    }
  | { readonly action: "collect attributes"; readonly flowId: string; readonly attributes: readonly string[] }
  | { readonly action: "listen"; readonly event: ExtensionEvent; readonly appId: string; readonly name: string; readonly id?: string }
  | { readonly action: "link"; readonly event: FlowEvent; readonly flowId: string; readonly name: string; readonly id?: string }
  | { readonly action: "unlink"; readonly event: FlowEvent; readonly flowId: string; readonly name: string }
  | { readonly action: "stop listening"; readonly id: string; readonly appIds: readonly string[]; readonly name: string }
  | { readonly action: "delete extension"; readonly id: string; readonly name: string }
  | { readonly action: "stop collecting"; readonly flowId: string; readonly attributes: readonly string[] }
  | { readonly action: "delete application"; readonly id: string; readonly name: string }
);

/** What an apply to an external tenant may do beside. */
export interface ExternalApplyOptions extends ApplyOptions {
  /** Whether admin consent is given, too. */
  readonly grantConsent?: boolean;
}

/** A plan for an external tenant, as far as one of its parts knows it. */
export type PartOfPlan = Partial<Plan<ExternalChange>>;
