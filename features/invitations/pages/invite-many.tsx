import type { Reviewed } from "../../../adapters/operator/act";
import type { Visit } from "../../../console/app/visit";
import { withPlainLines } from "../../../console/editor/cell-view";
import { describeAddressProblem } from "../../../console/parts/address-problem";
import { type FieldProblem, isSure, SURE } from "../../../console/parts/forms";
import { PersonLink } from "../../../console/parts/links";
import { askQuestion } from "../../../console/parts/question";
import { Table } from "../../../console/parts/table";
import { momentText } from "../../../console/parts/time";
import { countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { splitIntoChunks } from "../../../engine/collections";
import { describeFileProblem, describePassedOver, FileError } from "../../../engine/files/file-problem";
import { guessFormat } from "../../../engine/files/format";
import { parseRows } from "../../../engine/files/rows";
import { persons } from "../../../engine/operator/page-texts";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import { buildActor } from "../../approvals/pages/approvals-parts";
import { beginJob, jobPath } from "../../people-jobs/pages/begin-job";
import { type InviteInput, type InviteState, invite } from "../acts";
import { concernWords } from "../concern-words";
import {
  type InviteeLine,
  type InviteeProblem,
  inviteeColumns,
  joinInvitees,
  type ListedInvitee,
  type RepeatedLine,
  readInvitee,
} from "../file";
import { inviteJobs, planInvites } from "../jobs";

// A file of people, or more addresses than one answer can invite: they are invited by a job.

export const INVITE_PATH = "/people/invite";
export const INVITED_PATH = "/people?life=invited";

/** As many as are judged within one answer. */
const MOST_INVITED = 2_000;
const NAMED = 20;
const MAX_NAME = 100;
const JUDGED_AT_ONCE = 100;

/** The fields of the question that people do not type. */
export const manyFields = ["text", "name", "version", ...Object.keys(SURE)] as const;

/** True if the form was sent with a file, or asks about one. */
export function hasFile(visit: Visit): boolean {
  return visit.field("text") !== "" || (visit.file("file")?.size ?? 0) > 0;
}

interface ManyInvited extends InviteInput {
  readonly emails: readonly string[];
  readonly gate: string | undefined;
  /** Shows the form again. */
  refuse(problems: readonly FieldProblem[]): Promise<Response>;
}

/** Asks about all of them together, then begins the job and leads to its page. */
export async function inviteMany(visit: Visit, { emails, gate, days, note, language, sponsor, refuse }: ManyInvited): Promise<Response> {
  const upload = visit.file("file");
  const text = withPlainLines((await upload?.text()) || visit.field("text"));
  const name = (upload?.name || visit.field("name")).slice(0, MAX_NAME);
  const shared = { language, sponsor };
  const passedOver: string[] = [];
  const lines = text === "" ? [] : await readLines(visit, text, shared, passedOver);
  if (typeof lines === "string") return await refuse([{ field: "file", text: lines }]);
  const wrong = lines.flatMap((each) => ("problem" in each ? [t.line(each.line, describeProblem(visit, each.problem))] : []));
  const left = wrong.length > NAMED ? [frameTexts.andMore(wrong.length - NAMED)] : [];
  if (wrong.length > 0) return await refuse([...wrong.slice(0, NAMED), ...left].map((each) => ({ field: "file", text: each })));
  const { invitees, repeated } = joinInvitees(
    emails.map((email) => ({ ...shared, email })),
    lines,
  );
  const field = text === "" ? "addresses" : "file";
  if (invitees.length === 0) return await refuse([{ field, text: t.nobody }]);
  if (invitees.length > MOST_INVITED) return await refuse([{ field, text: t.tooMany(MOST_INVITED) }]);
  const reviewed = await reviewAll(visit, invitees, { gate, days, note });
  const own = reviewed.flatMap(({ concerns }) => concerns.filter(({ code }) => code === "own")).at(0);
  if (own !== undefined) return await refuse([{ field, text: own.text(momentText) }]);
  const { hashOf } = await visit.world.hashes();
  const { people, version, longestDays } = planInvites(invitees, reviewed, hashOf);
  if (people.length === 0) return await refuse([{ field, text: t.allLeftOut(listConcerns(reviewed)[0]?.text ?? "") }]);
  if (!isSure(visit) || visit.field("version") !== version) {
    const typed = ["addresses", "days", "sponsor", "language", "note", "gate"].map((each) => [each, visit.field(each)] as const);
    const hidden = { ...Object.fromEntries(typed), text, name, version, ...SURE };
    return await ask(visit, { people: people.length, name, passedOver, repeated, reviewed, hidden });
  }
  const draft = { kind: "invitations.invite", input: { gate, days, note, longestDays }, about: name === "" ? undefined : name } as const;
  const job = await beginJob(visit, { works: inviteJobs, worker: visit.world.listWork }, draft, people);
  return visit.goTo(jobPath(job.id));
}

/** @param passedOver gets the names of columns that are not read */
async function readLines(
  visit: Visit,
  text: string,
  shared: Omit<ListedInvitee, "email">,
  passedOver: string[],
): Promise<readonly InviteeLine[] | string> {
  const columns = { ...inviteeColumns, onPassedOver: (names: readonly string[]) => passedOver.push(...names) };
  async function* yieldOnce() {
    yield text;
  }
  const lines: InviteeLine[] = [];
  try {
    for await (const rows of parseRows(yieldOnce(), guessFormat(text), columns)) lines.push(...rows.map((row) => readInvitee(row, shared)));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return t.line(error.line, describeFileProblem(error.problem, visit.language));
  }
  return lines;
}

function describeProblem(visit: Visit, problem: InviteeProblem): string {
  switch (problem.kind) {
    case "row":
      return describeFileProblem(problem.problem, visit.language);
    case "no-text":
      return t.noText(problem.column);
    case "address":
      return describeAddressProblem(visit, problem.text) ?? "";
    case "language":
      return t.noLanguage(visible(problem.text));
    case "own-sponsor":
      return concernWords.ownSponsor(problem.text);
    case "no-mail":
      return t.noMail;
    case "long-note":
      return t.longNote;
  }
}

async function reviewAll(
  visit: Visit,
  invitees: readonly ListedInvitee[],
  { gate, ...input }: Pick<ManyInvited, "gate" | "days" | "note">,
): Promise<readonly Reviewed<InviteState>[]> {
  const reviewed: Reviewed<InviteState>[] = [];
  for (const some of splitIntoChunks(invitees, JUDGED_AT_ONCE)) {
    const targets = some.map(({ email }) => ({ email, gate }));
    reviewed.push(...(await visit.review(invite, targets, input, buildActor(visit))));
  }
  return reviewed;
}

interface PersonConcern {
  readonly email: string;
  readonly text: string;
  readonly isLeftOut: boolean;
}

function listConcerns(reviewed: readonly Reviewed<InviteState>[]): readonly PersonConcern[] {
  const all = reviewed.flatMap(({ state: { email }, concerns }) => {
    const refusals = concerns.filter(({ weight }) => weight === "refused");
    return (refusals.length > 0 ? refusals : concerns).map(({ title, text }) => ({
      ...{ email, text: title ?? text(momentText), isLeftOut: refusals.length > 0 },
    }));
  });
  return all.toSorted((one, other) => Number(other.isLeftOut) - Number(one.isLeftOut));
}

interface Asked {
  readonly people: number;
  readonly name: string;
  readonly passedOver: readonly string[];
  readonly repeated: readonly RepeatedLine[];
  readonly reviewed: readonly Reviewed<InviteState>[];
  readonly hidden: Readonly<Record<string, string>>;
}

async function ask(visit: Visit, { people, name, passedOver, repeated, reviewed, hidden }: Asked): Promise<Response> {
  const concerns = listConcerns(reviewed);
  const leftOut = reviewed.length - people;
  const title = t.title(countText(visit, people));
  return await askQuestion(visit, {
    ...{ title, action: INVITE_PATH, hidden, back: INVITE_PATH },
    form: { class: "card narrow", enctype: "multipart/form-data" },
    fields: (
      <>
        {name === "" ? null : <p class="value">{visible(name)}</p>}
        {passedOver.length === 0 ? null : <p>{visible(describePassedOver(passedOver))}</p>}
        {repeated.slice(0, NAMED).map(({ line, first }) => (
          <p>{t.line(line, first === undefined ? t.sameTyped : t.sameLine(first))}</p>
        ))}
        {repeated.length > NAMED ? <p class="hint">{frameTexts.andMore(repeated.length - NAMED)}</p> : null}
        <p>{t.follows}</p>
        {leftOut === 0 ? null : <p>{t.leftOut(countText(visit, leftOut))}</p>}
      </>
    ),
    button: { text: title },
    below:
      concerns.length === 0 ? null : (
        <details open>
          <summary>{t.concerns(countText(visit, concerns.length))}</summary>
          <Table
            caption={t.concerns(countText(visit, concerns.length))}
            columns={[
              [frameTexts.person, ({ email }) => <PersonLink email={email} />],
              [frameTexts.why, ({ text }) => visible(text)],
              [t.invited, ({ isLeftOut }) => (isLeftOut ? t.no : t.yes)],
            ]}
            rows={concerns.slice(0, NAMED)}
          />
          {concerns.length > NAMED ? <p class="hint">{frameTexts.andMore(concerns.length - NAMED)}</p> : null}
        </details>
      ),
  });
}

const t = pageTexts({
  title: [(people: string) => `Invite ${persons(people)}`, (people) => `${people}명 초대`],
  follows: [
    "Each gets a mail with a code. This goes on if you close the page, and can be undone as a whole: unused invitations are then revoked.",
    "모두에게 코드가 든 메일을 보냅니다. 페이지를 닫아도 계속되며, 한 번에 실행 취소하면 사용하지 않은 초대가 취소됩니다.",
  ],
  leftOut: [(count: string) => `Not invited: ${persons(count)}`, (count) => `초대하지 않음: ${count}명`],
  concerns: [(count: string) => `What speaks against it: ${count}`, (count) => `확인할 사항: ${count}건`],
  invited: ["Invited", "초대"],
  yes: ["Yes", "예"],
  no: ["No", "아니요"],
  nobody: ["There is nobody in it.", "사람이 없습니다."],
  allLeftOut: [(why: string) => `None of them can be invited: ${why}`, (why) => `아무도 초대할 수 없습니다: ${why}`],
  tooMany: [
    (most: number) => `These are more than ${most.toLocaleString("en")} people: npm run gate -- invite --file invites them.`,
    (most) => `${most.toLocaleString("ko")}명을 넘습니다. npm run gate -- invite --file 명령을 사용하세요.`,
  ],
  line: [(line: number, why: string) => `Line ${line}: ${why}`, (line, why) => `${line}번째 줄: ${why}`],
  sameLine: [
    (line: number) => `the same mailbox as in line ${line}, which counts.`,
    (line) => `${line}번째 줄과 같은 메일함이며, 그 줄을 사용합니다.`,
  ],
  sameTyped: ["the same mailbox as a typed address, which counts.", "입력한 주소와 같은 메일함이며, 그 주소를 사용합니다."],
  noText: [(column: string) => `${column} is not a text`, (column) => `${column} 값이 텍스트가 아닙니다`],
  noLanguage: [
    (text: string) => `“${text}” is no language: write a tag such as en, ko or pt-BR.`,
    (text) => `“${text}”: 언어가 아닙니다. en, ko, pt-BR과 같은 태그를 입력하세요.`,
  ],
  noMail: [
    "sendEmail is false, but everybody who is invited gets mail: write true, or invite these people separately.",
    "sendEmail이 false이지만 초대하면 모두에게 메일을 보냅니다. true로 바꾸거나 이 사람들을 따로 초대하세요.",
  ],
  longNote: [`The note is longer than ${MAX_TEXT_LENGTH} characters.`, `메모가 ${MAX_TEXT_LENGTH}자를 넘습니다.`],
});
