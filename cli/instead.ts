const OURS = "npm run gate --";

/** Words that people try, and what does that here. */
const verbs: Readonly<Record<string, string>> = {
  allow: `${OURS} list allow ADDRESS`,
  deny: `${OURS} list deny ADDRESS`,
  block: `${OURS} list deny ADDRESS`,
  approve: `${OURS} approvals approve CODE`,
  conform: `${OURS} entra conform`,
  synth: "npx cdk synth",
  diff: "npx cdk diff",
  dev: `${OURS} start`,
  run: `${OURS} start`,
  explain: `${OURS} why ADDRESS`,
  logs: `${OURS} decisions --follow (docs/logs.md has the functions' logs)`,
  cost: "npx cdk synth, and see docs/costs.md",
  probe: `${OURS} smoke`,
  posture: `${OURS} gate`,
  close: `${OURS} gate closed`,
  open: `${OURS} gate open`,
  access: `${OURS} expiry, or list for the access list`,
  data: `${OURS} table`,
  codes: `${OURS} invite codes`,
  credentials: `${OURS} entra credentials`,
  restore: `${OURS} backup restore`,
  standby: `${OURS} backup standby`,
  terms: `${OURS} audit terms`,
};

/** What somebody probably meant to write, in a sentence; undefined where the command itself says what is wrong. */
export function insteadOf([verb = "", ...rest]: readonly string[]): string | undefined {
  const effect = verb === "list" && rest[0] === "add" && ["allow", "deny"].find((each) => rest.includes(`--${each}`));
  if (effect) return `There is no --${effect}: write list ${effect} in place of list add.`;
  if (!Object.hasOwn(verbs, verb)) return undefined;
  const [typed] = rest.filter((each) => !each.startsWith("-"));
  return `There is no command ${verb}: write ${verbs[verb]?.replace(/ADDRESS|CODE/, (place) => typed ?? place)}`;
}
