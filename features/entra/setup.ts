/** The contents of `entra.ts` in the app's folder: which user flows call the gates. See docs/connect-entra.md. */
export interface EntraSetup {
  /** The tenant of the flows, by id or domain. @default `--tenant`, then AZURE_TENANT_ID */
  readonly tenant?: string;
  /** Microsoft's cloud in which the tenant is. @default "global" */
  readonly cloud?: EntraCloudName;
  readonly flows: readonly EntraFlow[];
  /**
   * Client ids of applications, by the name of a role: `{ directory: "…" }`. The functions with this role sign in as the application.
   * Needed only if the stack does not tell `entra apply` the applications.
   * @default the applications that the stack's secrets and functions name
   */
  readonly graphApplications?: Readonly<Record<string, string>>;
}

/**
 * Microsoft's clouds. User flows can call a gate in `global` and, by API connectors, in `china`. Graph in the other clouds lacks the types
 * for such calls, and `entra apply` says so.
 */
export type EntraCloudName = "global" | "us-government" | "us-government-dod" | "china" | "bleu" | "delos" | "govsg" | "usnat";

/** A flow that calls a gate. */
export type EntraFlow = ConnectorFlow | ExternalFlow;

interface FlowAtGate {
  /** The gate that decides who may sign up through the flow. @default the gate without a name */
  readonly gate?: string;
  /** The tenant of the flow, by id or domain. @default the tenant of the setup */
  readonly tenant?: string;
  /** The cloud of the flow's tenant. @default the cloud of the setup */
  readonly cloud?: EntraCloudName;
  /**
   * Client ids of the applications at which people sign up through the flow. `entra apply` links them last, once the flow calls the gate.
   * Not in Azure AD B2C, whose applications name the flow themselves.
   * @default none: `entra apply` links no application
   */
  readonly signUpAt?: readonly string[];
  /**
   * How people sign in at a flow that `entra apply` creates: `mail` (one-time passcode), `google.com`, `facebook.com`, `microsoft`, `entra`,
   * `password` (only in external tenants), or the provider's id in Graph. A flow that exists keeps its providers; `plan` tells a difference.
   * @default ["mail"]
   */
  readonly providers?: readonly string[];
  /**
   * Custom attributes by their short names, such as `extension_PartnerNumber`. `entra apply` creates the attributes that the tenant lacks,
   * and lets the flow collect all of them. It never deletes an attribute.
   * @default none: the flow collects only attributes that rules set and the tenant already has
   */
  readonly attributes?: Readonly<Record<string, CustomAttribute>>;
}

/** A custom attribute of a tenant, and how a flow asks for it. */
export interface CustomAttribute {
  /** The type of the values. It cannot change later. */
  readonly type: "string" | "boolean" | "int64" | "stringCollection";
  /** The text beside the field. @default the attribute's name, without `extension_` */
  readonly label?: string;
  /** The text that people read, by the value that the directory keeps. @default none: people type, or choose Yes or No for a boolean */
  readonly choices?: Readonly<Record<string, string>>;
  /** True if the form hides the field, so that only the policy fills it. Only in external tenants. @default false */
  readonly hidden?: boolean;
}

/**
 * A user flow of a workforce tenant or of Azure AD B2C. Every flow also takes `gate`, `tenant` and `cloud` (by default the setup's),
 * `signUpAt`, `providers`, and `attributes`: a `CustomAttribute` by short name. `entra apply` creates a workforce tenant's flow that is
 * missing.
 */
export interface ConnectorFlow extends FlowAtGate {
  /** The flow's id: `B2X_1_Partner`, `B2C_1_SignUp`. */
  readonly userFlow: string;
  /** The kind of tenant. @default by the beginning of the flow's id: "workforce" for `B2X_1_`, "b2c" for `B2C_1_` */
  readonly kind?: "workforce" | "b2c";
}

/** A user flow of an external tenant. `entra apply` creates a flow that is missing. */
export interface ExternalFlow extends FlowAtGate {
  /** The flow's display name. */
  readonly externalFlow: string;
  /**
   * Client ids of applications whose ID tokens get claims from `before-sending-token.ts`.
   * @default the applications of the flow
   */
  readonly applications?: readonly string[];
  /** Client ids of APIs whose access tokens get the claims too. @default none */
  readonly apis?: readonly string[];
}

/**
 * Returns the setup unchanged: editors complete and check it.
 *
 * @example
 * export default entraSetup({
 *   tenant: "contoso.onmicrosoft.com",
 *   flows: [{ userFlow: "B2X_1_Partner" }, { userFlow: "B2X_1_Suppliers", gate: "suppliers" }],
 * });
 */
export function entraSetup(setup: EntraSetup): EntraSetup {
  return setup;
}
