import { editedRows } from "../../../adapters/tables/edited-rows";
import { tables } from "../../../adapters/tables/tables";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { localTime } from "../../../cli/typed";
import { openAuditStore } from "../../audit/verbs/trail";
import { erasureSubject } from "../store/erasure-job";
import { findStoredWays, forgetSignUpWays } from "../store/sign-up-ways";
import { namedFrom } from "./person";

interface Options extends DeploymentOptions, JsonOption {
  readonly yes?: boolean;
}

const tenants = { b2b: "a workforce tenant", b2c: "Azure AD B2C", "external-tenant": "an external tenant" } as const;

export async function forgetAccount(word: string, options: Options, { output }: CommandContext): Promise<void> {
  const namedPerson = namedFrom(word);
  const [email] = namedPerson.same;
  if (namedPerson.account !== undefined || email === undefined) throw new CommandError("Name the person by an address: kim@contoso.com.");
  const deployment = await deploymentFor(options);
  const hashes = await deployment.hashes();
  const ledger = editedRows(deployment.dynamodb, deployment.tableOf("ledger"), tables.ledger.key);
  const ways = await findStoredWays(email, hashes, ledger);
  const say = options.json ? output.warn : output.print;
  if (ways.length === 0) {
    say(`Nothing is remembered of how ${email} signed up.`);
    if (options.json) output.json({ email, forgotten: 0 });
    return;
  }
  for (const { dialect, issuer, at } of ways) {
    say(`${email} signed up with ${issuer} in ${tenants[dialect]}${at === "" ? "" : `, let in ${localTime(at)}`}.`);
  }
  if (!options.yes) await requireConfirmation("Forget it, so that this person may sign up in another way?");
  const entry = {
    by: await deployment.caller(),
    via: "command",
    action: "person.account-forgotten",
    subject: "",
    person: erasureSubject(namedPerson, hashes.hashOf),
  } as const;
  const isGone = await openAuditStore(deployment).audited(entry, new Date(), () => forgetSignUpWays(ways, ledger));
  if (!isGone) throw new CommandError("The person has just signed up again. Look once more before you forget it.");
  say("Forgotten. The account itself, if there is one, stays in Entra.");
  if (options.json) output.json({ email, forgotten: ways.length });
}
