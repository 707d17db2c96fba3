/** A ready-made reason for a decision on a request: docs/console.md. */
export interface NoteTemplate {
  /** The note. Without a Korean text, the English one is used. */
  readonly text: string | { readonly en: string; readonly ko?: string };
  /** For which decision. @default both */
  readonly verb?: "approve" | "deny";
  /** Only at this gate; `default` is the unnamed one. @default every gate */
  readonly gate?: string;
}

/** What notes of decisions hold. */
export interface NoteRules {
  /** @default our own */
  readonly templates?: readonly NoteTemplate[];
  /** Which decisions take no empty note. @default none */
  readonly required?: "deny" | "always";
}
