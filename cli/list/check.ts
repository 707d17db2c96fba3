import { rows } from "../../adapters/tables/rows";
import { type Checked, checkStep } from "../../engine/access-list/check-step";
import { type DescribedPerson, signUpOfPerson } from "../../engine/protocols/api-connector";
import { normaliseEmail } from "../../engine/sign-up/email";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { type CommandContext, type DeploymentOptions, exitCodes, type JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { namedGate, policyFolderFor } from "../gates";
import { matchLines } from "./match-lines";

export interface CheckOptions extends DeploymentOptions, JsonOption {
  readonly issuer?: string;
  readonly id?: string;
  readonly policy?: string;
}

/** `entra-gatehouse list check`. */
export async function check(email: string, options: CheckOptions, session: CommandContext): Promise<void> {
  const described = describedSignUp({ email, issuer: options.issuer, id: options.id });
  if (!described.ok) {
    refuse(email, described, options, session);
    return;
  }
  const deployment = await deploymentFor(options);
  const policy = loadPolicyFolder(policyFolderFor(options, deployment.policy));
  const gate = namedGate(options);
  const person = { ...described.signUp, ...(gate !== undefined && { gate }) };
  const { read } = rows(deployment.dynamodb, () => deployment.accessListTable);
  const now = new Date();
  const checked = (await Promise.all(policy.map((each) => checkStep(each.policy, { ...person, step: each.step }, read, now)))).flat();
  if (checked.every(({ verdict }) => verdict === "not asked")) {
    throw new CommandError("No step of this policy asks the access list.");
  }

  const allowed = !checked.some(stops);
  if (options.json) session.output.json({ email: person.email, ...(gate !== undefined && { gate }), allowed, steps: checked });
  else for (const line of matchLines(person, checked)) session.output.print(line);
  session.exitCode = allowed ? exitCodes.done : exitCodes.denied;
}

/** For whom Entra's request is blocked whatever the list says. */
function refuse(email: string, { reason, problem }: DescribedSignUp & { ok: false }, { json }: JsonOption, session: CommandContext): void {
  if (!json) throw new CommandError(problem, exitCodes.denied);
  session.output.json({ email: normaliseEmail(email) ?? null, allowed: false, reason, steps: [] });
  session.exitCode = exitCodes.denied;
}

function stops({ verdict, shadow }: Checked): boolean {
  return verdict === "block" && shadow !== true;
}

/** The sign-up that Entra would send; or the code, and in a sentence the reason, for which it is blocked before the list is asked. */
type DescribedSignUp =
  | { readonly ok: true; readonly signUp: Omit<SignUp, "step"> }
  | { readonly ok: false; readonly reason: string; readonly problem: string };

/** What both steps would make of a person. */
function describedSignUp(person: DescribedPerson): DescribedSignUp {
  const { email } = person;
  const parsed = signUpOfPerson(person);
  if (parsed.ok) return parsed;
  const { reason } = parsed;
  const what = reason === "request.email" ? `${email} is not one plain e-mail address` : "Such an identity cannot be read";
  return { ok: false, reason, problem: `${what}: the sign-up is blocked before the list is asked (${reason}).` };
}
