import type { Child } from "hono/jsx";
import { invitationOf, oldestWaiting, sendInvitation } from "../../../adapters/invitations";
import { invitationCode } from "../../../adapters/random-code";
import { decideRequest, isRequestId } from "../../../engine/approvals/deciding";
import { pageInState, placeAfter, type StatePlace } from "../../../engine/approvals/in-state";
import {
  extend,
  INVITATION_DAYS,
  type InvitationState,
  invitationStates,
  isOfState,
  isOwnSponsor,
  LONGEST_INVITATION_DAYS,
  resend,
  revokeInvitation,
} from "../../../engine/approvals/invitation";
import type { ApprovalRequest } from "../../../engine/approvals/request";
import type { Say } from "../../../engine/approvals/transitions";
import { mailTexts } from "../../../engine/messages/mail";
import { decidingWords } from "../../../engine/messages/operator/deciding";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { BackLink } from "../../parts/back-link";
import { Alert, described, ErrorSummary, FieldNotes, type FieldProblem, problemOf, tooLong } from "../../parts/forms";
import { gateCell, gateColumn, gateName, hasGates } from "../../parts/gates";
import { PageHead } from "../../parts/page-head";
import { Pager, pageAsked, StalePage } from "../../parts/paging";
import { Table } from "../../parts/table";
import { Moment, momentText } from "../../parts/time";
import { visible } from "../../parts/value";
import { frameTexts } from "../../texts/frame-texts";
import { requestPath } from "../approvals/approvals-parts";
import { PersonLink } from "../people/person-links";
import { invitationsTexts } from "./invitations-texts";

const PATH = "/invitations";
const states = Object.keys(invitationStates) as readonly InvitationState[];
const verbs = ["resend", "extend", "revoke"] as const;
type InvitationVerb = (typeof verbs)[number];
const verbsFor: Readonly<Record<InvitationState, readonly InvitationVerb[]>> = {
  open: ["resend", "extend", "revoke"],
  used: [],
  ended: ["resend", "extend"],
  revoked: ["resend"],
  waiting: [],
};
/** Each takes some writes: the function has half a minute. */
const MOST = 100;

async function show(visit: Visit): Promise<Response> {
  return await page(visit, states.find((each) => each === visit.query("state")) ?? "open");
}

async function page(visit: Visit, state: InvitationState, problems: readonly FieldProblem[] = []): Promise<Response> {
  const t = visit.say(invitationsTexts);
  const views = states.map((each) => ({ name: t.views[each], path: `${PATH}?state=${each}`, isHere: each === state }));
  const { world, now } = visit;
  const order = state === "waiting" ? "oldest-first" : "newest-first";
  const leftOut: string[] = [];
  const store = world.legibleApprovals(({ id }) => leftOut.push(id));
  const read = await pageAsked<ApprovalRequest, StatePlace>(visit, {
    read: async (from) => ({ ...(await pageInState(store, invitationStates[state], now, order, from)), unreadable: leftOut.splice(0) }),
    after: placeAfter,
    matches: (each) => isOfState(each, state),
  });
  const may = visit.may("Approver");
  const table = <Rows visit={visit} state={state} items={read.items} isChoosable={may && verbsFor[state].length > 0} />;
  return await visit.page(
    t.title,
    <>
      {problems.length === 0 ? null : <ErrorSummary title={t.cannot} problems={problems} idOf={(field) => field} />}
      <Alert kind="good">{visit.done(t.done)}</Alert>
      {may && state === "open" ? (
        <InviteForm visit={visit} problems={problems} isOpen={read.items.length === 0 || problems.length > 0} />
      ) : null}
      {may && state === "waiting" && read.items.length > 0 ? <OldestForm visit={visit} problems={problems} /> : null}
      <StalePage visit={visit} page={read} />
      {may && verbsFor[state].length > 0 && read.items.length > 0 ? (
        <ChangeForm visit={visit} state={state}>
          {table}
        </ChangeForm>
      ) : (
        table
      )}
      <Pager visit={visit} page={read} />
    </>,
    { status: problems.length > 0 ? 400 : 200, head: <PageHead title={t.title} views={{ label: t.byState, each: views }} /> },
  );
}

interface RowsProps {
  readonly visit: Visit;
  readonly state: InvitationState;
  readonly items: readonly ApprovalRequest[];
  readonly isChoosable: boolean;
}

