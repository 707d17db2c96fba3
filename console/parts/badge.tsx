import type { Child } from "hono/jsx";
import { Icon, type IconName } from "./icon";

/**
 * Colours. They only repeat what words or an icon say. `good`: let in, or done. `bad`: refused, or failed. `warn`: asked to correct
 * something, or due soon. `asked`: waits for approval. `info`: selected.
 */
export type Tone = "good" | "bad" | "warn" | "asked" | "info";

type BadgeProps = { readonly tone?: Tone | undefined; readonly icon?: IconName; readonly children?: Child };

/** @param tone by default grey, for a plain fact */
export function Badge({ tone, icon, children }: BadgeProps) {
  return (
    <span class={tone === undefined ? "tag" : `tag ${tone}`}>
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </span>
  );
}

export function Mark({ tone, icon }: { readonly tone?: Tone | undefined; readonly icon: IconName }) {
  return (
    <span class={tone === undefined ? "mark" : `mark ${tone}`}>
      <Icon name={icon} />
    </span>
  );
}

/** Screen readers skip the initials, because they read the whole name from a text beside the avatar. */
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

interface ProgressStepProps {
  readonly kind: keyof typeof stepIcons;
  readonly name: string;
  readonly detail: Child;
}

const stepIcons = { done: "allow", bad: "close", now: undefined, next: undefined } as const;

export function ProgressStep({ kind, name, detail }: ProgressStepProps) {
  const icon = stepIcons[kind];
  return (
    <li class={kind} aria-current={kind === "now" ? "step" : undefined}>
      <span aria-hidden="true">{icon === undefined ? null : <Icon name={icon} />}</span>
      <b>
        <bdi>{name}</bdi>
      </b>
      <small>{detail}</small>
    </li>
  );
}
