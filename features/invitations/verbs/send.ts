import { basename } from "node:path";
import { type Concern, type Reviewed, reviewEach } from "../../../adapters/operator/act";
import { doActs, type Possible } from "../../../cli/act";
import { type CommandContext, type DeploymentOptions, type JsonOption, readNow } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount, type Output, warnOfFirst, warnOfRest } from "../../../cli/output";
import { readFileRows } from "../../../cli/rows-file";
import { localTime, newEmailFrom } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import { splitIntoChunks } from "../../../engine/collections";
import { describeFileProblem, describePassedOver } from "../../../engine/files/file-problem";
import type { ListFormat } from "../../../engine/files/format";
import { languageFlaw, MAX_TEXT_LENGTH, readTag } from "../../../engine/sign-up/text";
import { decidingWords } from "../../approvals/deciding-words";
import type { ApprovalRequest } from "../../approvals/request";
import { createPolicies, readActor } from "../../approvals/verbs/requests";
import { describeEachLeft, reportLeft, runJob } from "../../people-jobs/verbs/people-jobs";
import { findOwnSponsor, type InviteState, invite } from "../acts";
import { type InviteeLine, type InviteeProblem, inviteeColumns, joinInvitees, type ListedInvitee, readInvitee } from "../file";
import { INVITATION_DAYS, LONGEST_INVITATION_DAYS } from "../invitation";
import { type InviteJobInput, makeInviteJobs, planInvites } from "../jobs";

interface SendOptions extends DeploymentOptions, JsonOption {
  readonly file?: string;
  readonly format?: ListFormat;
  readonly days?: number;
  readonly sponsor?: string;
  readonly language?: string;
  readonly note?: string;
  readonly yes?: boolean;
}

const AT_ONCE = 20;
/** At most so many people are read together. */
const READ_AT_ONCE = 100;
/** Limit of the lines, people and domains that are named. */
const SHOWN = 50;

/** If any line of the file is faulty, invites no one. People of a file are invited by one job, which a function goes on with. */
export async function sendInvitations(addresses: readonly string[], options: SendOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const input = { gate: options.gate, days: daysFrom(options.days), note: options.note };
  const all = await peopleFrom(addresses, options, output);
  const acting = { deployment: await deploymentFor(options), options, session };
  const sentCount = await (options.file === undefined ? inviteEach : inviteByJob)(all, input, acting);
  if (options.json || all.length < 2) return;
  const had = all.length - sentCount;
  output.print(`Invited ${formatCount(sentCount, "person", "people")}${had === 0 ? "" : `; ${had} had an invitation`}.`);
}

interface Acting {
  readonly deployment: Deployment;
  readonly options: SendOptions;
  readonly session: CommandContext;
}

function toWanted(all: readonly ListedInvitee[], { gate, days, note: sharedNote }: InviteJobInput) {
  return all.map(({ email, note = sharedNote, ...person }) => ({ target: { email, gate }, input: { ...person, days, note } }));
}

/** @returns how many were invited */
async function inviteEach(all: readonly ListedInvitee[], input: InviteJobInput, { deployment, options, session }: Acting): Promise<number> {
  const { output } = session;
  let sentCount = 0;
  await doActs(invite, toWanted(all, input), {
    ...{ ...(await actingBy(deployment, options, session)), atOnce: AT_ONCE },
    ask: askAbout(output, "Invite"),
    report(index, end) {
      const { email } = all[index] as ListedInvitee;
      const request = "outcome" in end ? end.outcome : undefined;
      if ("refusal" in end && !["invited-already", "changed"].includes(end.refusal.code))
        throw new CommandError(`${email}: ${end.refusal.text(localTime)}`);
      showSent(email, request, options, output);
      if (request !== undefined) sentCount += 1;
    },
  });
  return sentCount;
}

/** @returns how many were invited */
async function inviteByJob(
  all: readonly ListedInvitee[],
  input: InviteJobInput,
  { deployment, options, session }: Acting,
): Promise<number> {
  const { output } = session;
  const { place, actor } = await actingBy(deployment, options, session);
  const reviewed: Reviewed<InviteState>[] = [];
  for (const some of splitIntoChunks(toWanted(all, input), READ_AT_ONCE))
    reviewed.push(...(await reviewEach(invite, some, place, { actor, now: readNow(session) })));
  const { people, longestDays } = planInvites(all, reviewed, (await deployment.hashes()).hashOf);
  const possible = reviewed.flatMap((each, index) => {
    const refusal = each.concerns.find(({ weight }) => weight === "refused");
    if (refusal === undefined) return [{ ...each, index }];
    if (refusal.code !== "invited-already") throw new CommandError(`${each.state.email}: ${refusal.text(localTime)}`);
    showSent(each.state.email, undefined, options, output);
    return [];
  });
  if (people.length === 0) return 0;
  const question = askAbout(output, "Invite")(possible);
  if (question !== undefined && !options.yes) await requireConfirmation(question);
  const works = makeInviteJobs(({ email }, { outcome: request, code }) => {
    if (request !== undefined || code === "invited-already") showSent(email, request, options, output);
  });
  const about = options.file === "-" ? undefined : basename(options.file ?? "");
  const { name, decider } = actor;
  const draft = { kind: "invitations.invite", input: { ...input, longestDays }, about, name, userNames: decider?.names } as const;
  const job = await runJob(draft, people, works, { deployment, options, session, place });
  reportLeft(job, session, await describeEachLeft(job, decidingWords.en.why, { deployment, session }), ["invited-already"]);
  if (!options.json && all.length > 1) output.warn(`Act ${job.id}: invite undo ${job.id} revokes what is unused.`);
  return job.next - job.refused;
}

