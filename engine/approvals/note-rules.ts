/** A reason to choose where a request is decided on. */
export interface NoteTemplate {
  /** Kept as the note. The English one stands where there is no Korean one. */
  readonly text: string | { readonly en: string; readonly ko?: string };
  /** For which decision. @default both */
  readonly verb?: "approve" | "deny";
  /** The one gate whose requests it is for: `default` for the one without a name. @default every gate */
  readonly gate?: string;
}

/** What notes of decisions hold. */
export interface NoteRules {
  /** @default our own */
  readonly templates?: readonly NoteTemplate[];
  /** Which decisions take no empty note. @default none */
  readonly required?: "deny" | "always";
}
