import { type Concern, reviewEach } from "../../../adapters/operator/act";
import { type ActEnd, actingAt, doActs, type Possible } from "../../../cli/act";
import { type CommandContext, placeFlags, readNow } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount, warnOfRest } from "../../../cli/output";
import { domainFrom, localTime, newEmailFrom } from "../../../cli/typed";
import { operatorPlace, readView } from "../../../cli/view";
import { keepGiven } from "../../../engine/json";
import type { AccountRow } from "../../accounts/account";
import { decidingWords } from "../../approvals/deciding-words";
import { openCommandAudit } from "../../audit/verbs/trail";
import { actOnMany, describeEachLeft, listJobs as listJobsOf, reportLeft, runJob, undoJob } from "../../people-jobs/verbs/people-jobs";
import { type AccessState, accessActs, readmit } from "../acts/access";
import { accessWords } from "../concern-words";
import { accessJobs, isPossible, listPossible, makeAccessJobs } from "../jobs";
import { accountsView, describeWhose, listQueries } from "../views";
import { type AccessCommandOptions, accountsAt, endText, findAccounts, readTypedAddress } from "./accounts";

type Verb = "extend" | "renew" | "end" | "sponsor";

interface ChangeOptions extends AccessCommandOptions {
  readonly days?: number;
  /** False with --no-end. */
  readonly end?: boolean;
  readonly note?: string;
  readonly sponsor?: string;
  readonly domain?: string;
  /** The new sponsor. */
  readonly to?: string;
  readonly yes?: boolean;
}

interface Acting {
  readonly deployment: Deployment;
  readonly options: ChangeOptions;
  readonly session: CommandContext;
}

export async function changeAccess(verb: Verb, words: readonly string[], options: ChangeOptions, session: CommandContext): Promise<void> {
  if (verb === "extend" && (options.days === undefined) === (options.end !== false))
    throw new CommandError("Say how long: --days 90, or --no-end.");
  const isMany = options.sponsor !== undefined || options.domain !== undefined;
  if (isMany === words.length > 0) throw new CommandError("Name people, or write --sponsor lee@contoso.com or --domain partner.com.");
  const acting = { deployment: await deploymentFor(options), options, session };
  const all = isMany ? await readMany(acting) : await findKnownAccounts(words, acting.deployment, verb === "renew");
  const rows = all.filter(({ state }) => state !== "ended");
  if (isMany && rows.length === 0) return session.output.warn("Nobody has such an account.");
  if (isMany) return await changeMany(verb, rows, acting);
  const [word = ""] = words;
  if (verb !== "renew" && rows.length === 0)
    throw new CommandError(`${word} has no account any more: expiry renew lets them sign up again.`);
  if (rows.length === 0) return await readmitPerson(word, all[0]?.email ?? readTypedAddress(word), acting);
  await changeEach(verb, rows, acting);
}

async function readMany({ deployment, options: { sponsor, domain }, session: { output } }: Acting): Promise<readonly AccountRow[]> {
  accountsAt(deployment);
  const queries = listQueries({ sponsor: sponsor && newEmailFrom(sponsor), domain: domain && domainFrom(domain) });
  const place = operatorPlace(deployment);
  const rows = (await Promise.all(queries.map((query) => readView(accountsView, query, place)))).flat();
  output.warn(`${formatCount(rows.length, "account")} of ${describeWhose({ sponsor, domain })}.`);
  return rows;
}

const questions: Readonly<Record<Verb, (count: number) => string>> = {
  extend: (count) => `Extend the access of ${formatCount(count, "denied person", "denied people")}?`,
  renew: (count) => `Renew the access of ${formatCount(count, "denied person", "denied people")}?`,
  end: (count) => `End access of ${formatCount(count, "account")} now?`,
  sponsor: (count) => `Change the sponsor of ${formatCount(count, "account")}?`,
};

/**
 * @param gates at which a renewal lets people sign up again at once. Those of many may be undone: the worker lets them once it has enabled
 * their accounts
 */
