import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { createDeploymentRows, type Deployment, deploymentFor } from "../../../cli/deployment";
import { type DescribedPerson, signUpOfPerson } from "../../../cli/described-person";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { namedGate } from "../../../cli/gates";
import { policyFolderFor } from "../../../cli/policy-folders";
import type { VerbHooks } from "../../../cli/verb";
import { groupBy } from "../../../engine/collections";
import { readNamedAddress } from "../../../engine/directory-account";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { listIssuers } from "../../../engine/sign-up/issuers";
import type { Policy } from "../../../engine/sign-up/policy";
import { lastDay } from "../../../engine/sign-up/row-end";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { hooks } from "../../lists/hooks";
import { type DescribedEntry, summary } from "../describe-entry";
import { levelWords } from "../entry-words";
import { explainListResults, type ListResult } from "../explain-list";
import { candidates, type Match } from "../match";
import { warnOfIssuer } from "./list-file";

interface CheckOptions extends DeploymentOptions, JsonOption {
  readonly issuer?: string;
  readonly id?: string;
  readonly policy?: string;
}

type Visitor = Omit<SignUp, "step">;

export interface PersonNow {
  /** The gate of the person's newest decision or request. */
  readonly gate: string;
  /** Returns the person once for each way of signing in. */
  findWays(gate: string | undefined, policies: readonly Policy[]): Promise<readonly Visitor[]>;
}

declare module "../../../cli/verb" {
  interface VerbHooks {
    /** Reads the person's rows once. Without this hook, only an account of Entra at the default gate is checked. */
    readPersonNow?(email: string, deployment: Deployment, output: CommandContext["output"]): Promise<PersonNow | undefined>;
  }
}

export async function check(email: string, options: CheckOptions, session: CommandContext): Promise<void> {
  warnOfIssuer(options.issuer, session.output);
  const describedPerson = describedSignUp({ email: readNamedAddress(email) ?? email, issuer: options.issuer, id: options.id });
  if (!describedPerson.ok) {
    refuse(email, describedPerson, options, session);
    return;
  }
  const deployment = await deploymentFor(options);
  const { email: address } = describedPerson.signUp;
  const isTold = options.gate !== undefined && options.issuer !== undefined;
  const hook = isTold ? undefined : (hooks as readonly VerbHooks[]).find(({ readPersonNow }) => readPersonNow);
  const personNow = await hook?.readPersonNow?.(address, deployment, session.output);
  const at = { ...options, gate: options.gate ?? personNow?.gate ?? DEFAULT_GATE };
  const policy = loadPolicyFolder(policyFolderFor(at, deployment.policy));
  const gate = namedGate(at);
  const person = { ...describedPerson.signUp, ...(gate !== undefined && { gate }) };
  const { read } = createDeploymentRows(deployment);
  const now = new Date();
  const policies = policy.map((each) => each.policy);
  const visitors = (options.issuer === undefined ? await personNow?.findWays(gate, policies) : undefined) ?? [person];
  const checkedWays = await Promise.all(
    visitors.map(async (visitor) => {
      const steps = await Promise.all(policies.map((each) => explainListResults(each, { ...visitor, step: each.step }, read, now)));
      return { visitor, steps: steps.flat() };
    }),
  );
  if (checkedWays.every(({ steps }) => steps.every(({ verdict }) => verdict === "not asked"))) {
    throw new CommandError("No step of this policy asks the access list.");
  }

  for (const alike of groupBy(checkedWays, ({ steps }) => JSON.stringify(steps)).values()) {
    const [{ steps }] = alike as unknown as readonly [(typeof checkedWays)[number]];
    const ways = alike.map(({ visitor }) => listIssuers(visitor));
    const facts = { issuers: [...new Set(ways.flat())], allowed: !steps.some(stops), steps };
    if (options.json) session.output.json({ email: person.email, gate, ...facts });
    else for (const line of matchLines(person, ways, steps)) session.output.print(line);
  }
  // Somebody whom one way of signing in lets in can choose it.
  session.exitCode = checkedWays.some(({ steps }) => !steps.some(stops)) ? exitCodes.done : exitCodes.denied;
}

