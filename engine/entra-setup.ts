/**
 * What `entra.ts` in the app's folder declares: the flows of Entra tenants that the gates judge. `npx --no-install entra-gatehouse entra`
 * makes it so. See docs/connect-entra.md.
 */
export interface EntraSetup {
  /**
   * The tenant that the flows stand in, by id or domain.
   * @default `--tenant`, then AZURE_TENANT_ID
   */
  readonly tenant?: string;
  readonly flows: readonly EntraFlow[];
}

/** A flow that a gate judges, by the kind of its tenant. */
export type EntraFlow = ConnectorFlow | ExternalFlow;

interface FlowAtGate {
  /**
   * The gate that judges who signs up by the flow.
   * @default the one without a name
   */
  readonly gate?: string;
  /**
   * The tenant that the flow stands in, by id or domain.
   * @default the setup's
   */
  readonly tenant?: string;
}

/** A user flow of a workforce tenant or of Azure AD B2C. */
export interface ConnectorFlow extends FlowAtGate {
  /** Its id: `B2X_1_Partner`, `B2C_1_SignUp`. */
  readonly userFlow: string;
  /**
   * The kind of tenant.
   * @default as the flow's id begins
   */
  readonly kind?: "workforce" | "b2c";
}

/** A user flow of an external tenant. */
export interface ExternalFlow extends FlowAtGate {
  /** Its display name. */
  readonly externalFlow: string;
  /**
   * Client ids of the applications whose tokens get claims from `before-sending-token.ts`.
   * @default those that the flow has
   */
  readonly applications?: readonly string[];
}

/**
 * Names what a setup is made of, so that editors complete it.
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
