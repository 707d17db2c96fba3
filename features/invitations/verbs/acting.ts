import type { Concern } from "../../../adapters/operator/act";
import type { doActs, Possible } from "../../../cli/act";
import type { CommandContext, DeploymentOptions } from "../../../cli/command";
import type { Deployment } from "../../../cli/deployment";
import { formatCount, type Output } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import { createPolicies } from "../../approvals/verbs/longest-days";
import { readActor } from "../../approvals/verbs/requests";

type Acting = Pick<Parameters<typeof doActs>[2], "place" | "actor" | "session" | "yes">;

/** Policies are known from the checkout. */
export async function actingBy(
  deployment: Deployment,
  options: DeploymentOptions & { readonly yes?: boolean },
  session: CommandContext,
): Promise<Acting> {
  const place = { ...operatorPlace(deployment, session.output), policiesAt: createPolicies(deployment, session.output) };
  return { place, actor: await readActor(options, deployment), session, yes: options.yes };
}

const SHOWN = 50;

const INVITED =
  "A deny always wins, and so does an approval where no rule asks for approval. While such an entry stands, an invitation lets nobody in.";

/** Makes a question about people. Look-alike domains alone are asked about only in a terminal. */
export function askAbout(output: Output, verb: string) {
  return (possible: readonly Possible<{ readonly email: string }>[]): string | undefined => {
    const found = possible.flatMap(({ state, concerns }) => concerns.map((concern) => ({ ...concern, email: state.email })));
    const ofGateOrDomain: readonly string[] = ["look-alike", "no-rule", "gate-not-open"];
    const line = ({ code, text, email }: Concern & { readonly email: string }) =>
      ofGateOrDomain.includes(code) ? text(localTime) : `${email}: ${text(localTime)}`;
    const listLines = (code: string) => [...new Set(found.filter((each) => each.code === code).map(line))];
    const alike = listLines("look-alike");
    const denied = listLines("denied-by-list");
    const others = found.filter(({ code }) => code !== "look-alike" && code !== "denied-by-list");
    warnOfAll(alike, output);
    warnOfAll(denied, output);
    if (denied.length > 0) output.warn(INVITED);
    warnOfAll([...new Set(others.map(line))], output);
    if (denied.length > 0) return `${verb} ${formatCount(denied.length, "denied person", "denied people")}?`;
    const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
    return alike.length > 0 && isTerminal ? `${verb} people of ${formatCount(alike.length, "such domain")}?` : undefined;
  };
}

function warnOfAll(lines: readonly string[], output: Output): void {
  for (const line of lines.slice(0, SHOWN)) output.warn(line);
  if (lines.length > SHOWN) output.warn(`and ${lines.length - SHOWN} more.`);
}
