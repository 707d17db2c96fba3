import { type Checked, checkStep } from "../../lambda/rules/access-list/check-step";
import { normaliseEmail } from "../../lambda/sign-up/email";
import { rows } from "../../lambda/stores/rows";
import { loadPolicyFolder } from "../../lib/policy-folder";
import { exitCodes } from "../exit-code";
import { CommandError } from "../failure";
import type { JsonOption, PlaceOptions } from "../options";
import { placeFor } from "../place";
import type { Session } from "../session";
import { type PersonRead, readPerson } from "./person";
import { inPlainWords } from "./plain-words";

export interface CheckOptions extends PlaceOptions, JsonOption {
  readonly issuer?: string;
  readonly id?: string;
  readonly policy?: string;
}

/** `gatehouse list check`. */
export async function check(email: string, options: CheckOptions, session: Session): Promise<void> {
  const person = readPerson({ email, issuer: options.issuer, id: options.id });
  if (!person.ok) {
    refuse(email, person, options, session);
    return;
  }
  const { signUp } = person;
  const place = await placeFor(options);
  const policy = loadPolicyFolder(options.policy ?? place.policy ?? "policy");
  const { read } = rows(place.dynamodb, () => place.accessListTable);
  const now = new Date();
  const checked = (await Promise.all(policy.map((each) => checkStep(each.policy, { ...signUp, step: each.step }, read, now)))).flat();
  if (checked.every(({ verdict }) => verdict === "not asked")) {
    throw new CommandError("No step of this policy asks the access list.");
  }

  const allowed = !checked.some(stops);
  if (options.json) session.output.json({ email: signUp.email, allowed, steps: checked });
  else for (const line of inPlainWords(signUp, checked)) session.output.print(line);
  session.exitCode = allowed ? exitCodes.done : exitCodes.denied;
}

/** For whom Entra's request is blocked whatever the list says. */
function refuse(email: string, { reason, problem }: PersonRead & { ok: false }, { json }: JsonOption, session: Session): void {
  if (!json) throw new CommandError(problem, exitCodes.denied);
  session.output.json({ email: normaliseEmail(email) ?? null, allowed: false, reason, steps: [] });
  session.exitCode = exitCodes.denied;
}

function stops({ verdict, shadow }: Checked): boolean {
  return verdict === "block" && shadow !== true;
}
