/** Types and their properties, with `?` after a nullable type, and the members of enums. */
export interface Types {
  readonly types: Readonly<Record<string, TypeModel>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

export interface TypeModel {
  readonly base?: string;
  readonly properties: Readonly<Record<string, string>>;
}

export type GraphVersion = "v1.0" | "beta";

/** Graph's model, reduced by scripts/graph-model.mjs: the types that both versions share, and the types that differ. */
export type GraphModel = { readonly shared: Types } & Readonly<Record<GraphVersion, Types & { readonly source: string }>>;
