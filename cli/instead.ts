/** Words that people try, and what does that here. */
const verbs: Readonly<Record<string, string>> = {
  allow: "npx --no-install entra-gatehouse list add ADDRESS --effect allow",
  deny: "npx --no-install entra-gatehouse list add ADDRESS --effect deny",
  block: "npx --no-install entra-gatehouse list add ADDRESS --effect deny",
  approve: "npx --no-install entra-gatehouse approvals approve CODE",
  deploy: "npx cdk deploy",
  synth: "npx cdk synth",
  diff: "npx cdk diff",
  dev: "npx --no-install entra-gatehouse start",
  run: "npx --no-install entra-gatehouse start",
  why: "npx --no-install entra-gatehouse decisions show CODE",
};

/** What somebody probably meant to write, in a sentence; undefined where the command itself says what is wrong. */
export function insteadOf([verb = "", ...rest]: readonly string[]): string | undefined {
  const effect = verb === "list" && rest[0] === "add" && ["allow", "deny"].find((each) => rest.includes(`--${each}`));
  if (effect) return `There is no --${effect}: write --effect ${effect}.`;
  if (!Object.hasOwn(verbs, verb)) return undefined;
  const [typed] = rest.filter((each) => !each.startsWith("-"));
  return `There is no command ${verb}: write ${verbs[verb]?.replace(/ADDRESS|CODE/, (place) => typed ?? place)}`;
}
