/** A ready-made reason for a decision on a request. */
export interface NoteTemplate {
  /** Kept as the note. If the Korean text is missing, the English one is used. */
  readonly text: string | { readonly en: string; readonly ko?: string };
  /** For which decision. @default both */
  readonly verb?: "approve" | "deny";
  /** Only for requests at this gate; `default` is the unnamed one. @default every gate */
  readonly gate?: string;
}

/** What notes of decisions hold. */
export interface NoteRules {
  /** @default our own */
  readonly templates?: readonly NoteTemplate[];
  /** Which decisions take no empty note. @default none */
  readonly required?: "deny" | "always";
}
