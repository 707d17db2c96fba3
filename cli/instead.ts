import { quoteUnlessPlain } from "../engine/characters";

/** The right command for each wrong one that people may type. It ends with a placeholder if it needs an argument. */
const verbs: Readonly<Record<string, string>> = {
  allow: "list allow ADDRESS",
  deny: "list deny ADDRESS",
  block: "list deny ADDRESS",
  approve: "approvals approve CODE",
  conform: "entra conform",
  dev: "start",
  run: "start",
  explain: "why ADDRESS",
  probe: "smoke",
  posture: "gate",
  close: "gate closed",
  open: "gate open",
  data: "table",
  codes: "invite codes",
  credentials: "entra credentials",
  restore: "backup restore",
  standby: "backup standby",
  terms: "audit terms",
  "approvals reject": "approvals deny CODE",
  "gate close": "gate closed",
  "gate shut": "gate closed",
  "list block": "list deny ADDRESS",
  "list delete": "list remove ADDRESS",
  "person delete": "person erase ADDRESS",
};

const elsewhere: Readonly<Record<string, string>> = {
  synth: "npx cdk synth",
  diff: "npx cdk diff",
  logs: "npm run gate -- decisions --follow (docs/logs.md has the functions' logs)",
  cost: "npx cdk synth, and see docs/costs.md",
  access: "npm run gate -- expiry, or list for the access list",
};

/**
 * Returns what to type instead of a command in the lists above, or of `list add` with an effect as an option. Undefined for other words.
 */
export function suggestCommand(words: readonly string[]): string | undefined {
  const [verb = "", ...rest] = words;
  const effect = verb === "list" && rest[0] === "add" && ["allow", "approval", "deny"].find((each) => rest.includes(`--${each}`));
  if (effect) return `There is no --${effect}: write list ${effect} in place of list add.`;
  for (const [typed, others] of [
    [`${verb} ${rest[0]}`, rest.slice(1)],
    [verb, rest],
  ] as const) {
    if (Object.hasOwn(verbs, typed))
      return `There is no command ${typed}: write npm run gate -- ${withWords(verbs[typed] as string, others)}`;
    if (Object.hasOwn(elsewhere, typed)) return `There is no command ${typed}: write ${elsewhere[typed]}`;
  }
  return undefined;
}

function withWords(command: string, others: readonly string[]): string {
  return others.length === 0 ? command : [command.replace(/ (?:ADDRESS|CODE)$/, ""), ...others.map(quoteUnlessPlain)].join(" ");
}
