import type { Tone } from "../parts/badge";
import type { IconName } from "../parts/icon";

/** One line of what a search found. */
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
  /** The place among others. */
  readonly rank: number;
}

export interface SearchGroup {
  readonly name: string;
  /** The place among others. */
  readonly rank: number;
  readonly found: readonly SearchHit[];
  /** Says that there is more. */
  readonly more?: string | undefined;
}

/** Words of a name, or with what it begins. */
export interface SearchedWords {
  readonly words: string;
  /** Whether people alone are looked for. */
  readonly ofPeople: boolean;
  /** What the whole text names. */
  readonly exact: readonly NamedHit[];
}
