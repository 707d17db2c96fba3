import { didYouMean } from "../engine/nearest-name";

/** Variables that people set. docs/cli.md lists what reads each of them. */
export const variables = [
  "GATEHOUSE_CLIENT_SECRET",
  "GATEHOUSE_DEBUG",
  "GATEHOUSE_PASSWORD",
  "GATEHOUSE_PFX_PASSPHRASE",
  "GATEHOUSE_STAGE",
  "GATEHOUSE_TOKEN",
  "GATEHOUSE_USERNAME",
] as const;

/** Variables that Gatehouse itself sets for programs that it starts. */
const OWN = /^GATEHOUSE_(?:OPTIONS|ENDPOINT_\w+)$/;

/** A variable that begins with GATEHOUSE_ and that nothing reads may be mistyped. */
export function describeUnknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const knownVariables: readonly string[] = variables;
  return Object.keys(env)
    .filter((name) => name.startsWith("GATEHOUSE_") && !knownVariables.includes(name) && !OWN.test(name))
    .map((name) => `Nothing reads the variable ${name}.${didYouMean(name, knownVariables) || " docs/cli.md lists those that are read."}`);
}