function refuse(email: string, { reason, problem }: DescribedSignUp & { ok: false }, { json }: JsonOption, session: CommandContext): void {
  if (!json) throw new CommandError(problem, exitCodes.denied);
  session.output.json({ email: normaliseEmail(email) ?? null, allowed: false, reason, steps: [] });
  session.exitCode = exitCodes.denied;
}

function stops({ verdict, shadow, matches }: ListResult): boolean {
  return (verdict === "block" || (verdict === "continue" && matches[0]?.effect === "approval")) && shadow !== true;
}

/** If not `ok`, the gate blocks the person before it reads the list. */
type DescribedSignUp =
  | { readonly ok: true; readonly signUp: Omit<SignUp, "step"> }
  | { readonly ok: false; readonly reason: string; readonly problem: string };

function describedSignUp(person: DescribedPerson): DescribedSignUp {
  const { email } = person;
  const parseResult = signUpOfPerson(person);
  if (parseResult.ok) return { ok: true, signUp: parseResult.received };
  const { reason } = parseResult;
  const what = reason === "request.email" ? `${email} is not one plain e-mail address` : "Such an identity cannot be read";
  return { ok: false, reason, problem: `${what}: the sign-up is refused before the list is asked (${reason}).` };
}

function matchLines(
  signUp: Pick<SignUp, "email" | "identities" | "gate">,
  ways: readonly (readonly string[])[],
  checkedSteps: readonly ListResult[],
): readonly string[] {
  const { email, gate } = signUp;
  const issuers = ways.flat();
  const who = `${email}, signed in with ${ways.map((each) => each.join(", ")).join(" or ")}${gate === undefined ? "" : `, at the gate ${gate}`}`;
  const untaggedKeys = new Set(candidates(signUp, []).flatMap(({ key, level }) => (level === "base" ? [key] : [])));
  return [who, ...checkedSteps.flatMap((each) => stepLines(each, { issuers, gate: gate ?? DEFAULT_GATE, untagged: untaggedKeys }))];
}

interface Whence {
  readonly issuers: readonly string[];
  readonly gate: string;
  readonly untagged: ReadonlySet<string>;
}

function stepLines(checkedStep: ListResult, whence: Whence): readonly string[] {
  const [, ...others] = checkedStep.matches;
  return [
    `${checkedStep.step}: ${verdictWords(checkedStep)}${checkedStep.shadow ? " (in shadow: it only reports and stops nobody)" : ""}`,
    ...others.map((match) => `  matches too: ${matchWords(match)}`),
    ...checkedStep.ignored.map((row) => `  does not count: ${row.entry} (${summary(row)}), ${explainIgnored(row, whence)}`),
  ];
}

function verdictWords({ verdict, matches: [deciding] }: ListResult): string {
  if (verdict === "not asked") return "the list is not asked at this step";
  if (deciding !== undefined)
    return `${verdict === "block" ? "refused" : deciding.effect === "approval" ? "waits for approval" : "let in"} by ${matchWords(deciding)}`;
  return verdict === "block" ? "refused, as no entry matches this person" : "no entry matches: other rules decide";
}

function matchWords({ entry, effect, level, allowedUntil }: Match): string {
  const until = allowedUntil === undefined ? "" : ` until ${lastDay(allowedUntil)}`;
  return `${entry} (${effect}${until}): ${levelWords.en[level]}`;
}

function explainIgnored({ entry, effect, state, issuer, gates, byPartner, problem }: DescribedEntry, whence: Whence): string {
  if (state === "expired") return "its time is over";
  if (state === "void") return problem ?? "it cannot be read";
  if (issuer !== undefined && !whence.issuers.includes(issuer)) return `it counts only for people who signed in with ${issuer}`;
  if (gates !== undefined && !gates.includes(whence.gate)) return `it counts only at the gates ${gates.join(", ")}`;
  if (effect === "allow" && byPartner !== undefined) return `${byPartner} is not a proven partner's domain: see partners list`;
  if (!whence.untagged.has(entry)) return `the policy does not trust ${whence.issuers.join(" and ")} for this address`;
  return "it allows the address without its +tag, which may be another person's address";
}
