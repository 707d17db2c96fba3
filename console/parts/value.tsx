import type { Child } from "hono/jsx";
import { hiddenCharacters, toWords } from "../../engine/characters";
import { attributeLabel } from "../../engine/messages/index";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { Visit } from "../app/visit";
import { frameTexts } from "../texts/frame-texts";
import { pageTexts } from "../texts/languages";

/** Limit in characters: a longer value is folded or cut. */
const SHOWN = 160;
/** Limit of the text that an unfolded value shows, in characters: a page of long values has to fit into one answer. */
const UNFOLDED = 10_000;

/** Writes each hidden character of a text as its code, such as `⟨U+202E⟩`. Line feeds and tabs stay. */
export function visible(text: string): string {
  return text.replace(hiddenCharacters(), (each) =>
    each === "\n" || each === "\t" ? each : `⟨U+${(each.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}

export function plainText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

export function shortenText(text: string, length = SHOWN): string {
  const visibleText = visible(text);
  return visibleText.length > length ? `${visibleText.slice(0, length)}…` : visibleText;
}

/** Lets a long address break before its @. */
export function beforeAt(name: string): Child {
  const [local, ...rest] = name.split("@");
  return [local, ...rest.map((domain) => [<wbr />, `@${domain}`])];
}

export function ValueLink({ path, text }: { readonly path: string; readonly text: string }) {
  return (
    <a href={path}>
      <bdi class="value">{shortenText(text, 80)}</bdi>
    </a>
  );
}

/** Shows typed text in its own direction, with hidden characters made visible. Folds a text that is longer than `SHOWN`. */
export function ShownValue({ text }: { readonly text: string }) {
  if (text.length <= SHOWN) return <bdi class="value">{visible(text)}</bdi>;
  return (
    <details class="long">
      <summary>
        <bdi class="value">{shortenText(text, SHOWN / 2)}</bdi> <small>({frameTexts.characters(text.length.toLocaleString("en"))})</small>
      </summary>
      <bdi class="value">{shortenText(text, UNFOLDED)}</bdi>
    </details>
  );
}

export function countText({ language }: { readonly language: string }, count: number): string {
  return count.toLocaleString(language);
}

/** @param more true if the count is incomplete */
export function atLeast(visit: { readonly language: string }, count: number, more: boolean): string {
  return `${countText(visit, count)}${more ? "+" : ""}`;
}

/** Writes "50" for a complete count, "50+" for an incomplete one. Undefined for an incomplete count of 0: "0+" would say nothing. */
export function countSoFar(visit: { readonly language: string }, count: number, isAll: boolean): string | undefined {
  return count === 0 && !isAll ? undefined : atLeast(visit, count, !isAll);
}

export function findNoteMark({ features }: Visit) {
  return features.flatMap(({ noteMark }) => noteMark ?? [])[0];
}

export function isMarked(visit: Visit, note: unknown): boolean {
  return typeof note === "string" && findNoteMark(visit)?.pattern.test(note) === true;
}

/** Marks that a feature wrote into the note become links. @param isLine true if a long note is cut, not folded */
export function NoteText({ visit, text, isLine }: { readonly visit: Visit; readonly text: string; readonly isLine?: boolean }) {
  const renderPart = (part: string) => (isLine ? <bdi class="value">{shortenText(part)}</bdi> : <ShownValue text={part} />);
  const mark = findNoteMark(visit);
  const parts = mark === undefined ? [text] : text.split(mark.pattern);
  return <>{parts.map((part, index): Child => (index % 2 === 1 ? mark?.link(part) : part === "" ? null : renderPart(part)))}</>;
}

export type GateVisit = Pick<Visit, "world" | "language">;

/** Returns a claim's name for people: the policy's label, else Entra's label, else the claim's own name in words. */
export function claimName({ world, language }: GateVisit, name: string, gate = DEFAULT_GATE): string {
  const short = name.replace(/^extension_[0-9a-f]{32}_/i, "extension_");
  const bare = short.replace(/^extension_/, "");
  const policies = world.gates.includes(gate) ? world.policiesAt(gate) : [];
  const labels = [...policies.map(({ options }) => options), {}].map((options) => attributeLabel(short, { locales: [language], options }));
  const ownName = labels.find((each) => each !== bare);
  return visible(ownName ?? toWords(bare));
}

/** A provider with a domain is named by the domain, as in filters. */
export function providerNames(issuers: readonly string[]): string {
  return issuers.map((issuer) => (Object.hasOwn(t, issuer) ? t[issuer as keyof typeof t] : visible(issuer))).join(", ");
}

const t = pageTexts({
  entra: ["Microsoft Entra", "Microsoft Entra"],
  mail: ["email code", "이메일 코드"],
  unknown: ["unknown", "알 수 없음"],
});
