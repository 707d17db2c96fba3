export const columns = ["entry", "effect", "issuer", "note", "expiresAt", "gates"] as const;
export type ListColumn = (typeof columns)[number];
