/** Kinds of Entra tenants, as commands name them. */
export const tenantKinds = ["workforce", "b2c", "external-tenant"] as const;
/** Which kind of tenant calls: each has a dialect of its own. */
export type TenantKind = (typeof tenantKinds)[number];