function actAndInput(verb: Verb, { options }: Acting, gates: readonly string[]) {
  const { days = 0, end, note, to } = options;
  const { extend, renew, sponsor } = accessActs;
  if (verb === "extend") return { act: extend, input: end === false ? { isEndless: true, note } : { days, note } };
  if (verb === "renew") return { act: renew, input: { days, gates, note } };
  if (verb === "sponsor") return { act: sponsor, input: { sponsor: newEmailFrom(to ?? ""), note } };
  return { act: accessActs.end, input: { note } };
}

/** Does the act on each account, after the questions about all. Throws if it cannot be done on one. */
async function changeEach(verb: Verb, rows: readonly AccountRow[], acting: Acting): Promise<void> {
  const { deployment, options, session } = acting;
  const { output } = session;
  const { act, input } = actAndInput(verb, acting, deployment.gates);
  const { actor } = await actingAt(deployment);
  const refused: string[] = [];
  await doActs(
    act as typeof accessActs.end,
    rows.map((account) => ({ target: { id: account.id, account }, input })),
    {
      ...{ place: operatorPlace(deployment, output), actor, session, yes: options.yes },
      audit: openCommandAudit(deployment, actor, session),
      ask(possible) {
        const denied = warnOfConcerns(possible, acting, accessWords.deniedFollows.stays);
        if (verb !== "end") return denied === 0 ? undefined : questions[verb](denied);
        for (const { account } of options.yes ? [] : possible.map(({ state }) => state))
          if (account !== undefined) warnOfAccount(account, acting);
        return questions.end(possible.length);
      },
      report(index, end) {
        const row = rows[index] as AccountRow;
        const problem = reportChange(row, end, acting);
        if (problem !== undefined) refused.push(problem);
      },
    },
  );
  if (refused.length > 0) throw new CommandError(refused.join("\n"));
}

/** @returns the number of people whom the list denies whatever they sign in with */
function warnOfConcerns(possible: readonly Possible<AccessState>[], { session: { output } }: Acting, follows: string): number {
  const lines = (isMeant: (concern: Concern) => boolean) =>
    possible.flatMap(({ state, concerns }) => concerns.filter(isMeant).map(({ text }) => `${state.email}: ${text(localTime)}`));
  // One person may have several accounts, or be denied at several gates.
  for (const line of new Set(lines(() => true))) output.warn(line);
  const denied = new Set(lines(({ weight }) => weight === "asked")).size;
  if (denied > 0) output.warn(follows);
  return denied;
}

function warnOfAccount(account: AccountRow, { session: { output } }: Acting): void {
  output.warn(`${account.email}  ${account.id}: ${endText(account)}`);
}

/** @returns the sentence about an account that is not changed */
function reportChange(row: AccountRow, end: ActEnd<AccountRow>, { options, session: { output } }: Acting): string | undefined {
  const { id, email } = row;
  if ("refusal" in end) {
    const why = end.refusal.text(localTime);
    if (end.refusal.code !== "already") return `${email} (${id}) is not changed: ${why}`;
    output.warn(`${email}: ${why}`);
  }
  const { state, until, sponsor } = "outcome" in end ? end.outcome : row;
  if (options.json) output.json({ id, email, state, until, ...(options.to !== undefined && { sponsor }) });
  else if (options.to !== undefined) output.print(`${email}: sponsor ${sponsor}`);
  else
    output.print(
      `${email}: ${state === "disabled" ? "enabled within the hour, " : ""}${until === undefined ? "no end" : `until ${localTime(until)}`}`,
    );
  return undefined;
}

/** Lets a person without an account sign up again. */
async function readmitPerson(word: string, email: string, acting: Acting): Promise<void> {
  const { deployment, options, session } = acting;
  const { actor } = await actingAt(deployment);
  await doActs(readmit, [{ target: { email, gates: deployment.gates }, input: { note: options.note } }], {
    ...{ place: operatorPlace(deployment, session.output), actor, session, yes: options.yes },
    audit: openCommandAudit(deployment, actor, session),
    ask(possible) {
      const denied = warnOfConcerns(possible, acting, accessWords.deniedFollows.cannotSignUp);
      return denied === 0 ? undefined : questions.renew(denied);
    },
    report(_, end) {
      if ("refusal" in end) throw new CommandError(`${word} is not changed: ${end.refusal.text(localTime)}`);
    },
  });
  session.output.print(`${word} may sign up again.`);
}

