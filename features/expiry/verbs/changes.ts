import { type Act, type ActResult, type Concern, carryOutEach, type Reviewed, reviewAct } from "../../../adapters/operator/act";
import type { Uses } from "../../../adapters/operator/world";
import { momentId } from "../../../adapters/system";
import type { CommandContext } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import type { AccountRow } from "../../accounts/account";
import { openAuditStore } from "../../audit/verbs/trail";
import { accessActs, readmit } from "../acts/access";
import { accessWords } from "../concern-words";
import { type AccessCommandOptions, accountsAt, addressTyped, endText, findAccounts } from "./accounts";

type Verb = "extend" | "renew" | "end";

interface ChangeOptions extends AccessCommandOptions {
  readonly days?: number;
  /** False with --no-end. */
  readonly end?: boolean;
  readonly note?: string;
  readonly yes?: boolean;
}

interface Acting {
  readonly deployment: Deployment;
  readonly options: ChangeOptions;
  readonly session: CommandContext;
}

export async function changeAccess(verb: Verb, word: string, options: ChangeOptions, session: CommandContext): Promise<void> {
  const { days = 0, note } = options;
  if (verb === "extend" && (options.days === undefined) === (options.end !== false))
    throw new CommandError("Say how long: --days 90, or --no-end.");
  const acting = { deployment: await deploymentFor(options), options, session };
  const { gates } = acting.deployment;
  const all = await findKnownAccounts(word, acting.deployment, verb === "renew");
  const rows = all.filter(({ state }) => state !== "ended");
  if (verb !== "renew" && rows.length === 0)
    throw new CommandError(`${word} has no account any more: expiry renew lets them sign up again.`);
  if (rows.length === 0) {
    const email = all[0]?.email ?? addressTyped(word);
    const question = { verb: "Renew the access of", follows: accessWords.deniedFollows.cannotSignUp };
    const [result] = await changeEach(readmit, [{ email, gates }], { note }, acting, question);
    if (result?.kind !== "done") throw new CommandError(`${word} is not changed: ${result === undefined ? "" : whyNot(result)}`);
    session.output.print(`${word} may sign up again.`);
    return;
  }
  const { extend, renew, end } = accessActs;
  const targets = rows.map((account) => ({ id: account.id, account }));
  const follows = accessWords.deniedFollows.stays;
  const results = await {
    extend: () =>
      changeEach(extend, targets, options.end === false ? { isEndless: true, note } : { days, note }, acting, {
        ...{ verb: "Extend the access of", follows },
      }),
    renew: () => changeEach(renew, targets, { days, gates, note }, acting, { verb: "Renew the access of", follows }),
    end: () => changeEach(end, targets, { note }, acting, { ends: rows }),
  }[verb]();
  report(rows, results, acting);
}

interface Question {
  /** Begins the question about people whom the list denies. */
  readonly verb?: string;
  /** The sentence that says what a deny means for the act. */
  readonly follows?: string;
  /** The accounts whose access ends, which the command asks about. */
  readonly ends?: readonly AccountRow[];
}

/** Does an act on each target, after the questions about it. */
async function changeEach<U extends Uses, Target, Input, State extends { readonly email: string }, Outcome>(
  act: Act<U, Target, Input, State, Outcome>,
  targets: readonly Target[],
  input: Input,
  { deployment, options, session: { output, time } }: Acting,
  question: Question,
): Promise<readonly ActResult<Outcome>[]> {
  accountsAt(deployment);
  const now = time?.now() ?? new Date();
  const by = await deployment.caller();
  const doing = { actor: { by, via: "command" }, now, act: momentId(now) } as const;
  const place = operatorPlace(deployment, output);
  const reviewed = await reviewAct(act, targets, input, place, doing);
  const asked = listLines(reviewed, ({ weight }) => weight === "asked");
  for (const line of listLines(reviewed, ({ weight }) => weight !== "refused")) output.warn(line);
  if (asked.length > 0 && question.follows !== undefined) output.warn(question.follows);
  if (!options.yes && asked.length > 0)
    await requireConfirmation(`${question.verb} ${formatCount(asked.length, "denied person", "denied people")}?`);
  if (!options.yes && question.ends !== undefined) {
    for (const row of question.ends) output.warn(`${row.email}  ${row.id}: ${endText(row)}`);
    if (question.ends.length > 1) output.warn(accessWords.manyEnd);
    await requireConfirmation(`End access of ${formatCount(question.ends.length, "account")} now?`);
  }
  const trail = openAuditStore(deployment);
  const attempts = targets.map((target) => ({ target, input, answered: "all" as const }));
  return await carryOutEach(act, attempts, place, doing, (entry, change) => trail.audited({ by, via: "command", ...entry }, now, change));
}

/** Returns each line once: a person may have several accounts, or be denied at several gates. */
function listLines(reviewed: readonly Reviewed<{ readonly email: string }>[], isMeant: (concern: Concern) => boolean): readonly string[] {
  const lines = reviewed.flatMap(({ state, concerns }) => concerns.filter(isMeant).map(({ text }) => `${state.email}: ${text(localTime)}`));
  return [...new Set(lines)];
}

function whyNot(result: Exclude<ActResult<unknown>, { readonly kind: "done" }>): string {
  return result.kind === "stopped"
    ? result.concerns[0].text(localTime)
    : "Somebody else has just changed it. Look at it again, then repeat.";
}

/** Throws if an account is not as it should be by now. */
function report(rows: readonly AccountRow[], results: readonly ActResult<AccountRow>[], { options, session: { output } }: Acting): void {
  const refused: string[] = [];
  for (const [index, shownRow] of rows.entries()) {
    const result = results[index] as ActResult<AccountRow>;
    const { id, email } = shownRow;
    const isSo = result.kind === "stopped" && result.concerns.some(({ code }) => code === "already");
    if (result.kind !== "done" && !isSo) {
      refused.push(`${email} (${id}) is not changed: ${whyNot(result)}`);
      continue;
    }
    if (result.kind !== "done") output.warn(`${email}: ${whyNot(result)}`);
    const { state, until } = result.kind === "done" ? result.outcome : shownRow;
    if (options.json) output.json({ id, email, state, until });
    else
      output.print(
        `${email}: ${state === "disabled" ? "enabled within the hour, " : ""}${until === undefined ? "no end" : `until ${until}`}`,
      );
  }
  if (refused.length > 0) throw new CommandError(refused.join("\n"));
}

async function findKnownAccounts(word: string, deployment: Deployment, mayBeNone: boolean): Promise<readonly AccountRow[]> {
  try {
    return await findAccounts(word, deployment);
  } catch (error) {
    if (mayBeNone && error instanceof CommandError) return [];
    throw error;
  }
}
