import { doActs } from "../../../cli/act";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { type DataCells, describePassedOver, readFileRows } from "../../../cli/file-rows";
import { formatCount, type Output } from "../../../cli/output";
import { localTime, newEmailFrom } from "../../../cli/typed";
import { describeFileProblem } from "../../../engine/files/file-problem";
import type { ListFormat } from "../../../engine/files/format";
import type { RowLine } from "../../../engine/files/rows";
import { languageFlaw, MAX_TEXT_LENGTH, readTag } from "../../../engine/sign-up/text";
import { type Invitee, invitationId } from "../../approvals/invite-person";
import type { ApprovalRequest } from "../../approvals/request";
import { findOwnSponsor, invite } from "../acts";
import { INVITATION_DAYS, LONGEST_INVITATION_DAYS } from "../invitation";
import { actingBy, askAbout } from "./acting";

interface SendOptions extends DeploymentOptions, JsonOption {
  readonly file?: string;
  readonly format?: ListFormat;
  readonly days?: number;
  readonly sponsor?: string;
  readonly language?: string;
  readonly note?: string;
  readonly yes?: boolean;
}

type Person = Invitee & { readonly note?: string };
type Asked = Person | { readonly line: number; readonly problem: string };

const AT_ONCE = 20;
/** Limit of the faulty lines that are shown. */
const SHOWN = 50;
/** Number of people between two lines of progress. */
const PROGRESS_EVERY = 500;

/** If any line of the file is faulty, invites no one. */
export async function sendInvitations(addresses: readonly string[], options: SendOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const days = daysFrom(options.days);
  const invitees = await peopleFrom(addresses, options, output);
  const deployment = await deploymentFor(options);
  const { hashOf } = await deployment.hashes();
  const { gate } = options;
  const people = new Map(invitees.toReversed().map((each) => [invitationId(each.email, gate, hashOf), each]));
  const all = [...people.values()].toReversed();
  let [sentCount, doneCount] = [0, 0];
  const wanted = all.map(({ email, note = options.note, ...person }) => ({ target: { email, gate }, input: { ...person, days, note } }));
  await doActs(invite, wanted, {
    ...{ ...(await actingBy(deployment, options, session)), atOnce: AT_ONCE },
    ask: askAbout(output, "Invite"),
    report(index, end) {
      const { email } = all[index] as Person;
      const request = "outcome" in end ? end.outcome : undefined;
      if ("refusal" in end && !["invited-already", "changed"].includes(end.refusal.code))
        throw new CommandError(`${email}: ${end.refusal.text(localTime)}`);
      showSent(email, request, options, output);
      if (request !== undefined) sentCount += 1;
      doneCount += 1;
      if (doneCount % PROGRESS_EVERY === 0) output.warn(`${doneCount} of ${all.length} ...`);
    },
  });
  if (options.json || all.length < 2) return;
  const had = all.length - sentCount;
  output.print(`Invited ${formatCount(sentCount, "person", "people")}${had === 0 ? "" : `; ${had} had an invitation`}.`);
}

function showSent(email: string, request: ApprovalRequest | undefined, { json }: SendOptions, output: Output): void {
  if (json) output.json({ email, ok: request !== undefined, ...(request ? sentAs(request) : { why: "invited-already" }) });
  else if (request !== undefined)
    output.print(`${email}: invited until ${localTime(request.passUntil ?? "")}, code ${request.invitation?.code}`);
  else output.warn(`${email}: has a valid invitation already; invite resend sends it again.`);
}

function sentAs({ id, reference, passUntil, invitation }: ApprovalRequest) {
  return { id, reference, until: passUntil, code: invitation?.code };
}

export function daysFrom(days = INVITATION_DAYS): number {
  if (days > LONGEST_INVITATION_DAYS) throw new CommandError(`--days ${days} is too long: at most ${LONGEST_INVITATION_DAYS}.`);
  return days;
}

async function peopleFrom(addresses: readonly string[], options: SendOptions, output: Output): Promise<readonly Person[]> {
  const { file, format } = options;
  if (addresses.length === 0 && file === undefined) throw new CommandError("Name the people to invite, or write --file invitees.csv.");
  if ((options.note?.length ?? 0) > MAX_TEXT_LENGTH) throw new CommandError(`--note is longer than ${MAX_TEXT_LENGTH} characters.`);
  const sharedFields = {
    ...(options.sponsor !== undefined && { sponsor: newEmailFrom(options.sponsor) }),
    ...(options.language !== undefined && { language: languageFrom(options.language) }),
  };
  const namedPeople = addresses.map((address) => assertOtherSponsor({ ...sharedFields, email: newEmailFrom(address) }));
  return [
    ...namedPeople,
    ...(file === undefined ? [] : await ofFile({ file, ...(format !== undefined && { format }) }, sharedFields, output)),
  ];
}

const columns = { known: ["email", "language", "sponsor", "note"], required: ["email"], address: "email" } as const;

async function ofFile(
  { file, format }: { readonly file: string } & Pick<SendOptions, "format">,
  sharedFields: Omit<Person, "email">,
  output: Output,
): Promise<readonly Person[]> {
  const people: Person[] = [];
  let wrong = 0;
  const fileColumns = { ...columns, onPassedOver: (names: readonly string[]) => output.warn(describePassedOver(names)) };
  for await (const block of readFileRows(file, format, fileColumns)) {
    for (const readLine of block.map((line) => askedBy(line, sharedFields))) {
      if (!("problem" in readLine)) people.push(readLine);
      else if (++wrong <= SHOWN) output.warn(`${file}:${readLine.line}: ${readLine.problem}`);
    }
  }
  if (wrong > SHOWN) output.warn(`and ${wrong - SHOWN} more.`);
  if (wrong > 0) throw new CommandError(`${formatCount(wrong, "line is", "lines are")} wrong; nobody was invited.`);
  return people;
}

function askedBy(line: RowLine, sharedFields: Omit<Person, "email">): Asked {
  if ("problem" in line) return { line: line.line, problem: describeFileProblem(line.problem) };
  try {
    const of = (name: string) => textIn(line.cells, name);
    const email = newEmailFrom(of("email"));
    if (of("sendEmail").toLowerCase() === "false") {
      throw new CommandError(
        "sendEmail is false, but a stack that sends mail mails everybody whom it invites: write true, or invite these people separately",
      );
    }
    const [language, sponsor, note] = [of("language"), of("sponsor"), of("note")];
    if (note.length > MAX_TEXT_LENGTH) throw new CommandError(`the note is longer than ${MAX_TEXT_LENGTH} characters`);
    return assertOtherSponsor({
      ...sharedFields,
      email,
      ...(language !== "" && { language: languageFrom(language) }),
      ...(sponsor !== "" && { sponsor: newEmailFrom(sponsor) }),
      ...(note !== "" && { note }),
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { line: line.line, problem: error.message };
  }
}

function textIn(cells: DataCells, name: string): string {
  const cell = cells[name] ?? "";
  if (typeof cell !== "string") throw new CommandError(`${name} is not a text`);
  return cell.trim();
}

function assertOtherSponsor(person: Person): Person {
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
