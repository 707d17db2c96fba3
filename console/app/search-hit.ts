import type { Tone } from "../parts/badge";
import type { IconName } from "../parts/icon";

export interface SearchHit {
  readonly path: string;
  readonly name: string;
  readonly note?: string | undefined;
  /** ISO 8601. */
  readonly at?: string | undefined;
  readonly icon: IconName;
  readonly tone?: Tone | undefined;
}

/** Something that the whole text names. */
export interface NamedHit extends SearchHit {
  readonly rank: number;
}

export interface SearchGroup {
  readonly name: string;
  readonly rank: number;
  readonly found: readonly SearchHit[];
  /** A text about further results, and the page that lists all. */
  readonly more?: { readonly text: string; readonly path?: string } | undefined;
}

/** Words of a name, or with what it begins. */
export interface SearchedWords {
  readonly words: string;
  readonly ofPeople: boolean;
  readonly exact: readonly NamedHit[];
}