const SHOWN = 20;

function warnOfAccounts(accounts: readonly AccountRow[], acting: Acting): void {
  for (const account of accounts.slice(0, SHOWN)) warnOfAccount(account, acting);
  warnOfRest(acting.session.output, accounts.length, SHOWN);
}

const kinds = { end: "access.end", extend: "access.extend", renew: "access.renew", sponsor: "access.sponsor" } as const;

/** Does the act on all of a sponsor's or a domain's accounts. If the command is killed, a function goes on. */
async function changeMany(verb: Verb, rows: readonly AccountRow[], acting: Acting): Promise<void> {
  const { deployment, options, session } = acting;
  const { output } = session;
  const { act, input } = actAndInput(verb, acting, []);
  const { actor, place } = await actingAt(deployment);
  const attempts = rows.map((account) => ({ target: { id: account.id, account }, input }));
  const reviewed = await reviewEach(act as typeof accessActs.end, attempts, place, { actor, now: readNow(session) });
  const possible = listPossible(reviewed);
  if (possible.length === 0) throw new CommandError("Nothing is to be changed: it is so already.");
  const later = verb === "extend" || verb === "renew";
  const indexed = reviewed.filter(isPossible).map((each, index) => ({ ...each, index }));
  // A later end is asked about only for people whom the list denies.
  const asked = later ? warnOfConcerns(indexed, acting, accessWords.deniedFollows.stays) : possible.length;
  if (verb === "end") output.warn(accessWords.manyEnd);
  if (!later) {
    const { sponsor, domain } = options;
    const flags = Object.entries(keepGiven({ sponsor, domain })).map(([name, value]) => ` --${name} ${value}`);
    const which = sponsor === undefined ? "to people of this domain" : "that name them";
    output.warn(`Open invitations ${which} stay as they are: invite list${flags.join("")}${placeFlags(options)}`);
  }
  if (!options.yes && asked > 0) {
    if (!later) warnOfAccounts(possible, acting);
    await requireConfirmation(questions[verb](asked));
  }
  const people = possible.map(({ id, personId }) => ({ id, personId }));
  const draft = { kind: kinds[verb], input, about: describeWhose(options) };
  if (!later) return await actOnMany(draft, people, accessJobs, acting, buildRefusalWords());
  const works = makeAccessJobs((_, { outcome }) => {
    if (outcome !== undefined) reportChange(outcome, { outcome }, acting);
  });
  const job = await runJob(draft, people, works, { deployment, options, session });
  output.warn(`Act ${job.id}: expiry undo ${job.id} restores the ends before it.`);
  reportLeft(job, session, await describeEachLeft(job, buildRefusalWords(), acting));
}

function buildRefusalWords() {
  return { ...decidingWords.en.why, ...accessWords.objections };
}

export async function listJobs(id: string | undefined, options: Parameters<typeof listJobsOf>[2], session: CommandContext): Promise<void> {
  await listJobsOf(id, Object.keys(accessJobs) as (keyof typeof accessJobs)[], options, session, buildRefusalWords());
}

export function undoMany(id: string, options: ChangeOptions, session: CommandContext): Promise<void> {
  return undoJob(id, options, session, accessJobs, (people) => `Restore the end of access of ${people} as it was?`, buildRefusalWords());
}

async function findKnownAccounts(words: readonly string[], deployment: Deployment, mayBeNone: boolean): Promise<readonly AccountRow[]> {
  const rows: AccountRow[] = [];
  for (const word of words) {
    try {
      rows.push(...(await findAccounts(word, deployment)));
    } catch (error) {
      if (!mayBeNone || words.length > 1 || !(error instanceof CommandError)) throw error;
      readTypedAddress(word);
    }
  }
  return rows;
}
