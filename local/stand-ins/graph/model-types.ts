/** Graph's model, reduced by scripts/graph-model.mjs: types and their properties; `?` marks a property that may be null. */
export interface Version {
  readonly source: string;
  readonly types: Readonly<Record<string, TypeModel>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

export interface TypeModel {
  readonly base?: string;
  readonly properties: Readonly<Record<string, string>>;
}

export type GraphVersion = "v1.0" | "beta";

export type GraphModel = Readonly<Record<GraphVersion, Version>>;