function Rows({ visit, state, items, isChoosable }: RowsProps) {
  const t = visit.say(invitationsTexts);
  const { email, code, until, since, sponsor, by } = t.columns;
  const each = items.map(({ id, email: address }) => ({ value: id, label: t.choose(visible(address)) }));
  return (
    <Table
      caption={t.views[state]}
      columns={[email, code, ...gateColumn(visit), ...(state === "waiting" ? [since] : [until, sponsor, by])]}
      rows={items.map((item) => [
        <PersonLink email={item.email} />,
        <a href={requestPath(item.id)}>{visible(item.reference)}</a>,
        ...gateCell(visit, item),
        ...(state === "waiting"
          ? [<Moment at={item.requestedAt} />]
          : [
              <Moment at={item.passUntil ?? item.answerBy} />,
              visible(item.invitation?.sponsor ?? ""),
              visible(item.decision?.by.name ?? ""),
            ]),
      ])}
      {...(isChoosable && { choices: { field: "invitation", all: t.chooseAll, each } })}
      empty={t.none[state]}
    />
  );
}

function ChangeForm({ visit, state, children }: { readonly visit: Visit; readonly state: InvitationState; readonly children?: Child }) {
  const t = visit.say(invitationsTexts);
  return (
    <form method="post" action={`${PATH}/change`}>
      {visit.formToken}
      <input type="hidden" name="state" value={state} />
      {children}
      <fieldset class="when-rows bar">
        <legend class="hidden">{t.change}</legend>
        <p class="actions">
          <label>
            {t.days} <input name="days" type="number" min="1" max={String(LONGEST_INVITATION_DAYS)} value={String(INVITATION_DAYS)} />
          </label>
          {verbsFor[state].map((verb) => (
            <button type="submit" name="verb" value={verb} class={verb === "revoke" ? "danger" : "ghost"}>
              {t[verb]}
            </button>
          ))}
        </p>
      </fieldset>
    </form>
  );
}

interface FormProps {
  readonly visit: Visit;
  readonly problems: readonly FieldProblem[];
}

function InviteForm({ visit, problems, isOpen }: FormProps & { readonly isOpen: boolean }) {
  const t = visit.say(invitationsTexts);
  const notes = (name: string, hint?: string) => <FieldNotes id={name} hint={hint} problem={problemOf(problems, name)} />;
  const about = (name: string, hint?: string) => ({ id: name, name, ...described(name, hint, problemOf(problems, name)) });
  const addressesHint = t.addressesHint(MOST);
  return (
    <details class="card" open={isOpen}>
      <summary>{t.invite}</summary>
      <form method="post" action={PATH}>
        {visit.formToken}
        <p>
          <label for="addresses">{t.addresses}</label>
          <textarea {...about("addresses", addressesHint)} rows={4} required>
            {visit.field("addresses")}
          </textarea>
          {notes("addresses", addressesHint)}
        </p>
        <GateField visit={visit} />
        <p>
          <label for="days">{t.days}</label>
          <input {...about("days")} inputmode="numeric" value={visit.field("days") || String(INVITATION_DAYS)} />
          {notes("days")}
        </p>
        <p>
          <label for="sponsor">{t.sponsor}</label>
          <input {...about("sponsor", t.sponsorHint)} type="text" value={visit.field("sponsor")} autocomplete="off" />
          {notes("sponsor", t.sponsorHint)}
        </p>
        <p>
          <label for="language">{t.language}</label>
          <select id="language" name="language">
            {mailLanguages.map((tag) => (
              <option value={tag} selected={tag === visit.field("language")}>
                {new Intl.DisplayNames([visit.language], { type: "language" }).of(tag)}
              </option>
            ))}
          </select>
        </p>
        <p>
          <label for="note">{t.note}</label>
          <input {...about("note", t.noteHint)} type="text" value={visit.field("note")} autocomplete="off" />
          {notes("note", t.noteHint)}
        </p>
        <button type="submit">{t.send}</button>
      </form>
    </details>
  );
}

const mailLanguages = Object.keys(mailTexts["invitation.text"]);

