import { isLeft } from "../../../adapters/jobs/job";
import type { Reviewed } from "../../../adapters/operator/act";
import type { InboxItem, InboxKind } from "../../../console/app/inbox-item";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { describeAddressProblem } from "../../../console/parts/address-problem";
import { refusalPage } from "../../../console/parts/back-link";
import {
  Alert,
  ButtonLink,
  type FieldProblem,
  isSure,
  PostForm,
  readDays,
  SentField,
  SURE,
  SubmitButton,
  tooLong,
} from "../../../console/parts/forms";
import { PersonLink } from "../../../console/parts/links";
import { PageHead } from "../../../console/parts/page-head";
import { askQuestion } from "../../../console/parts/question";
import { Facts, Table } from "../../../console/parts/table";
import { Moment, momentText, RowTime } from "../../../console/parts/time";
import { countText, shortenText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { findText, pageTexts } from "../../../console/texts/languages";
import { keepGiven } from "../../../engine/json";
import { readTypedDomain } from "../../../engine/meant-entries";
import { readSource } from "../../../engine/operator/list";
import { persons } from "../../../engine/operator/page-texts";
import { splitAddress } from "../../../engine/sign-up/email";
import { normalisePossibleEmail } from "../../../engine/unmatched";
import { type AccountRow, earliestEnd } from "../../accounts/account";
import { decidingWords } from "../../approvals/deciding-words";
import { pageInState } from "../../approvals/in-state";
import { buildActor } from "../../approvals/pages/approvals-parts";
import type { ApprovalRequest } from "../../approvals/request";
import { type AccessState, accessActs } from "../../expiry/acts/access";
import { accessWords } from "../../expiry/concern-words";
import { accessJobs, isPossible, listPossible } from "../../expiry/jobs";
import { runWaitsNote } from "../../expiry/pages/ending-run";
import { accountsView, describeWhose, listQueries, listSponsorSpellings, type Whose } from "../../expiry/views";
import { concernWords } from "../../invitations/concern-words";
import { LONGEST_INVITATION_DAYS } from "../../invitations/invitation";
import { inviteJobs } from "../../invitations/jobs";
import { findUndoObjection, finishedShare, type PeopleJob, type PeopleJobKind } from "../../people-jobs/job";
import { findAddresses, openJobs } from "../../people-jobs/jobs";
import { beginJob, JOBS_PATH, type JobDoer, jobPath, startWorker, undoJob } from "../../people-jobs/pages/begin-job";
import { undoWords } from "../../people-jobs/words";
import { asksOf, type LifecycleForm, usualDays } from "./lifecycle-acts";
import { lifecycleTexts } from "./lifecycle-texts";
import { bulkTexts } from "./people-texts";

// Acts on many people: those on all of a sponsor's or of a domain's, and the page of each act.

const ALL_PATH = "/people/all";
const NAMED = 20;

const verbs = ["end-access", "sponsor", "extend-access"] as const;
type AllVerb = (typeof verbs)[number];
const kinds = { "end-access": "access.end", sponsor: "access.sponsor", "extend-access": "access.extend" } as const satisfies Record<
  AllVerb,
  PeopleJobKind
>;

/** Buttons for all people of a sponsor or a domain. Nothing without one of the two, or if no function ends access. */
export function ActsOnAll({ visit, sponsor = "", domain = "" }: { readonly visit: Visit } & Whose) {
  if ((sponsor === "" && domain === "") || !visit.may("Approver") || visit.world.accessWork === undefined) return null;
  return (
    <PostForm visit={visit} action={ALL_PATH} hidden={{ whose: sponsor, domain }}>
      <p class="actions">
        {verbs.map((verb) => (
          <SubmitButton text={t.buttons[verb]} name="verb" value={verb} class="quiet" />
        ))}
      </p>
    </PostForm>
  );
}

const ANSWERS_NAMED = 5;

/** Reads open invitations up to this number of pages, as a link to their list shows them all. */
const INVITATION_PAGES = 5;

/** Returns the number of open invitations that name the sponsor, to people of the domain, as far as a few pages tell. */
async function countInvitations(visit: Visit, { sponsor, domain }: Whose): Promise<{ readonly count: number; readonly isAll: boolean }> {
  const spellings = sponsor === undefined ? undefined : listSponsorSpellings(sponsor);
  const typedDomain = domain && (readTypedDomain(domain) ?? domain);
  const isTheirs = ({ email, invitation }: ApprovalRequest) =>
    invitation !== undefined &&
    (spellings?.includes(invitation.sponsor ?? "") ?? true) &&
    (typedDomain === undefined || splitAddress(email).domain === typedDomain);
  const store = visit.world.readableApprovals(() => undefined);
  let [count, from] = [0, undefined as Parameters<typeof pageInState>[4]];
  for (let page = 0; page < INVITATION_PAGES; page++) {
    const { items, next } = await pageInState(store, "approved", visit.now, "newest-first", from);
    count += items.filter(isTheirs).length;
    if (next === undefined) return { count, isAll: true };
    from = next;
  }
  return { count, isAll: false };
}

/** Says that acts on all of a sponsor's or a domain's people leave open invitations as they are. Null if none is known. */
async function invitationsNote(visit: Visit, { sponsor, domain }: Whose) {
  const whose = keepGiven({ sponsor, domain });
  const { count, isAll } = await countInvitations(visit, whose);
  if (count === 0) return null;
  const says = sponsor === undefined ? t.invitationsToThemStay : t.invitationsStay;
  return (
    <p class="note warn">
      {says(`${countText(visit, count)}${isAll ? "" : "+"}`)}{" "}
      <a href={`/people?${new URLSearchParams({ life: "invited", ...whose })}`}>{t.seeInvitations}</a>
    </p>
  );
}

/** The guests for whom a person answers, on the person's page. Nothing if they are no sponsor. */
export async function AnswersFor({ visit, email }: { readonly visit: Visit; readonly email: string }) {
  const source = await visit.read(accountsView, { sponsor: email });
  const [{ items, next }, invitations] = await Promise.all([source.read(undefined), countInvitations(visit, { sponsor: email })]);
  const guests = items.filter(({ state }) => state !== "ended");
  if (guests.length === 0 && invitations.count === 0) return null;
  const lives = ["in", "ending", "ended"] as const;
  const lists = (invitations.count === 0 ? lives : (["invited", ...lives] as const)).map(
    (life) => [life, `/people?${new URLSearchParams({ life, sponsor: email })}`] as const,
  );
  return (
    <section>
      <h2>{t.answersFor(`${countText(visit, guests.length)}${next === undefined ? "" : "+"}`)}</h2>
      <ul>
        {guests.slice(0, ANSWERS_NAMED).map((guest) => (
          <li>
            <PersonLink email={guest.email} /> {earliestEnd(guest) === undefined ? null : <RowTime at={earliestEnd(guest) ?? ""} />}
          </li>
        ))}
      </ul>
      <p class="actions">
        {lists.map(([life, path]) => (
          <ButtonLink path={path} text={lifecycleTexts.views[life]} />
        ))}
      </p>
      {guests.length === 0 ? null : <ActsOnAll visit={visit} sponsor={email} />}
    </section>
  );
}

async function readAll(visit: Visit, whose: Whose): Promise<readonly AccountRow[]> {
  const rows: AccountRow[] = [];
  for (const query of listQueries(whose)) for await (const row of readSource(await visit.read(accountsView, query))) rows.push(row);
  return rows;
}

async function actOnAll(visit: Visit): Promise<Response> {
  const whose: Whose = { sponsor: visit.field("whose").trim() || undefined, domain: visit.field("domain").trim() || undefined };
  const about = describeWhose(whose);
  const verb = verbs.find((each) => each === visit.field("verb"));
  const back = `/people?${new URLSearchParams(whose.sponsor === undefined ? { domain: whose.domain ?? "" } : { sponsor: whose.sponsor })}`;
  if (verb === undefined || about === "") return visit.goTo("/people");
  const { note, to, days, problems } = readForm(visit, verb);
  const targets = (await readAll(visit, whose)).map((account) => ({ id: account.id, account }));
  const actor = buildActor(visit);
  const reviewed = await {
    sponsor: () => visit.review(accessActs.sponsor, targets, { sponsor: to ?? "" }, actor),
    "end-access": () => visit.review(accessActs.end, targets, {}, actor),
    "extend-access": () => visit.review(accessActs.extend, targets, { days }, actor),
  }[verb]();
  const possible = reviewed.filter(isPossible);
  if (possible.length === 0)
    return await refusalPage(visit, { title: t.buttons[verb], why: t.nobody, back: { path: back, text: frameTexts.people }, status: 409 });
  const asked = { verb, whose, about, back, possible };
  if (!isSure(visit)) return await askAboutAll(visit, asked, []);
  if (problems.length > 0) return await askAboutAll(visit, asked, problems);
  const job = await beginAccessJob(visit, verb, { note, to: to ?? "", days }, listPossible(possible), about);
  return visit.goTo(jobPath(job.id));
}

export function isOfJob(verb: string): verb is AllVerb {
  return verbs.some((each) => each === verb);
}

/** @param about how the people were chosen. @default by hand */
export function beginAccessJob(
  visit: Visit,
  verb: AllVerb,
  { note, to, days }: LifecycleForm,
  accounts: readonly Pick<AccountRow, "id" | "personId">[],
  about?: string,
): Promise<PeopleJob> {
  const input = {
    ...(note !== "" && { note }),
    ...(verb === "sponsor" && { sponsor: to }),
    ...(verb === "extend-access" && { days }),
  };
  const people = accounts.map(({ id, personId }) => ({ id, personId }));
  return beginJob(visit, accessDoer(visit), { kind: kinds[verb], input, about }, people);
}

function readForm(visit: Visit, verb: AllVerb) {
  const asks = asksOf[verb];
  const note = visit.field("note").trim();
  const to = normalisePossibleEmail(visit.field("to"));
  const days = readDays(visit, LONGEST_INVITATION_DAYS);
  const long = tooLong(visit, note);
  const problems: FieldProblem[] = [];
  if (asks.includes("to") && to === undefined) problems.push({ field: "to", text: describeAddressProblem(visit, visit.field("to")) ?? "" });
  if (asks.includes("days") && days === undefined) problems.push({ field: "days", text: frameTexts.badDays(LONGEST_INVITATION_DAYS) });
  if (asks.includes("reason") && note === "") problems.push({ field: "note", text: bulkTexts.noReason });
  if (long !== undefined) problems.push({ field: "note", text: long });
  return { note, to, days: days ?? usualDays[verb] ?? 0, problems };
}

interface AskedOfAll {
  readonly verb: AllVerb;
  readonly whose: Whose;
  readonly about: string;
  readonly back: string;
  readonly possible: readonly Reviewed<AccessState>[];
}

async function askAboutAll(
  visit: Visit,
  { verb, whose, about, back, possible }: AskedOfAll,
  problems: readonly FieldProblem[],
): Promise<Response> {
  const isEnd = verb === "end-access";
  const asks = asksOf[verb];
  const needsReason = asks.includes("reason");
  const field = { visit, problems };
  return await askQuestion(visit, {
    ...{ title: t.titles[kinds[verb]](countText(visit, possible.length), visible(about)), problems, action: ALL_PATH },
    form: { class: "card narrow" },
    hidden: { verb, whose: whose.sponsor ?? "", domain: whose.domain ?? "", ...SURE },
    fields: (
      <>
        <p>
          {bulkTexts.follows[verb]} {isEnd ? accessWords.manyEnd : null}
        </p>
        {isEnd ? await runWaitsNote(visit) : null}
        {verb === "extend-access" ? null : await invitationsNote(visit, whose)}
        {asks.includes("to") ? (
          <p>
            <SentField {...field} id="to" label={bulkTexts.to} required />
          </p>
        ) : null}
        {asks.includes("days") ? (
          <p>
            <SentField {...field} id="days" label={bulkTexts.byDays} usual={String(usualDays[verb] ?? "")} />
          </p>
        ) : null}
        <p>
          <SentField {...field} id="note" label={needsReason ? bulkTexts.why : bulkTexts.reason} required={needsReason} />
        </p>
      </>
    ),
    button: { text: t.buttons[verb].replace(/…$/, ""), class: isEnd ? "danger" : undefined },
    back,
    below: (
      <>
        <Table
          caption={frameTexts.people}
          columns={[
            [frameTexts.person, ({ state: { email } }) => <PersonLink email={email} />],
            [frameTexts.sponsor, ({ state: { account } }) => shortenText(account?.sponsor ?? "", 80)],
            [
              frameTexts.until,
              ({ state: { account } }) => (account?.until === undefined ? "" : <RowTime at={earliestEnd(account) ?? account.until} />),
            ],
            possible.some(({ concerns }) => concerns.length > 0) && [
              frameTexts.why,
              ({ concerns }) => concerns.map(({ title, text }) => visible(title ?? text(momentText))).join(" "),
            ],
          ]}
          rows={possible.toSorted((one, other) => other.concerns.length - one.concerns.length).slice(0, NAMED)}
        />
        {possible.length > NAMED ? <p class="hint">{t.others(countText(visit, possible.length - NAMED))}</p> : null}
      </>
    ),
  });
}

const accessDoer = ({ world }: Visit): JobDoer => ({ works: accessJobs, worker: world.accessWork });

function findDoer(visit: Visit, kind: PeopleJobKind): JobDoer {
  return Object.hasOwn(inviteJobs, kind) ? { works: inviteJobs, worker: visit.world.listWork } : accessDoer(visit);
}

function describeRefusal(visit: Visit, kind: PeopleJobKind, code: string): string {
  const words = Object.hasOwn(inviteJobs, kind) ? { "invited-already": concernWords.already } : accessWords.objections;
  return findText<string>({ ...visit.say(decidingWords).why, ...words }, code) ?? visible(code);
}

async function showJob(visit: Visit): Promise<Response> {
  const job = await openJobs(visit.world.place).get(visit.context.req.param("id") ?? "");
  if (job === undefined)
    return await refusalPage(visit, {
      title: t.title,
      why: undoWords.unknown,
      back: { path: "/people", text: frameTexts.people },
      status: 404,
    });
  const { kind, total, next, refused, kept, about = "", at, name, by, undoneBy, of, state } = job;
  const isUnderWay = state !== "done";
  if (isUnderWay && isLeft(job, visit.now)) await startWorker(findDoer(visit, kind));
  const addresses = await findAddresses(job, visit.world.place);
  const title = t.titles[kind](countText(visit, total), visible(about));
  const mayUndo = findUndoObjection(job) === undefined && visit.may("Approver");
  const undoForm = mayUndo && (
    <PostForm visit={visit} action={`${JOBS_PATH}/undo`} hidden={{ job: job.id }} class="row-action">
      <SubmitButton text={frameTexts.undo} class="quiet" data-act="undo" />
    </PostForm>
  );
  return await visit.page(
    title,
    <div {...(isUnderWay && { "data-live": "3", "data-from": jobPath(job.id) })} id="people-job">
      <div role="status">{isUnderWay ? <p>{t.working(Math.floor(100 * finishedShare(job)))}</p> : null}</div>
      <Alert kind="good">{isUnderWay ? undefined : t.done(countText(visit, next - refused))}</Alert>
      <Facts
        facts={[
          [frameTexts.time, <Moment at={at} />],
          [frameTexts.person, <bdi>{visible(name ?? by)}</bdi>],
          [t.undoes, of === undefined ? undefined : <a href={jobPath(of)}>{visible(of)}</a>],
          [t.undoneBy, undoneBy === undefined ? undefined : <a href={jobPath(undoneBy)}>{visible(undoneBy)}</a>],
        ]}
      />
      {kind === "access.end" && !isUnderWay ? ((await runWaitsNote(visit)) ?? <p class="hint">{accessWords.manyEnd}</p>) : null}
      {refused === 0 ? null : (
        <Table
          caption={t.refused(countText(visit, refused))}
          columns={[
            [frameTexts.person, ({ id }) => <PersonLink email={addresses.get(id) ?? id} />],
            [frameTexts.why, ({ code }) => describeRefusal(visit, kind, code)],
          ]}
          rows={kept.slice(0, NAMED)}
        />
      )}
    </div>,
    { head: <PageHead title={title} of={{ path: "/people", text: frameTexts.people }} actions={undoForm || undefined} /> },
  );
}

const kind = { icon: "people", group: "now", rank: 3, name: { en: "Acts under way", ko: "진행 중인 작업" } } as const satisfies InboxKind;

/** The newest acts are read: an older one is finished. */
const NEWEST = 20;

/** Acts on many people that are not finished. */
export async function jobsUnderWay(visit: Visit): Promise<readonly InboxItem[]> {
  const { items } = await openJobs(visit.world.place).page(undefined, NEWEST);
  return items
    .filter(({ state }) => state !== "done")
    .map((job) => ({
      ...{ subject: `people-job/${job.id}`, kind, since: job.at, newest: job.at, people: job.total, count: countText(visit, job.total) },
      title: t.titles[job.kind](countText(visit, job.total), visible(job.about ?? "")),
      cause: t.underWay(Math.floor(100 * finishedShare(job))),
      action: { text: t.look, path: jobPath(job.id) },
    }));
}

async function undo(visit: Visit): Promise<Response> {
  const id = visit.field("job");
  const job = await openJobs(visit.world.place).get(id);
  const undone = job === undefined ? "unknown" : await undoJob(visit, findDoer(visit, job.kind), id);
  if (typeof undone !== "string") return visit.goTo(jobPath(undone.id));
  const back = { path: "/people", text: frameTexts.people };
  return await refusalPage(visit, { title: t.title, why: undoWords[undone], back, status: 409 });
}

export const jobRoutes: readonly ConsoleRoute[] = [
  { method: "POST", path: ALL_PATH, access: "Approver", hidden: ["verb", "whose", "domain", ...Object.keys(SURE)], handler: actOnAll },
  { method: "GET", path: `${JOBS_PATH}/:id`, access: "Reader", handler: showJob },
  { method: "POST", path: `${JOBS_PATH}/undo`, access: "Approver", hidden: ["job"], handler: undo },
];

// People who were chosen by hand, and typed addresses, have no name.
const formatWhose = (whose: string) => (whose === "" ? "" : ` of ${whose}`);
const formatWhoseKo = (whose: string) => (whose === "" ? "" : `${whose} 담당 `);
const formatFile = (file: string) => (file === "" ? "" : `: ${file}`);

const t = pageTexts({
  title: ["An act on many people", "여러 사람에 대한 작업"],
  buttons: {
    "end-access": ["End all…", "모두 종료…"],
    sponsor: ["Give all to…", "모두 넘기기…"],
    "extend-access": ["Extend all…", "모두 연장…"],
  },
  titles: {
    "access.end": [
      (people: string, whose: string) => `End access: ${persons(people)}${formatWhose(whose)}`,
      (people, whose) => `이용 종료: ${formatWhoseKo(whose)}${people}명`,
    ],
    "access.extend": [
      (people: string, whose: string) => `Extend access: ${persons(people)}${formatWhose(whose)}`,
      (people, whose) => `이용 기한 연장: ${formatWhoseKo(whose)}${people}명`,
    ],
    "access.renew": [
      (people: string, whose: string) => `Renew access: ${persons(people)}${formatWhose(whose)}`,
      (people, whose) => `이용 갱신: ${formatWhoseKo(whose)}${people}명`,
    ],
    "access.sponsor": [
      (people: string, whose: string) => `Change sponsor: ${persons(people)}${formatWhose(whose)}`,
      (people, whose) => `담당자 변경: ${formatWhoseKo(whose)}${people}명`,
    ],
    "access.undo": [
      (people: string, whose: string) => `Restore access: ${persons(people)}${formatWhose(whose)}`,
      (people, whose) => `이용 복원: ${formatWhoseKo(whose)}${people}명`,
    ],
    "invitations.invite": [
      (people: string, file: string) => `Invite ${persons(people)}${formatFile(file)}`,
      (people, file) => `${people}명 초대${formatFile(file)}`,
    ],
    "invitations.undo": [
      (people: string, file: string) => `Take back the unused invitations of ${persons(people)}${formatFile(file)}`,
      (people, file) => `${people}명의 미사용 초대 취소${formatFile(file)}`,
    ],
  },
  invitationsStay: [
    (count: string) => `Open invitations that name them stay as they are: ${count}.`,
    (count) => `이 담당자의 열린 초대 ${count}건은 그대로 둡니다.`,
  ],
  invitationsToThemStay: [
    (count: string) => `Open invitations to people of this domain stay as they are: ${count}.`,
    (count) => `이 도메인의 열린 초대 ${count}건은 그대로 둡니다.`,
  ],
  seeInvitations: ["See them…", "초대 보기…"],
  answersFor: [(people: string) => `Answers for ${persons(people)}`, (people) => `담당하는 사람 ${people}명`],
  nobody: ["There is nobody to change: it is so already.", "변경할 사람이 없습니다. 이미 그렇게 되어 있습니다."],
  others: [(count: string) => `and ${count} more`, (count) => `외 ${count}명`],
  working: [
    (percent: number) => `${percent}% done. You may close the page: it goes on.`,
    (percent) => `${percent}% 완료. 페이지를 닫아도 계속됩니다.`,
  ],
  done: [(count: string) => `Done for ${count}.`, (count) => `${count}명 처리됨.`],
  underWay: [(percent: number) => `${percent}% done`, (percent) => `${percent}% 완료`],
  look: ["See how far it is…", "진행 상황 보기…"],
  refused: [(count: string) => `Not done for ${count}`, (count) => `처리하지 않음: ${count}명`],
  undoes: ["Undoes", "실행 취소한 작업"],
  undoneBy: ["Undone by", "이 작업을 취소한 작업"],
});
