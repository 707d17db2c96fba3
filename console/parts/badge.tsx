import type { Child } from "hono/jsx";
import { Icon, type IconName } from "./icon";

/**
 * Colours, which only repeat words or an icon: `good` for let in or done, `bad` for refused or failed, `warn` for asked to correct or soon,
 * `asked` for asked for approval, `info` for selected.
 */
export type Tone = "good" | "bad" | "warn" | "asked" | "info";

type BadgeProps = { readonly tone?: Tone | undefined; readonly icon?: IconName; readonly children?: Child };

/** A word or two about the row or heading that it is in. @param tone grey for a plain fact, by default */
export function Badge({ tone, icon, children }: BadgeProps) {
  return (
    <span class={tone === undefined ? "tag" : `tag ${tone}`}>
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </span>
  );
}

/** An icon in a tinted square, at the head of a row. */
export function Mark({ tone, icon }: { readonly tone?: Tone | undefined; readonly icon: IconName }) {
  return (
    <span class={tone === undefined ? "mark" : `mark ${tone}`}>
      <Icon name={icon} />
    </span>
  );
}

/** A person's initials. The whole name is beside them or is their label. */
export function Avatar({ name }: { readonly name: string }) {
  return (
    <span class="avatar" aria-hidden="true">
      {buildInitials(name)}
    </span>
  );
}

function buildInitials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const [first = "?", last = ""] = words.length > 1 ? [words[0], words.at(-1)] : words;
  return [first, last]
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();
}
