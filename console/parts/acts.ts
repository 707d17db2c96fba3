import { findText } from "../texts/languages";
import { trailTexts } from "../texts/trail-texts";
import { visible } from "./value";

/**
 * Splits the action's words at the braces. `what`, the words in braces, can be replaced by the name of the action's object. Without braces,
 * `before` holds all words.
 */
export function actParts(action: string): readonly [before: string, what: string, after: string] {
  const text = findText(trailTexts.actions, action) ?? visible(action);
  const [, before = text, what = "", after = ""] = /^(.*)\{(.*)\}(.*)$/.exec(text) ?? [];
  return [before, what, after];
}

/** Returns the action's words for the middle of a sentence. */
export function actText(action: string): string {
  return actParts(action).join("");
}

interface Doer {
  readonly via: string;
  readonly name: string;
}

/** Returns the doer's words for the beginning of a sentence. */
export function doerText({ via, name }: Doer): string {
  return via === "outside" || via === "gatehouse" ? trailTexts[via] : visible(name);
}

export function actSentence({ action, ...doer }: Doer & { readonly action: string }): string {
  return `${doerText(doer)}${trailTexts.did}${actText(action)}`;
}
