/** Types and their properties, `?` after the type of one that may be null, and the members of enums. */
export interface Types {
  readonly types: Readonly<Record<string, TypeModel>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

export interface TypeModel {
  readonly base?: string;
  readonly properties: Readonly<Record<string, string>>;
}

export type GraphVersion = "v1.0" | "beta";

/** Graph's model, reduced by scripts/graph-model.mjs: what both versions have just so, and what each has otherwise. */
export type GraphModel = { readonly shared: Types } & Readonly<Record<GraphVersion, Types & { readonly source: string }>>;
