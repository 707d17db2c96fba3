import type { Child } from "hono/jsx";
import { Icon } from "./icon";

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