function showSent(email: string, request: ApprovalRequest | undefined, { json }: SendOptions, output: Output): void {
  if (json)
    output.json({
      email,
      ok: request !== undefined,
      ...(request
        ? { id: request.id, reference: request.reference, until: request.passUntil, code: request.invitation?.code }
        : { why: "invited-already" }),
    });
  else if (request !== undefined)
    output.print(`${email}: invited until ${localTime(request.passUntil ?? "")}, code ${request.invitation?.code}`);
  else output.warn(`${email}: has a valid invitation already; invite resend sends it again.`);
}

export function daysFrom(days = INVITATION_DAYS): number {
  if (days > LONGEST_INVITATION_DAYS) throw new CommandError(`--days ${days} is too long: at most ${LONGEST_INVITATION_DAYS}.`);
  return days;
}

async function peopleFrom(addresses: readonly string[], options: SendOptions, output: Output): Promise<readonly ListedInvitee[]> {
  const { file, format } = options;
  if (addresses.length === 0 && file === undefined) throw new CommandError("Name the people to invite, or write --file invitees.csv.");
  if ((options.note?.length ?? 0) > MAX_TEXT_LENGTH) throw new CommandError(`--note is longer than ${MAX_TEXT_LENGTH} characters.`);
  const sharedFields = {
    sponsor: options.sponsor === undefined ? undefined : newEmailFrom(options.sponsor),
    language: options.language === undefined ? undefined : languageFrom(options.language),
  };
  const namedPeople = addresses.map((address) => assertOtherSponsor({ ...sharedFields, email: newEmailFrom(address) }));
  const lines = file === undefined ? [] : await readFile({ file, format }, sharedFields, output);
  const { invitees, repeated } = joinInvitees(namedPeople, lines);
  const where = (first: number | undefined) => (first === undefined ? "an argument of the command" : `in line ${first}`);
  const told = repeated.map(({ line, first }) => `${file}:${line}: the same mailbox as ${where(first)}, which counts.`);
  warnOfFirst(output, told, SHOWN);
  return invitees;
}

async function readFile(
  { file, format }: { readonly file: string } & Pick<SendOptions, "format">,
  sharedFields: Omit<ListedInvitee, "email">,
  output: Output,
): Promise<readonly InviteeLine[]> {
  const lines: InviteeLine[] = [];
  let wrong = 0;
  const columns = { ...inviteeColumns, onPassedOver: (names: readonly string[]) => output.warn(describePassedOver(names)) };
  for await (const block of readFileRows(file, format, columns)) {
    for (const row of block) {
      const read = readInvitee(row, sharedFields);
      if ("invitee" in read) lines.push(read);
      else if (++wrong <= SHOWN) output.warn(`${file}:${read.line}: ${describeProblem(read.problem)}`);
    }
  }
  warnOfRest(output, wrong, SHOWN);
  if (wrong > 0) throw new CommandError(`${formatCount(wrong, "line is", "lines are")} wrong; nobody was invited.`);
  return lines;
}

function describeProblem(problem: InviteeProblem): string {
  switch (problem.kind) {
    case "row":
      return describeFileProblem(problem.problem);
    case "no-text":
      return `${problem.column} is not a text`;
    case "address":
      return describeThrown(() => newEmailFrom(problem.text));
    case "language":
      return describeThrown(() => languageFrom(problem.text));
    case "own-sponsor":
      return describeThrown(() => assertOtherSponsor({ email: problem.text, sponsor: problem.text }));
    case "no-mail":
      return "sendEmail is false, but a stack that sends mail mails everybody whom it invites: write true, or invite these people separately";
    case "long-note":
      return `the note is longer than ${MAX_TEXT_LENGTH} characters`;
  }
}

/** Returns the message of a CommandError, so that a line of a file is refused in the words of an option. */
function describeThrown(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof CommandError) return error.message;
    throw error;
  }
  return "";
}

function assertOtherSponsor(person: ListedInvitee): ListedInvitee {
  if (findOwnSponsor(person) !== undefined)
    throw new CommandError(`${person.email} cannot answer for themselves: name another sponsor, or none.`);
  return person;
}

function languageFrom(word: string): string {
  const language = readTag(word)?.toString();
  if (language === undefined) throw new CommandError(`"${word}" is no language: write a tag such as en, ko or pt-BR.`);
  const flaw = languageFlaw({ [language]: "" });
  if (flaw !== undefined) throw new CommandError(flaw);
  return language;
}

/** Policies are known from the checkout. */
export async function actingBy(deployment: Deployment, options: DeploymentOptions & { readonly yes?: boolean }, session: CommandContext) {
  const place = { ...operatorPlace(deployment, session.output), policiesAt: createPolicies(deployment, session.output) };
  return { place, actor: await readActor(options, deployment), session, yes: options.yes };
}

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
    warnOfFirst(output, alike, SHOWN);
    warnOfFirst(output, denied, SHOWN);
    if (denied.length > 0) output.warn(INVITED);
    warnOfFirst(output, [...new Set(others.map(line))], SHOWN);
    if (denied.length > 0) return `${verb} ${formatCount(denied.length, "denied person", "denied people")}?`;
    const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
    return alike.length > 0 && isTerminal ? `${verb} people of ${formatCount(alike.length, "such domain")}?` : undefined;
  };
}
