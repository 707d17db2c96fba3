/** Kinds of Entra tenants, as commands name them. */
export const tenantKinds = ["workforce", "b2c", "external-tenant"] as const;
/** Which kind of tenant calls: each has a dialect of its own. */
export type TenantKind = (typeof tenantKinds)[number];

/**
 * How long each waits for an answer before it asks once more, in milliseconds. Sources: "Add an API connector to a user flow";
 * "Add API connectors to Azure AD B2C user flows", on timeouts; "Custom authentication extensions", service limits.
 */
export const patienceMs: Readonly<Record<TenantKind, number>> = { workforce: 20_000, b2c: 5_000, "external-tenant": 2_000 };