/** Nothing where there is one gate. */
function GateField({ visit }: Pick<FormProps, "visit">) {
  if (!hasGates(visit)) return null;
  return (
    <p>
      <label for="gate">{visit.say(frameTexts).gate}</label>
      <select id="gate" name="gate">
        {visit.world.gates.map((gate) => (
          <option value={gate} selected={gate === visit.field("gate")}>
            {gateName(visit, gate)}
          </option>
        ))}
      </select>
    </p>
  );
}

function OldestForm({ visit, problems }: FormProps) {
  const t = visit.say(invitationsTexts);
  return (
    <form class="card" method="post" action={`${PATH}/oldest`}>
      {visit.formToken}
      <GateField visit={visit} />
      <p class="actions">
        <label for="count">
          {t.oldest}: {t.howMany}
        </label>
        <input id="count" name="count" inputmode="numeric" required {...described("count", undefined, problemOf(problems, "count"))} />
        <button type="submit">{t.letIn}</button>
      </p>
      <FieldNotes id="count" hint={undefined} problem={problemOf(problems, "count")} />
    </form>
  );
}

async function send(visit: Visit): Promise<Response> {
  const t = visit.say(invitationsTexts);
  const { world, now } = visit;
  const typed = visit
    .field("addresses")
    .split(/[\s,;]+/)
    .filter((each) => each !== "");
  const days = daysTyped(visit);
  const sponsor = visit.field("sponsor").trim() === "" ? undefined : normaliseEmail(visit.field("sponsor"));
  const odd = typed.find((each) => normaliseEmail(each) === undefined);
  const own = typed.flatMap((each) => normaliseEmail(each) ?? []).find((email) => isOwnSponsor({ email, sponsor }));
  const tooLongNote = tooLong(visit, visit.field("note"));
  const problems: readonly FieldProblem[] = [
    ...(typed.length === 0 ? [{ field: "addresses", text: t.nobody }] : []),
    ...(typed.length > MOST ? [{ field: "addresses", text: t.tooMany(MOST) }] : []),
    ...(odd === undefined ? [] : [{ field: "addresses", text: t.noAddress(odd.slice(0, 80)) }]),
    ...(days === undefined ? [{ field: "days", text: t.badDays(LONGEST_INVITATION_DAYS) }] : []),
    ...(visit.field("sponsor").trim() !== "" && sponsor === undefined ? [{ field: "sponsor", text: t.badSponsor }] : []),
    ...(own === undefined ? [] : [{ field: "sponsor", text: t.ownSponsor(own) }]),
    ...(tooLongNote === undefined ? [] : [{ field: "note", text: tooLongNote }]),
  ];
  if (problems.length > 0 || days === undefined) return await page(visit, "open", problems);
  const gate = world.gates.find((each) => each === visit.field("gate"));
  const language = mailLanguages.find((tag) => tag === visit.field("language"));
  const note = visit.field("note").trim().slice(0, MAX_TEXT_LENGTH);
  const hashes = await world.hashes();
  const results: Result[] = [];
  for (const email of new Set(typed.flatMap((each) => normaliseEmail(each) ?? []))) {
    const invitee = {
      email,
      ...(gate !== undefined && gate !== DEFAULT_GATE && { gate }),
      ...(language !== undefined && { language }),
      ...(sponsor !== undefined && { sponsor }),
    };
    const sending = { ...sayOf(visit), days, ...(note !== "" && { note }) };
    let request: ApprovalRequest | undefined;
    // What changes nothing leaves no entry in the trail.
    const { reference, isValid } = await invitationOf(world.approvals, invitee, hashes, now);
    if (!isValid) {
      await world.audit.audited(entryOf(visit, "approvals.invite", reference, email), now, async () => {
        ({ request } = await sendInvitation(world.approvals, invitee, sending, hashes, now));
        return request !== undefined;
      });
    }
    results.push({ email, request });
  }
  return await showResults(visit, results);
}

interface Result {
  readonly email: string;
  /** As it was written; absent where nothing was. */
  readonly request?: ApprovalRequest | undefined;
  /** Why not. */
  readonly why?: string;
}

/** Codes are shown here alone. */
async function showResults(visit: Visit, results: readonly Result[]): Promise<Response> {
  const t = visit.say(invitationsTexts);
  const isCoded = results.some(({ request }) => request !== undefined);
  return await visit.page(
    t.sent,
    <>
      {isCoded ? <Alert kind="warn">{t.keepCodes}</Alert> : null}
      <Table
        caption={t.sent}
        columns={[t.columns.email, t.invitedUntil, t.columns.code]}
        rows={results.map(({ email, request, why = t.already }) => [
          <PersonLink email={email} />,
          request === undefined ? why : momentText(request.passUntil ?? ""),
          request === undefined ? "" : <code>{request.invitation?.code}</code>,
        ])}
        empty=""
      />
      <BackLink path={PATH} text={t.back} />
    </>,
  );
}

