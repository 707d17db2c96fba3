/** Kinds of Entra tenants, as commands name them. */
export const tenantKinds = ["workforce", "b2c", "external-tenant"] as const;
/** The calling tenant's kind. Each has its own dialect. */
export type TenantKind = (typeof tenantKinds)[number];