/** Sends again, extends or revokes what is selected. */
async function change(visit: Visit): Promise<Response> {
  const t = visit.say(invitationsTexts);
  const { world, now } = visit;
  const verb = verbs.find((each) => each === visit.field("verb"));
  const ids = [...new Set(visit.fields("invitation"))].filter(isRequestId).slice(0, MOST);
  const state = states.find((each) => each === visit.field("state")) ?? "open";
  const days = daysTyped(visit);
  if (ids.length === 0 || verb === undefined) return await page(visit, state, [{ field: "invitation", text: t.nothingChosen }]);
  if (days === undefined) return await page(visit, state, [{ field: "days", text: t.badDays(LONGEST_INVITATION_DAYS) }]);
  const say = sayOf(visit);
  const change = {
    resend: (request: ApprovalRequest | undefined) => resend(request, { ...say, code: invitationCode(), days }, now),
    extend: (request: ApprovalRequest | undefined) => extend(request, say, new Date(now.getTime() + days * MS_PER_DAY), now),
    revoke: (request: ApprovalRequest | undefined) => revokeInvitation(request, say, now),
  }[verb];
  const results: Result[] = [];
  for (const request of await world.approvals.getAll(ids)) {
    let result: Result = { email: request.email, why: visit.say(decidingWords).why["not-invited"] };
    const action = verb === "revoke" ? "approvals.deny" : "approvals.invite";
    await world.audit.audited(entryOf(visit, action, request.reference, request.email), now, async () => {
      const outcome = await world.approvals.change(request.id, change);
      result = outcome.ok
        ? { email: request.email, request: outcome.request }
        : { email: request.email, why: visit.say(decidingWords).why[outcome.why] };
      return outcome.ok;
    });
    results.push(result);
  }
  if (verb === "resend" || results.some(({ request }) => request === undefined)) return await showResults(visit, results);
  return visit.goTo(`${PATH}?state=${state}&done=${verb === "extend" ? "extended" : "revoked"}`);
}

async function letInOldest(visit: Visit): Promise<Response> {
  const t = visit.say(invitationsTexts);
  const { world, now } = visit;
  const count = /^[1-9]\d{0,2}$/.test(visit.field("count").trim()) ? Number(visit.field("count")) : 0;
  if (count === 0 || count > MOST) return await page(visit, "waiting", [{ field: "count", text: t.badCount(MOST) }]);
  const gate = world.gates.find((each) => each === visit.field("gate")) ?? DEFAULT_GATE;
  const store = world.legibleApprovals(() => {});
  const isMeant = (request: ApprovalRequest) => !hasGates(visit) || (request.gate ?? DEFAULT_GATE) === gate;
  for (const { id, reference, email } of await oldestWaiting(store, count, now, isMeant)) {
    await world.audit.audited(entryOf(visit, "approvals.approve", reference, email), now, async () => {
      return (await decideRequest(world.approvals, "approve", { id, reference, ...sayOf(visit) }, now)).ok;
    });
  }
  return visit.goTo(`${PATH}?state=waiting&done=oldest`);
}

function sayOf({ session }: Visit): Say {
  return { by: { kind: "console", name: session.name } };
}

function entryOf({ session }: Visit, action: string, reference: string, email: string) {
  return { by: session.subject, name: session.name, action, subject: reference, after: { email } };
}

function daysTyped(visit: Visit): number | undefined {
  const days = /^\d{1,4}$/.test(visit.field("days").trim()) ? Number(visit.field("days")) : 0;
  return days >= 1 && days <= LONGEST_INVITATION_DAYS ? days : undefined;
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: PATH, access: "Reader", asks: { state: states }, handler: show },
  { method: "POST", path: PATH, access: "Approver", handler: send },
  { method: "POST", path: `${PATH}/change`, access: "Approver", hidden: ["invitation", "state"], handler: change },
  { method: "POST", path: `${PATH}/oldest`, access: "Approver", handler: letInOldest },
];
